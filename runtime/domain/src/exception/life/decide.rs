//! What may happen to an exception: the guards.

use super::{
    CLOSE_DAYS, DAY_MS, Event, Evidence, Life, MAX_WAIT_DAYS, Outcome, Refused, Request, State, Transition,
    Verification, WaitingOn, Way, Who, person_of,
};
use crate::exception::clock::Rung;
use crate::exception::reason;
use crate::exception::recurrence::REOPEN_DAYS;
use crate::exception::{Severity, life::Standing};
use crate::id::ExceptionId;
use crate::time::Timestamp;
use crate::workflow::{Owner, UpdateBy};

type Verdict = Result<State, Refused>;

impl Life {
    /// What becomes of the request, or why it may not be. A dismissal that needs a second person becomes
    /// [`Event::DismissalAsked`].
    pub fn decide(&self, request: Request) -> Result<Transition, Refused> {
        let at = Timestamp(request.at.0.max(self.changed_at.0));
        let request = Request { at, ..request };
        let to = self.verdict(&request)?;
        let event = match request.event {
            Event::Dismissed { reason } | Event::DismissalAsked { reason } if to == State::Dismissed => {
                Event::Dismissed { reason }
            }
            Event::Dismissed { reason } => Event::DismissalAsked { reason },
            event => event,
        };
        Ok(Transition { at, who: request.who, event, from: self.state, to })
    }

    fn verdict(&self, request: &Request) -> Verdict {
        let Request { event, who, at, .. } = request;
        by_whom(event, who)?;
        match event {
            Event::Assigned { to } => self.assign(request, to),
            Event::Taken => self.take(request),
            Event::HandedOver { to, note } => {
                said(note, "why you hand it over, and what is known")?;
                self.assign(request, to)
            }
            Event::WaitBegan { on, until, note } => {
                said(note, "what it waits for")?;
                self.wait(event, *on, *until, *at)
            }
            Event::WaitEnded => self.end_wait(event, who, *at),
            Event::Snoozed { until } => self.snooze(event, *until, request),
            Event::Woken => self.wake(who, *at),
            Event::Resolving { way, outcome, note } => self.resolve(event, way, *outcome, note.as_deref()),
            Event::ResolutionTaken => self.take_resolution(event),
            Event::Verified { update, how } => self.verify(event, *update, how),
            Event::Unreadable { update } => self.unreadable(event, *update),
            Event::Mismatched { update, .. } => self.mismatch(event, *update),
            Event::Resolved => self.settle(event),
            Event::AutoResolved { evidence } => self.auto_resolve(event, evidence, *at),
            Event::DismissalAsked { reason } | Event::Dismissed { reason } => {
                self.dismissed(event, reason, who)
            }
            Event::Superseded { into } => self.supersede(event, into.as_ref(), who),
            Event::Absorbed { from, .. } => self.absorb(event, from),
            Event::Recurred { .. } => self.recur(event),
            Event::Reopened { why, seen } => {
                said(why, "why it is opened again")?;
                self.open_again(event, seen.is_some(), *at)
            }
            Event::Reached { rung, to } => self.reach(request, *rung, to.as_ref()),
        }
    }

    fn unfit(&self, event: &Event) -> Verdict {
        Err(Refused::DoesNotFit { what: event.word(), state: self.state })
    }

    /// Not over, and not resolved in word.
    fn in_work(&self, event: &Event) -> Result<(), Refused> {
        match self.state {
            State::Open | State::Assigned | State::InProgress | State::Waiting => Ok(()),
            State::Verifying | State::Resolved | State::Dismissed | State::Superseded => {
                self.unfit(event).map(|_| ())
            }
        }
    }

    fn verifying(&self, event: &Event) -> Result<(), Refused> {
        if self.state == State::Verifying { Ok(()) } else { self.unfit(event).map(|_| ()) }
    }

    fn assign(&self, request: &Request, to: &Owner) -> Verdict {
        // An owner who leaves while it is checked is replaced all the same.
        let checked = self.state == State::Verifying && matches!(request.event, Event::Assigned { .. });
        if !checked {
            self.in_work(&request.event)?;
        }
        fit(to, request.standing)?;
        let theirs = match person_of(to) {
            Some(person) => self.person.as_ref() == Some(&person),
            None => self.owner == *to && self.person.is_none(),
        };
        if theirs {
            return Err(Refused::AlreadySo { why: "it is theirs already" });
        }
        Ok(self.given_to(to))
    }

    /// The state after it is given to somebody: a wait goes on, and so does a check.
    fn given_to(&self, to: &Owner) -> State {
        match self.state {
            State::Open | State::Assigned | State::InProgress => back_with(person_of(to).is_some()),
            State::Waiting | State::Verifying | State::Resolved | State::Dismissed | State::Superseded => {
                self.state
            }
        }
    }

    fn take(&self, request: &Request) -> Verdict {
        self.in_work(&request.event)?;
        let person = request.who.person().unwrap_or_default();
        fit(&Owner(format!("person:{person}")), request.standing)?;
        if self.state == State::InProgress && self.person.as_deref() == Some(person) {
            return Err(Refused::AlreadySo { why: "you have taken it already" });
        }
        Ok(State::InProgress)
    }

    fn wait(&self, event: &Event, on: WaitingOn, until: Timestamp, at: Timestamp) -> Verdict {
        self.in_work(event)?;
        let unfit = |why| Err(Refused::TimeUnfit { why });
        let most = MAX_WAIT_DAYS * DAY_MS;
        if until <= at {
            return unfit("a wait ends in the future");
        }
        if until > at.plus_ms(most) {
            return unfit("a wait lasts 30 days at most");
        }
        let stood = self.paused_us
            + self.waiting.filter(|wait| wait.on.stops_the_clock()).map_or(0, |wait| at.0 - wait.since.0);
        let total = stood.saturating_add(until.0 - at.0);
        if on.stops_the_clock() && total > Timestamp(0).plus_ms(most).0 {
            return unfit(
                "its clock would stand still for more than 30 days in all: resolve it, or wait on a colleague",
            );
        }
        Ok(State::Waiting)
    }

    fn end_wait(&self, event: &Event, who: &Who, at: Timestamp) -> Verdict {
        let Some(wait) = self.waiting.filter(|_| self.state == State::Waiting) else {
            return self.unfit(event);
        };
        match who {
            Who::Person { .. } => Ok(State::InProgress),
            Who::Runner if at >= wait.until => Ok(back_with(self.person.is_some())),
            Who::Runner => Err(Refused::TimeUnfit { why: "the wait is not over yet" }),
        }
    }

    fn snooze(&self, event: &Event, until: Timestamp, request: &Request) -> Verdict {
        self.in_work(event)?;
        if self.state == State::Waiting {
            return self.unfit(event);
        }
        let unfit = |why| Err(Refused::TimeUnfit { why });
        if until <= request.at {
            return unfit("a snooze ends in the future");
        }
        // Hidden work must not become late unseen.
        if request.due_at.is_none_or(|due| until > due) {
            return unfit(
                "a snooze ends by the due time: to give it longer, wait on somebody or hand it over",
            );
        }
        Ok(self.state)
    }

    fn wake(&self, who: &Who, at: Timestamp) -> Verdict {
        match (self.snooze_until, who) {
            (None, Who::Person { .. } | Who::Runner) => Err(Refused::AlreadySo { why: "it is not snoozed" }),
            (Some(until), Who::Runner) if at < until => {
                Err(Refused::TimeUnfit { why: "the snooze is not over yet" })
            }
            (Some(_), Who::Person { .. } | Who::Runner) => Ok(self.state),
        }
    }

    fn resolve(&self, event: &Event, way: &Way, outcome: Outcome, note: Option<&str>) -> Verdict {
        self.in_work(event)?;
        way.check(self.ground())?;
        let fitting = way.outcomes();
        if !fitting.contains(&outcome) {
            return Err(Refused::OutcomeUnfit { outcome, fitting });
        }
        if outcome == Outcome::HandledOutside {
            said(note.unwrap_or_default(), "a note on how it was handled outside")?;
        }
        Ok(State::Verifying)
    }

    fn take_resolution(&self, event: &Event) -> Verdict {
        self.verifying(event)?;
        if self.resolving.as_ref().is_some_and(|resolving| resolving.taken) {
            return Err(Refused::AlreadySo { why: "the resolution was taken already" });
        }
        Ok(State::Verifying)
    }

    fn taken(&self, event: &Event) -> Result<Outcome, Refused> {
        self.verifying(event)?;
        let taken = self.resolving.as_ref().filter(|resolving| resolving.taken);
        taken.map(|resolving| resolving.outcome).ok_or(Refused::NotTaken)
    }

    fn verify(&self, event: &Event, update: usize, how: &Verification) -> Verdict {
        self.taken(event)?;
        let unfit = |why| Err(Refused::VerificationUnfit { why });
        let Some(update) = self.updates.get(update) else {
            return unfit("no such update follows from this exception");
        };
        match (how, update.readable, update.what.by) {
            (Verification::ReadBack, false, UpdateBy::Automatic | UpdateBy::Hand) => {
                unfit("this system cannot be read back")
            }
            (
                Verification::Receipt { .. } | Verification::Attested { .. },
                true,
                UpdateBy::Automatic | UpdateBy::Hand,
            ) => unfit("this system can be read back: a receipt or a word is not enough"),
            (Verification::Receipt { .. }, false, UpdateBy::Hand) => {
                unfit("an update by hand has no receipt: say how one can see it")
            }
            (Verification::Attested { .. }, false, UpdateBy::Automatic) => {
                unfit("an automatic update is shown by its receipt")
            }
            (Verification::Receipt { receipt }, false, UpdateBy::Automatic) => {
                said(receipt, "the receipt").map(|()| State::Verifying)
            }
            (Verification::Attested { proof }, false, UpdateBy::Hand) => {
                said(proof, "the proof: how one can see the update").map(|()| State::Verifying)
            }
            (Verification::ReadBack, true, UpdateBy::Automatic | UpdateBy::Hand) => Ok(State::Verifying),
        }
    }

    fn unreadable(&self, event: &Event, update: usize) -> Verdict {
        self.taken(event)?;
        match self.updates.get(update) {
            None => Err(Refused::VerificationUnfit { why: "no such update follows from this exception" }),
            Some(update) if !update.readable => {
                Err(Refused::AlreadySo { why: "this system cannot be read back, as was known" })
            }
            Some(_) => Ok(State::Verifying),
        }
    }

    fn mismatch(&self, event: &Event, update: usize) -> Verdict {
        self.taken(event)?;
        if update >= self.updates.len() {
            return Err(Refused::VerificationUnfit { why: "no such update follows from this exception" });
        }
        Ok(self.back_to_work())
    }

    const fn back_to_work(&self) -> State {
        if self.person.is_some() { State::InProgress } else { State::Open }
    }

    fn settle(&self, event: &Event) -> Verdict {
        let outcome = self.taken(event)?;
        let note = self.resolving.as_ref().and_then(|resolving| resolving.note.as_deref());
        let outside = outcome == Outcome::HandledOutside && note.is_some_and(|note| !note.trim().is_empty());
        match self.unverified().count() {
            left if left > 0 && !outside => Err(Refused::Unverified { left }),
            _seen_or_outside => Ok(State::Resolved),
        }
    }

    fn auto_resolve(&self, event: &Event, evidence: &Evidence, at: Timestamp) -> Verdict {
        if !self.state.is_open() {
            return self.unfit(event);
        }
        if !reason::of(self.reason).cleared_by.contains(&evidence.kind) {
            return Err(Refused::EvidenceUnfit { kind: evidence.kind, reason: self.reason });
        }
        let weak = |why| Err(Refused::EvidenceWeak { why });
        if evidence.at <= self.last_seen_at || evidence.at > at {
            return weak("only what was seen after the exception's last occurrence shows that it is gone");
        }
        if evidence.what.trim().is_empty() {
            return weak("evidence says what was seen");
        }
        Ok(State::Resolved)
    }

    fn dismissed(&self, event: &Event, why: &str, who: &Who) -> Verdict {
        self.in_work(event)?;
        said(why, "why it is not a problem")?;
        if self.severity != Severity::Critical {
            return Ok(State::Dismissed);
        }
        match &self.dismissal {
            Some(first) if who.is_another_than(&first.by) => Ok(State::Dismissed),
            Some(_) => Err(Refused::SecondPerson),
            None => Ok(self.state),
        }
    }

    fn supersede(&self, event: &Event, into: Option<&ExceptionId>, who: &Who) -> Verdict {
        if !self.state.is_open() {
            return self.unfit(event);
        }
        match (into, who) {
            (Some(into), Who::Person { .. } | Who::Runner) if *into == self.id => {
                Err(Refused::CannotMerge { why: "it is the same exception" })
            }
            (Some(_), Who::Person { .. } | Who::Runner) => self.in_work(event).map(|()| State::Superseded),
            (None, Who::Person { .. } | Who::Runner) => Ok(State::Superseded),
        }
    }

    fn absorb(&self, event: &Event, from: &ExceptionId) -> Verdict {
        if !self.state.is_open() {
            return self.unfit(event);
        }
        if *from == self.id {
            return Err(Refused::CannotMerge { why: "it is the same exception" });
        }
        Ok(self.state)
    }

    fn recur(&self, event: &Event) -> Verdict {
        match self.state {
            State::Open | State::Assigned | State::InProgress | State::Waiting | State::Dismissed => {
                Ok(self.state)
            }
            // The resolution did not hold.
            State::Verifying => Ok(self.back_to_work()),
            State::Resolved | State::Superseded => self.unfit(event),
        }
    }

    fn open_again(&self, event: &Event, seen: bool, at: Timestamp) -> Verdict {
        match self.state {
            State::Resolved | State::Dismissed => {}
            State::Open
            | State::Assigned
            | State::InProgress
            | State::Waiting
            | State::Verifying
            | State::Superseded => return self.unfit(event),
        }
        let days = if seen { REOPEN_DAYS } else { CLOSE_DAYS };
        match self.ended_at().map(|ended| ended.plus_ms(days * DAY_MS)) {
            Some(closed) if closed <= at => Err(Refused::Closed { at: closed }),
            Some(_) | None => Ok(State::Open),
        }
    }

    fn reach(&self, request: &Request, rung: Rung, to: Option<&Owner>) -> Verdict {
        if !self.state.is_open() {
            return self.unfit(&request.event);
        }
        if self.rung.is_some_and(|reached| reached >= rung) {
            return Err(Refused::AlreadySo { why: "that rung was reached already" });
        }
        match (rung, to) {
            (Rung::Backup, Some(to)) => {
                fit(to, request.standing)?;
                Ok(self.given_to(to))
            }
            (Rung::Warn | Rung::Due | Rung::Backup | Rung::Digest, None) => Ok(self.state),
            (Rung::Warn | Rung::Due | Rung::Digest, Some(_)) => {
                Err(Refused::AlreadySo { why: "only the backup's rung changes the owner" })
            }
        }
    }
}

/// Some things only a person may say, and some only what was seen.
fn by_whom(event: &Event, who: &Who) -> Result<(), Refused> {
    let what = event.word();
    match (event, who) {
        (
            Event::ResolutionTaken
            | Event::Unreadable { .. }
            | Event::Mismatched { .. }
            | Event::Resolved
            | Event::AutoResolved { .. }
            | Event::Recurred { .. }
            | Event::Reopened { seen: Some(_), .. }
            | Event::Superseded { into: None }
            | Event::Reached { .. }
            | Event::Verified { how: Verification::ReadBack | Verification::Receipt { .. }, .. },
            Who::Person { .. },
        ) => Err(Refused::NeedsRunner { what }),
        (
            Event::Taken
            | Event::HandedOver { .. }
            | Event::WaitBegan { .. }
            | Event::Snoozed { .. }
            | Event::Resolving { .. }
            | Event::DismissalAsked { .. }
            | Event::Dismissed { .. }
            | Event::Superseded { into: Some(_) }
            | Event::Absorbed { .. }
            | Event::Reopened { seen: None, .. }
            | Event::Verified { how: Verification::Attested { .. }, .. },
            Who::Runner,
        ) => Err(Refused::NeedsPerson { what }),
        (
            Event::Assigned { .. }
            | Event::Taken
            | Event::HandedOver { .. }
            | Event::WaitBegan { .. }
            | Event::WaitEnded
            | Event::Snoozed { .. }
            | Event::Woken
            | Event::Resolving { .. }
            | Event::ResolutionTaken
            | Event::Verified { .. }
            | Event::Unreadable { .. }
            | Event::Mismatched { .. }
            | Event::Resolved
            | Event::AutoResolved { .. }
            | Event::DismissalAsked { .. }
            | Event::Dismissed { .. }
            | Event::Superseded { .. }
            | Event::Absorbed { .. }
            | Event::Recurred { .. }
            | Event::Reopened { .. }
            | Event::Reached { .. },
            Who::Person { .. } | Who::Runner,
        ) => Ok(()),
    }
}

const fn back_with(person: bool) -> State {
    if person { State::Assigned } else { State::Open }
}

fn said(words: &str, what: &'static str) -> Result<(), Refused> {
    if words.trim().is_empty() { Err(Refused::WordsMissing { what }) } else { Ok(()) }
}

fn fit(owner: &Owner, standing: Standing) -> Result<(), Refused> {
    let refuse = |why| Err(Refused::OwnerUnfit { owner: owner.0.clone(), why });
    match standing {
        Standing { active: false, .. } => refuse("the account is disabled or has left, or nobody is in it"),
        Standing { access: false, .. } => refuse("it may not see the exceptions of this workspace"),
        Standing { active: true, access: true } => Ok(()),
    }
}
