//! What was measured, what it was held against, and the report.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{print, say};

/// One figure with its bound.
#[derive(Clone, Debug, Serialize)]
struct Check {
    store: &'static str,
    name: String,
    value: f64,
    bound: f64,
    unit: &'static str,
    good: bool,
}

/// Everything so far.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    held: Vec<Check>,
    figures: Map<String, Value>,
    store: &'static str,
}

impl Checks {
    /// What follows is about this store.
    pub(crate) fn of(&mut self, store: &'static str) {
        self.store = store;
    }

    /// A figure that must not be larger than its bound.
    pub(crate) fn at_most(&mut self, name: &str, value: f64, bound: f64, unit: &'static str) {
        let good = value <= bound;
        let mark = if good { "ok    " } else { "FAILED" };
        say(&format!("{mark} {:<8} {name}: {value:.1} {unit} (bound {bound:.1})", self.store));
        self.held.push(Check { store: self.store, name: name.to_owned(), value, bound, unit, good });
    }

    /// A figure that is only told.
    pub(crate) fn figure(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        say(&format!("       {:<8} {name}: {value}", self.store));
        self.figures.insert(format!("{}/{name}", self.store), value);
    }

    /// Writes the report; the last line says how many checks failed.
    pub(crate) fn finish(&self, out: &Path, about: &Value, what: &str) -> Result<bool> {
        let failed = self.held.iter().filter(|check| !check.good).count();
        let report = json!({ "about": about, "checks": self.held, "figures": self.figures });
        let file = out.join("report.json");
        fs::write(&file, serde_json::to_vec_pretty(&report)?)?;
        print(&format!("written to {}", file.display()));
        for check in self.held.iter().filter(|check| !check.good) {
            print(&format!(
                "FAILED {} {}: {:.1} {}, bound {:.1}",
                check.store, check.name, check.value, check.unit, check.bound
            ));
        }
        print(&format!("{what} checks {} failed {failed}", self.held.len()));
        Ok(failed == 0)
    }
}

/// Milliseconds of a time.
pub(crate) fn ms(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Mebibytes of bytes.
#[expect(clippy::cast_precision_loss, reason = "sizes of files and processes are far below 2^52")]
pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn count(n: u64) -> f64 {
    n as f64
}
