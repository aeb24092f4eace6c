//! An append-only file of lines, flushed to disk in groups.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the file ends: how many whole lines it holds, in how many bytes.
#[derive(Clone, Copy)]
struct End {
    lines: u64,
    bytes: u64,
}

/// An append-only file of lines. One process holds it at a time.
pub(crate) struct Journal {
    path: PathBuf,
    file: Arc<File>,
    end: Mutex<End>,
    synced: tokio::sync::Mutex<u64>,
    broken: AtomicBool,
}

impl Journal {
    /// Opens (or creates) the file, takes its lock and returns the lines it holds.
    ///
    /// A last line without its newline is what a kill in the middle of a write leaves: nobody was
    /// answered on its strength, so it is cut off. `WouldBlock` means another process holds the file.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<String>)> {
        let mut file = private_append(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::from(io::ErrorKind::WouldBlock),
            TryLockError::Error(error) => error,
        })?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole < bytes.len() {
            file.set_len(whole as u64)?;
            bytes.truncate(whole);
        }
        // What was written but not flushed before a kill is about to be relied on: flush it first.
        file.sync_all()?;
        if let Some(parent) = path.parent() {
            File::open(parent)?.sync_all()?;
        }
        let text =
            String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let end = End { lines: lines.len() as u64, bytes: whole as u64 };
        let journal = Self {
            path: path.to_owned(),
            file: Arc::new(file),
            end: Mutex::new(end),
            synced: tokio::sync::Mutex::new(end.lines),
            broken: AtomicBool::new(false),
        };
        Ok((journal, lines))
    }

    /// Writes one line, made from its number (from 1), and returns the number. Not yet on disk: see
    /// [`Journal::sync`]. On failure the file is as before.
    pub(crate) fn append(&self, line: impl FnOnce(u64) -> serde_json::Result<Vec<u8>>) -> io::Result<u64> {
        self.check()?;
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let number = end.lines + 1;
        let mut bytes = line(number)?;
        bytes.push(b'\n');
        if let Err(error) = (&*self.file).write_all(&bytes) {
            if self.file.set_len(end.bytes).is_err() {
                self.broken.store(true, Ordering::SeqCst);
            }
            return Err(error);
        }
        *end = End { lines: number, bytes: end.bytes + bytes.len() as u64 };
        Ok(number)
    }

    /// Returns once line `number` is on disk. Callers that wait together share one flush.
    ///
    /// After a failed flush nobody knows what the disk holds, so every later call fails too.
    pub(crate) async fn sync(&self, number: u64) -> io::Result<()> {
        let mut synced = self.synced.lock().await;
        if *synced >= number {
            return Ok(());
        }
        self.check()?;
        let upto = self.end.lock().unwrap_or_else(PoisonError::into_inner).lines;
        let file = Arc::clone(&self.file);
        let flushed = tokio::task::spawn_blocking(move || file.sync_data()).await.map_err(io::Error::other);
        if let Err(error) = flushed.and_then(|result| result) {
            self.broken.store(true, Ordering::SeqCst);
            return Err(error);
        }
        *synced = upto;
        Ok(())
    }

    /// The lines written so far, read back from the file.
    pub(crate) async fn lines(&self) -> io::Result<Vec<String>> {
        let length = self.end.lock().unwrap_or_else(PoisonError::into_inner).bytes;
        let path = self.path.clone();
        let read = move || {
            let mut text = String::new();
            File::open(path)?.take(length).read_to_string(&mut text)?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
    }

    /// Lets another process (or a new start in this one) open the file.
    pub(crate) fn release(&self) {
        self.broken.store(true, Ordering::SeqCst);
        if let Err(error) = self.file.unlock() {
            tracing::warn!(journal.path = %self.path.display(), %error, "could not release the lock");
        }
    }

    fn check(&self) -> io::Result<()> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(io::Error::other("the journal is closed or failed to reach the disk"));
        }
        Ok(())
    }
}

/// The file may hold webhook secrets: only its owner reads it.
fn private_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_torn_last_line_is_cut_and_numbers_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lines");
        std::fs::write(&path, "one\ntwo\nthr").unwrap();
        let (journal, lines) = Journal::open(&path).unwrap();
        assert_eq!(lines, ["one", "two"]);
        let number = journal.append(|number| Ok(format!("line {number}").into_bytes())).unwrap();
        journal.sync(number).await.unwrap();
        assert_eq!(journal.lines().await.unwrap(), ["one", "two", "line 3"]);
    }

    #[tokio::test]
    async fn only_one_holder_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lines");
        let (first, _) = Journal::open(&path).unwrap();
        let second = Journal::open(&path).map(|_| ());
        assert_eq!(second.unwrap_err().kind(), io::ErrorKind::WouldBlock);
        first.release();
        assert!(first.append(|_| Ok(b"late".to_vec())).is_err());
        assert!(Journal::open(&path).is_ok());
    }
}
