//! What the operating system tells of another process.

use std::collections::BTreeSet;

/// Local ports of the process's TCP connections over IPv4; none once it is gone.
pub(crate) fn ports(process: u32) -> BTreeSet<u16> {
    let own = sockets(process);
    let table = std::fs::read_to_string(format!("/proc/{process}/net/tcp")).unwrap_or_default();
    let rows = table.lines().skip(1).filter_map(|row| {
        let columns: Vec<&str> = row.split_whitespace().collect();
        let inode: u64 = columns.get(9)?.parse().ok()?;
        let (_, port) = columns.get(1)?.split_once(':')?;
        own.contains(&inode).then(|| u16::from_str_radix(port, 16).ok())?
    });
    rows.collect()
}

/// Threads of the process that sleep for a time.
pub(crate) fn sleepers(process: u32) -> usize {
    // clock_nanosleep
    let call = if cfg!(target_arch = "x86_64") { "230 " } else { "115 " };
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else { return 0 };
    let calls =
        threads.flatten().filter_map(|thread| std::fs::read_to_string(thread.path().join("syscall")).ok());
    calls.filter(|line| line.starts_with(call)).count()
}

/// Numbers of the sockets it has open.
fn sockets(process: u32) -> BTreeSet<u64> {
    let Ok(entries) = std::fs::read_dir(format!("/proc/{process}/fd")) else { return BTreeSet::new() };
    let targets = entries.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    targets
        .filter_map(|target| target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_thread_that_sleeps_is_seen() {
        let before = sleepers(std::process::id());
        let thread = std::thread::spawn(|| std::thread::sleep(std::time::Duration::from_secs(1)));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(sleepers(std::process::id()) > before);
        thread.join().unwrap();
    }

    #[test]
    fn a_connection_belongs_to_its_process() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let port = client.local_addr().unwrap().port();
        assert!(ports(std::process::id()).contains(&port));
        assert!(!ports(1).contains(&port));
        drop(client);
        assert!(!ports(std::process::id()).contains(&port));
    }
}
