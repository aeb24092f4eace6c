//! Channels of a workspace: where it is told what people are told by mail.

use throughline_domain::id::MailId;
use throughline_host::{Notification, NotifyFailure};
use throughline_store::{By, ChannelRow, Scope};
use throughline_vault::SecretName;

use super::CommandError;
use crate::{Engine, channel};

/// Longest name.
const MAX_NAME: usize = 40;

/// A channel to set.
#[derive(Clone, Debug)]
pub struct ChannelChange {
    /// Where messages go.
    pub url: String,
    /// Name of the secret they are signed with: bound to the URL's origin, `whsec_` and base64.
    pub secret: String,
    /// It is told of proposals.
    pub proposals: bool,
    /// It is told of exceptions.
    pub exceptions: bool,
}

impl Engine {
    /// Sets a channel: a new one, or another address, secret or choice for the one of that name.
    pub async fn put_channel(
        &self,
        scope: &Scope,
        name: &str,
        change: &ChannelChange,
        by: &str,
    ) -> Result<ChannelRow, CommandError> {
        let invalid = |words: &str| CommandError::Invalid(words.to_owned());
        let good = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        if !(1..=MAX_NAME).contains(&name.len()) || !name.bytes().all(good) {
            return Err(invalid("a channel's name has 1 to 40 of a-z, 0-9, `-` and `_`"));
        }
        if !change.proposals && !change.exceptions {
            return Err(invalid(
                "`tells` names proposals, exceptions, or both: a channel that is told nothing is none",
            ));
        }
        Notification::origin(&change.url)
            .map_err(|words| CommandError::Invalid(format!("the URL: {words}")))?;
        let secret = self.shared.vault.find(scope, &SecretName::new(&change.secret)?).await?.secret;
        let opened = self.shared.vault.get(scope, &secret).await?;
        channel::signing_key(&opened, &change.url).map_err(CommandError::Invalid)?;
        let row = ChannelRow {
            name: name.to_owned(),
            url: change.url.clone(),
            secret,
            proposals: change.proposals,
            exceptions: change.exceptions,
            changed_at: self.shared.clock.now(),
            changed_by: by.to_owned(),
        };
        let who = By { who: by, at: row.changed_at };
        if !self.shared.store.put_channel(scope, &row, who).await? {
            return Err(CommandError::Conflict(format!(
                "secret `{}` was deleted a moment ago",
                change.secret
            )));
        }
        self.shared.channels.forget(scope);
        tracing::info!(workspace.id = %scope, channel.name = name, account.name = by, "a channel was set");
        Ok(row)
    }

    /// Removes a channel; what waits for it is given up.
    pub async fn delete_channel(&self, scope: &Scope, name: &str, by: &str) -> Result<(), CommandError> {
        if !self.shared.store.delete_channel(scope, name).await? {
            return Err(CommandError::NotFound { what: "channel", id: name.to_owned() });
        }
        self.shared.channels.forget(scope);
        tracing::info!(workspace.id = %scope, channel.name = name, account.name = by, "a channel was removed");
        Ok(())
    }

    /// Sends a test message now, once. Why it did not go, where it did not.
    pub async fn test_channel(&self, scope: &Scope, name: &str) -> Result<Result<(), String>, CommandError> {
        let rows = self.shared.store.list_channels(scope).await?;
        let row = rows.into_iter().find(|row| row.name == name);
        let row = row.ok_or_else(|| CommandError::NotFound { what: "channel", id: name.to_owned() })?;
        let now = self.shared.clock.now();
        let id = MailId::new(self.shared.now_millis(), self.shared.random_wide());
        let body = serde_json::json!({
            "type": "test", "timestamp": now.to_rfc3339(), "data": { "workspace": scope, "channel": name },
        });
        let sent = channel::post(&self.shared, scope, &row, id.as_str(), &body.to_string()).await;
        Ok(sent.map_err(|(NotifyFailure::Later(words) | NotifyFailure::Never(words))| words))
    }
}
