//! Outgoing mail: one SMTP server, named by the operator.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use url::{Host, Url};

use crate::Secret;

/// How long one step of a conversation with the mail server may take.
const STEP: Duration = Duration::from_secs(20);
/// Connections kept to it.
const CONNECTIONS: u32 = 4;

/// How the connection to a mail server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte: `smtps://`.
    Tls,
    /// TLS by STARTTLS, or nothing is sent: `smtp://`.
    StartTls,
    /// None: `smtp://` on this machine.
    Loopback,
}

/// Where mail goes out and under which name.
#[derive(Clone, Debug)]
pub struct MailServer {
    host: String,
    port: u16,
    security: Security,
    user: Option<String>,
    from: Mailbox,
}

/// A setting of outgoing mail that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMailServer {
    /// The address of the server.
    #[error(
        "`{0}` is not the address of a mail server: expected smtps://[USER@]HOST[:PORT], or smtp:// for one with STARTTLS"
    )]
    Url(String),
    /// A password in the address.
    #[error(
        "the password does not belong into the address: everybody who reads the settings sees it; put it behind mail.password as env:NAME or file:PATH"
    )]
    Password,
    /// The sender.
    #[error("`{0}` is not a sender: expected name@example.com or Name <name@example.com>")]
    From(String),
    /// A certificate of an authority.
    #[error("a certificate authority for mail cannot be used: {0}")]
    Root(String),
}

impl MailServer {
    /// Reads the two settings. `smtp://` without TLS is for this machine only.
    pub fn new(url: &str, from: &str) -> Result<Self, BadMailServer> {
        let bad = || BadMailServer::Url(url.to_owned());
        let parsed = Url::parse(url).map_err(|_| bad())?;
        if parsed.password().is_some() {
            return Err(BadMailServer::Password);
        }
        // An address of this scheme is not taken apart further: it may be a name or a number.
        let host = match parsed.host().ok_or_else(bad)? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        };
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let (security, usual) = match parsed.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" if is_here => (Security::Loopback, 25),
            "smtp" => (Security::StartTls, 587),
            _ => return Err(bad()),
        };
        let is_bare =
            matches!(parsed.path(), "" | "/") && parsed.query().is_none() && parsed.fragment().is_none();
        if host.is_empty() || !is_bare {
            return Err(bad());
        }
        let user = Some(parsed.username()).filter(|user| !user.is_empty());
        let user = user.map(|user| percent_decoded(user).ok_or_else(bad)).transpose()?;
        let from = from.parse().map_err(|_: AddressError| BadMailServer::From(from.to_owned()))?;
        Ok(Self { host, port: parsed.port().unwrap_or(usual), security, user, from })
    }

    /// Who logs in there, if anybody: then a password is needed.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    Some(percent_encoding::percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The same each time it is sent: who gets it twice can tell.
    pub id: String,
    /// Address.
    pub to: String,
    /// Name behind it, if known.
    pub name: Option<String>,
    /// One line.
    pub subject: String,
    /// The readable text; every mail has one.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailFailure {
    /// The server is away, busy, or does not know us: the mail may go later.
    #[error("{0}")]
    Later(String),
    /// The server will not have this mail, or it cannot be written.
    #[error("{0}")]
    Never(String),
}

/// Sends mail; cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mailer {
    /// A mailer that connects when it has something to send; needs a Tokio runtime. `roots` are PEM texts of further
    /// authorities.
    pub fn new(
        server: &MailServer,
        password: Option<&Secret>,
        roots: &[Vec<u8>],
    ) -> Result<Self, BadMailServer> {
        let host = server.host.clone();
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)
            .port(server.port)
            .timeout(Some(STEP))
            .hello_name(ClientId::Domain(hello_name(&server.from)))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS))
            .tls(match server.security {
                Security::Tls => Tls::Wrapper(tls(host, roots)?),
                Security::StartTls => Tls::Required(tls(host, roots)?),
                Security::Loopback => Tls::None,
            });
        if let (Some(user), Some(password)) = (&server.user, password) {
            builder = builder
                .credentials(Credentials::new(user.clone(), password.reveal().to_owned()))
                .authentication(vec![Mechanism::Plain, Mechanism::Login]);
        }
        Ok(Self { transport: builder.build(), from: server.from.clone() })
    }

    /// Whether the server answers and lets us in; nothing is sent. Like [`Mailer::send`], it is ended in any case.
    pub async fn check(&self) -> Result<(), MailFailure> {
        let transport = self.transport.clone();
        match tokio::spawn(async move { transport.test_connection().await }).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => {
                Err(MailFailure::Later("the server does not answer as a mail server does".to_owned()))
            }
            Ok(Err(error)) => Err(MailFailure::Later(chain(&error))),
            Err(ended) => Err(broke_off(&ended)),
        }
    }

    /// Sends one mail; `Ok` when the server has taken it.
    ///
    /// A conversation that began is ended even if nobody waits for it any more: broken off midway, its connection would go
    /// back to be used again, and the next mail would be told what was meant for this one.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), MailFailure> {
        let message = self.message(mail).map_err(MailFailure::Never)?;
        let transport = self.transport.clone();
        match tokio::spawn(async move { transport.send(message).await }).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(ended) => Err(broke_off(&ended)),
        }
    }

    fn message(&self, mail: &Outgoing) -> Result<Message, String> {
        let address: Address =
            mail.to.parse().map_err(|error: AddressError| format!("{}: {error}", mail.to))?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(mail.name.clone(), address))
            .subject(one_line(&mail.subject))
            .message_id(Some(format!("<{}@{}>", mail.id, hello_name(&self.from))))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .date_now();
        let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.clone());
        let built = match &mail.html {
            None => builder.singlepart(text),
            Some(html) => {
                let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(html.clone());
                builder.multipart(MultiPart::alternative().singlepart(text).singlepart(html))
            }
        };
        built.map_err(|error| format!("the mail cannot be written: {error}"))
    }
}

/// What a server is told to be talking to, and what message ids end in: the domain mail comes from.
fn hello_name(from: &Mailbox) -> String {
    from.email.domain().to_owned()
}

/// A line break in a subject would be another header.
fn one_line(subject: &str) -> String {
    let line: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.chars().take(200).collect()
}

fn tls(host: String, roots: &[Vec<u8>]) -> Result<TlsParameters, BadMailServer> {
    let root = |error: lettre::transport::smtp::Error| BadMailServer::Root(error.to_string());
    let mut builder = TlsParameters::builder(host);
    for pem in roots {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(root)?);
    }
    builder.build_rustls().map_err(root)
}

fn broke_off(ended: &tokio::task::JoinError) -> MailFailure {
    MailFailure::Later(format!("the conversation with the mail server broke off: {ended}"))
}

/// A refusal of this mail is final. One of us (a password that is wrong) is not: the operator mends it, and the mail goes.
fn failure(error: &lettre::transport::smtp::Error) -> MailFailure {
    const OF_US: [u16; 6] = [503, 530, 534, 535, 538, 554];
    let words = chain(error);
    let code = error.status().map(u16::from);
    match code {
        Some(code) if (500..600).contains(&code) && !OF_US.contains(&code) => MailFailure::Never(words),
        Some(_) | None => MailFailure::Later(words),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let more = inner.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        source = inner.source();
    }
    words.chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read_and_a_doubtful_one_refused() {
        let from = "Throughline <flow@example.com>";
        let read = |url: &str| MailServer::new(url, from);
        let tls = read("smtps://robot%40example.com@mail.example.com").unwrap();
        assert_eq!((tls.security, tls.port, tls.user()), (Security::Tls, 465, Some("robot@example.com")));
        let starttls = read("smtp://mail.example.com:2525").unwrap();
        assert_eq!((starttls.security, starttls.port, starttls.user()), (Security::StartTls, 2525, None));
        for here in ["smtp://localhost:1025", "smtp://127.0.0.1:1025", "smtp://[::1]:1025"] {
            assert_eq!(read(here).unwrap().security, Security::Loopback, "{here}");
        }
        for bad in
            ["", "mail.example.com", "http://mail.example.com", "smtp://", "smtps://h/path", "smtps://h?x=1"]
        {
            assert!(matches!(read(bad), Err(BadMailServer::Url(_))), "{bad}");
        }
        assert_eq!(read("smtps://u:p@h").unwrap_err(), BadMailServer::Password);
        assert!(matches!(MailServer::new("smtps://h", "nobody"), Err(BadMailServer::From(_))));
    }

    #[tokio::test]
    async fn a_mail_has_a_text_part_and_one_line_of_subject() {
        let server = MailServer::new("smtp://localhost:1", "flow@example.com").unwrap();
        let mailer = Mailer::new(&server, None, &[]).unwrap();
        let mail = Outgoing {
            id: "mal_1".to_owned(),
            to: "ada@example.com".to_owned(),
            name: Some("Ada".to_owned()),
            subject: "Two\r\nBcc: everybody@example.com".to_owned(),
            text: "Plain words".to_owned(),
            html: Some("<p>Plain words</p>".to_owned()),
        };
        let written = String::from_utf8(mailer.message(&mail).unwrap().formatted()).unwrap();
        assert!(!written.lines().any(|line| line.starts_with("Bcc")), "{written}");
        for part in
            ["text/plain", "text/html", "Message-ID: <mal_1@example.com>", "Auto-Submitted: auto-generated"]
        {
            assert!(written.contains(part), "{part} in {written}");
        }
        let wrong = Outgoing { to: "nobody".to_owned(), ..mail };
        assert!(mailer.message(&wrong).is_err());
    }
}
