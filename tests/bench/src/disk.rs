//! The disk: what file system a folder is on, and how long `fdatasync` takes there.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::histogram::Times;

/// One page of SQLite; WAL files are written anew in place, so the file is laid out before.
const PAGE: usize = 4096;
const PAGES: u64 = 1024;

/// The type of the file system under a folder that exists; memory is refused.
pub(crate) fn real(folder: &Path) -> Result<String> {
    let path = folder.canonicalize().with_context(|| format!("{} is not there", folder.display()))?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").context("the list of mounts cannot be read")?;
    let kind = kind_of(&mounts, &path).context("no mount holds the data directory")?;
    if matches!(kind.as_str(), "tmpfs" | "ramfs" | "devtmpfs") {
        bail!(
            "{} is in memory ({kind}): durable means a real disk; name another folder with OUT=",
            folder.display()
        );
    }
    Ok(kind)
}

/// The type of the innermost mount over a path: `… mountpoint options … - type source options`.
fn kind_of(mounts: &str, path: &Path) -> Option<String> {
    let parsed = mounts.lines().filter_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let point = left.split(' ').nth(4)?.replace("\\040", " ");
        Some((point, right.split(' ').next()?.to_owned()))
    });
    let over = parsed.filter(|(point, _)| path.starts_with(point));
    // The later of two at the same place hides the earlier.
    over.enumerate().max_by_key(|(at, (point, _))| (point.len(), *at)).map(|(_, (_, kind))| kind)
}

/// Times of so many `fdatasync` of one changed page each.
pub(crate) fn fdatasync(folder: &Path, samples: u64) -> Result<Times> {
    let path = folder.join("fdatasync.probe");
    let file = File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all_at(&vec![1; PAGE * usize::try_from(PAGES)?], 0)?;
    file.sync_all()?;
    let mut times = Times::new();
    for sample in 0..samples {
        let page = [u8::try_from(sample % 251)?; PAGE];
        file.write_all_at(&page, sample % PAGES * PAGE as u64)?;
        let began = Instant::now();
        file.sync_data()?;
        times.note(began.elapsed());
    }
    drop(file);
    fs::remove_file(&path)?;
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_counts() {
        let mounts = "1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:1 / /tmp rw,x shared:1 - tmpfs tmpfs rw\n3 1 8:2 / /a\\040b rw - xfs /dev/b rw\n";
        let kind = |path: &str| kind_of(mounts, Path::new(path));
        assert_eq!(kind("/tmp/x").as_deref(), Some("tmpfs"));
        assert_eq!(kind("/tmpx").as_deref(), Some("ext4"));
        assert_eq!(kind("/a b/c").as_deref(), Some("xfs"));
    }

    #[test]
    fn memory_is_refused() {
        if Path::new("/dev/shm").is_dir() {
            assert!(real(Path::new("/dev/shm")).unwrap_err().to_string().contains("in memory"));
        }
    }

    #[test]
    fn syncs_are_timed() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(fdatasync(folder.path(), 20).unwrap().count(), 20);
    }
}
