//! The real server as a process: started with failpoints, killed in every way, asked over its API.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Result;
use crate::report::say;

/// How long a start may take before it counts as hanging.
const START: Duration = Duration::from_mins(1);
/// How long one request may take; a dying server answers nothing.
const REQUEST: Duration = Duration::from_secs(5);
/// How long an answer may take when nothing is wrong and the machine is busy.
const PEACE: Duration = Duration::from_secs(30);
/// Between two tries of a request that was refused for now.
const AGAIN: Duration = Duration::from_millis(100);

/// The program and what is built into it.
#[derive(Clone, Debug)]
pub struct Program {
    /// The binary, built with the feature `failpoints`.
    pub path: PathBuf,
    /// Folder with the connectors.
    pub bundle: PathBuf,
    /// A fault that is built in.
    pub fault: Option<String>,
    /// Further settings, each `KEY=VALUE`.
    pub settings: Vec<String>,
}

/// Where a server keeps its data.
#[derive(Clone, Debug)]
pub struct Place {
    /// Data directory.
    pub dir: PathBuf,
    /// PostgreSQL's URL; SQLite in the directory without one.
    pub database: Option<String>,
    /// File for the server's log.
    pub log: PathBuf,
}

impl Place {
    /// A place whose log is beside the directory.
    pub fn new(dir: PathBuf, database: Option<String>) -> Self {
        Self { log: dir.with_extension("log"), dir, database }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Its API.
    pub api: Api,
}

/// What became of a start.
#[derive(Debug)]
pub enum Started {
    /// It serves.
    Ready(Box<Server>),
    /// It ended before it served.
    Ended(ExitStatus),
}

/// True if a failpoint ended the process.
pub fn aborted(status: ExitStatus) -> bool {
    status.signal() == Some(Signal::ABORT.as_raw())
}

impl Program {
    /// A command of the program on a place, with none of the caller's settings.
    pub fn command(&self, place: &Place, args: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.arg("--data").arg(&place.dir).args(args);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("THROUGHLINE_") {
                command.env_remove(name);
            }
        }
        command.env("THROUGHLINE_BUNDLE", &self.bundle).env_remove("FAILPOINTS");
        if let Some(fault) = &self.fault {
            command.env("THROUGHLINE_FAULT", fault);
        }
        if let Some(url) = &place.database {
            command.env("THROUGHLINE_DATABASE_URL", url);
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Starts a server; `failpoints` as the `fail` crate reads them.
    pub async fn start(&self, place: &Place, failpoints: &str) -> Result<Started> {
        self.start_with(place, failpoints, &[]).await
    }

    /// Starts a server with further variables in its environment.
    pub async fn start_with(
        &self,
        place: &Place,
        failpoints: &str,
        environment: &[(&str, OsString)],
    ) -> Result<Started> {
        let mut command = self.command(place, &["serve", "--listen", "127.0.0.1:0"]);
        command.args([
            "--set",
            "engine.lease_ms=1000",
            "--set",
            "engine.drain_ms=5000",
            "--log-format",
            "json",
        ]);
        command.args(self.settings.iter().flat_map(|setting| ["--set", setting.as_str()]));
        if !failpoints.is_empty() {
            command.env("FAILPOINTS", failpoints);
        }
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        std::fs::create_dir_all(&place.dir)?;
        let log = OpenOptions::new().create(true).append(true).open(&place.log)?;
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let ready = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(url) = line.strip_prefix("ready ") {
                    return Some(url.to_owned());
                }
            }
            None
        };
        let url = tokio::time::timeout(START, ready).await.map_err(|_| "the server hangs at its start")?;
        let Some(url) = url else { return Ok(Started::Ended(child.wait().await?)) };
        let token = std::fs::read_to_string(place.dir.join("admin.token"))?.trim().to_owned();
        Ok(Started::Ready(Box::new(Server { child, api: Api::new(url, token)? })))
    }

    /// Starts a server that must come up.
    pub async fn serve(&self, place: &Place) -> Result<Server> {
        match self.start(place, "").await? {
            Started::Ready(server) => Ok(*server),
            Started::Ended(status) => {
                Err(format!("the server did not start: {status}; see {}", place.log.display()).into())
            }
        }
    }

    /// What `doctor --verify` has against the database and its runs.
    pub async fn verify(&self, place: &Place) -> Result<Vec<String>> {
        let (code, out, err) = self.run(place, &["doctor", "--verify", "--json"]).await?;
        let findings: Value = serde_json::from_str(&out).unwrap_or_default();
        let of = |name: &str| {
            findings.as_array().into_iter().flatten().find(|finding| finding["name"] == name).cloned()
        };
        let (Some(database), Some(runs)) = (of("database"), of("runs")) else {
            return Err(format!("doctor --verify ended with {code:?}: {err}").into());
        };
        let wrong = [database, runs].into_iter().filter(|finding| finding["state"] != "good");
        Ok(wrong.map(|finding| format!("doctor --verify: {}", finding["words"])).collect())
    }

    /// Runs a command to its end; exit code, standard output and standard error.
    pub async fn run(&self, place: &Place, args: &[&str]) -> Result<(Option<i32>, String, String)> {
        let output = self.command(place, args).output().await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((output.status.code(), text(&output.stdout), text(&output.stderr)))
    }
}

impl Server {
    /// The process, as long as it lives.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(kill_process(id.ok_or("the server is gone")?, signal)?)
    }

    /// Waits for its end for so long.
    pub async fn ended(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => Ok(Some(status?)),
            Err(_) => Ok(None),
        }
    }

    /// kill -9.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// Stops it in order; false: it did not end well.
    pub async fn stop(mut self) -> Result<bool> {
        self.signal(Signal::TERM)?;
        let status = self.ended(Duration::from_secs(30)).await?;
        Ok(status.is_some_and(|status| status.success()))
    }
}

/// The public API.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    token: String,
    /// A browser's session instead of the token.
    cookie: Option<String>,
    http: reqwest::Client,
    /// For so long a request that is refused for now is sent again.
    outlasts: Duration,
}

/// Status and body of an answer.
pub type Answer = (u16, Value);

impl Api {
    fn new(base: String, token: String) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(REQUEST).build()?;
        Ok(Self { base, token, cookie: None, http, outlasts: Duration::ZERO })
    }

    /// Another wait for answers.
    pub fn patient(&self, patience: Duration) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(patience).build()?;
        Ok(Self { http, ..self.clone() })
    }

    /// For after the faults: answers may take long, and a 503, which says that nothing was done and that it will pass
    /// by itself, is waited out. How long it took is said.
    pub fn in_peace(&self) -> Result<Self> {
        Ok(Self { outlasts: PEACE, ..self.patient(PEACE)? })
    }

    /// As somebody whose browser has this cookie.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self.clone() }
    }

    /// Sets the password of an invitation; gives the cookie.
    pub async fn begin_account(&self, path: &str, password: &str) -> Result<String> {
        let form = format!("password={0}&again={0}", password.replace(' ', "+"));
        let http =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        let request = http
            .post(format!("{}{path}", self.base))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let response = request.send().await?;
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
        Ok(cookie.ok_or_else(|| format!("{path} gives no cookie: {}", response.status()))?)
    }

    /// One request below `/api/v1`.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let began = Instant::now();
        let mut refused = None;
        loop {
            let (status, answer) = self.call_once(method, path, body).await?;
            if status == 503 && began.elapsed() < self.outlasts {
                refused = Some(answer);
                tokio::time::sleep(AGAIN).await;
                continue;
            }
            if let Some(words) = refused {
                say(&format!(
                    "  waited out for {} ms: {method} {path}: 503 {words}",
                    began.elapsed().as_millis()
                ));
            }
            return Ok((status, answer));
        }
    }

    async fn call_once(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let url = format!("{}/api/v1{path}", self.base);
        let request = self.http.request(method.parse()?, url);
        let mut request = match &self.cookie {
            Some(cookie) => request.header("cookie", cookie).header("sec-fetch-site", "same-origin"),
            None => request.bearer_auth(&self.token),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        Self::answer(request).await
    }

    /// A GET that must be answered well.
    pub async fn get(&self, path: &str) -> Result<Value> {
        good(path, self.call("GET", path, None).await?)
    }

    /// A POST that must be answered well.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        good(path, self.call("POST", path, Some(body)).await?)
    }

    /// All rows of a list.
    pub async fn list(&self, path: &str) -> Result<Vec<Value>> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut rows, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{joint}limit=200{after}")).await?;
            rows.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(rows),
            }
        }
    }

    /// Sends an event to a webhook.
    pub async fn hook(&self, path: &str, body: &Value) -> Result<Answer> {
        Self::answer(self.http.post(format!("{}/hooks/default/{path}", self.base)).json(body)).await
    }

    /// `/readyz` says that it takes work.
    pub async fn is_ready(&self) -> bool {
        let answer = self.http.get(format!("{}/readyz", self.base)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Installs a connector.
    pub async fn install(&self, file: &Path) -> Result<Answer> {
        let bytes = std::fs::read(file)?;
        let url = format!("{}/api/v1/plugins", self.base);
        let send = |url: String| {
            let request = self.http.post(url).bearer_auth(&self.token).timeout(Duration::from_mins(1));
            Self::answer(request.header("content-type", "application/wasm").body(bytes.clone()))
        };
        let (status, refusal) = send(url.clone()).await?;
        let words = refusal["error"]["hint"].as_str().unwrap_or_default();
        match words.split_once("?accept=") {
            Some((_, hash)) if status == 409 => send(format!("{url}?accept={}", hash.trim())).await,
            _ => Ok((status, refusal)),
        }
    }

    async fn answer(request: reqwest::RequestBuilder) -> Result<Answer> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }
}

fn good(path: &str, (status, body): Answer) -> Result<Value> {
    if (200..300).contains(&status) {
        Ok(body)
    } else {
        Err(format!("{path} answers {status}: {body}").into())
    }
}
