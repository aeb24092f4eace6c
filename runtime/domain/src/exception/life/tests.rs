//! Tests of the life: each guard by name, and no illegal state by any way.

mod guards;
pub(crate) mod props;

use crate::exception::reason::EvidenceKind;
use crate::exception::{Kind, Severity};
use crate::id::ExceptionId;
use crate::time::Timestamp;
use crate::workflow::{Owner, ReasonCode, UpdateAfter, UpdateBy};

use super::*;

/// Monday, 23 November 2026, 09:00 UTC.
pub(crate) const MONDAY: Timestamp = Timestamp(1_795_424_400_000_000);
pub(crate) const HOUR_MS: u64 = 3_600_000;

pub(crate) fn hours(count: u64) -> Timestamp {
    MONDAY.plus_ms(count * HOUR_MS)
}

pub(crate) fn person(id: &str) -> Who {
    Who::Person { id: id.into(), on_behalf_of: None }
}

pub(crate) fn update(readable: bool, by: UpdateBy) -> Update {
    let what =
        UpdateAfter { system: "accounting".into(), record: Some("invoice".into()), fields: vec![], by };
    Update { what, readable, verified: None }
}

pub(crate) fn opening() -> Opening {
    Opening {
        id: ExceptionId::new(1, 1),
        kind: Kind::Business,
        reason: ReasonCode::MissingRequired,
        severity: Severity::Normal,
        owner: Owner("team:billing".into()),
        updates: vec![update(true, UpdateBy::Automatic)],
        evidence: "first".into(),
        in_doubt: false,
        quarantined: false,
        items: 1,
        at: MONDAY,
    }
}

/// An exception and its log.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) life: Life,
    pub(crate) log: Vec<Transition>,
}

impl Story {
    pub(crate) fn new(opening: Opening) -> Self {
        Self { life: Life::open(opening), log: Vec::new() }
    }

    pub(crate) fn ask(&self, event: Event, who: Who, at: Timestamp) -> Result<Transition, Refused> {
        let due_at = Some(MONDAY.plus_ms(8 * HOUR_MS));
        self.life.decide(Request { event, who, at, standing: Standing::FIT, due_at })
    }

    pub(crate) fn does(&mut self, event: Event, who: Who, at: Timestamp) -> &mut Self {
        let transition = self.ask(event, who, at).unwrap();
        self.life.apply(&transition);
        self.log.push(transition);
        self
    }

    pub(crate) fn resolved(&mut self, at: Timestamp) -> &mut Self {
        self.does(resolving(Outcome::FixedAndReplayed), person("anna"), at);
        self.does(Event::ResolutionTaken, Who::Runner, at);
        for update in 0..self.life.updates.len() {
            self.does(Event::Verified { update, how: Verification::ReadBack }, Who::Runner, at);
        }
        self.does(Event::Resolved, Who::Runner, at)
    }
}

pub(crate) fn resolving(outcome: Outcome) -> Event {
    Event::Resolving { way: Way::FixAndContinue, outcome, note: None }
}

pub(crate) fn seen(evidence: &str) -> Seen {
    Seen { evidence: evidence.into(), items: 1 }
}

pub(crate) fn clean_pass(at: Timestamp) -> Event {
    let evidence = Evidence {
        kind: EvidenceKind::CleanPass,
        at,
        what: "run_2 passed this step".into(),
        run: None,
        event: None,
    };
    Event::AutoResolved { evidence }
}

pub(crate) fn wait(on: WaitingOn, until: Timestamp) -> Event {
    Event::WaitBegan { on, until, note: "the signed form".into() }
}
