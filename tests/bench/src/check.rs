//! Afterwards: every run is in the API and has ended well; each that is read has one receipt, that of its own write.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::api::Api;
use crate::body;
use crate::mock::{Books, Mock};
use crate::server::Server;

/// Rows of a page, the most there are.
const PAGE: usize = 200;
/// Readers at the same time.
const READERS: usize = 8;

/// Runs that are read after a start with more of them: evenly spread over all.
const READ: usize = 30_000;

/// Lists all runs and reads each of them, or so many that are evenly spread.
pub(crate) async fn every_run(server: &Server, mock: &Mock, sent: u32) -> Result<u64> {
    let runs = list(&mut server.api().await?).await?;
    ensure!(
        runs.len() == sent as usize && runs.len() == mock.books.posts(),
        "the result is void: {sent} requests, {} POSTs, {} runs in the API",
        mock.books.posts(),
        runs.len()
    );
    let every = runs.len().div_ceil(READ).max(1);
    let runs: Vec<String> = runs.into_iter().step_by(every).collect();
    let due = runs.len() as u64;
    let queue = Arc::new(Mutex::new(runs));
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(read(server.api().await?, Arc::clone(&queue), mock.books.clone()));
    }
    let mut invoices = vec![0_u32; sent as usize + 1];
    let mut count = 0;
    while let Some(read) = readers.join_next().await {
        for invoice in read?? {
            count += 1;
            *invoices.get_mut(invoice).context("a receipt names an invoice that the mock did not make")? += 1;
        }
    }
    let twice = invoices.iter().filter(|times| **times > 1).count();
    ensure!(
        count == due && twice == 0,
        "the result is void: {due} runs read, {count} receipts, {twice} invoices on several receipts"
    );
    Ok(count)
}

/// The ids of all runs; every one must have succeeded.
async fn list(api: &mut Api) -> Result<Vec<String>> {
    let mut runs = Vec::new();
    let mut others: BTreeMap<String, u64> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = api.get(&format!("/runs?limit={PAGE}{after}")).await?;
        for row in page["items"].as_array().into_iter().flatten() {
            let status = row["status"].as_str().unwrap_or_default();
            if status != "succeeded" {
                *others.entry(status.to_owned()).or_default() += 1;
            }
            runs.push(row["run_id"].as_str().unwrap_or_default().to_owned());
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    ensure!(others.is_empty(), "the result is void: runs that did not succeed: {others:?}");
    Ok(runs)
}

/// Reads runs until none is left; gives the invoices of their receipts.
async fn read(mut api: Api, queue: Arc<Mutex<Vec<String>>>, books: Books) -> Result<Vec<usize>> {
    let mut invoices = Vec::new();
    loop {
        let next = queue.lock().await.pop();
        let Some(run) = next else { return Ok(invoices) };
        let shown = api.get(&format!("/runs/{run}")).await?;
        invoices.push(receipt(&shown, &books).with_context(|| format!("the result is void: run {run}"))?);
    }
}

/// The invoice on a run's one receipt, which the mock made of this run's event.
fn receipt(run: &Value, books: &Books) -> Result<usize> {
    let effects = run["effects"].as_array().map(Vec::as_slice).unwrap_or_default();
    let [effect] = effects else { bail!("it has {} writes instead of one", effects.len()) };
    ensure!(effect["state"] == "confirmed", "its write is {}", effect["state"]);
    ensure!(effect["intended_at"].is_string(), "its write has no intent");
    let id = effect.pointer("/receipt/json/id").and_then(Value::as_str);
    let invoice =
        id.and_then(body::invoice_number).with_context(|| format!("its receipt is {}", effect["receipt"]))?;
    let sent = body::tag_in(run["input"]["first"].as_str().unwrap_or_default().as_bytes());
    ensure!(
        sent.is_some() && books.tag_of(invoice) == sent,
        "its receipt {invoice} belongs to another request"
    );
    Ok(invoice)
}
