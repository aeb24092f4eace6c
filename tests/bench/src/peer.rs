//! The peers: installed by `scripts/bench-peers.sh`, started on fresh data, with the same five steps.

mod n8n;
mod node_red;
mod restate;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, header};
use rustix::process::{Pid, Signal, kill_process};

use crate::client::{Answer, Connection};
use crate::load::{Endpoint, Flow};
use crate::mock::Mock;
use crate::postgres::Postgres;
use crate::process::{self, Memory, Used};
use crate::system::Which;

/// How long one may take to answer for the first time.
const STARTING: Duration = Duration::from_mins(3);
const STOPPING: Duration = Duration::from_secs(30);

/// A running peer.
pub(crate) struct Peer {
    which: Which,
    folder: PathBuf,
    modules: PathBuf,
    children: Vec<Child>,
    endpoints: Vec<Endpoint>,
    /// Where it answers questions about its runs, if there.
    admin: Option<std::net::SocketAddr>,
    pub(crate) ready_after: Duration,
}

/// What a peer is started with.
struct Scene<'a> {
    cache: &'a Path,
    /// Its own folder, made anew.
    folder: &'a Path,
    database: Option<&'a str>,
    mock: String,
}

impl Peer {
    /// Starts it with its flows, on fresh data.
    pub(crate) async fn start(
        which: Which,
        cache: &Path,
        folder: &Path,
        database: Option<&str>,
        mock: &Mock,
    ) -> Result<Self> {
        drop(fs::remove_dir_all(folder));
        fs::create_dir_all(folder)?;
        crate::disk::real(folder)?;
        let scene = Scene { cache, folder, database, mock: mock.url() };
        match which {
            Which::N8nSqlite | Which::N8nPostgres => n8n::start(which, &scene).await,
            Which::NodeRed => node_red::start(&scene).await,
            Which::Restate => restate::start(&scene).await,
            Which::Sqlite | Which::Postgres => bail!("{} is no peer", which.key()),
        }
        .with_context(|| format!("{} did not start; its logs are in {}", which.key(), folder.display()))
    }

    pub(crate) fn endpoint(&self, flow: Flow) -> Option<Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.flow == flow).cloned()
    }

    /// What all its processes have used.
    pub(crate) fn used(&self) -> Used {
        let mut all = Used { written: Some(0), ..Used::default() };
        for used in self.children.iter().map(|child| process::tree(child.id(), Memory::Sum)) {
            all.cpu += used.cpu;
            all.resident += used.resident;
            all.written = all.written.zip(used.written).map(|(sum, one)| sum + one);
        }
        all
    }

    /// That its own log of runs holds every run, where it has one. Gives the number of runs in it.
    pub(crate) async fn check(&self, postgres: Option<&Postgres>, sent: u32) -> Result<u64> {
        match self.which {
            Which::N8nSqlite | Which::N8nPostgres => n8n::check(self, postgres, sent),
            Which::Restate => restate::check(self, sent).await,
            Which::NodeRed | Which::Sqlite | Which::Postgres => Ok(0),
        }
    }

    /// Ends it and removes its data.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.end();
        fs::remove_dir_all(&self.folder)?;
        Ok(())
    }

    fn end(&mut self) {
        for child in &mut self.children {
            if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                let _ = kill_process(pid, Signal::TERM);
            }
            let until = Instant::now() + STOPPING;
            while matches!(child.try_wait(), Ok(None)) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(20));
            }
            drop(child.kill());
            drop(child.wait());
        }
        self.children.clear();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.end();
    }
}

impl Scene<'_> {
    fn modules(&self, name: &str) -> Result<PathBuf> {
        let modules = self.cache.join(name).join("node_modules");
        ensure!(modules.is_dir(), "{} is not installed: `make bench-peers` installs it", modules.display());
        Ok(modules)
    }

    /// Writes a flow with the mock's address in it.
    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        fs::write(&path, text.replace("@MOCK@", &self.mock))?;
        Ok(path)
    }

    /// A program in its folder, with nothing of this process's environment but where programs are.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name != "PATH" && name != "LANG" {
                command.env_remove(name);
            }
        }
        command.env("HOME", self.folder);
        command
    }

    /// Starts a program that stays; what it says goes to a log.
    fn spawn(&self, mut command: Command, log: &str) -> Result<Child> {
        let log = File::create(self.folder.join(log))?;
        command.stdout(log.try_clone()?).stderr(log);
        command.spawn().with_context(|| format!("{} cannot be started", command.get_program().display()))
    }
}

/// Runs a program to its end.
fn run(mut command: Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{}", command.get_program().display()))?;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "it ended with {}: {out}{err}", output.status);
    Ok(out.trim().to_owned())
}

fn endpoint(port: u16, path: &str, flow: Flow) -> Endpoint {
    Endpoint { address: ([127, 0, 0, 1], port).into(), path: path.to_owned(), status: StatusCode::OK, flow }
}

/// One request of its own connection.
async fn ask(address: std::net::SocketAddr, method: Method, path: &str, body: &str) -> Result<Answer> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json")
        .body(Full::new(Bytes::from(body.to_owned())))?;
    Connection::open(address).await?.send(request).await
}

/// Waits until an address answers as it should.
async fn answers(
    child: &mut Child,
    address: std::net::SocketAddr,
    path: &str,
    good: impl Fn(&Answer) -> bool,
) -> Result<()> {
    let until = Instant::now() + STARTING;
    loop {
        if let Some(status) = child.try_wait()? {
            bail!("it ended with {status}");
        }
        match ask(address, Method::GET, path, "").await {
            Ok(answer) if good(&answer) => return Ok(()),
            Ok(_) | Err(_) if Instant::now() < until => tokio::time::sleep(Duration::from_millis(50)).await,
            Ok(answer) => bail!("{path} still answers {}", answer.status),
            Err(error) => return Err(error),
        }
    }
}
