//! Taking a transition in.

use super::{
    Dismissal, Ended, Event, Life, Resolving, Seen, State, Transition, Verification, Waiting, Who, person_of,
};
use crate::exception::clock::Rung;
use crate::time::Timestamp;
use crate::workflow::Owner;

impl Life {
    /// Folds a log onto an opening.
    #[must_use]
    pub fn after(mut self, log: &[Transition]) -> Self {
        for transition in log {
            self.apply(transition);
        }
        self
    }

    /// Takes a transition in that [`Life::decide`] gave.
    pub fn apply(&mut self, transition: &Transition) {
        let Transition { at, who, event, from: _, to } = transition;
        let at = Timestamp(at.0.max(self.changed_at.0));
        self.leave(*to, at);
        if wakes(event) {
            self.snooze_until = None;
        }
        match event {
            Event::Assigned { to } | Event::HandedOver { to, .. } => self.give(to),
            Event::Taken => self.give_to_who(who),
            Event::WaitBegan { on, until, .. } => {
                self.waiting = Some(Waiting { on: *on, since: at, until: *until });
                self.hold(who);
            }
            Event::Snoozed { until } => self.snooze_until = Some(*until),
            Event::WaitEnded => self.hold(who),
            Event::Woken => {}
            Event::Resolving { way, outcome, note } => {
                self.hold(who);
                self.dismissal = None;
                let (way, note, by) = (way.clone(), note.clone(), who.clone());
                self.resolving = Some(Resolving { way, outcome: *outcome, note, by, taken: false });
            }
            Event::ResolutionTaken => self.mark_taken(),
            Event::Verified { update, how } => self.verified(*update, how),
            Event::Unreadable { update } => self.mark_unreadable(*update),
            Event::Mismatched { .. } => self.unresolve(),
            Event::Resolved => {
                // The person who said how, not the sweep that saw the last update.
                let who = self.resolving.as_ref().map_or(who, |resolving| &resolving.by).clone();
                self.end(Ended::ByPerson { who }, at);
            }
            Event::AutoResolved { evidence } => {
                self.end(Ended::ByEvidence { evidence: evidence.clone() }, at);
            }
            Event::DismissalAsked { reason } => self.dismiss(who, reason),
            Event::Dismissed { reason } => {
                self.dismiss(who, reason);
                self.end(Ended::Dismissed, at);
            }
            Event::Superseded { into } => {
                let merged = into.clone().map(|into| Ended::MergedInto { into });
                self.end(merged.unwrap_or(Ended::Superseded), at);
            }
            Event::Absorbed { occurrences, severity, items, .. } => {
                self.occurrences = self.occurrences.saturating_add(*occurrences);
                self.items = self.items.saturating_add(*items);
                self.severity = self.severity.max(*severity);
            }
            Event::Recurred { seen } => self.again(seen, at),
            Event::Reopened { seen, .. } => self.reopen(seen.as_ref(), at),
            Event::Reached { rung, to } => {
                self.rung = Some(*rung);
                if let Some(to) = to {
                    self.give(to);
                }
            }
        }
        self.state = *to;
        self.changed_at = at;
    }

    /// A wait that is left, or begun anew, is added to the time the clock stood still.
    fn leave(&mut self, to: State, at: Timestamp) {
        let Some(wait) = self.waiting else { return };
        if wait.on.stops_the_clock() {
            self.paused_us += (at.0 - wait.since.0).max(0);
        }
        // While the wait goes on it is counted from here.
        self.waiting = (to == State::Waiting).then_some(Waiting { since: at, ..wait });
    }

    fn give(&mut self, to: &Owner) {
        self.person = person_of(to);
        // A person of the team that owns it does not take it from the team.
        if self.person.is_none() || person_of(&self.owner).is_some() {
            self.owner = to.clone();
        }
    }

    fn give_to_who(&mut self, who: &Who) {
        if let Some(id) = who.person() {
            self.give(&Owner(format!("person:{id}")));
        }
    }

    /// Whoever acts on what nobody has, has it.
    fn hold(&mut self, who: &Who) {
        if self.person.is_none() {
            self.person = who.person().map(str::to_owned);
        }
    }

    fn mark_taken(&mut self) {
        if let Some(resolving) = &mut self.resolving {
            resolving.taken = true;
        }
    }

    fn verified(&mut self, update: usize, how: &Verification) {
        if let Some(update) = self.updates.get_mut(update) {
            update.verified = Some(how.clone());
        }
    }

    fn mark_unreadable(&mut self, update: usize) {
        if let Some(update) = self.updates.get_mut(update) {
            update.readable = false;
        }
    }

    fn dismiss(&mut self, who: &Who, reason: &str) {
        self.dismissal = Some(Dismissal { by: who.clone(), reason: reason.to_owned() });
    }

    fn unresolve(&mut self) {
        self.resolving = None;
        for update in &mut self.updates {
            update.verified = None;
        }
    }

    fn end(&mut self, ended: Ended, at: Timestamp) {
        self.ended = Some((ended, at));
    }

    fn again(&mut self, seen: &Seen, at: Timestamp) {
        // What waited on a resolution that was carried out waits no longer.
        let released = self.resolving.as_ref().is_some_and(|resolving| resolving.taken);
        let waiting = if released { 0 } else { self.items };
        if self.state == State::Verifying {
            self.unresolve();
        }
        self.seen(seen, waiting, at);
    }

    fn seen(&mut self, seen: &Seen, waiting: u32, at: Timestamp) {
        self.occurrences = self.occurrences.saturating_add(1);
        self.items = waiting.saturating_add(seen.items);
        self.last_seen_at = at;
        self.evidence.clone_from(&seen.evidence);
    }

    fn reopen(&mut self, seen: Option<&Seen>, at: Timestamp) {
        self.unresolve();
        self.ended = None;
        self.dismissal = None;
        self.rung = None;
        self.person = None;
        self.paused_us = 0;
        self.reopened = self.reopened.saturating_add(1);
        if let Some(seen) = seen {
            self.seen(seen, 0, at);
        } else {
            // Its steps went on long ago: nothing waits, and nothing of it is in doubt.
            (self.items, self.in_doubt, self.quarantined) = (0, false, false);
        }
    }
}

/// What ends a snooze: anything a person should see. A count and a warning leave it.
const fn wakes(event: &Event) -> bool {
    !matches!(
        event,
        Event::Recurred { .. }
            | Event::Absorbed { .. }
            | Event::DismissalAsked { .. }
            | Event::Reached { rung: Rung::Warn, .. }
    )
}
