//! What processes and threads have used, from /proc.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Units of CPU time in a second: Linux gives programs hundredths, whatever it counts in itself.
const TICKS: u64 = 100;

/// What a process and its children have used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Used {
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Memory that is resident now.
    pub(crate) resident: u64,
    /// Bytes given to the block layer; `None` where this user may not read it.
    pub(crate) written: Option<u64>,
}

/// Resident memory may be counted twice where processes share it: for a family that shares, take the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// The processes share little.
    Sum,
    /// The processes share most of it: PostgreSQL's buffers.
    Largest,
}

/// A process with everything it started.
pub(crate) fn tree(root: u32, memory: Memory) -> Used {
    let mut used = Used { written: Some(0), ..Used::default() };
    for pid in family(root) {
        let folder = format!("/proc/{pid}");
        let Some(stat) = Stat::read(Path::new(&folder)) else { continue };
        used.cpu += stat.cpu;
        let resident = resident(&folder).unwrap_or(0);
        used.resident = match memory {
            Memory::Sum => used.resident + resident,
            Memory::Largest => used.resident.max(resident),
        };
        used.written = used.written.zip(written(&folder)).map(|(sum, one)| sum + one);
    }
    used
}

/// The process that started another.
pub(crate) fn parent(pid: u32) -> Option<u32> {
    Stat::read(Path::new(&format!("/proc/{pid}"))).map(|stat| stat.parent)
}

/// CPU time of this process's threads of one name; without a name, of all others than these names.
pub(crate) fn own_threads(name: &str) -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    tasks
        .filter_map(|task| Stat::read(&task.path()))
        .filter(|stat| stat.name == name)
        .map(|stat| stat.cpu)
        .sum()
}

/// CPU time of this process.
pub(crate) fn own() -> Duration {
    Stat::read(Path::new("/proc/self")).map(|stat| stat.cpu).unwrap_or_default()
}

fn family(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some((pid, stat)) = pid.zip(Stat::read(&entry.path())) {
            children.entry(stat.parent).or_default().push(pid);
        }
    }
    let mut family = vec![root];
    let mut at = 0;
    while let Some(&pid) = family.get(at) {
        family.extend(children.get(&pid).into_iter().flatten());
        at += 1;
    }
    family
}

struct Stat {
    name: String,
    parent: u32,
    cpu: Duration,
}

impl Stat {
    fn read(folder: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(folder.join("stat")).ok()?)
    }

    /// `pid (name) state ppid …`: the name may hold spaces and brackets, so the fields begin after the last one.
    fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.rsplit_once(')')?;
        let name = before.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = after.split_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        let spent = number(11)? + number(12)?;
        Some(Self {
            name,
            parent: u32::try_from(number(1)?).ok()?,
            cpu: Duration::from_micros(spent * (1_000_000 / TICKS)),
        })
    }
}

fn resident(folder: &str) -> Option<u64> {
    field(&fs::read_to_string(format!("{folder}/status")).ok()?, "VmRSS:").map(|kib| kib * 1024)
}

fn written(folder: &str) -> Option<u64> {
    field(&fs::read_to_string(format!("{folder}/io")).ok()?, "write_bytes:")
}

/// The number of a line `name: 123 …`.
pub(crate) fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_with_an_odd_name_is_read() {
        let line = "7 (a) b) S 3 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 4 0 100 0 0";
        let stat = Stat::parse(line).unwrap();
        assert_eq!((stat.name.as_str(), stat.parent, stat.cpu), ("a) b", 3, Duration::from_secs(2)));
    }

    #[test]
    fn this_process_is_there() {
        let used = tree(std::process::id(), Memory::Sum);
        assert!(used.resident > 0 && used.written.is_some(), "{used:?}");
        assert!(parent(std::process::id()).is_some());
    }
}
