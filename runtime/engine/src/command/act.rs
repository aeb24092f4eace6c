//! The life of an exception by people: take, hand over, wait, snooze, dismiss, open again, attest.

use serde::Deserialize;
use throughline_domain::exception::life::{Event, Standing, Verification, WaitingOn, merge};
use throughline_domain::id::{CommentId, ExceptionId};
use throughline_domain::run::event::Resolution;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Owner;
use throughline_store::{CommentRow, ExceptionRow, ExceptionSave, Scope};

use super::exception::not_now;
use super::{CommandError, ExceptionView, comment_text};
use crate::Engine;
use crate::desk::{Room, TRIES, Tended, settle};

/// What a person does with an exception.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act", deny_unknown_fields)]
pub enum ExceptionAct {
    /// Work on it now.
    Take,
    /// Give it to somebody.
    Assign {
        /// To whom: `person:`, `team:` or `role:`.
        to: String,
    },
    /// Give it to somebody, with what is known.
    HandOver {
        /// To whom.
        to: String,
        /// Why, and what is known.
        note: String,
    },
    /// Wait on somebody.
    Wait {
        /// On whom.
        on: WaitingOn,
        /// Until when at most, as RFC 3339.
        #[serde(deserialize_with = "time")]
        until: Timestamp,
        /// For what.
        note: String,
    },
    /// The wait is over.
    EndWait,
    /// Hide it.
    Snooze {
        /// Until when, as RFC 3339.
        #[serde(deserialize_with = "time")]
        until: Timestamp,
    },
    /// Show it again.
    Wake,
    /// It is not a problem; what waits is given up.
    Dismiss {
        /// Why.
        reason: String,
    },
    /// It is not over after all.
    Reopen {
        /// Why.
        why: String,
    },
    /// An update by hand was made, in a system that cannot be read.
    Attest {
        /// Which, by its place in the list, from 0.
        update: usize,
        /// How one can see it.
        proof: String,
    },
}

fn time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom(format!("`{text}` is no time such as 2026-01-31T08:15:00Z"));
    Timestamp::from_rfc3339(&text).ok_or_else(wrong)
}

impl Engine {
    /// Does something with an exception, as far as its life allows it.
    pub async fn act_on_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        act: &ExceptionAct,
        by: &str,
    ) -> Result<ExceptionRow, CommandError> {
        self.tend_exceptions().await?;
        let room = Room::enter(&self.shared, scope).await?;
        for _ in 0..TRIES {
            let row = self.exception_row(scope, exception).await?;
            let mut tended = Tended::load(&self.shared, row).await?;
            let now = self.shared.clock.now();
            let (event, standing) = event(act, &room, by)?;
            tended
                .does(event, room.who(by), now, standing, &room)
                .map_err(|refused| not_now(&tended.row, refused))?;
            if matches!(act, ExceptionAct::Assign { .. } | ExceptionAct::HandOver { .. }) {
                "person".clone_into(&mut tended.row.assigned_by);
                tended.tell(&recipient(act), "assigned", now);
            }
            if matches!(act, ExceptionAct::Reopen { .. }) {
                (tended.row.breached_at, tended.row.frozen) = (None, None);
            }
            let save = self.following(&tended, act, &room.handle(by)).await?;
            let id = tended.row.exception.clone();
            fail::fail_point!("command.before_act", |_| std::process::abort());
            if tended.save(&self.shared, &room, save).await? {
                fail::fail_point!("command.after_act", |_| std::process::abort());
                self.shared.desk.called.notify_one();
                self.tend_exceptions().await?;
                return self.exception_row(scope, &id).await;
            }
        }
        Err(CommandError::Conflict(format!("exception `{exception}` changes all the time: try again")))
    }

    /// What waits on an exception that is dismissed is given up.
    async fn following(
        &self,
        tended: &Tended,
        act: &ExceptionAct,
        by: &str,
    ) -> Result<ExceptionSave, CommandError> {
        let mut save = ExceptionSave::default();
        let ExceptionAct::Dismiss { reason } = act else { return Ok(save) };
        if tended.life.state != throughline_domain::exception::life::State::Dismissed {
            return Ok(save);
        }
        let (scope, exception, now) = (&tended.row.scope, &tended.row.exception, self.shared.clock.now());
        for step in self.shared.store.waiting_steps(scope, exception, None, settle::ALL).await? {
            let resolution = Resolution::GaveUp { note: reason.clone() };
            save.release.push(settle::release(&step, resolution, (by, None), now));
        }
        Ok(save)
    }

    /// Merges one exception into another: what waited on the first waits on the second.
    pub async fn merge_exceptions(
        &self,
        scope: &Scope,
        from: &ExceptionId,
        into: &ExceptionId,
        by: &str,
    ) -> Result<ExceptionRow, CommandError> {
        self.tend_exceptions().await?;
        let room = Room::enter(&self.shared, scope).await?;
        for _ in 0..TRIES {
            let (first, second) =
                (self.exception_row(scope, from).await?, self.exception_row(scope, into).await?);
            let mut first = Tended::load(&self.shared, first).await?;
            let mut second = Tended::load(&self.shared, second).await?;
            let now = self.shared.clock.now();
            let (over, absorbed) = merge(&first.life, &second.life, &room.who(by), now)
                .map_err(|refused| not_now(&first.row, refused))?;
            first.takes(over);
            second.takes(absorbed);
            let moved = Some((first.row.exception.clone(), second.row.exception.clone()));
            let id = second.row.exception.clone();
            let mut save = ExceptionSave { moved, ..ExceptionSave::default() };
            first.put(&mut save, &room, now);
            fail::fail_point!("command.before_merge", |_| std::process::abort());
            if second.save(&self.shared, &room, save).await? {
                fail::fail_point!("command.after_merge", |_| std::process::abort());
                return self.exception_row(scope, &id).await;
            }
        }
        Err(CommandError::Conflict(format!("exception `{from}` changes all the time: try again")))
    }

    /// An exception, or the one it was merged into.
    async fn goes_on(&self, scope: &Scope, exception: &ExceptionId) -> Result<ExceptionRow, CommandError> {
        let mut row = self.exception_row(scope, exception).await?;
        // Nothing is merged into what is over, so this ends.
        while let Some(into) = row.merged_into.clone() {
            row = self.exception_row(scope, &into).await?;
        }
        Ok(row)
    }

    /// Writes a comment on an exception, or on the one it was merged into.
    pub async fn comment_on_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        text: &str,
        by: &str,
    ) -> Result<CommentRow, CommandError> {
        self.tend_exceptions().await?;
        let row = self.goes_on(scope, exception).await?;
        let text = comment_text(text)?;
        let room = Room::enter(&self.shared, scope).await?;
        let comment = CommentRow {
            id: CommentId::new(self.shared.now_millis(), self.shared.random_wide()).into(),
            by: room.handle(by),
            text: text.to_owned(),
            at: self.shared.clock.now(),
        };
        self.shared.store.comment_exception(scope, &row.exception, &comment).await?;
        Ok(comment)
    }

    /// Somebody watches an exception, or no longer.
    pub async fn watch_exception(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
        watches: bool,
        by: &str,
    ) -> Result<(), CommandError> {
        self.tend_exceptions().await?;
        let row = self.goes_on(scope, exception).await?;
        let room = Room::enter(&self.shared, scope).await?;
        let since = watches.then(|| self.shared.clock.now());
        Ok(self.shared.store.watch_exception(scope, &row.exception, &room.handle(by), since).await?)
    }

    /// An exception with all that belongs to it.
    pub async fn exception_detail(
        &self,
        scope: &Scope,
        exception: &ExceptionId,
    ) -> Result<ExceptionView, CommandError> {
        self.tend_exceptions().await?;
        let row = self.exception_row(scope, exception).await?;
        let room = Room::enter(&self.shared, scope).await?;
        let id = row.exception.clone();
        let tended = Tended::load(&self.shared, row.clone()).await?;
        let reading = tended.reading(&room, self.shared.clock.now());
        let closed = tended.life.is_closed(self.shared.clock.now());
        Ok(ExceptionView {
            row,
            updates: tended.life.updates.clone(),
            log: tended.log,
            reading,
            closed,
            steps: self.shared.store.steps_of_exception(scope, &id, 200).await?,
            waiting: self.shared.store.count_waiting_steps(scope, &id).await?,
            comments: self.shared.store.exception_comments(scope, &id).await?,
            watchers: self.shared.store.exception_watchers(scope, &id).await?,
        })
    }
}

fn recipient(act: &ExceptionAct) -> String {
    match act {
        ExceptionAct::Assign { to } | ExceptionAct::HandOver { to, .. } => to.clone(),
        ExceptionAct::Take
        | ExceptionAct::Wait { .. }
        | ExceptionAct::EndWait
        | ExceptionAct::Snooze { .. }
        | ExceptionAct::Wake
        | ExceptionAct::Dismiss { .. }
        | ExceptionAct::Reopen { .. }
        | ExceptionAct::Attest { .. } => String::new(),
    }
}

/// What is asked of the life, and the standing of whomever it names.
fn event(act: &ExceptionAct, room: &Room, by: &str) -> Result<(Event, Standing), CommandError> {
    let owner = |text: &String| {
        Owner::parse(text).ok_or_else(|| {
            CommandError::Invalid(format!(
                "`{text}` is not an owner such as person:anna, team:billing or role:operator"
            ))
        })
    };
    Ok(match act {
        ExceptionAct::Take => (Event::Taken, room.standing_of(by)),
        ExceptionAct::Assign { to } => {
            let to = owner(to)?;
            let standing = room.standing(&to);
            (Event::Assigned { to }, standing)
        }
        ExceptionAct::HandOver { to, note } => {
            let to = owner(to)?;
            let standing = room.standing(&to);
            (Event::HandedOver { to, note: note.clone() }, standing)
        }
        ExceptionAct::Wait { on, until, note } => {
            (Event::WaitBegan { on: *on, until: *until, note: note.clone() }, Standing::FIT)
        }
        ExceptionAct::EndWait => (Event::WaitEnded, Standing::FIT),
        ExceptionAct::Snooze { until } => (Event::Snoozed { until: *until }, Standing::FIT),
        ExceptionAct::Wake => (Event::Woken, Standing::FIT),
        ExceptionAct::Dismiss { reason } => (Event::Dismissed { reason: reason.clone() }, Standing::FIT),
        ExceptionAct::Reopen { why } => (Event::Reopened { why: why.clone(), seen: None }, Standing::FIT),
        ExceptionAct::Attest { update, proof } => {
            let how = Verification::Attested { proof: proof.clone() };
            (Event::Verified { update: *update, how }, Standing::FIT)
        }
    })
}
