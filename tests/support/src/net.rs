use std::net::{Ipv4Addr, TcpListener};

/// A loopback port that nothing listens on now. Someone else may take it before the caller does:
/// where the thing under test can listen on port 0 and say what it got, prefer that.
///
/// # Panics
/// When the system has no port left.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("the loopback interface has a free port")
        .port()
}
