//! Our own server: the real binary on a data directory of its own, with the two workflows.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::api::Api;
use crate::mock::Mock;

/// The workspace of a fresh installation.
const WORKSPACE: &str = "default";
const WORKFLOWS: [&str; 2] =
    [include_str!("../workflows/bench-sync.yaml"), include_str!("../workflows/bench-async.yaml")];
/// The connectors that the workflows use.
const CONNECTORS: [&str; 2] = ["http", "webhook"];
/// A stop drains for at most 20 seconds.
const STOPPING: Duration = Duration::from_mins(1);

/// How to start a server.
#[derive(Clone, Debug)]
pub(crate) struct Start<'a> {
    pub(crate) binary: &'a Path,
    /// Its own folder, made anew: data directory, log, trace.
    pub(crate) folder: &'a Path,
    /// PostgreSQL; else SQLite in the data directory.
    pub(crate) database: Option<&'a str>,
    /// Write down every fsync.
    pub(crate) traced: bool,
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) pid: u32,
    pub(crate) address: SocketAddr,
    token: String,
    folder: PathBuf,
    /// From the start of the process to the line that says it is ready.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts it and puts connectors, grant, connection and workflows in place.
    pub(crate) async fn start(start: &Start<'_>, mock: &Mock) -> Result<Self> {
        drop(fs::remove_dir_all(start.folder));
        fs::create_dir_all(start.folder)?;
        crate::disk::real(start.folder)?;
        let began = Instant::now();
        let mut child = command(start)?
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(start.folder.join("server.log"))?)
            .spawn()
            .with_context(|| format!("{} cannot be started", start.binary.display()))?;
        let address = ready(&mut child).with_context(|| {
            format!("the server did not start; its log: {}", start.folder.join("server.log").display())
        })?;
        let ready_after = began.elapsed();
        let data = start.folder.join("data");
        let announced: Value = serde_json::from_slice(&fs::read(data.join("server.json"))?)?;
        let pid = announced["pid"]
            .as_u64()
            .and_then(|pid| u32::try_from(pid).ok())
            .context("server.json names no pid")?;
        let token = fs::read_to_string(data.join("admin.token"))?.trim().to_owned();
        let server = Self { child, pid, address, token, folder: start.folder.to_owned(), ready_after };
        server.prepare(start.binary, mock).await?;
        Ok(server)
    }

    async fn prepare(&self, binary: &Path, mock: &Mock) -> Result<()> {
        let mut api = self.api().await?;
        for connector in CONNECTORS {
            let file = binary.with_file_name("bundle").join(format!("plugins/{connector}.wasm"));
            let wasm = fs::read(&file)
                .with_context(|| format!("{} is not built: run `make build`", file.display()))?;
            api.install(Bytes::from(wasm)).await?;
        }
        let range = format!("127.0.0.1/32:{}", mock.address.port());
        api.post("/grants", &json!({ "range": range, "reason": "the benchmark's mock on this machine" }))
            .await?;
        let connection =
            json!({ "name": "mock", "connector": "http", "settings": { "base_url": mock.url() } });
        api.post("/connections", &connection).await?;
        for text in WORKFLOWS {
            api.post("/workflows", &json!({ "text": text })).await?;
        }
        Ok(())
    }

    /// A new connection to its API.
    pub(crate) async fn api(&self) -> Result<Api> {
        Api::open(self.address, &self.token).await
    }

    /// The path of a workflow's webhook.
    pub(crate) fn hook(workflow: &str) -> String {
        format!("/hooks/{WORKSPACE}/{workflow}")
    }

    /// Every fsync so far with its time in seconds since 1970; empty unless started with `traced`.
    pub(crate) fn syncs(&self) -> Result<Vec<f64>> {
        let text = fs::read_to_string(trace_file(&self.folder))?;
        // `pid time fdatasync(12) = 0`; a call that was interrupted has a second line without an opening bracket.
        let calls = text.lines().filter(|line| line.contains("sync(") && !line.contains("resumed"));
        Ok(calls.filter_map(|line| line.split_whitespace().nth(1)?.parse().ok()).collect())
    }

    /// Stops it in order and removes its data.
    pub(crate) fn stop(mut self) -> Result<()> {
        signal(self.pid, Signal::TERM);
        let until = Instant::now() + STOPPING;
        loop {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!(
                        "the server ended with {status}; its log: {}",
                        self.folder.join("server.log").display()
                    );
                }
                break;
            }
            if Instant::now() > until {
                bail!("the server did not stop within {STOPPING:?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        fs::remove_dir_all(&self.folder)?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Under strace the child is strace: what it traces ends with a signal of its own.
            signal(self.pid, Signal::KILL);
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process(pid, signal);
    }
}

fn trace_file(folder: &Path) -> PathBuf {
    folder.join("fsync.trace")
}

fn command(start: &Start<'_>) -> Result<Command> {
    let mut command = if start.traced {
        let mut strace = Command::new("strace");
        // The filter in the kernel lets every other call pass untouched.
        strace.args(["-f", "-qq", "--seccomp-bpf", "-ttt", "-e", "trace=fsync,fdatasync", "-o"]);
        strace.arg(trace_file(start.folder)).arg("--").arg(start.binary);
        strace
    } else {
        Command::new(start.binary)
    };
    command.arg("--data").arg(start.folder.join("data")).args(["serve", "--listen", "127.0.0.1:0"]);
    if let Some(url) = start.database {
        command.args(["--database", url]);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("THROUGHLINE_") {
            command.env_remove(name);
        }
    }
    let folder = start.folder.parent().context("the server's folder has a parent")?;
    command.current_dir(folder);
    Ok(command)
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
