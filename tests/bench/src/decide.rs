//! `throughline-bench decide`: how long is it from a person's yes until the write is at its system, and is it ever wrong
//! when many decide at once? From outside: people are signed in, decisions go over HTTP, and a mock counts what comes.

mod people;
mod race;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use clap::Parser;
use serde_json::{Value, json};

use self::people::People;
use crate::api::Api;
use crate::histogram::Times;
use crate::mock::Mock;
use crate::scale::args::Store;
use crate::scale::checks::{Checks, ms};
use crate::scale::place::{Place, Server};
use crate::{disk, machine, say};

const CONNECTORS: [&str; 2] = ["http", "webhook"];
const WORKFLOW: &str = include_str!("../workflows/decide.yaml");
/// How long a run may take to propose, and a write to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Proposals that wait at the same time.
const AHEAD: usize = 50;

/// Decisions: how quick, and never wrong. `make decide` calls it; docs/performance.md has the figures.
#[derive(Debug, Parser)]
#[command(name = "throughline-bench decide")]
pub(crate) struct Args {
    /// The server's binary, with `bundle` beside it
    #[arg(long)]
    binary: PathBuf,
    /// Folder for the report and for data; must be on a real disk
    #[arg(long, default_value = "target/decide")]
    out: PathBuf,
    /// Databases, one after the other
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    stores: Vec<Store>,
    /// Decisions that are timed, one after the other
    #[arg(long, default_value_t = 1_000)]
    decisions: usize,
    /// Decisions that race
    #[arg(long, default_value_t = 10_000)]
    races: usize,
    /// Of these so many about one proposal, at once
    #[arg(long, default_value_t = 100)]
    at_once: usize,
    /// The binary is a debug build on a busy machine: bounds of time are ten times as wide
    #[arg(long)]
    loose: bool,
}

/// Carries out what the arguments behind `decide` ask for; false: a check failed.
pub(crate) async fn carry_out(arguments: impl Iterator<Item = String>) -> Result<bool> {
    let args = Args::parse_from(arguments);
    fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
    let (out, binary) =
        (args.out.canonicalize()?, args.binary.canonicalize().context("the server's binary")?);
    let mock = Mock::start()?;
    let mut checks = Checks::default();
    let mut database = None;
    for &store in &args.stores {
        checks.of(store.name());
        mock.books.clear();
        let place = Place::new(store, out.join(store.name()), &binary)?;
        let mut desk = Desk::open(&place, &mock).await?;
        timed(&mut desk, &args, &mut checks).await?;
        race::measure(&mut desk, (args.races, args.at_once), &mut checks).await?;
        desk.server.stop()?;
        if let Some(used) = &place.database {
            database = Some(used.query("SHOW server_version"));
        }
        place.remove()?;
    }
    let about = json!({
        "decisions": args.decisions,
        "races": args.races,
        "at_once": args.at_once,
        "loose": args.loose,
        "machine": machine::describe(&out, &disk::fdatasync(&out, 100).unwrap_or_else(|_| Times::new()), database.as_deref())?,
    });
    checks.finish(&out, &about, "decide")
}

/// A server with proposals on it, and people who decide.
struct Desk<'a> {
    server: Server,
    api: Api,
    people: People,
    mock: &'a Mock,
    /// Runs so far: each has its number.
    numbers: u32,
}

impl<'a> Desk<'a> {
    async fn open(place: &Place, mock: &'a Mock) -> Result<Self> {
        let server = place.serve(&[])?;
        let mut api = server.api().await?;
        for connector in CONNECTORS {
            api.install(Bytes::from(place.connector(connector)?)).await?;
        }
        let range = format!("127.0.0.1/32:{}", mock.address.port());
        api.post("/grants", &json!({ "range": range, "reason": "the mock on this machine" })).await?;
        let connection =
            json!({ "name": "mock", "connector": "http", "settings": { "base_url": mock.url() } });
        api.post("/connections", &connection).await?;
        let people = People::invite(&mut api, &server).await?;
        api.post("/workflows", &json!({ "text": WORKFLOW })).await?;
        Ok(Self { server, api, people, mock, numbers: 0 })
    }

    /// Starts so many runs, and waits until each proposes; the proposals, with the numbers of their runs.
    async fn propose(&mut self, count: usize) -> Result<Vec<(u32, Value)>> {
        let first = self.numbers + 1;
        for _ in 0..count {
            self.numbers += 1;
            let body = json!({ "order": name(self.numbers) });
            let status = self.api.hook("default/decide", &body).await?;
            ensure!(status.is_success(), "the webhook answers {status}");
        }
        let began = Instant::now();
        loop {
            let page = self.api.get("/proposals?state=open&limit=200").await?;
            let open = page["items"].as_array().cloned().unwrap_or_default();
            let numbered = open.into_iter().filter_map(|proposal| Some((number(&proposal)?, proposal)));
            let mut found: Vec<(u32, Value)> = numbered.filter(|(number, _)| *number >= first).collect();
            if found.len() == count {
                found.sort_by_key(|(number, _)| *number);
                return Ok(found);
            }
            if began.elapsed() > PATIENCE {
                bail!("of {count} runs {} propose after {PATIENCE:?}", found.len());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Nine digits behind a mark: the mock finds them in what it gets.
fn name(number: u32) -> String {
    format!("Ada{number:09}")
}

fn number(proposal: &Value) -> Option<u32> {
    let name = proposal["operations"][0]["input"]["body"]["json"]["name"].as_str()?;
    name.strip_prefix("Ada")?.parse().ok()
}

/// One decision after the other, each until its write has come.
async fn timed(desk: &mut Desk<'_>, args: &Args, checks: &mut Checks) -> Result<()> {
    let (mut answered, mut arrived) = (Times::new(), Times::new());
    let mut left = args.decisions;
    while left > 0 {
        let batch = left.min(AHEAD);
        left -= batch;
        for (_, proposal) in desk.propose(batch).await? {
            let before = desk.mock.books.posts();
            let began = Instant::now();
            let person = desk.people.next();
            ensure!(person.decide(&proposal, "approve").await?.is_success(), "a decision was refused");
            answered.note(began.elapsed());
            while desk.mock.books.posts() == before {
                ensure!(began.elapsed() < PATIENCE, "an approved write has not come after {PATIENCE:?}");
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            arrived.note(began.elapsed());
        }
    }
    say(&format!("{} decisions, one after the other", args.decisions));
    desk.mock.books.check(desk.numbers)?;
    let at = |times: &Times, part: f64| times.ms(part).unwrap_or_default();
    let wide = if args.loose { 10.0 } else { 1.0 };
    checks.at_most("from decision to effect sent, p50", at(&arrived, 0.5), 50.0 * wide, "ms");
    checks.figure("from decision to effect sent ms, p90", at(&arrived, 0.9));
    checks.figure("from decision to effect sent ms, p99", at(&arrived, 0.99));
    checks.figure("decision answered ms, p50", at(&answered, 0.5));
    checks.figure("decision answered ms, p99", at(&answered, 0.99));
    checks.figure("the mock looks every", ms(Duration::from_micros(200)));
    Ok(())
}
