//! Asking for a second person before a workflow is published. What is agreed to is the very text that was shown, over the very
//! version it was compared with.

use sha2::{Digest, Sha256};
use throughline_domain::id::PublishRequestId;
use throughline_store::{Agreed, By, PublishDecision, PublishRequest, PublishRequestState, Scope};

use super::{CommandError, Published};
use crate::Engine;

/// The longest note or reason, in characters.
const MAX_WORDS: usize = 2_000;

/// What a second person looked at.
#[derive(Clone, Debug)]
pub struct LookedAt {
    /// Hex SHA-256 of the text.
    pub sha256: String,
    /// The version it was compared with; none: it was never published.
    pub current: Option<u32>,
}

impl Engine {
    /// Asks for a second person; it takes the place of what the same person asked before. The text must be fit to publish.
    pub async fn ask_to_publish(
        &self,
        scope: &Scope,
        workflow: &str,
        (text, note): (&str, &str),
        by: &str,
    ) -> Result<PublishRequest, CommandError> {
        let note = note.trim();
        if note.chars().count() > MAX_WORDS {
            return Err(CommandError::Invalid(format!("a note has at most {MAX_WORDS} characters")));
        }
        // As publishing would check it.
        let (version, _) = self.to_publish(scope, text, by).await?;
        if version.workflow != workflow {
            let words = format!("the text is of workflow `{}`, not of `{workflow}`", version.workflow);
            return Err(CommandError::Invalid(words));
        }
        let now = self.shared.clock.now();
        let request = PublishRequest {
            scope: scope.clone(),
            request: PublishRequestId::new(self.shared.now_millis(), self.shared.random_wide()),
            workflow: workflow.to_owned(),
            sha256: sha256(text),
            note: note.to_owned(),
            asked_by: by.to_owned(),
            asked_at: now,
            state: PublishRequestState::Open,
            decided_by: None,
            decided_at: None,
            words: None,
            version: None,
        };
        if self.shared.store.ask_to_publish(&request, text).await? {
            return Ok(request);
        }
        let words = format!(
            "somebody else asks for a second person about `{workflow}` already: agree to it or send it back first"
        );
        Err(CommandError::Conflict(words))
    }

    /// Publishes what a request asks for, as its second person.
    pub async fn publish_requested(
        &self,
        request: &PublishRequest,
        seen: &LookedAt,
        (second, by): (&str, &str),
    ) -> Result<Published, CommandError> {
        let (scope, id) = (&request.scope, &request.request);
        let text = self.shared.store.publish_request_text(scope, id).await?;
        let Some(text) = text.filter(|_| request.state == PublishRequestState::Open) else {
            return Err(over(request));
        };
        if seen.sha256 != request.sha256 {
            return Err(moved(request));
        }
        let (new, warnings) = self.to_publish(scope, &text, by).await?;
        let agreed =
            Agreed { request: id, current: seen.current, by: By { who: second, at: new.published_at } };
        fail::fail_point!("command.before_publish", |_| std::process::abort());
        let published = self.shared.store.publish_agreed(scope, &new, agreed).await?;
        fail::fail_point!("command.after_publish", |_| std::process::abort());
        let published = published.ok_or_else(|| moved(request))?;
        Ok(self.was_published(&new, published, warnings))
    }

    /// Sends a request back, for a reason.
    pub async fn send_publish_request_back(
        &self,
        request: &PublishRequest,
        words: &str,
        by: &str,
    ) -> Result<(), CommandError> {
        let words = words.trim();
        if !(1..=MAX_WORDS).contains(&words.chars().count()) {
            let words = format!("say what is to be changed, in 1 to {MAX_WORDS} characters");
            return Err(CommandError::Invalid(words));
        }
        self.end_publish_request(request, PublishDecision::SentBack(words), by).await
    }

    /// Takes a request back.
    pub async fn withdraw_publish_request(
        &self,
        request: &PublishRequest,
        by: &str,
    ) -> Result<(), CommandError> {
        self.end_publish_request(request, PublishDecision::Withdrawn, by).await
    }

    async fn end_publish_request(
        &self,
        request: &PublishRequest,
        decision: PublishDecision<'_>,
        by: &str,
    ) -> Result<(), CommandError> {
        let by = By { who: by, at: self.shared.clock.now() };
        let store = &self.shared.store;
        let done = store.decide_publish_request(&request.scope, &request.request, decision, by).await?;
        if done { Ok(()) } else { Err(over(request)) }
    }
}

fn moved(request: &PublishRequest) -> CommandError {
    let workflow = &request.workflow;
    let words = format!(
        "`{workflow}` is not as you saw it: look again at what differs from the version there is now"
    );
    CommandError::Conflict(words)
}

fn over(request: &PublishRequest) -> CommandError {
    let words = format!("request `{}` is over: load it again to see what became of it", request.request);
    CommandError::Conflict(words)
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
