//! The receiving half of SMTP (RFC 5321): conversations with whoever brings mail. What is done with a message is the
//! [`Receive`]r's; a message that it answers with [`Reply::KEPT`] is the receiver's responsibility from then on.
//!
//! Lines and messages are read by `smtp-proto`; what stands here is the order of a conversation and its limits.

mod conversation;
mod reply;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use reply::Reply;

/// Between two tries to accept a connection after one failed: the process has too many files open, say.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// From whom a message comes and to whom it goes, as the conversation said; its headers may say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Address to answer at; empty for a report of another mail server.
    pub from: String,
    /// Addresses, in the order they were named; at least one.
    pub to: Vec<String>,
}

/// What a receiver allows.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Name it greets with.
    pub name: String,
    /// Largest message, in bytes.
    pub max_bytes: usize,
    /// Most recipients of one message.
    pub max_recipients: usize,
    /// Conversations at the same time; more are answered 421.
    pub max_conversations: usize,
    /// A conversation in which nothing is said for so long ends.
    pub idle: Duration,
}

impl Limits {
    /// 10 MiB, 100 recipients, 64 conversations, 60 s.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            max_bytes: 10 << 20,
            max_recipients: 100,
            max_conversations: 64,
            idle: Duration::from_mins(1),
        }
    }
}

/// Takes what is brought.
pub trait Receive: Send + Sync + 'static {
    /// Who brings mail must say a password first.
    fn wants_login(&self) -> bool {
        false
    }

    /// Whether a user has this password.
    fn login(&self, _user: &str, _password: &str) -> bool {
        false
    }

    /// Whether mail to this address is taken at all; anything but 2xx refuses the recipient.
    fn recipient(&self, _from: &str, _to: &str) -> impl Future<Output = Reply> + Send {
        async { Reply::OK }
    }

    /// Takes a message: headers and body as they came. `None` ends the conversation without an answer.
    fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> impl Future<Output = Option<Reply>> + Send;
}

/// How long a message that is under way may take when it is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Converses with everybody who connects, until it is told to stop: then nobody begins anew, and a message that is whole
/// is still answered.
pub async fn serve<R: Receive>(
    listener: TcpListener,
    receiver: Arc<R>,
    limits: Limits,
    stop: CancellationToken,
) {
    let (tasks, limits) = (TaskTracker::new(), Arc::new(limits));
    let places = Arc::new(Semaphore::new(limits.max_conversations));
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::debug!(%error, "a connection of the mail listener could not be accepted");
                    tokio::time::sleep(AFTER_FAILURE).await;
                    continue;
                }
            },
        };
        let place = Arc::clone(&places).try_acquire_owned().ok();
        let (receiver, limits, stop) = (Arc::clone(&receiver), Arc::clone(&limits), stop.clone());
        tasks.spawn(async move {
            let talk = conversation::talk(stream, receiver.as_ref(), &limits, place.is_some(), &stop);
            let cut = async {
                stop.cancelled().await;
                tokio::time::sleep(GRACE).await;
            };
            tokio::select! {
                () = cut => {}
                ended = talk => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a conversation about mail broke off");
                    }
                }
            }
            drop(place);
        });
    }
    tasks.close();
    tasks.wait().await;
}
