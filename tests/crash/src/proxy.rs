//! A TCP proxy between server and systems that breaks connections where it is told to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::process;

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
    listened: Option<Listened>,
}

/// What one process sends from some moment on.
#[derive(Debug)]
struct Listened {
    process: u32,
    ports: BTreeSet<u16>,
    heard: BTreeMap<u16, Vec<u8>>,
}

type Common = Arc<Mutex<Shared>>;

/// A running proxy; it ends with this value.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Common,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port of loopback. Connections go nowhere until [`Proxy::aim`].
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Mutex::new(Shared { target: address, fates: VecDeque::new(), listened: None }));
        let given = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            while let Ok((client, peer)) = listener.accept().await {
                let (target, fate) = {
                    let mut shared = lock(&given);
                    if let Some(listened) = &mut shared.listened
                        && process::ports(listened.process).contains(&peer.port())
                    {
                        listened.ports.insert(peer.port());
                    }
                    (shared.target, shared.fates.pop_front())
                };
                if target != address {
                    tokio::spawn(carry(client, peer.port(), target, fate, Arc::clone(&given)));
                }
            }
        });
        Ok(Self { address, shared, accepting })
    }

    /// From now on connections go there, and nothing is broken any more.
    pub fn aim(&self, target: SocketAddr) {
        let mut shared = lock(&self.shared);
        shared.target = target;
        shared.fates.clear();
    }

    /// The next connections end so, one each; those after them are left alone.
    pub fn break_next(&self, fates: impl IntoIterator<Item = Fate>) {
        lock(&self.shared).fates.extend(fates);
    }

    /// From now on what this process sends is kept too.
    pub fn listen_to(&self, process: u32) {
        let ports = process::ports(process);
        lock(&self.shared).listened = Some(Listened { process, ports, heard: BTreeMap::new() });
    }

    /// What it sent since, one text for each of its connections; nothing is kept any more.
    pub fn heard(&self) -> Vec<String> {
        let listened = lock(&self.shared).listened.take();
        let heard = listened.into_iter().flat_map(|listened| listened.heard.into_values());
        heard.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
    }

    /// Breaks nothing any more.
    pub fn mend(&self) {
        lock(&self.shared).fates.clear();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock(shared: &Common) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries one connection to its end. Whatever fails ends it: that is what a proxy is for.
async fn carry(client: TcpStream, port: u16, target: SocketAddr, fate: Option<Fate>, shared: Common) {
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
        cut = pass(from_client, to_server, request, |bytes| hear(&shared, port, bytes)) => if !cut { tokio::time::sleep(SILENCE).await },
        cut = pass(from_server, to_client, reply, |_| {}) => if cut && silent { tokio::time::sleep(SILENCE).await },
    }
}

fn hear(shared: &Common, port: u16, bytes: &[u8]) {
    if let Some(listened) = &mut lock(shared).listened
        && listened.ports.contains(&port)
    {
        listened.heard.entry(port).or_default().extend_from_slice(bytes);
    }
}

/// Copies until the end or the limit; true: the limit was reached.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut left: u64, hear: impl Fn(&[u8])) -> bool {
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
        hear(&buffer[..read]);
        if to.write_all(&buffer[..read]).await.is_err() {
            return false;
        }
        left -= read as u64;
    }
}
