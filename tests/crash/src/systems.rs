//! The systems that the server writes to: simulators whose ledgers are flushed before they answer, behind proxies.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use throughline_simulators::{FailureSpec, Held, Kind, LedgerEntry, Simulator, SimulatorOptions, start};

use crate::Result;
use crate::people::Person;
use crate::proxy::Proxy;

/// The token of all systems.
const TOKEN: &str = "crash-campaign";
/// The invoice that every payment is for.
pub const INVOICE: &str = "inv_0001";

/// The proxies of a lane. Their addresses stay, so that connections need not change.
#[derive(Debug)]
pub struct Gate {
    /// In front of accounting.
    pub accounting: Proxy,
    /// In front of the CRM.
    pub crm: Proxy,
    /// In front of the mail server.
    pub mail: Proxy,
    /// Those who decide, once the place is furnished.
    pub people: OnceLock<Vec<Person>>,
    /// File with the systems' token.
    pub token_file: PathBuf,
}

impl Gate {
    /// Listens, and writes the token's file into the folder.
    pub async fn open(folder: &Path) -> Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;
        let token_file = std::path::absolute(folder.join("systems.token"))?;
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&token_file)?;
        std::io::Write::write_all(&mut file, TOKEN.as_bytes())?;
        Ok(Self {
            accounting: Proxy::start().await?,
            crm: Proxy::start().await?,
            mail: Proxy::start().await?,
            people: OnceLock::new(),
            token_file,
        })
    }

    /// Settings by which mail goes to the mail server, soon and soon again.
    pub fn mail(&self) -> Vec<String> {
        vec![
            format!("mail.server=smtp://flow@{}", self.mail.address),
            format!("mail.password=file:{}", self.token_file.display()),
            "mail.from=Throughline <flow@example.com>".to_owned(),
            "mail.lease_ms=2000".to_owned(),
            "mail.hold_ms=300".to_owned(),
        ]
    }

    /// Those who decide.
    pub fn deciders(&self) -> Vec<Person> {
        self.people.get().cloned().unwrap_or_default()
    }

    /// The connections, as the API takes them.
    pub fn connections(&self) -> [Value; 4] {
        let secret = |slot: &str| json!({ format!("{slot}.token"): { "file": self.token_file } });
        let url = |proxy: &Proxy| format!("http://{}", proxy.address);
        [
            json!({ "name": "accounting", "connector": "accounting", "secrets": secret("default"),
                "settings": { "base_url": url(&self.accounting) } }),
            json!({ "name": "any", "connector": "http", "secrets": secret("bearer"),
                "settings": { "base_url": url(&self.accounting), "auth": "bearer" } }),
            json!({ "name": "shaky", "connector": "http", "secrets": secret("bearer"),
                "settings": { "base_url": url(&self.accounting), "auth": "bearer" } }),
            json!({ "name": "crm", "connector": "crm", "secrets": secret("default"),
                "settings": { "base_url": url(&self.crm) } }),
        ]
    }

    /// The ranges to open, as the API takes them.
    pub fn grants(&self) -> [Value; 2] {
        [&self.accounting, &self.crm].map(|proxy| {
            json!({ "range": format!("127.0.0.1/32:{}", proxy.address.port()), "reason": "crash campaign" })
        })
    }
}

/// The systems of one segment.
#[derive(Debug)]
pub struct Systems {
    accounting: Simulator,
    crm: Simulator,
    mail: Simulator,
    http: reqwest::Client,
    customers: AtomicU64,
}

impl Systems {
    /// Starts them with empty books in a folder, and aims the proxies at them.
    pub async fn start(folder: &Path, gate: &Gate) -> Result<Self> {
        let systems = Self::resume(folder, gate).await?;
        let line = json!({ "description": "Seed", "quantity": "1", "unit_price": "1.00" });
        let made = systems
            .call(&systems.accounting, "/v1/invoices", &json!({ "customer": "cus_0001", "lines": [line] }))
            .await?;
        if made["id"] != INVOICE {
            return Err(format!("the first invoice is {made}").into());
        }
        Ok(systems)
    }

    /// Starts them with the books that are in a folder, and aims the proxies at them.
    pub async fn resume(folder: &Path, gate: &Gate) -> Result<Self> {
        let systems = Self {
            accounting: simulator(Kind::Accounting, folder.join("accounting")).await?,
            crm: simulator(Kind::Crm, folder.join("crm")).await?,
            mail: simulator(Kind::Mail, folder.join("mail")).await?,
            http: reqwest::Client::builder().no_proxy().build()?,
            customers: AtomicU64::new(0),
        };
        gate.accounting.aim(systems.accounting.address);
        gate.crm.aim(systems.crm.address);
        gate.mail.aim(systems.mail.smtp.ok_or("the mail server takes no mail")?);
        Ok(systems)
    }

    /// Until the values are dropped no call is carried out, and what was is in the books.
    pub async fn hold(&self) -> [Held; 3] {
        [self.accounting.hold().await, self.crm.hold().await, self.mail.hold().await]
    }

    /// A customer that a poll must notice.
    pub async fn new_customer(&self, name: &str) -> Result<()> {
        let body = json!({ "name": name, "email": format!("{name}@example.com") });
        self.call(&self.crm, "/v1/customers", &body).await?;
        self.customers.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Customers made so far.
    pub fn customers(&self) -> u64 {
        self.customers.load(Ordering::SeqCst)
    }

    async fn call(&self, simulator: &Simulator, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{path}", simulator.url());
        let response = self.http.post(url).bearer_auth(TOKEN).json(body).send().await?;
        Ok(response.error_for_status()?.json().await?)
    }

    /// Accounting fails in this way.
    pub fn fail(&self, spec: FailureSpec) -> Result<()> {
        Ok(self.accounting.set_failure(spec)?)
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.accounting.clear_failures();
    }

    /// Every call accounting ever got.
    pub async fn ledger(&self) -> Result<Vec<LedgerEntry>> {
        Ok(self.accounting.ledger().await?)
    }

    /// Every mail that was taken, as often as it came.
    pub async fn mails(&self) -> Result<Vec<Value>> {
        let taken = self.mail.ledger().await?.into_iter().filter(|entry| entry.applied);
        Ok(taken.map(|entry| entry.body).collect())
    }

    /// Stops them.
    pub async fn stop(self) {
        self.accounting.stop().await;
        self.crm.stop().await;
        self.mail.stop().await;
    }
}

/// Microseconds since 1970.
pub fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a campaign is an edge: it goes by the machine's clock")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

async fn simulator(kind: Kind, dir: PathBuf) -> Result<Simulator> {
    let options = SimulatorOptions {
        dir,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        token: TOKEN.to_owned(),
        clock: Arc::new(now),
    };
    Ok(start(kind, options).await?)
}
