//! n8n as it comes: execution data saved, JavaScript in its task runner.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use throughline_test_support::free_port;

use super::{Peer, Scene, answers, endpoint, run};
use crate::load::Flow;
use crate::postgres::Postgres;
use crate::system::Which;

const FLOWS: [(&str, &str, &str); 2] = [
    ("bench-sync.json", include_str!("../../peers/n8n/bench-sync.json"), "benchSync0000001"),
    ("bench-async.json", include_str!("../../peers/n8n/bench-async.json"), "benchAsync000001"),
];
const COUNT: &str = include_str!("../../peers/n8n/count.cjs");
/// The last executions are written a moment after their answer.
const WRITTEN: Duration = Duration::from_secs(20);

pub(super) async fn start(which: Which, scene: &Scene<'_>) -> Result<Peer> {
    let modules = scene.modules("n8n")?;
    scene.write("count.cjs", COUNT)?;
    let (port, broker) = (free_port(), free_port());
    for (name, text, id) in FLOWS {
        let file = scene.write(name, text)?;
        let mut import = command(scene, &modules, port, broker);
        import.arg("import:workflow").arg(format!("--input={}", file.display()));
        run(import).context("import")?;
        let mut publish = command(scene, &modules, port, broker);
        publish.arg("publish:workflow").arg(format!("--id={id}"));
        run(publish).context("publish")?;
    }
    let began = Instant::now();
    let mut start = command(scene, &modules, port, broker);
    start.arg("start");
    let mut child = scene.spawn(start, "n8n.log")?;
    let sync = endpoint(port, "/webhook/bench-sync", Flow::Sync);
    // It is ready before its webhooks are.
    for flow in ["bench-sync", "bench-async"] {
        answers(&mut child, sync.address, &format!("/webhook/{flow}"), |answer| {
            String::from_utf8_lossy(&answer.body).contains("Did you mean to make a POST request")
        })
        .await?;
    }
    Ok(Peer {
        which,
        folder: scene.folder.to_owned(),
        modules,
        children: vec![child],
        endpoints: vec![sync, endpoint(port, "/webhook/bench-async", Flow::Async)],
        admin: None,
        ready_after: began.elapsed(),
    })
}

fn command(scene: &Scene<'_>, modules: &Path, port: u16, broker: u16) -> Command {
    let mut command = scene.command("node");
    command.arg(modules.join("n8n/bin/n8n"));
    command
        .env("N8N_USER_FOLDER", scene.folder)
        .env("N8N_PORT", port.to_string())
        .env("N8N_LISTEN_ADDRESS", "127.0.0.1")
        .env("N8N_RUNNERS_BROKER_PORT", broker.to_string())
        .env("N8N_DIAGNOSTICS_ENABLED", "false")
        .env("N8N_VERSION_NOTIFICATIONS_ENABLED", "false");
    // postgres://user:password@host:port/database
    let parts = scene.database.and_then(|url| {
        let (user, rest) = url.strip_prefix("postgres://")?.split_once('@')?;
        Some((user.split_once(':')?, rest.split_once('/')?))
    });
    if let Some(((user, password), (server, database))) = parts {
        let (host, port) = server.split_once(':').unwrap_or((server, "5432"));
        command
            .env("DB_TYPE", "postgresdb")
            .env("DB_POSTGRESDB_HOST", host)
            .env("DB_POSTGRESDB_PORT", port)
            .env("DB_POSTGRESDB_DATABASE", database)
            .env("DB_POSTGRESDB_USER", user)
            .env("DB_POSTGRESDB_PASSWORD", password);
    }
    command
}

/// Its executions, by its own database: as many as requests, all of them good.
pub(super) fn check(peer: &Peer, postgres: Option<&Postgres>, sent: u32) -> Result<u64> {
    let until = Instant::now() + WRITTEN;
    loop {
        let (count, good) = counts(peer, postgres)?;
        if count == u64::from(sent) && good == count {
            return Ok(count);
        }
        ensure!(
            Instant::now() < until,
            "the result is void: {sent} requests, {count} executions in its database, {good} of them good"
        );
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn counts(peer: &Peer, postgres: Option<&Postgres>) -> Result<(u64, u64)> {
    let text = if let Some(postgres) = postgres {
        postgres.query("SELECT count(*), count(*) FILTER (WHERE status = 'success') FROM execution_entity")
    } else {
        let mut count = Command::new("node");
        count
            .arg(peer.folder.join("count.cjs"))
            .arg(&peer.modules)
            .arg(peer.folder.join(".n8n/database.sqlite"));
        let output = count.output()?;
        ensure!(
            output.status.success(),
            "its database cannot be read: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let (count, good) = text.split_once('|').context("two counts")?;
    Ok((count.parse()?, good.parse()?))
}
