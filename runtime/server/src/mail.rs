//! Outgoing mail as the settings have it.

use std::path::PathBuf;

use throughline_host::services::{SecretSource, SecretUse};
use throughline_host::{BadMailServer, EnvAndFileSecrets, MailServer, Mailer, SecretRef};

use crate::command::doctor::Finding;
use crate::config::Settings;
use crate::error::{CliError, Result, codes};

const WHERE: &str =
    "mail.server, mail.from and mail.password are explained by `throughline doctor --settings`";

/// What sends mail; nothing where no server is set.
pub(crate) async fn mailer(settings: &Settings) -> Result<Option<Mailer>> {
    let Some(url) = settings.optional("mail.server") else { return Ok(None) };
    let server = MailServer::new(url, settings.text("mail.from")).map_err(|error| wrong(&error))?;
    let password = match (server.user(), settings.optional("mail.password")) {
        (None, None) => None,
        (Some(_), Some(place)) => Some(password(place, url).await?),
        (Some(user), None) => {
            return Err(bad(format!(
                "mail.server logs in as {user}, and mail.password does not say where the password is"
            )));
        }
        (None, Some(_)) => {
            return Err(bad("mail.password is set, and mail.server names no user to log in".to_owned()));
        }
    };
    let mut roots = Vec::new();
    for path in settings.list("plugins.extra_roots") {
        let pem = std::fs::read(&path).map_err(|error| bad(format!("{path}: {error}")))?;
        roots.push(pem);
    }
    Mailer::new(&server, password.as_ref(), &roots).map(Some).map_err(|error| wrong(&error))
}

/// Settings with which mail goes to a simulated mail service, whose token is in a file.
pub(crate) fn to_simulator(
    settings: &Settings,
    smtp: std::net::SocketAddr,
    token: &std::path::Path,
) -> Settings {
    settings
        .with_text("mail.server", &format!("smtp://flow@{smtp}"))
        .with_text("mail.password", &format!("file:{}", token.display()))
        .with_text("mail.from", "Throughline <flow@throughline.example>")
}

async fn password(place: &str, server: &str) -> Result<throughline_host::Secret> {
    let reference = match place.split_once(':') {
        Some(("env", name)) if !name.is_empty() => SecretRef::Env(name.to_owned()),
        Some(("file", path)) if !path.is_empty() => SecretRef::File(PathBuf::from(path)),
        // What was written there may be the password itself: it is not repeated.
        _ => return Err(bad("mail.password says where the password is: env:NAME or file:PATH".to_owned())),
    };
    EnvAndFileSecrets
        .resolve("", &reference, SecretUse::Send { origin: server })
        .await
        .map_err(|error| bad(format!("mail.password: {error}")))
}

fn wrong(error: &BadMailServer) -> CliError {
    bad(error.to_string())
}

fn bad(message: String) -> CliError {
    CliError::usage(codes::BAD_SETTING, message).hint(WHERE)
}

/// Whether mail would go: asks the server, and sends nothing.
pub(crate) async fn examine(settings: &Settings) -> Finding {
    match mailer(settings).await {
        Ok(None) => Finding::good("mail", "no mail server is set: nobody is written to"),
        Ok(Some(mailer)) => match mailer.check().await {
            Ok(()) => Finding::good("mail", "the mail server answers and knows this server"),
            Err(error) => Finding::warning("mail", format!("the mail server: {error}"), WHERE),
        },
        Err(error) => Finding::bad("mail", error.message, error.hint.unwrap_or_default()),
    }
}
