//! Incoming mail as the settings have it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use throughline_intake::{Intake, MailDoor};
use throughline_smtp::{Limits, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::command::doctor::Finding;
use crate::config::Settings;
use crate::error::{CliError, Result, codes};

const WHERE: &str =
    "mail_in.listen, mail_in.domain and mail_in.max_bytes are explained by `throughline doctor --settings`";
/// Conversations at the same time: each may hold a whole message.
const CONVERSATIONS: usize = 16;
/// Recipients of one message.
const RECIPIENTS: usize = 50;

/// A listener for mail, with what it says of itself.
pub(crate) struct MailIn {
    listener: TcpListener,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Whose mail it takes.
    pub(crate) domain: String,
    limits: Limits,
}

/// Where mail is to be taken, and of which domain; nothing where the settings say nothing.
fn wanted(settings: &Settings) -> Result<Option<(SocketAddr, String)>> {
    let Some(listen) = settings.optional("mail_in.listen") else { return Ok(None) };
    let address = listen.parse().map_err(|_| {
        bad(format!("mail_in.listen: `{listen}` is not an address with a port, such as 0.0.0.0:25"))
    })?;
    let domain = settings.text("mail_in.domain").trim().trim_end_matches('.').to_ascii_lowercase();
    if !is_domain(&domain) {
        return Err(bad(format!(
            "mail_in.listen is set, and mail_in.domain (`{domain}`) is not the domain whose mail is taken, such as in.example.com"
        )));
    }
    Ok(Some((address, domain)))
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn bad(message: String) -> CliError {
    CliError::usage(codes::BAD_SETTING, message).hint(WHERE)
}

/// Listens for mail, if the settings say so. Nobody is answered yet.
pub(crate) async fn listen(settings: &Settings) -> Result<Option<MailIn>> {
    let Some((wanted, domain)) = wanted(settings)? else { return Ok(None) };
    let cannot = |error: std::io::Error| {
        CliError::unavailable(codes::LISTEN, format!("cannot listen for mail on {wanted}: {error}")).hint(
            "mail_in.listen names the address; ports below 1024 need a right that this user may not have",
        )
    };
    let listener = TcpListener::bind(wanted).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let limits = Limits {
        max_bytes: settings.size("mail_in.max_bytes"),
        max_recipients: RECIPIENTS,
        max_conversations: CONVERSATIONS,
        idle: Duration::from_mins(5),
        ..Limits::new(domain.clone())
    };
    Ok(Some(MailIn { listener, address, domain, limits }))
}

impl MailIn {
    /// Takes mail until it is told to stop; a message under way is finished.
    pub(crate) async fn run(self, intake: Intake, stop: CancellationToken) {
        let door = Arc::new(MailDoor::new(intake, self.domain));
        serve(self.listener, door, self.limits, stop).await;
    }
}

/// Whether mail is taken as the settings want it.
pub(crate) fn examine(settings: &Settings) -> Finding {
    match wanted(settings) {
        Ok(None) => Finding::good("mail in", "no mail is taken: mail_in.listen is not set"),
        Ok(Some((address, domain))) => Finding::good(
            "mail in",
            format!("mail for {domain} is taken on {address}; its senders are not verified"),
        ),
        Err(error) => Finding::bad("mail in", error.message, error.hint.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_plain() {
        assert!(is_domain("in.example.com") && is_domain("localhost") && is_domain("xn--bcher-kva.example"));
        for bad in ["", ".", "a..b", "a b", "b\u{fc}cher.example", "@x.example", &"a".repeat(64)] {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
