//! A real PostgreSQL for tests, and a fresh database for each of them.
//!
//! `make test` starts one server and names it in `THROUGHLINE_TEST_POSTGRES`. Without that variable the first test
//! starts one that all tests of this user share; it ends by itself a minute after its last use.
//! Both are `scripts/test-postgres.sh`: nothing is left behind, whatever ends the tests.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::files::{repository, setting};

/// The server that tests may use. It has one superuser, `throughline`, and listens on loopback only.
#[derive(Debug)]
pub struct Server {
    url: String,
    psql: PathBuf,
}

/// A database of its own for one test; dropped, with whatever is connected to it, when this value is.
#[derive(Debug)]
pub struct Database {
    url: String,
    name: String,
}

/// A server of a test's own, which may be ended and started again; removed when this value is.
#[derive(Debug)]
pub struct OwnServer {
    url: String,
}

/// How a server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    /// Connections are ended, everything is written.
    Fast,
    /// Processes end at once; the next start recovers.
    Immediate,
    /// `kill -9` of the first process.
    Kill,
    /// `kill -9` of all its processes.
    Crash,
}

impl OwnServer {
    /// Starts one.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Self {
        Self { url: script(&["start", &std::process::id().to_string()]) }
    }

    /// `postgres://throughline:<password>@127.0.0.1:<port>/postgres`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the server; its data stays.
    ///
    /// # Panics
    /// When it does not run.
    pub fn down(&self, how: Down) {
        let mode = match how {
            Down::Fast => "fast",
            Down::Immediate => "immediate",
            Down::Kill => "kill",
            Down::Crash => "crash",
        };
        script(&["down", &self.url, mode]);
    }

    /// Its folder; the data is in `data` below it.
    ///
    /// # Panics
    /// When it is gone.
    pub fn folder(&self) -> PathBuf {
        script(&["folder", &self.url]).into()
    }

    /// It takes connections.
    pub fn answers(&self) -> bool {
        psql(own_psql(), &self.url, "SELECT 1").status.success()
    }

    /// Starts it again on the same port; it answers when this returns.
    ///
    /// # Panics
    /// When it does not start.
    pub fn up(&self) {
        script(&["up", &self.url]);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // A failure here is not the test's: a watcher ends the server with the test's process.
        drop(run_script(&["stop", &self.url]));
    }
}

/// The server, started if needed.
///
/// # Panics
/// When PostgreSQL is not installed or does not start.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server {
        url: setting("THROUGHLINE_TEST_POSTGRES").unwrap_or_else(|| script(&["share"])),
        psql: script(&["psql"]).into(),
    })
}

/// Runs one statement at a URL and returns its rows: columns separated by `|`, one row a line.
///
/// # Panics
/// When it fails; the message is PostgreSQL's.
pub fn query_at(url: &str, statement: &str) -> String {
    run(own_psql(), url, statement)
}

fn own_psql() -> &'static PathBuf {
    static PSQL: OnceLock<PathBuf> = OnceLock::new();
    PSQL.get_or_init(|| script(&["psql"]).into())
}

/// A new, empty database.
///
/// # Panics
/// When there is no server or it refuses.
pub fn database() -> Database {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let server = server();
    // A process id comes round again on a shared server: what an ended one left is dropped first.
    // template0: template1 cannot be copied while anyone is connected to it.
    server.execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    server.execute(&format!("CREATE DATABASE {name} TEMPLATE template0"));
    Database { url: server.url_of(&name), name }
}

impl Server {
    /// `postgres://throughline:<password>@127.0.0.1:<port>/postgres`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs one statement as the superuser, outside any transaction.
    ///
    /// # Panics
    /// When it fails; the message is PostgreSQL's.
    pub fn execute(&self, statement: &str) {
        run(&self.psql, &self.url, statement);
    }

    fn url_of(&self, database: &str) -> String {
        let (server, _) = self.url.rsplit_once('/').expect("a PostgreSQL URL ends in the database's name");
        format!("{server}/{database}")
    }
}

impl Database {
    /// The URL to give to `--database` or to a store.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs one statement in this database and returns its rows: columns separated by `|`, one row a line.
    ///
    /// # Panics
    /// When it fails; the message is PostgreSQL's.
    pub fn query(&self, statement: &str) -> String {
        run(&server().psql, &self.url, statement)
    }

    /// psql on this database, for statements that read standard input.
    pub fn psql(&self) -> Command {
        let mut command = Command::new(&server().psql);
        command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", &self.url]);
        command
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let server = server();
        // A failure here is not the test's: the server goes away soon and takes its databases along.
        let _ =
            psql(&server.psql, &server.url, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

fn run(psql_path: &PathBuf, url: &str, statement: &str) -> String {
    let output = psql(psql_path, url, statement);
    assert!(
        output.status.success(),
        "PostgreSQL refused `{statement}`: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn psql(psql: &PathBuf, url: &str, statement: &str) -> Output {
    Command::new(psql)
        .args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--command",
            statement,
            url,
        ])
        .env("PGCONNECT_TIMEOUT", "10")
        .output()
        .expect("psql can be started")
}

/// What `scripts/test-postgres.sh` prints for a command.
fn script(args: &[&str]) -> String {
    let output = run_script(args);
    assert!(
        output.status.success(),
        "test-postgres.sh {}: {}",
        args[0],
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn run_script(args: &[&str]) -> Output {
    Command::new("bash")
        .arg(repository().join("scripts/test-postgres.sh"))
        .args(args)
        .output()
        .expect("bash can be started")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_apart_and_keep_their_writes_safe() {
        let (one, other) = (database(), database());
        one.query("CREATE TABLE only_here (id bigint PRIMARY KEY)");
        assert_eq!(one.query("SELECT count(*) FROM only_here"), "0");
        assert_eq!(other.query("SELECT to_regclass('only_here') IS NULL"), "t");
        assert_eq!(one.query("SHOW fsync"), "on");
        assert_eq!(one.query("SHOW server_encoding"), "UTF8");
    }

    #[test]
    fn a_database_goes_with_its_value() {
        let database = database();
        let name = database.name.clone();
        drop(database);
        let left = run(
            &server().psql,
            server().url(),
            &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"),
        );
        assert_eq!(left, "0");
    }
}
