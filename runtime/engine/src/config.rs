//! What the operator sets for the engine, and the numbers it lives by.

/// Settings of an engine.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Runs driven at the same time.
    pub workers: usize,
    /// Lease of a claimed run in milliseconds, by the database's clock.
    pub lease_ms: u64,
    /// How often to look for due runs when nothing wakes the engine, in milliseconds.
    pub poll_ms: u64,
    /// Claims after which a run that keeps taking its worker down is quarantined.
    pub max_claims: u32,
    /// Loose results are handed to the writer after so many milliseconds at the latest.
    pub loose_ms: u64,
    /// Key of the idempotency keys and callback addresses: who has it can make both.
    pub workspace_key: [u8; 32],
    /// URL under which remote systems reach this server; without it connectors get no callback address.
    pub public_url: Option<String>,
    /// URL under which people open this server's pages; links in mail begin with it.
    pub page_url: Option<String>,
    /// How long a mail that is being sent is left alone by other nodes, in milliseconds: longer than a conversation with a
    /// mail server takes.
    pub mail_lease_ms: u64,
    /// How long news of exceptions is held back, in milliseconds, so that a burst is one mail.
    pub notice_hold_ms: u64,
    /// How long ended runs are kept, in milliseconds, where the workflow says nothing.
    pub retention_ms: u64,
}

impl EngineConfig {
    /// Defaults with a key: 128 workers, leases of 30 s, three claims.
    pub const fn new(workspace_key: [u8; 32]) -> Self {
        Self {
            workers: 128,
            lease_ms: 30_000,
            poll_ms: 500,
            max_claims: 3,
            loose_ms: 100,
            workspace_key,
            public_url: None,
            page_url: None,
            mail_lease_ms: 180_000,
            notice_hold_ms: throughline_domain::exception::batch::HOLD_MS,
            retention_ms: 7 * 365 * 86_400_000,
        }
    }
}
