//! Tests of approvals, and what they are built from.

mod codes;
mod comments;
mod deciding;
mod delegating;
mod edits;
mod policies;
mod props;
mod refusals;
mod silences;
mod world;

use std::collections::BTreeSet;

use super::*;
use crate::calendar::Calendar;
use crate::connector::Undo;
use crate::id::{PersonId, ProposalId};
use crate::proposal::tests::{at, content, id, origin, write};
use crate::proposal::{Content, Money, Origin, Proposal, ProposalEvent, ProposalState};
use crate::time::Timestamp;
use crate::workflow::{Due, Owner};

fn per(n: u64) -> PersonId {
    PersonId::new(n, u128::from(n))
}

/// Person n: `person:p<n>`, in these teams.
fn person(n: u64, teams: &[&str]) -> Person {
    Person {
        id: per(n),
        handle: format!("p{n}"),
        name: format!("Person {n}"),
        kind: PersonKind::Account,
        active: true,
        may_decide: true,
        teams: teams.iter().map(|team| (*team).to_owned()).collect(),
        roles: BTreeSet::new(),
    }
}

fn owners(who: &[&str]) -> Vec<Owner> {
    who.iter().map(|who| Owner((*who).to_owned())).collect()
}

fn rule(who: &[&str], quorum: Quorum) -> Rule {
    Rule { name: format!("{quorum} of {}", who.join(", ")), when: None, who: owners(who), quorum }
}

fn policy(rules: Vec<Rule>) -> Policy {
    Policy {
        name: "billing".into(),
        rules,
        rejection: Rejection::First,
        silence: SilencePolicy {
            expires: Due::After { ms: 48 * 3_600_000 },
            remind: Vec::new(),
            on_silence: OnSilence::Expire,
        },
        code_alone: Vec::new(),
        at_least: Assurance::Code,
    }
}

fn with_money(amount: &str) -> Content {
    Content { money: Money::parse(amount, "EUR"), ..content(vec![write("k")]) }
}

fn irreversible() -> Content {
    let mut content = content(vec![write("k")]);
    content.operations[0].undo = Undo::Irreversible;
    content
}

/// A proposal with what stands over it and what was decided.
#[derive(Clone)]
struct Stage {
    proposal: Proposal,
    approval: Approval,
    state: ProposalState,
    decisions: Vec<Decision>,
    blockers: Vec<ProposalId>,
    others: Vec<Proposal>,
}

impl Stage {
    fn new(policy: &Policy, content: Content) -> Self {
        Self::of(policy, Proposal::open(id(1), origin(1), content, at(0)).unwrap())
    }

    fn requested_by(policy: &Policy, content: Content, by: &[u64]) -> Self {
        let origin = Origin { requested_by: by.iter().map(|n| per(*n)).collect(), ..origin(1) };
        Self::of(policy, Proposal::open(id(1), origin, content, at(0)).unwrap())
    }

    fn of(policy: &Policy, proposal: Proposal) -> Self {
        let truths = vec![Truth::Holds; policy.rules.len()];
        let approval = Approval::open(policy, &proposal, &truths, &Calendar::default(), proposal.opened_at());
        let (decisions, blockers, others) = (Vec::new(), Vec::new(), Vec::new());
        Self { proposal, approval, state: ProposalState::Open, decisions, blockers, others }
    }

    fn request(&self, actor: u64, verdict: Verdict) -> Request {
        Request {
            proposal: self.proposal.id().clone(),
            shown: Some(self.proposal.hash().clone()),
            principal: None,
            pass: Pass::Session { person: per(actor), confirmed_at: at(0) },
            via: Via::App,
            verdict,
            note: None,
            opened_at: None,
        }
    }

    fn decide(&self, people: &People, request: &Request, now: Timestamp) -> Decided {
        let others: Vec<&Proposal> = self.others.iter().collect();
        let subject = Subject {
            proposal: &self.proposal,
            state: self.state,
            approval: &self.approval,
            earlier: &self.decisions,
            others: &others,
            blockers: &self.blockers,
        };
        decide(&subject, people, request, now)
    }

    /// Decides, and keeps what comes out as a store would.
    fn play(&mut self, people: &People, request: &Request, now: Timestamp) -> Decided {
        let decided = self.decide(people, request, now);
        match &decided {
            Decided::Applied { event, decision, .. } => {
                self.state = self.state.after(*event).unwrap();
                self.decisions.push((**decision).clone());
            }
            Decided::Counted { decision, .. } => self.decisions.push((**decision).clone()),
            Decided::Edited { decision } => {
                self.state = self.state.after(ProposalEvent::Superseded).unwrap();
                self.decisions.push((**decision).clone());
            }
            Decided::Refused(_) => {}
        }
        decided
    }

    fn approve(&mut self, people: &People, actor: u64, now: Timestamp) -> Decided {
        self.play(people, &self.request(actor, Verdict::Approve), now)
    }

    fn approve_for(&mut self, people: &People, principal: u64, actor: u64, now: Timestamp) -> Decided {
        let request = Request { principal: Some(per(principal)), ..self.request(actor, Verdict::Approve) };
        self.play(people, &request, now)
    }

    fn reject(&mut self, people: &People, actor: u64, now: Timestamp) -> Decided {
        let verdict = Verdict::Reject { reason: Some(RejectReason::WrongValue) };
        self.play(people, &self.request(actor, verdict), now)
    }
}

fn event(decided: &Decided) -> Option<ProposalEvent> {
    match decided {
        Decided::Applied { event, .. } => Some(*event),
        Decided::Counted { .. } | Decided::Edited { .. } => None,
        Decided::Refused(refusal) => panic!("{refusal}"),
    }
}

fn refused(decided: &Decided) -> &Refusal {
    match decided {
        Decided::Refused(refusal) => refusal,
        Decided::Applied { .. } | Decided::Counted { .. } | Decided::Edited { .. } => panic!("{decided:?}"),
    }
}

fn code_of(decided: &Decided) -> &'static str {
    refused(decided).code()
}

#[test]
fn every_code_has_its_page() {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let sources = [
        include_str!("refusal.rs"),
        include_str!("code.rs"),
        include_str!("delegation.rs"),
        include_str!("policy/check.rs"),
        include_str!("tally.rs"),
        include_str!("../proposal/content/problem.rs"),
        include_str!("../proposal/group.rs"),
    ];
    let mut found = BTreeSet::new();
    for source in sources {
        for rest in source.split("\"TL").skip(1) {
            let code = format!("TL{}", rest.chars().take_while(char::is_ascii_digit).collect::<String>());
            assert!(pages.join(format!("{code}.md")).exists(), "{code} has no page under docs/errors");
            found.insert(code);
        }
    }
    assert_eq!(found.len(), 37, "{found:?}");
    assert!(found.iter().all(|code| ("TL0860".."TL0900").contains(&code.as_str())));
}
