//! One conversation: greeting, perhaps a login, then messages one after another.

use std::borrow::Cow;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use smtp_proto::request::receiver::{DataReceiver, DummyDataReceiver, RequestReceiver};
use smtp_proto::{AUTH_PLAIN, Error, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::{Envelope, Limits, Receive, Reply};

/// Bytes read at once.
const READ: usize = 8 << 10;
/// After so many mistakes a conversation ends: it is none.
const MISTAKES: u32 = 20;

const BUSY: Reply = Reply::of(421, "4.3.2 too many conversations, try again later");
const CLOSING: Reply = Reply::of(421, "4.3.2 closing, try again later");
const BYE: Reply = Reply::of(221, "2.0.0 bye");
const SILENT: Reply = Reply::of(421, "4.4.2 nothing was said for too long");
const DATA: Reply = Reply::of(354, "go on, and end with a line of one dot");
const ORDER: Reply = Reply::of(503, "5.5.1 not in this order");
const LOGIN_FIRST: Reply = Reply::of(530, "5.7.0 log in first");
const LOGIN_FAILED: Reply = Reply::of(535, "5.7.8 user or password is wrong");
const LOGGED_IN: Reply = Reply::of(235, "2.7.0 welcome");
const TOO_LARGE: Reply = Reply::of(552, "5.3.4 the message is too large");
const TOO_MANY: Reply = Reply::of(452, "4.5.3 too many recipients, send it to the others in another message");
const UNKNOWN: Reply = Reply::of(502, "5.5.2 not understood here");
const UNSAID: Reply = Reply::of(252, "2.1.5 send it, and see");

/// What is being read.
enum Reading {
    /// Commands.
    Commands(RequestReceiver),
    /// A message.
    Message(DataReceiver, Vec<u8>),
    /// The rest of a message that is too large.
    Rest(DummyDataReceiver),
}

/// Where a conversation stands.
struct Talk<'a, R> {
    receiver: &'a R,
    limits: &'a Limits,
    greeted: bool,
    logged_in: bool,
    from: Option<String>,
    to: Vec<String>,
    mistakes: u32,
}

/// What comes of a step.
enum Next {
    Say(Cow<'static, str>),
    /// A message follows.
    Data,
    /// Said last.
    End(Reply),
    /// The conversation ends without a word.
    Cut,
}

pub(crate) async fn talk<R: Receive>(
    mut stream: TcpStream,
    receiver: &R,
    limits: &Limits,
    is_place: bool,
    stop: &CancellationToken,
) -> io::Result<()> {
    if !is_place {
        return stream.write_all(BUSY.line().as_bytes()).await;
    }
    stream.write_all(format!("220 {} ESMTP\r\n", limits.name).as_bytes()).await?;
    let logged_in = !receiver.wants_login();
    let (from, to, mistakes) = (None, Vec::new(), 0);
    let mut talk = Talk { receiver, limits, greeted: false, logged_in, from, to, mistakes };
    let mut reading = Reading::Commands(RequestReceiver::default());
    let mut bytes = vec![0; READ];
    loop {
        let read = tokio::select! {
            biased;
            () = stop.cancelled() => return stream.write_all(CLOSING.line().as_bytes()).await,
            read = tokio::time::timeout(limits.idle, stream.read(&mut bytes)) => read,
        };
        let Ok(read) = read else {
            return stream.write_all(SILENT.line().as_bytes()).await;
        };
        let read = read?;
        if read == 0 {
            return Ok(());
        }
        let mut rest = bytes[..read].iter();
        while !rest.as_slice().is_empty() {
            let (next, then) = talk.take(reading, &mut rest).await;
            reading = then;
            match next {
                Some(Next::Say(line)) => stream.write_all(line.as_bytes()).await?,
                Some(Next::Data) => stream.write_all(DATA.line().as_bytes()).await?,
                Some(Next::End(reply)) => return stream.write_all(reply.line().as_bytes()).await,
                Some(Next::Cut) => return Ok(()),
                None => {}
            }
        }
    }
}

impl<R: Receive> Talk<'_, R> {
    /// Takes from what was read as much as makes one step.
    async fn take(
        &mut self,
        reading: Reading,
        rest: &mut std::slice::Iter<'_, u8>,
    ) -> (Option<Next>, Reading) {
        match reading {
            Reading::Commands(mut receiver) => {
                let request = match receiver.ingest(rest) {
                    Ok(request) => Ok(request.into_owned()),
                    Err(Error::NeedsMoreData { .. }) => return (None, Reading::Commands(receiver)),
                    Err(error) => Err(error),
                };
                let next = self.command(request).await;
                let then = match next {
                    Next::Data => Reading::Message(DataReceiver::new(), Vec::new()),
                    Next::Say(_) | Next::End(_) | Next::Cut => Reading::Commands(receiver),
                };
                (Some(next), then)
            }
            Reading::Message(mut receiver, mut message) => {
                let whole = receiver.ingest(rest, &mut message);
                if message.len() > self.limits.max_bytes {
                    return if whole {
                        self.over(&TOO_LARGE)
                    } else {
                        (None, Reading::Rest(DummyDataReceiver::new_data(&receiver)))
                    };
                }
                if !whole {
                    return (None, Reading::Message(receiver, message));
                }
                let envelope =
                    Envelope { from: self.from.take().unwrap_or_default(), to: std::mem::take(&mut self.to) };
                match self.receiver.message(envelope, message).await {
                    Some(reply) => self.over(&reply),
                    None => (Some(Next::Cut), Reading::Commands(RequestReceiver::default())),
                }
            }
            Reading::Rest(mut receiver) => {
                if receiver.ingest(rest) {
                    self.over(&TOO_LARGE)
                } else {
                    (None, Reading::Rest(receiver))
                }
            }
        }
    }

    /// A message is over, and this is the answer.
    fn over(&mut self, reply: &Reply) -> (Option<Next>, Reading) {
        self.from = None;
        self.to.clear();
        (Some(Next::Say(reply.line().into())), Reading::Commands(RequestReceiver::default()))
    }

    async fn command(&mut self, request: Result<Request<String>, Error>) -> Next {
        let reply = match request {
            Ok(Request::Ehlo { .. }) => return self.greet(),
            Ok(Request::Helo { .. }) => {
                self.greeted = true;
                Reply::said(250, &self.limits.name)
            }
            Ok(Request::Auth { mechanism, initial_response }) => self.login(mechanism, &initial_response),
            Ok(Request::Mail { from }) => self.begin(from.address, from.size),
            Ok(Request::Rcpt { to }) => self.recipient(to.address).await,
            Ok(Request::Data) if self.to.is_empty() => ORDER,
            Ok(Request::Data) => return Next::Data,
            Ok(Request::Rset) => {
                self.from = None;
                self.to.clear();
                Reply::OK
            }
            Ok(Request::Noop { .. }) => Reply::OK,
            Ok(Request::Vrfy { .. }) => UNSAID,
            Ok(Request::Quit) => return Next::End(BYE),
            Err(Error::InvalidSenderAddress | Error::InvalidRecipientAddress) => {
                Reply::of(501, "5.1.3 that is not an address")
            }
            Err(Error::SyntaxError { syntax }) => Reply::said(501, &format!("5.5.4 expected {syntax}")),
            Err(Error::ResponseTooLong) => return Next::End(Reply::of(500, "5.5.2 the line is too long")),
            Ok(
                Request::Lhlo { .. }
                | Request::Bdat { .. }
                | Request::Expn { .. }
                | Request::Help { .. }
                | Request::Etrn { .. }
                | Request::Atrn { .. }
                | Request::Burl { .. }
                | Request::StartTls,
            )
            | Err(_) => UNKNOWN,
        };
        if reply.code >= 500 {
            self.mistakes += 1;
            if self.mistakes >= MISTAKES {
                return Next::End(Reply::of(421, "4.7.0 too many mistakes"));
            }
        }
        Next::Say(reply.line().into())
    }

    fn greet(&mut self) -> Next {
        self.greeted = true;
        let login = if self.receiver.wants_login() { "250-AUTH PLAIN\r\n" } else { "" };
        let (name, size) = (&self.limits.name, self.limits.max_bytes);
        let said = format!(
            "250-{name}\r\n250-SIZE {size}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n{login}250 PIPELINING\r\n"
        );
        Next::Say(said.into())
    }

    /// `PLAIN` with its answer in the same line: a NUL, the user, a NUL, the password.
    fn login(&mut self, mechanism: u64, initial: &str) -> Reply {
        if !self.receiver.wants_login() || self.logged_in || mechanism != AUTH_PLAIN {
            return ORDER;
        }
        let said = STANDARD.decode(initial).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let mut parts = said.as_deref().unwrap_or_default().splitn(3, '\0');
        let known = match (parts.next(), parts.next(), parts.next()) {
            (Some(_), Some(user), Some(password)) => self.receiver.login(user, password),
            _ => false,
        };
        self.logged_in = known;
        if known { LOGGED_IN } else { LOGIN_FAILED }
    }

    fn begin(&mut self, from: String, size: usize) -> Reply {
        if !self.logged_in {
            return LOGIN_FIRST;
        }
        if !self.greeted || self.from.is_some() {
            return ORDER;
        }
        if size > self.limits.max_bytes {
            return TOO_LARGE;
        }
        self.from = Some(from);
        Reply::OK
    }

    async fn recipient(&mut self, to: String) -> Reply {
        let Some(from) = &self.from else { return ORDER };
        if self.to.len() >= self.limits.max_recipients {
            return TOO_MANY;
        }
        let reply = self.receiver.recipient(from, &to).await;
        if reply.is_yes() {
            self.to.push(to);
        }
        reply
    }
}
