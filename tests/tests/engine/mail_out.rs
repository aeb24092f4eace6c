//! Mail whose sender went away midway: the next one finds a connection on which answers are its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use throughline_host::{MailServer, Mailer, Outgoing};
use throughline_smtp::{Envelope, Limits, Receive, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// How long an answer is on its way.
const AWAY: Duration = Duration::from_millis(10);

/// Keeps who was written to; has nobody called `nobody`.
#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

impl Receive for Kept {
    async fn recipient(&self, _from: &str, to: &str) -> Reply {
        if to.starts_with("nobody") { Reply::of(550, "no such person") } else { Reply::OK }
    }

    async fn message(&self, envelope: Envelope, _bytes: Vec<u8>) -> Option<Reply> {
        self.0.lock().unwrap().extend(envelope.to);
        Some(Reply::KEPT)
    }
}

/// Carries bytes both ways; answers take their time, as on a real network.
async fn relay(from: TcpStream, to: SocketAddr) {
    let there = TcpStream::connect(to).await.unwrap();
    let (mut ask, mut answer) = from.into_split();
    let (mut answers, mut asks) = there.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut ask, &mut asks).await });
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = answers.read(&mut bytes).await {
        tokio::time::sleep(AWAY).await;
        if answer.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

/// A mail server behind a slow line, and what it keeps.
async fn server(stop: &CancellationToken) -> (SocketAddr, Arc<Kept>) {
    let kept = Arc::new(Kept::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let limits = Limits::new("mail.example.com");
    tokio::spawn(throughline_smtp::serve(listener, Arc::clone(&kept), limits, stop.clone()));
    let slow = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = slow.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = slow.accept().await {
            tokio::spawn(relay(stream, there));
        }
    });
    (address, kept)
}

fn mail(to: &str) -> Outgoing {
    Outgoing {
        id: format!("mal_{to}"),
        to: format!("{to}@example.com"),
        name: None,
        subject: "Please decide".to_owned(),
        text: "Look at it".to_owned(),
        html: None,
    }
}

#[tokio::test]
async fn a_sender_that_goes_away_midway_spoils_no_connection() {
    let stop = CancellationToken::new();
    let (address, kept) = server(&stop).await;
    let server = MailServer::new(&format!("smtp://{address}"), "flow@example.com").unwrap();
    let mailer = Mailer::new(&server, None, &[]).unwrap();
    // A conversation has some six answers: these go away at each of them.
    for number in 0..16_u32 {
        let patience = AWAY * number / 2 + AWAY / 4;
        let gone = tokio::time::timeout(patience, mailer.send(&mail(&format!("gone{number}")))).await;
        drop(gone);
        assert_eq!(mailer.send(&mail(&format!("ada{number}"))).await, Ok(()), "after {number}");
        assert!(
            mailer.send(&mail("nobody")).await.is_err(),
            "after {number}: another's answer was taken for its own"
        );
    }
    let kept = kept.0.lock().unwrap().clone();
    for number in 0..16 {
        let came = kept.iter().filter(|to| **to == format!("ada{number}@example.com")).count();
        assert_eq!(came, 1, "ada{number} in {kept:?}");
    }
    stop.cancel();
}
