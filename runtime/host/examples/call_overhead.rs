//! Measures what a call costs: a fresh instance of a guest, its answer taken in and checked.
//!
//! `cargo run --release -p throughline-host --example call_overhead -- PLUGIN.wasm OPERATION [INPUT.json] [CALLS]`

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use throughline_domain::time::Timestamp;
use throughline_host::contract::RunInput;
use throughline_host::services::memory::services;
use throughline_host::{Call, Host, HostConfig};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [plugin, operation, rest @ ..] = args.as_slice() else {
        return Err("usage: call_overhead PLUGIN.wasm OPERATION [INPUT.json] [CALLS]".into());
    };
    let input: Value = match rest.first() {
        Some(path) => serde_json::from_slice(&std::fs::read(path)?)?,
        None => json!({}),
    };
    let calls: usize = rest.get(1).map_or(Ok(10_000), |text| text.parse())?;
    let mut out = std::io::stdout();

    let cache = std::env::temp_dir().join("throughline-call-overhead");
    let config = HostConfig::new(&cache, [0; 32]);
    let wasm = std::fs::read(plugin)?;
    Host::new(config.clone(), services(Timestamp(0), 1))?.load(&wasm).await?;
    let started = Instant::now();
    let host = Host::new(config, services(Timestamp(0), 1))?;
    let engine = started.elapsed();
    let plugin = host.load(&wasm).await?;
    writeln!(out, "engine {engine:?}, cached load {:?}", started.elapsed().saturating_sub(engine))?;

    let mut took: Vec<Duration> = Vec::with_capacity(calls);
    for _ in 0..calls {
        let call = Call::new(plugin.clone(), "bench", operation.as_str());
        let started = Instant::now();
        let outcome = host.run(call, RunInput::new(&input)).await;
        took.push(started.elapsed());
        outcome.result.map_err(|failure| failure.message)?;
    }
    took.sort_unstable();
    let at = |share: usize| took.get(took.len() * share / 1000).copied().unwrap_or_default();
    writeln!(
        out,
        "{calls} calls: p50 {:?}, p95 {:?}, p99 {:?}, max {:?}",
        at(500),
        at(950),
        at(990),
        at(999)
    )?;
    Ok(())
}
