//! The machine, without its name.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use crate::disk;
use crate::histogram::Times;
use crate::process::field;

/// What stands in the result about the machine and its disk.
pub(crate) fn describe(out: &Path, syncs: &Times, postgres: Option<&str>) -> Result<Value> {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field(&fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemTotal:").unwrap_or(0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Ok(json!({
        "cpus": cpus,
        "cpu": cpu().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        "memory_gib": memory / 1024 / 1024,
        "kernel": kernel.trim(),
        "filesystem": disk::real(out)?,
        "postgres": postgres,
        "fdatasync_p50_ms": syncs.ms(0.5),
        "fdatasync_p99_ms": syncs.ms(0.99),
        "fdatasync_samples": syncs.count(),
    }))
}

fn cpu() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
