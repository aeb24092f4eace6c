//! A place for data, and the real server on it: started, stopped in order, killed, measured.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{Advice, fadvise};
use rustix::process::{Pid, Signal, kill_process};
use throughline_test_support::postgres::{self, Database};

use crate::api::Api;
use crate::process::{self, Memory};

use super::args::Store;

/// A stop drains for at most 20 seconds.
const STOPPING: Duration = Duration::from_mins(1);

/// A data directory, and perhaps a database.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) database: Option<Database>,
    binary: PathBuf,
}

/// The server on a place.
pub(crate) struct Server {
    child: Child,
    /// Its process.
    pub(crate) pid: u32,
    pub(crate) address: SocketAddr,
    token: String,
    /// From the start of the process to the line that says it is ready.
    pub(crate) ready_after: Duration,
}

impl Place {
    /// An empty place.
    pub(crate) fn new(store: Store, folder: PathBuf, binary: &Path) -> Result<Self> {
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder)?;
        crate::disk::real(&folder)?;
        let database = (store == Store::Postgres).then(postgres::database);
        Ok(Self { folder, database, binary: binary.to_owned() })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// SQLite's file.
    pub(crate) fn file(&self) -> PathBuf {
        self.data().join("throughline.db")
    }

    /// Starts the server with settings `name=value`.
    pub(crate) fn serve(&self, settings: &[&str]) -> Result<Server> {
        let mut command = Command::new(&self.binary);
        command.arg("--data").arg(self.data()).args(["serve", "--listen", "127.0.0.1:0"]);
        if let Some(database) = &self.database {
            command.args(["--database", database.url()]);
        }
        for setting in settings {
            command.args(["--set", setting]);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("THROUGHLINE_") {
                command.env_remove(name);
            }
        }
        let log = OpenOptions::new().create(true).append(true).open(self.folder.join("server.log"))?;
        let began = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} cannot be started", self.binary.display()))?;
        let address = ready(&mut child).with_context(|| {
            format!("the server did not start; its log: {}", self.folder.join("server.log").display())
        })?;
        let ready_after = began.elapsed();
        let token = fs::read_to_string(self.data().join("admin.token"))?.trim().to_owned();
        Ok(Server { pid: child.id(), child, address, token, ready_after })
    }

    /// Connectors of the bundle beside the binary.
    pub(crate) fn connector(&self, name: &str) -> Result<Vec<u8>> {
        let file = self.binary.with_file_name("bundle").join(format!("plugins/{name}.wasm"));
        fs::read(&file).with_context(|| format!("{} is not built: run `make build`", file.display()))
    }

    /// Bytes of the database on disk, its log with it.
    pub(crate) fn bytes(&self) -> Result<u64> {
        match &self.database {
            Some(database) => Ok(database.query("SELECT pg_database_size(current_database())").parse()?),
            None => Ok(size(&self.file()) + self.wal_bytes()),
        }
    }

    /// Bytes of SQLite's write-ahead log; PostgreSQL's is bounded by its own settings.
    pub(crate) fn wal_bytes(&self) -> u64 {
        size(&self.data().join("throughline.db-wal"))
    }

    /// Lets the kernel forget the files, so that the next read comes from the disk.
    pub(crate) fn forget(&self) -> Result<()> {
        let Some(database) = &self.database else { return cool(&self.file()) };
        database.query("CHECKPOINT");
        let folder = database.query(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()",
        );
        for entry in fs::read_dir(folder)? {
            cool(&entry?.path())?;
        }
        Ok(())
    }

    /// One value of one statement, read beside the server.
    pub(crate) fn number(&self, sql: &str) -> Result<i64> {
        match &self.database {
            Some(database) => Ok(database.query(sql).parse()?),
            None => Ok(self.open_beside()?.query_row(sql, [], |row| row.get(0))?),
        }
    }

    /// A short look beside the server.
    pub(crate) fn open_beside(&self) -> Result<rusqlite::Connection> {
        Ok(rusqlite::Connection::open_with_flags(
            self.file(),
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?)
    }

    /// Removes everything.
    pub(crate) fn remove(self) -> Result<()> {
        fs::remove_dir_all(&self.folder)?;
        Ok(())
    }
}

impl Server {
    /// A new connection to its API.
    pub(crate) async fn api(&self) -> Result<Api> {
        Api::open(self.address, &self.token).await
    }

    /// Resident memory.
    pub(crate) fn resident(&self) -> u64 {
        process::tree(self.pid, Memory::Sum).resident
    }

    /// CPU time so far.
    pub(crate) fn cpu(&self) -> Duration {
        process::tree(self.pid, Memory::Sum).cpu
    }

    /// Stops it in order.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.signal(Signal::TERM)?;
        let until = Instant::now() + STOPPING;
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the server ended with {status}");
                return Ok(());
            }
            ensure!(Instant::now() < until, "the server did not stop within {STOPPING:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// kill -9.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw).context("the server is gone")?;
        Ok(kill_process(pid, signal)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |file| file.len())
}

fn cool(file: &Path) -> Result<()> {
    let Ok(file) = File::open(file) else { return Ok(()) };
    // Pages that are not on disk yet stay.
    file.sync_data()?;
    Ok(fadvise(&file, 0, None, Advice::DontNeed)?)
}

/// The address of the line `ready http://…`.
fn ready(child: &mut Child) -> Result<SocketAddr> {
    let stdout = child.stdout.take().context("no standard output")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next().transpose()? {
        if let Some(url) = line.strip_prefix("ready http://") {
            return Ok(url.trim().parse()?);
        }
    }
    bail!("it ended with {}", child.wait()?)
}
