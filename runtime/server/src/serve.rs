//! `serve`: take the directory, listen, announce, and stop in order.

use std::io::{ErrorKind, IsTerminal};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use throughline_api::Practice;
use throughline_host::services::Clock;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::bundle::Bundle;
use crate::cli::{Global, ServeArgs};
use crate::client::Client;
use crate::config::Settings;
use crate::data_dir::{DataDir, Locked, ServerFile};
use crate::demo::{Beside, Decider, Demo, Player, Systems};
use crate::error::{CliError, Result, codes};
use crate::services::SystemClock;
use crate::stack::{NOTHING_KEPT, Stack, patience, patiently, said_at_stop};
use crate::{mail_in, operator, output, telemetry};

/// Exit code after a second Ctrl-C.
const AT_ONCE: i32 = 130;
/// How long open connections may take to end by themselves.
const CONNECTIONS_END: Duration = Duration::from_secs(5);

/// Serves until a signal.
pub(crate) async fn carry_out(args: &ServeArgs, global: &Global, settings: &Settings) -> Result<()> {
    telemetry::start(settings)?;
    let mut signals = Signals::listen()?;
    let locked = DataDir::new(&global.data).lock()?;
    let listener = bind(settings.listen()?).await?;
    let mail_in = mail_in::listen(settings).await?;
    let address = listener.local_addr().map_err(|error| cannot_listen(settings.listen().ok(), &error))?;
    let url = format!("http://{address}");
    let token = locked.ensure_admin_token()?;
    let systems = simulated(args, &locked).await?;
    let settings =
        &systems.as_ref().map_or_else(|| Ok(settings.clone()), |systems| systems.with_mail(settings))?;
    let practice = systems.as_ref().map(|systems| Arc::new(Beside::new(systems, &url)) as Arc<dyn Practice>);
    let stack = tokio::select! {
        started = Stack::serve(locked, settings, address, practice) => started?,
        // It may be waiting for its database.
        () = signals.next() => return Ok(()),
    };
    let closing = CancellationToken::new();
    let listening = listen(listener, stack.router(), closing.clone());
    let client = Client::in_process(stack.router(), token, None);
    let demo = match prepare(systems.clone().filter(|_| args.demo), settings, &stack, (&client, &url)).await {
        Ok(demo) => demo,
        Err(error) => {
            said_at_stop(stack.stop().await);
            return Err(error);
        }
    };
    if let Some(mail_in) = mail_in {
        output::note(format!("mail for {} is taken on {}", mail_in.domain, mail_in.address));
        stack.take_mail(mail_in);
    }
    fail::fail_point!("server.before_announce", |_| std::process::abort());
    stack.locked().announce(&server_file(&url))?;
    fail::fail_point!("server.after_announce", |_| std::process::abort());
    output::line(format!("ready {url}"));
    let sign_in = format!("{url}{}", stack.sign_in_path());
    if !address.ip().is_loopback() {
        output::note(format!("warning: {address} is reachable by other machines; put TLS before it"));
    }
    // Logs are kept: what opens everything is shown to people, and where nobody has another way in.
    let mut shows = demo.is_some() || std::io::stderr().is_terminal();
    match stack.setup_path().await {
        Ok(Some(setup)) => {
            shows = true;
            output::note(format!(
                "no account yet: make the first one at {url}{setup} (works once, for a day)"
            ));
        }
        Ok(None) => {}
        // The server is up: what it cannot write now it says elsewhere.
        Err(error) => output::note(format!("no link for the first account: {error}")),
    }
    if shows {
        output::note(format!("sign in once: {sign_in}"));
    }
    until_stopped(&stack, demo.as_ref(), (&url, &sign_in), &mut signals).await;
    let stopping = stop(stack, systems, closing, listening);
    tokio::select! {
        stopped = stopping => stopped,
        () = signals.next() => at_once(&global.data),
    }
}

/// The simulated systems, where they were asked for.
async fn simulated(args: &ServeArgs, locked: &Locked) -> Result<Option<Arc<Systems>>> {
    if !args.demo && !args.simulators {
        return Ok(None);
    }
    Ok(Some(Arc::new(Systems::start(locked).await?)))
}

/// The workspaces, the operator's open ranges, and the demo if it was asked for.
async fn prepare(
    systems: Option<Arc<Systems>>,
    settings: &Settings,
    stack: &Stack,
    (client, url): (&Client, &str),
) -> Result<Option<Demo>> {
    let demo = match systems {
        Some(systems) => {
            let bundle = Bundle::find(settings.optional("plugins.bundle"))?;
            Some(Demo::start(systems, stack.locked(), client, (&bundle, url)).await?)
        }
        None => None,
    };
    let patience = patience(settings);
    patiently(patience, async || operator::ensure_workspace(client).await).await?;
    patiently(patience, async || operator::open_ranges(client, settings).await).await?;
    Ok(demo)
}

/// Tells the demo's story, then waits for a signal or a failed disk.
async fn until_stopped(
    stack: &Stack,
    demo: Option<&Demo>,
    (url, sign_in): (&str, &str),
    signals: &mut Signals,
) {
    let mut failed = stack.failed();
    let story = async {
        if let Some(demo) = demo {
            let link = |player: &Player| format!("{url}{}", stack.sign_in_path_of(&player.person));
            let links: Vec<String> = demo.players().iter().map(link).collect();
            let approver = demo.players().iter().find(|player| player.role == "approver");
            let decider = approver.map(|player| Decider {
                server: url.to_owned(),
                mail: player.mail.clone(),
                sign_in: stack.sign_in_path_of(&player.person),
            });
            demo.tell(sign_in, &links, decider.as_ref()).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = story => {}
        () = signals.next() => {
            output::note("stopping: steps under way finish first; press Ctrl-C again to stop at once (nothing is lost either way)");
        }
        _ = failed.wait_for(Option::is_some) => {
            tracing::error!("the disk failed a write; the server stops");
        }
    }
}

async fn stop(
    stack: Stack,
    systems: Option<Arc<Systems>>,
    closing: CancellationToken,
    listening: JoinHandle<()>,
) -> Result<()> {
    stack.begin_to_stop();
    let broken = stack.failed().borrow().clone();
    stack.locked().withdraw();
    closing.cancel();
    // Whoever waits for a run's reply waits in vain then.
    let patience = if broken.is_some() { NOTHING_KEPT } else { CONNECTIONS_END };
    let ended = tokio::time::timeout(patience, listening).await.is_ok();
    tracing::debug!(connections.ended = ended, "stopped listening");
    let stopped = stack.stop().await;
    if let Some(systems) = systems {
        systems.stop().await;
    }
    if let Some(error) = broken {
        return Err(crate::stack::of_store(error));
    }
    said_at_stop(stopped);
    output::note("stopped");
    Ok(())
}

/// Everything accepted is durable: ending here loses nothing.
fn at_once(data: &std::path::Path) -> Result<()> {
    drop(std::fs::remove_file(data.join("server.json")));
    output::note("stopped at once; what was under way is settled at the next start");
    #[expect(clippy::disallowed_methods, reason = "the second Ctrl-C asks for exactly this")]
    std::process::exit(AT_ONCE)
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| cannot_listen(Some(address), &error))
}

fn cannot_listen(address: Option<SocketAddr>, error: &std::io::Error) -> CliError {
    let shown = address.map_or_else(|| "the address".to_owned(), |address| address.to_string());
    if error.kind() == ErrorKind::AddrInUse {
        return CliError::unavailable(codes::PORT_TAKEN, format!("{shown} is taken by another program"))
            .hint("name another port with --listen, or stop what listens there");
    }
    CliError::unavailable(codes::LISTEN, format!("cannot listen on {shown}: {error}"))
        .hint("is it an address of this machine, and a port this user may have (above 1023)?")
}

fn listen(listener: TcpListener, router: Router, closing: CancellationToken) -> JoinHandle<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(closing.cancelled_owned());
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "listening ended");
        }
    })
}

fn server_file(url: &str) -> ServerFile {
    ServerFile { url: url.to_owned(), pid: std::process::id(), started_at: SystemClock.now().to_rfc3339() }
}

/// What stops a server.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        let on = |kind| {
            signal(kind)
                .map_err(|error| CliError::unavailable(codes::INTERNAL, format!("no signals: {error}")))
        };
        Ok(Self { interrupt: on(SignalKind::interrupt())?, terminate: on(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
