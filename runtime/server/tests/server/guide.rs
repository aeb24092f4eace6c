//! docs/plugin-guide/README.md, command by command, in an empty folder: its console blocks are the script.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PROGRAM, Server, eventually, http};

/// What the guide promises from the first command to the last.
const PROMISED: Duration = Duration::from_mins(10);
/// The port that the guide names; the replay takes a free one.
const GUIDE_PORT: &str = "8099";

#[test]
fn heavy_the_plugin_guide_keeps_its_word() {
    let began = Instant::now();
    let commands = commands(&repository().join("docs/plugin-guide/README.md"));
    assert!(commands.len() >= 14, "the guide lost its commands: {commands:?}");
    let mut author = Author::new();
    for command in &commands {
        author.types(command);
    }
    let run = author.run.clone().expect("the guide starts a run");
    let shown: Value =
        serde_json::from_slice(&author.shell(&format!("throughline --json run show {run}")).stdout).unwrap();
    assert_eq!(shown["status"], "succeeded", "{shown}");
    let effects = shown["effects"].as_array().unwrap();
    assert_eq!((effects.len(), &effects[0]["state"]), (1, &"confirmed".into()), "{shown}");
    author.saw_one_write(&effects[0]);
    assert!(began.elapsed() < PROMISED, "it took {:?}", began.elapsed());
    author.tidies_up();
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The lines after `$ ` in console blocks, with what they continue on.
fn commands(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let (mut commands, mut inside, mut goes_on) = (Vec::<String>::new(), false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && goes_on {
            let last = commands.last_mut().unwrap();
            last.push('\n');
            last.push_str(line);
            goes_on = line.ends_with('\\');
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            commands.push(command.to_owned());
            goes_on = line.ends_with('\\');
        }
    }
    commands
}

/// Who follows the guide: a folder, a shell, and what they started in other terminals.
struct Author {
    _temp: TempDir,
    folder: PathBuf,
    /// Outside the temporary folder, so that dependencies are compiled once and not at every `make test`.
    target: PathBuf,
    port: String,
    offline: bool,
    remote: Option<Remote>,
    server: Option<Server>,
    /// The run that `run start` named.
    run: Option<String>,
}

impl Author {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().canonicalize().unwrap();
        let target = Path::new(PROGRAM).parent().unwrap().with_file_name("guide");
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port().to_string();
        Self { _temp: temp, folder, target, port, offline: false, remote: None, server: None, run: None }
    }

    /// One command of the guide. Ports, the run's id and consent are what a person fills in; the rest is as written.
    fn types(&mut self, written: &str) {
        let command = written.replace(GUIDE_PORT, &self.port);
        if command.starts_with("rustup ") {
            // `make` provides the target, by rustup or without it: scripts/guest-target.sh.
        } else if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            self.offline = self.attempt("cargo generate-lockfile --offline").status.success();
        } else if command.starts_with("python3 ") {
            self.remote = Some(Remote::start(self.command(&format!("exec {command}")), &self.port));
        } else if command == "throughline serve" {
            self.server = Some(Server::start(self.command("exec throughline serve --listen 127.0.0.1:0")));
        } else if command.starts_with("throughline plugin install") {
            self.consents(&command);
        } else if let Some(run) = command.strip_suffix("RUN") {
            let id = self.run.as_deref().expect("the guide starts a run before it shows one");
            self.shell(&format!("{run}{id}"));
        } else {
            let done = self.shell(&command);
            if command.contains("throughline run start") {
                let said = String::from_utf8_lossy(&done.stdout).into_owned();
                self.run = said.split_whitespace().next().map(str::to_owned);
            }
        }
    }

    /// Nobody sits at a terminal here: the command refuses and says what agrees to exactly these permissions.
    fn consents(&self, command: &str) {
        let refused = self.attempt(command);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("CANNOT BE UNDONE"), "{said}");
        let (_, accept) = said.split_once("to agree: ").unwrap_or_else(|| panic!("no hint in\n{said}"));
        self.shell(&format!("{command} {}", accept.lines().next().unwrap()));
    }

    /// A command that must succeed.
    fn shell(&self, command: &str) -> Output {
        let done = self.attempt(command);
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "$ {command}\n{out}\n{err}");
        done
    }

    fn attempt(&self, command: &str) -> Output {
        self.command(command).output().unwrap()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new("bash");
        // The program's folder is the shell's `$0`, and first on its PATH.
        let script = format!("PATH=$0:$PATH; {line}");
        command.args(["-euo", "pipefail", "-c", &script]).arg(Path::new(PROGRAM).parent().unwrap());
        command.current_dir(&self.folder).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("THROUGHLINE_")
                || name.starts_with("CARGO_PKG_")
                || name == "CARGO_MANIFEST_DIR"
            {
                command.env_remove(&*name);
            }
        }
        command.env("CARGO_TARGET_DIR", &self.target);
        if self.offline {
            command.env("CARGO_NET_OFFLINE", "true");
        }
        if line.starts_with("throughline plugin build") {
            command.envs(guest_toolchain());
        }
        command
    }

    /// The remote system's own view of the write.
    fn saw_one_write(&self, effect: &Value) {
        let url = format!("http://127.0.0.1:{}/v1/contacts", self.port);
        let (status, body) = http("GET", &url, &[("authorization", "Bearer example-secret")], b"");
        let contacts: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, contacts["items"].as_array().unwrap().len()), (200, 1), "{body}");
        assert_eq!(contacts["items"][0]["reference"], effect["idempotency_key"], "{body}");
        let log = std::fs::read_to_string(self.remote.as_ref().unwrap().log()).unwrap();
        assert_eq!(log.matches("\"POST ").count(), 1, "{log}");
    }

    /// The author's own crate has another path at each run: only its dependencies are worth keeping.
    fn tidies_up(self) {
        let name = self.folder.file_name().unwrap().to_string_lossy().into_owned();
        self.attempt(&format!("cargo clean --offline -p {name}"));
        self.attempt(&format!(
            "cargo clean --offline -p {name} --profile guest --target wasm32-unknown-unknown"
        ));
        self.server.unwrap().stop();
    }
}

/// What `make` found to build connectors with: nothing to say for rustup, another compiler for its fallback.
fn guest_toolchain() -> BTreeMap<&'static str, String> {
    let text = std::fs::read_to_string(repository().join(".cache/guest.env")).unwrap_or_default();
    // Written by bash's `printf %q`: a path with a space in it has backslashes.
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.map(|value| value.trim_matches('\'').replace('\\', "")).unwrap_or_default()
    };
    if value("GUEST_TOOLCHAIN") != "debian" {
        return BTreeMap::new();
    }
    BTreeMap::from([
        ("RUSTC", value("GUEST_RUSTC")),
        ("RUSTC_BOOTSTRAP", "1".to_owned()),
        ("LD_LIBRARY_PATH", value("GUEST_LIBRARIES")),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", value("GUEST_LINKER")),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort".to_owned()),
    ])
}

/// The remote system in the second terminal.
struct Remote {
    child: Child,
    folder: TempDir,
}

impl Remote {
    fn start(mut command: Command, port: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let remote = Self { child, folder };
        let address = format!("127.0.0.1:{port}");
        eventually("the remote system", Duration::from_secs(20), || TcpStream::connect(&address).ok());
        remote
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
