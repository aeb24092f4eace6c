//! PostgreSQL with its whole cluster on a disk that can be imaged. Its settings are its own: what makes commits durable
//! stays on.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::Result;

/// How long a start may take, with the recovery from an image.
const START: Duration = Duration::from_secs(30);
/// How long an end may take.
const STOP: Duration = Duration::from_secs(30);
/// Starts on ports that somebody else may take first.
const TRIES: usize = 3;
/// Checkpoints come often, so that images fall into them; shared memory is small, so that pages are written early.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=50",
    "shared_buffers=16MB",
    "checkpoint_timeout=30s",
    "max_wal_size=32MB",
    "min_wal_size=32MB",
    "jit=off",
];

/// The installed programs, and who runs them: PostgreSQL refuses to be root.
#[derive(Clone, Debug)]
pub struct Postgres {
    /// Folder with `initdb` and `postgres`.
    pub programs: PathBuf,
    /// User.
    pub user: u32,
    /// Group.
    pub group: u32,
    /// File for the log.
    pub log: PathBuf,
    /// The superuser's password in every cluster.
    pub password: String,
}

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    child: Child,
    /// `postgres://throughline:<password>@127.0.0.1:<port>/postgres`
    pub url: String,
}

impl Postgres {
    /// Makes a cluster in a folder that is not there yet.
    pub async fn initialise(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
        chown(folder, Some(self.user), Some(self.group))?;
        let secret = folder.with_extension("password");
        std::fs::write(&secret, &self.password)?;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600))?;
        chown(&secret, Some(self.user), Some(self.group))?;
        let mut command = self.command("initdb");
        command.arg("--pgdata").arg(folder).arg("--pwfile").arg(&secret);
        command.args(["--username", "throughline", "--auth", "scram-sha-256", "--encoding", "UTF8"]);
        command.args(["--locale", "C.UTF-8", "--data-checksums"]);
        let output = command.output().await?;
        std::fs::remove_file(&secret)?;
        if !output.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
        }
        Ok(())
    }

    /// Starts the cluster in a folder; recovers it first if it was not stopped.
    pub async fn start(&self, folder: &Path) -> Result<Cluster> {
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.start_once(folder).await {
                Ok(cluster) => return Ok(cluster),
                Err(error) => last = error.to_string(),
            }
        }
        Err(format!("PostgreSQL does not start: {last}; see {}", self.log.display()).into())
    }

    async fn start_once(&self, folder: &Path) -> Result<Cluster> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(folder).arg("-c").arg(format!("port={port}"));
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let mut child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
        let id = child.id().ok_or("PostgreSQL ended at once")?;
        let until = Instant::now() + START;
        while !is_ready(folder, id) {
            if let Some(status) = child.try_wait()? {
                return Err(format!("it ended with {status}").into());
            }
            if Instant::now() > until {
                return Err(format!("it is not ready after {START:?}").into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let url = format!("postgres://throughline:{}@127.0.0.1:{port}/postgres", self.password);
        Ok(Cluster { child, url })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.uid(self.user).gid(self.group).current_dir("/").stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

/// An image holds the file of the server that was cut off: only one with this process in it counts.
fn is_ready(folder: &Path, id: u32) -> bool {
    let text = std::fs::read_to_string(folder.join("postmaster.pid")).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    lines.next() == Some(&id.to_string()) && lines.nth(6) == Some("ready")
}

impl Cluster {
    /// Stops it in order.
    pub async fn stop(self) -> Result<()> {
        self.end(Signal::INT).await
    }

    /// Ends all its processes at once.
    pub async fn kill(self) -> Result<()> {
        self.end(Signal::QUIT).await
    }

    async fn end(mut self, signal: Signal) -> Result<()> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.ok_or("PostgreSQL has ended by itself")?, signal)?;
        tokio::time::timeout(STOP, self.child.wait()).await.map_err(|_| "PostgreSQL does not end")??;
        Ok(())
    }
}
