//! A TCP proxy between server and systems that breaks connections where it is told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How long a half-open connection says nothing before it is closed.
const SILENCE: Duration = Duration::from_millis(2_500);

/// What becomes of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Cut in both directions after so many bytes of the request.
    CutRequest(u64),
    /// Cut in both directions after so many bytes of the reply.
    CutReply(u64),
    /// After so many bytes of the reply nothing more comes, and nobody says so.
    HalfOpen(u64),
    /// Everything comes late.
    Delay(Duration),
}

#[derive(Debug)]
struct Shared {
    target: SocketAddr,
    fates: VecDeque<Fate>,
}

/// A running proxy; it ends with this value.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port of loopback. Connections go nowhere until [`Proxy::aim`].
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Mutex::new(Shared { target: address, fates: VecDeque::new() }));
        let given = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (target, fate) = {
                    let mut shared = given.lock().unwrap_or_else(PoisonError::into_inner);
                    (shared.target, shared.fates.pop_front())
                };
                if target != address {
                    tokio::spawn(carry(client, target, fate));
                }
            }
        });
        Ok(Self { address, shared, accepting })
    }

    /// From now on connections go there, and nothing is broken any more.
    pub fn aim(&self, target: SocketAddr) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.target = target;
        shared.fates.clear();
    }

    /// The next connections end so, one each; those after them are left alone.
    pub fn break_next(&self, fates: impl IntoIterator<Item = Fate>) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).fates.extend(fates);
    }

    /// Breaks nothing any more.
    pub fn mend(&self) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).fates.clear();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Carries one connection to its end. Whatever fails ends it: that is what a proxy is for.
async fn carry(client: TcpStream, target: SocketAddr, fate: Option<Fate>) {
    if let Some(Fate::Delay(delay)) = fate {
        tokio::time::sleep(delay).await;
    }
    let Ok(server) = TcpStream::connect(target).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let none = u64::MAX;
    let (request, reply, silent) = match fate {
        None | Some(Fate::Delay(_)) => (none, none, false),
        Some(Fate::CutRequest(bytes)) => (bytes, none, false),
        Some(Fate::CutReply(bytes)) => (none, bytes, false),
        Some(Fate::HalfOpen(bytes)) => (none, bytes, true),
    };
    // Whichever direction ends first by its limit ends both; an end of one side is passed on.
    tokio::select! {
        cut = pass(from_client, to_server, request) => if !cut { tokio::time::sleep(SILENCE).await },
        cut = pass(from_server, to_client, reply) => if cut && silent { tokio::time::sleep(SILENCE).await },
    }
}

/// Copies until the end or the limit; true: the limit was reached.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut left: u64) -> bool {
    let mut buffer = [0_u8; 8 * 1024];
    loop {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return true;
        }
        let read = match from.read(&mut buffer[..most]).await {
            Ok(0) | Err(_) => {
                let _ = to.shutdown().await;
                return false;
            }
            Ok(read) => read,
        };
        if to.write_all(&buffer[..read]).await.is_err() {
            return false;
        }
        left -= read as u64;
    }
}
