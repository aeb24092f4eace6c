//! HTTP clients that connect only to vetted addresses, one for each policy, scheme and port.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::HostConfig;
use crate::egress::policy::EgressPolicy;
use crate::egress::vet::vet;
use crate::error::HostError;
use crate::report::Denied;

/// Time for name, connection and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Shorter than what common servers keep: a connection that the server closes just as a write goes out
/// leaves its outcome unknown.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// Clients kept; operators open few ranges.
const MAX_CLIENTS: usize = 256;

/// What decides about a connection: nothing may be shared across it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    policy: Arc<EgressPolicy>,
    https: bool,
    port: u16,
}

/// HTTP clients by what decides about their connections.
#[derive(Debug)]
pub(crate) struct Clients {
    tls: rustls::ClientConfig,
    user_agent: String,
    known: Mutex<HashMap<Key, reqwest::Client>>,
}

impl Clients {
    pub(crate) fn new(config: &HostConfig) -> Result<Self, HostError> {
        Ok(Self {
            tls: tls_config(config)?,
            user_agent: config.user_agent.clone(),
            known: Mutex::new(HashMap::new()),
        })
    }

    /// The client for requests under this policy to this scheme and port.
    pub(crate) fn get(
        &self,
        policy: &Arc<EgressPolicy>,
        https: bool,
        port: u16,
    ) -> Result<reqwest::Client, String> {
        let key = Key { policy: Arc::clone(policy), https, port };
        let mut clients = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = self.build(key.clone()).map_err(|error| error.to_string())?;
        if clients.len() >= MAX_CLIENTS {
            clients.clear();
        }
        clients.insert(key, client.clone());
        Ok(client)
    }

    fn build(&self, key: Key) -> reqwest::Result<reqwest::Client> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(&self.user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(8)
            .dns_resolver(Arc::new(VettingResolver(key)))
            .build()
    }
}

fn tls_config(config: &HostConfig) -> Result<rustls::ClientConfig, HostError> {
    let failed = |words: String| HostError::Start(words);
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for path in &config.extra_roots {
        for certificate in read_certificates(path)? {
            roots.add(certificate).map_err(|error| failed(format!("{}: {error}", path.display())))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, HostError> {
    let failed = |error: rustls::pki_types::pem::Error| {
        HostError::Start(format!("certificate file {}: {error}", path.display()))
    };
    CertificateDer::pem_file_iter(path).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
}

/// Resolves a name and gives only vetted addresses to the connector, so that what was checked is what is
/// connected to.
struct VettingResolver(Key);

/// No address of a name may be connected to.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.reason)]
pub(crate) struct AddressRefused(pub(crate) Denied);

impl Resolve for VettingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let key = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), key.port)).await?;
            let mut vetted: Vec<SocketAddr> = Vec::new();
            let mut refused = None;
            for address in found {
                match vet(address.ip(), key.port, key.https, &key.policy) {
                    Ok(()) => vetted.push(address),
                    Err(mut denied) => {
                        denied.reason = format!("{}: {}", name.as_str(), denied.reason);
                        refused = Some(denied);
                    }
                }
            }
            match refused {
                Some(denied) if vetted.is_empty() => Err(Box::new(AddressRefused(denied)) as _),
                _ => Ok(Box::new(vetted.into_iter()) as Addrs),
            }
        })
    }
}
