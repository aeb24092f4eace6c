//! Where a test stands: a folder, a database, systems that fail on demand. It outlives the engines over it.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use throughline_domain::time::Timestamp;
use throughline_host::services::{Clock, Entropy};
use throughline_host::{MailServer, Mailer, Secret};
use throughline_simulators::{
    FailureMatch, FailureMode, FailureSpec, Kind, LedgerEntry, Simulator, SimulatorOptions,
};
use throughline_store::Location;
use throughline_test_support::postgres::{self, Database};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What every simulator wants to hear.
const TOKEN: &str = "token-of-the-tests";

/// The machine's clock: leases and waits are compared with the database's, which is the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "an edge, as the server is one")]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The machine's randomness: engines after a crash must not make the ids of those before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachineEntropy;

impl Entropy for MachineEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        let read =
            File::open("/dev/urandom").and_then(|mut file| std::io::Read::read_exact(&mut file, buffer));
        read.unwrap();
    }
}

impl throughline_vault::Random for MachineEntropy {
    fn fill(&self, buffer: &mut [u8]) -> throughline_vault::Result<()> {
        Entropy::fill(self, buffer);
        Ok(())
    }
}

/// Folder, database and systems of one test.
pub(crate) struct Ground {
    pub(crate) accounting: Simulator,
    pub(crate) projects: Simulator,
    pub(crate) mail: Simulator,
    database: Option<Database>,
    dir: TempDir,
}

impl Ground {
    /// On SQLite.
    pub(crate) async fn sqlite() -> Self {
        Self::new(None).await
    }

    /// On PostgreSQL.
    pub(crate) async fn postgres() -> Self {
        let database = tokio::task::spawn_blocking(postgres::database).await.unwrap();
        Self::new(Some(database)).await
    }

    async fn new(database: Option<Database>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("data")).unwrap();
        let mut options = File::options();
        let mut token =
            options.write(true).create_new(true).mode(0o600).open(dir.path().join("token")).unwrap();
        token.write_all(TOKEN.as_bytes()).unwrap();
        let accounting = simulator(Kind::Accounting, dir.path()).await;
        let projects = simulator(Kind::Projects, dir.path()).await;
        projects.seed().await.unwrap();
        let mail = simulator(Kind::Mail, dir.path()).await;
        Self { accounting, projects, mail, database, dir }
    }

    /// One more system.
    pub(crate) async fn simulator(&self, kind: Kind) -> Simulator {
        simulator(kind, self.path()).await
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn token_file(&self) -> PathBuf {
        self.path().join("token")
    }

    /// What sends mail to the simulated mail server.
    pub(crate) fn mailer(&self) -> Mailer {
        let server = format!("smtp://flow@{}", self.mail.smtp.unwrap());
        let server = MailServer::new(&server, "Throughline <flow@example.com>").unwrap();
        Mailer::new(&server, Some(&Secret::new(TOKEN)), &[]).unwrap()
    }

    /// Where the engines' data is.
    pub(crate) fn location(&self) -> Location {
        match &self.database {
            None => Location::Sqlite(self.path().join("data")),
            Some(database) => {
                Location::Postgres { url: database.url().to_owned(), blobs: self.path().join("blobs") }
            }
        }
    }

    /// A call as accounting's own users make it.
    pub(crate) async fn call(&self, simulator: &Simulator, method: &str, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(simulator.address).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            simulator.address,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        serde_json::from_str(body).unwrap_or_default()
    }

    /// An invoice to pay: `inv_0001` and so on.
    pub(crate) async fn invoice(&self) -> String {
        let line = serde_json::json!({ "description": "Work", "quantity": "1", "unit_price": "10.00" });
        let body = serde_json::json!({ "customer": "cus_0001", "lines": [line] });
        let made = self.call(&self.accounting, "POST", "/v1/invoices", &body).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Somebody else changes an invoice: a payment comes in.
    pub(crate) async fn touch(&self, invoice: &str) {
        let body = serde_json::json!({ "invoice_id": invoice, "amount": "1.00" });
        self.call(&self.accounting, "POST", "/v1/payments", &body).await;
    }

    /// Accounting fails the next POST to a path in this way.
    pub(crate) fn fail(&self, path: &str, mode: FailureMode, delay_ms: Option<u64>) {
        let matching = FailureMatch { method: Some("POST".to_owned()), path_prefix: Some(path.to_owned()) };
        let spec = FailureSpec { matching, delay_ms, ..FailureSpec::next(mode) };
        self.accounting.set_failure(spec).unwrap();
    }

    /// What accounting was asked to write at a path, without this test's own calls before `after`.
    pub(crate) async fn writes(&self, path: &str) -> Vec<LedgerEntry> {
        let all = self.accounting.ledger().await.unwrap();
        all.into_iter().filter(|entry| entry.method == "POST" && entry.path.starts_with(path)).collect()
    }

    /// How often accounting was asked to write at a path, and how often it did.
    pub(crate) async fn sent_and_applied(&self, path: &str) -> (usize, usize) {
        let writes = self.writes(path).await;
        (writes.len(), writes.iter().filter(|entry| entry.applied).count())
    }

    /// Waits until accounting has seen so many writes at a path.
    pub(crate) async fn until_sent(&self, path: &str, count: usize) {
        throughline_test_support::wait_until_async("a write arrives", Duration::from_secs(10), || async {
            (self.writes(path).await.len() >= count).then_some(())
        })
        .await;
    }
}

async fn simulator(kind: Kind, dir: &Path) -> Simulator {
    let options = SimulatorOptions {
        dir: dir.join(kind.as_str()),
        listen: ([127, 0, 0, 1], 0).into(),
        token: TOKEN.to_owned(),
        clock: Arc::new(|| MachineClock.now().0),
    };
    throughline_simulators::start(kind, options).await.unwrap()
}
