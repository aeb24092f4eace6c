//! Restate as it comes, with a Node service whose two steps are journaled.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hyper::Method;
use serde_json::{Value, json};
use throughline_test_support::free_port;

use super::{Peer, Scene, answers, ask, endpoint};
use crate::load::Flow;
use crate::system::Which;

pub(super) async fn start(scene: &Scene<'_>) -> Result<Peer> {
    let modules = scene.modules("restate")?;
    // The service finds its SDK beside it.
    std::os::unix::fs::symlink(&modules, scene.folder.join("node_modules"))?;
    let script = scene.write("service.mjs", include_str!("../../peers/restate/service.mjs"))?;
    let polyfill = scene.write("polyfill.cjs", include_str!("../../peers/restate/polyfill.cjs"))?;
    let (ingress, admin, node, service) = (free_port(), free_port(), free_port(), free_port());
    let address = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    let began = Instant::now();
    let mut start = scene.command(modules.join(".bin/restate-server"));
    start.args(["--no-logo", "--listen-mode", "tcp"]).arg("--base-dir").arg(scene.folder.join("data"));
    start
        .env("RESTATE_INGRESS__BIND_ADDRESS", address(ingress).to_string())
        .env("RESTATE_ADMIN__BIND_ADDRESS", address(admin).to_string())
        .env("RESTATE_BIND_ADDRESS", address(node).to_string())
        .env("RESTATE_DISABLE_TELEMETRY", "true");
    let mut server = scene.spawn(start, "restate.log")?;
    let mut run = scene.command("node");
    run.arg("--require").arg(polyfill).arg(script).arg(&scene.mock).arg(service.to_string());
    let handler = scene.spawn(run, "service.log")?;
    let ready = answers(&mut server, address(admin), "/health", |answer| answer.status.is_success()).await;
    let mut peer = Peer {
        which: Which::Restate,
        folder: scene.folder.to_owned(),
        modules,
        children: vec![server, handler],
        endpoints: vec![endpoint(ingress, "/bench/run", Flow::Sync)],
        admin: Some(address(admin)),
        ready_after: Duration::ZERO,
    };
    ready?;
    register(address(admin), address(service)).await?;
    peer.ready_after = began.elapsed();
    Ok(peer)
}

/// Tells the server where its service is; the service may still be starting.
async fn register(admin: SocketAddr, service: SocketAddr) -> Result<()> {
    let body = json!({ "uri": format!("http://{service}") }).to_string();
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = ask(admin, Method::POST, "/deployments", &body).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        ensure!(
            Instant::now() < until,
            "the service cannot be registered: {}",
            String::from_utf8_lossy(&answer.body)
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Its invocations, by its own tables: as many as requests, all of them completed well.
pub(super) async fn check(peer: &Peer, sent: u32) -> Result<u64> {
    let admin = peer.admin.context("its admin address")?;
    let query = "SELECT count(*) AS count FROM sys_invocation WHERE completion_result = 'success'";
    let answer = ask(admin, Method::POST, "/query", &json!({ "query": query }).to_string()).await?;
    let shown = || String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(answer.status.is_success(), "its tables cannot be read: {}", shown());
    let rows: Value = serde_json::from_slice(&answer.body).with_context(shown)?;
    let count = rows.pointer("/rows/0/count").and_then(Value::as_u64).with_context(shown)?;
    ensure!(
        count == u64::from(sent),
        "the result is void: {sent} requests, {count} invocations in its tables"
    );
    Ok(count)
}
