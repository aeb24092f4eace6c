//! Starting the program, speaking to it, and ending it in all the ways it can end.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_throughline");

/// A data directory whose path has a space in it.
pub(crate) struct Data {
    _temp: TempDir,
    path: PathBuf,
    /// Kept over restarts: webhooks that a remote system still owes come to the same address.
    port: u16,
}

impl Data {
    pub(crate) fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("data dir");
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self { _temp: temp, path, port: free.local_addr().unwrap().port() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::create_dir_all(&self.path).unwrap();
        let path = self.path.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program with this directory.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("--data").arg(&self.path).args(args).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("THROUGHLINE_") && name != "THROUGHLINE_BUNDLE" {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Done {
        Done(self.command(args).output().unwrap())
    }

    /// Runs a command that must succeed and prints JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let mut with_json = vec!["--json"];
        with_json.extend_from_slice(args);
        let done = self.run(&with_json);
        assert_eq!(done.code(), 0, "{args:?}: {}", done.err());
        serde_json::from_slice(&done.0.stdout).unwrap()
    }

    /// Starts a server on this directory's port and waits until it is ready.
    pub(crate) fn serve(&self, args: &[&str]) -> Server {
        let address = format!("127.0.0.1:{}", self.port);
        let mut all = vec!["serve", "--listen", &address];
        all.extend_from_slice(args);
        Server::start(self.command(&all))
    }

    /// Calls of one of the demo's systems, as its own books have them.
    pub(crate) fn ledger(&self, system: &str) -> Vec<Value> {
        let text =
            std::fs::read_to_string(self.join(&format!("demo/{system}/ledger.jsonl"))).unwrap_or_default();
        // A kill may leave half a line at the end.
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

/// A command that ended.
pub(crate) struct Done(pub(crate) Output);

impl Done {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// It failed with this exit code and this error, in words and without a panic.
    pub(crate) fn assert_refused(&self, exit: i32, code: &str) {
        let err = self.err();
        assert_eq!(self.code(), exit, "{err}");
        assert!(err.contains(&format!("error[{code}]")), "{code} in\n{err}");
        assert!(err.contains(&format!("see: docs/errors/{code}.md")), "{err}");
        assert!(!err.contains("panicked"), "{err}");
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/errors/{code}.md"));
        assert!(page.is_file(), "{} is missing", page.display());
    }
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    lines: Receiver<String>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
        });
        // Read to its end, so that the server never waits for us; shown by the test runner when a test fails.
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).for_each(|line| {
                show(&line);
                kept.lock().unwrap().push(line);
            });
        });
        let mut server = Self { child, url: String::new(), lines, log };
        let ready = server.line_with("ready ", Duration::from_secs(90));
        ready.trim_start_matches("ready ").clone_into(&mut server.url);
        server
    }

    /// The next line of standard output that begins so.
    pub(crate) fn line_with(&mut self, beginning: &str, patience: Duration) -> String {
        let until = Instant::now() + patience;
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.starts_with(beginning) {
                return line;
            }
        }
        panic!("no line `{beginning}…` within {patience:?}; the server's state: {:?}", self.child.try_wait());
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end and gives the exit code.
    pub(crate) fn ended(&mut self, patience: Duration) -> Option<i32> {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server did not end within {patience:?}");
    }

    /// Stops it in order.
    pub(crate) fn stop(mut self) {
        self.signal(Signal::TERM);
        assert_eq!(self.ended(Duration::from_mins(1)), Some(0));
        assert!(!self.said("panicked"), "a task of the server panicked");
    }

    /// Its log has a line with these words.
    pub(crate) fn said(&self, words: &str) -> bool {
        self.log.lock().unwrap().iter().any(|line| line.contains(words))
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A line of the server's log, for who reads a failed test.
fn show(line: &str) {
    drop(writeln!(std::io::stderr(), "server: {line}"));
}

impl Data {
    /// Installs a connector that ships with the program.
    pub(crate) fn install(&self, connector: &str) {
        let bundle = Path::new(PROGRAM).with_file_name("bundle");
        let file = bundle.join("plugins").join(format!("{connector}.wasm"));
        let file = file.to_str().unwrap();
        let refused = self.run(&["plugin", "install", file]);
        let said = refused.err();
        let (_, accept) =
            said.split_once("--accept ").unwrap_or_else(|| panic!("no permissions to agree to in\n{said}"));
        let accept: String = accept.chars().take_while(|c| *c == ':' || c.is_ascii_alphanumeric()).collect();
        self.json(&["plugin", "install", file, "--accept", &accept]);
    }

    /// The first token.
    pub(crate) fn token(&self) -> String {
        std::fs::read_to_string(self.join("admin.token")).unwrap().trim().to_owned()
    }
}

/// Looks until something is there.
pub(crate) fn eventually<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + patience;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "{what}: not within {patience:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// One HTTP request with nothing but what is given; status and body.
pub(crate) fn http(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    try_http(method, url, headers, body).unwrap()
}

/// The same, to a server that may be gone.
pub(crate) fn try_http(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> reqwest::Result<(u16, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = client.request(method.parse().unwrap(), url).body(body.to_vec());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.text().await?))
    })
}
