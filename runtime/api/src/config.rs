//! What the operator sets for the API.

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;
use throughline_domain::access::SessionLife;

use crate::body::Limit;
use crate::web::WebFiles;

/// Settings of the API.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// Where the server listens; its address is an accepted `Host`.
    pub listen: SocketAddr,
    /// URL under which others reach this server; its host is an accepted `Host`, its origin an accepted `Origin`.
    pub public_url: Option<String>,
    /// Further accepted hosts: `runner.example.org`, or with a port.
    pub allowed_hosts: Vec<String>,
    /// Further accepted origins: `https://desk.example.org`.
    pub allowed_origins: Vec<String>,
    /// SHA-256 of the admin token.
    pub admin_token_sha256: [u8; 32],
    /// Largest body under `/api/v1`, in bytes.
    pub max_body_bytes: usize,
    /// Largest body of a webhook, in bytes.
    pub max_webhook_bytes: usize,
    /// Largest connector that can be installed, in bytes.
    pub max_plugin_bytes: usize,
    /// Deepest nesting of JSON.
    pub max_json_depth: usize,
    /// Longest silence while a body arrives, in milliseconds.
    pub body_idle_ms: u64,
    /// Longest time for a whole body, in milliseconds.
    pub body_total_ms: u64,
    /// `/metrics` answers without a token.
    pub open_metrics: bool,
    /// Domain whose mail starts workflows.
    pub mail_domain: Option<String>,
    /// What signs the tickets in pages of forms.
    pub form_key: [u8; 32],
    /// Proxies that are believed when they say for whom they ask (`X-Forwarded-For`).
    pub trusted_proxies: Vec<IpNet>,
    /// How long the code of a sign-in link holds, in milliseconds.
    pub sign_in_code_ms: u64,
    /// How long a session lasts.
    pub session: SessionLife,
    /// Files of the web application that the binary carries.
    pub web: WebFiles,
}

impl ApiConfig {
    /// Defaults: bodies of 1 MiB, webhooks of 8 MiB, connectors of 64 MiB, 15 minutes for a code, 12 hours for an
    /// idle session and 7 days for any; tickets of forms are signed with the token's hash; no web application.
    pub fn new(listen: SocketAddr, admin_token_sha256: [u8; 32]) -> Self {
        Self {
            listen,
            public_url: None,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            admin_token_sha256,
            max_body_bytes: 1 << 20,
            max_webhook_bytes: 8 << 20,
            max_plugin_bytes: 64 << 20,
            max_json_depth: 64,
            body_idle_ms: 10_000,
            body_total_ms: 60_000,
            open_metrics: false,
            mail_domain: None,
            form_key: admin_token_sha256,
            trusted_proxies: Vec::new(),
            sign_in_code_ms: 15 * 60_000,
            session: SessionLife::default(),
            web: |_| None,
        }
    }

    /// True if browsers reach the server by TLS: cookies are then sent by TLS only.
    pub(crate) fn is_tls(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    pub(crate) fn limit(&self, bytes: usize) -> Limit {
        Limit {
            bytes,
            idle: Duration::from_millis(self.body_idle_ms),
            total: Duration::from_millis(self.body_total_ms),
        }
    }
}
