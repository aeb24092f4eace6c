//! Publishing: a new version only for new content, and the trigger that goes with it.

use throughline_domain::id::PublishRequestId;

use super::request::{PublishDecision, decide_op};
use super::{ADVANCE, CREATE, CURRENT_SHA, INSERT_VERSION, Listens, NewVersion, Published, SET_TRIGGER};
use crate::Store;
use crate::accept::EventKind;
use crate::changes::Subject;
use crate::db::args;
use crate::error::{Result, StoreError};
use crate::people::By;
use crate::poll::{POLL_OFF, POLL_ON};
use crate::schedule::{SCHEDULE_OFF, SCHEDULE_ON};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// What a second person agreed to.
#[derive(Clone, Copy, Debug)]
pub struct Agreed<'a> {
    /// The request.
    pub request: &'a PublishRequestId,
    /// The version it was compared with; none: it was never published.
    pub current: Option<u32>,
    /// Who agreed, and when.
    pub by: By<'a>,
}

impl Store {
    /// Publishes a version: the number after the current one, or the current one when the content is the same.
    pub async fn publish(&self, scope: &Scope, new: &NewVersion) -> Result<Published> {
        let published = self.publish_over(scope, new, None).await?;
        published.ok_or(StoreError::Busy("the workflow"))
    }

    /// The same of what a second person agreed to, and ends the request with it. Nothing: the request is over, or another
    /// version is current.
    pub async fn publish_agreed(
        &self,
        scope: &Scope,
        new: &NewVersion,
        agreed: Agreed<'_>,
    ) -> Result<Option<Published>> {
        self.publish_over(scope, new, Some(agreed)).await
    }

    async fn publish_over(
        &self,
        scope: &Scope,
        new: &NewVersion,
        agreed: Option<Agreed<'_>>,
    ) -> Result<Option<Published>> {
        self.path_is_free(scope, new).await?;
        for _ in 0..4 {
            let current = self.rows(&CURRENT_SHA, args![scope, &new.workflow]).await?;
            let current =
                current.into_iter().next().map(|mut row| Ok::<_, StoreError>((row.small()?, row.text()?)));
            let current = current.transpose()?;
            if agreed.is_some_and(|agreed| agreed.current != current.as_ref().map(|(version, _)| *version)) {
                return Ok(None);
            }
            let mut group = Group::new(Kind::Admin);
            let published = publish_ops(&mut group, scope, new, current);
            if let Some(Agreed { request, by, .. }) = agreed {
                let decision = PublishDecision::Published(published.version);
                decide_op(&mut group, scope, request, decision, by);
            }
            group.changes().touch(scope, Subject::Workflow, &new.workflow);
            match self.commit_group(group).await {
                Ok(Outcome::Committed(_)) => return Ok(Some(published)),
                Ok(Outcome::Refused(_)) if agreed.is_some() => return Ok(None),
                Ok(Outcome::Fenced | Outcome::Refused(_)) => {}
                Err(StoreError::Refused(detail)) => {
                    // The path was taken between the look and the commit.
                    self.path_is_free(scope, new).await?;
                    return Err(StoreError::Refused(detail));
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Busy("the workflow"))
    }

    async fn path_is_free(&self, scope: &Scope, new: &NewVersion) -> Result<()> {
        let (kind, path, _) = new.trigger.listens.columns();
        let Some(path) = path else { return Ok(()) };
        match self.route(scope, kind, path).await? {
            Some(other) if other.workflow != new.workflow => {
                Err(StoreError::PathTaken { path: path.to_owned(), workflow: other.workflow })
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Listens {
    /// Kind, path and event type, as a trigger's row has them.
    fn columns(&self) -> (EventKind, Option<&str>, Option<&str>) {
        match self {
            Self::Webhook { path } => (EventKind::Webhook, Some(path), None),
            Self::Schedule { .. } => (EventKind::Schedule, None, None),
            Self::Poll { .. } => (EventKind::Poll, None, None),
            Self::Event { event_type } => (EventKind::Event, None, Some(event_type)),
            Self::Manual => (EventKind::Manual, None, None),
            Self::Called => (EventKind::Called, None, None),
            Self::Form { path } => (EventKind::Form, Some(path), None),
            Self::Mail { address } => (EventKind::Mail, Some(address), None),
        }
    }
}

fn publish_ops(
    group: &mut Group,
    scope: &Scope,
    new: &NewVersion,
    current: Option<(u32, String)>,
) -> Published {
    let (workflow, title, owner, at) = (&new.workflow, &new.title, &new.owner, new.published_at);
    group.key("workflow", scope, workflow);
    let published = match current {
        None => {
            group.fence(&CREATE, args![scope, workflow, title, owner, at]);
            Published { version: 1, new: true }
        }
        Some((version, sha256)) => {
            let new = sha256 != new.sha256;
            let next = if new { version + 1 } else { version };
            group.fence(&ADVANCE, args![scope, workflow, version, next, title, owner, at]);
            Published { version: next, new }
        }
    };
    let version = published.version;
    if published.new {
        let (source, canonical) = (&new.source, &new.canonical);
        group.op(
            &INSERT_VERSION,
            args![
                scope,
                workflow,
                version,
                new.format,
                source,
                &new.sha256,
                canonical,
                at,
                &new.published_by
            ],
        );
    }
    let trigger = &new.trigger;
    let (kind, path, event_type) = trigger.listens.columns();
    let (connector, config) = (&trigger.connector, &trigger.config);
    group.op(
        &SET_TRIGGER,
        args![scope, workflow, &trigger.id, kind, connector, path, event_type, config, version],
    );
    clock_ops(group, scope, new);
    published
}

/// Schedule and poll, on or off.
fn clock_ops(group: &mut Group, scope: &Scope, new: &NewVersion) {
    let (workflow, config, at) = (&new.workflow, &new.trigger.config, new.published_at);
    match &new.trigger.listens {
        Listens::Schedule { next_at, tzdata } => {
            group.op(&SCHEDULE_ON, args![scope, workflow, config, *next_at, at, tzdata]);
            group.op(&POLL_OFF, args![scope, workflow]);
        }
        Listens::Poll { next_at } => {
            group.op(&POLL_ON, args![scope, workflow, *next_at]);
            group.op(&SCHEDULE_OFF, args![scope, workflow]);
        }
        Listens::Webhook { .. }
        | Listens::Event { .. }
        | Listens::Manual
        | Listens::Called
        | Listens::Form { .. }
        | Listens::Mail { .. } => {
            group.op(&SCHEDULE_OFF, args![scope, workflow]);
            group.op(&POLL_OFF, args![scope, workflow]);
        }
    }
}
