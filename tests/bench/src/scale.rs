//! `throughline-bench scale`: does it stay quick with ten million finished runs, a million waiting ones, and a
//! for-each over a hundred thousand items?
//!
//! A history is made of copies of genuine runs: the real server runs one of each kind, and their rows are written
//! again with ids, times and numbers of their own, beside a server that does not run. What is measured then is the
//! real server on it, from outside.

pub(crate) mod args;
pub(crate) mod checks;
mod copy;
mod each;
mod fill;
mod furnish;
mod generate;
mod history;
mod inbox;
mod pages;
pub(crate) mod place;
mod retention;
mod waiting;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;

use self::args::{Args, Part, Store};
use self::checks::Checks;
use self::generate::Press;
use self::place::Place;
use crate::histogram::Times;
use crate::mock::Mock;
use crate::{disk, machine, say};

/// Carries out what the arguments behind `scale` ask for; false: a check failed.
pub(crate) async fn carry_out(arguments: impl Iterator<Item = String>) -> Result<bool> {
    let args = Args::parse_from(arguments);
    fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
    let (out, binary) =
        (args.out.canonicalize()?, args.binary.canonicalize().context("the server's binary")?);
    let mock = Mock::start()?;
    let mut checks = Checks::default();
    say("genuine runs of every kind");
    let place = Place::new(Store::Sqlite, out.join("genuine"), &binary)?;
    let templates = furnish::templates(&place, &mock).await?;
    let columns = copy::columns(&place.open_beside()?)?;
    place.remove()?;
    for (kind, template) in &templates {
        say(&format!("{kind:?}: {} rows", template.rows()));
    }
    let press = Press { templates, columns };
    let mut database = None;
    for &store in &args.stores {
        checks.of(store.name());
        let folder = |part: &str| -> PathBuf { out.join(format!("{}-{part}", store.name())) };
        if args.wants(Part::History) || args.wants(Part::Retention) {
            let place = Place::new(store, folder("history"), &binary)?;
            let history = history::fill(&place, &press, &mock, args.runs, &mut checks).await?;
            if args.wants(Part::History) {
                history::measure(&place, &history, &args, &mock, &mut checks).await?;
            }
            if args.wants(Part::Retention) {
                retention::measure(&place, &history, &args, &mock, &mut checks).await?;
            }
            end(place, &args)?;
        }
        if args.wants(Part::Waiting) {
            let place = Place::new(store, folder("waiting"), &binary)?;
            waiting::measure(&place, &press, &args, &mock, &mut checks).await?;
            end(place, &args)?;
        }
        if args.wants(Part::Inbox) {
            let place = Place::new(store, folder("inbox"), &binary)?;
            inbox::measure(&place, &press, &args, &mock, &mut checks).await?;
            end(place, &args)?;
        }
        if args.wants(Part::Each) {
            let place = Place::new(store, folder("each"), &binary)?;
            each::measure(&place, &args, &mock, &mut checks).await?;
            if let Some(used) = &place.database {
                database = Some(used.query("SHOW server_version"));
            }
            end(place, &args)?;
        }
    }
    let about = json!({
        "runs": args.runs,
        "waiting": args.waiting,
        "inbox": args.inbox,
        "items": args.items,
        "loose": args.loose,
        "machine": machine::describe(&out, &disk::fdatasync(&out, 100).unwrap_or_else(|_| Times::new()), database.as_deref())?,
    });
    checks.finish(&out, &about, "scale")
}

fn end(place: Place, args: &Args) -> Result<()> {
    if args.keep {
        say(&format!("kept: {}", place.folder.display()));
        // The database goes with its value.
        std::mem::forget(place);
        return Ok(());
    }
    place.remove()
}
