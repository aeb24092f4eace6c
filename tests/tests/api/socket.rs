//! Over a real connection: a sender that is refused hears why, even while it still sends.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::support::{ADMIN, Stack};

async fn serve(stack: &Stack) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = stack.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn post(address: SocketAddr, token: &str, bytes: usize) -> (String, Duration) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let started = Instant::now();
    let head = format!(
        "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b' '; 1 << 20];
    // Sends everything before it reads anything, as simple clients do.
    for _ in 0..bytes / piece.len() {
        stream.write_all(&piece).unwrap();
    }
    let mut answer = vec![0; 8192];
    let read = stream.read(&mut answer).unwrap();
    (String::from_utf8_lossy(&answer[..read]).into_owned(), started.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_megabytes_are_refused_with_words() {
    let stack = Stack::start().await;
    let address = serve(&stack).await;
    let (answer, took) = tokio::task::spawn_blocking(move || post(address, ADMIN, 50 << 20)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("TL0710"), "{answer}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let (answer, _) =
        tokio::task::spawn_blocking(move || post(address, "tla_wrong", 50 << 20)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("TL0702"), "{answer}");
}
