//! Proposals: kept as they were hashed, decided once, in the order of their records.

use std::collections::BTreeSet;

use serde_json::json;
use throughline_domain::approval::{
    Approval, Assurance, CodeState, Decision, Delegation, DelegationScope, Party, Policy, RejectReason, Said,
    Truth, Via,
};
use throughline_domain::calendar::Calendar;
use throughline_domain::connector::Undo;
use throughline_domain::id::{DecisionId, DelegationId, MailId, PersonId, ProposalId, RunId};
use throughline_domain::proposal::{
    Basis, Content, FieldChange, Origin, PlannedWrite, Proposal, ProposalState, Record, WriteKind,
};
use throughline_domain::run::event::StepPath;
use throughline_domain::workflow::Operation;
use throughline_store::{
    By, Claim, EditedProposal, KeptDecision, MailKind, NewMail, NewProposal, NewSignal, PageRequest,
    ProposalChange, ProposalComment, ProposalHeard, Release, Scope, Store, Subject, Superseded, lane_key,
};

use crate::people::person;
use crate::place::{THEN, claimed, commit, commit_of, effect_id, scope};

fn content(record: &str, key: &str) -> Content {
    Content {
        operations: vec![PlannedWrite {
            system: "accounting".to_owned(),
            record: Record::Existing { record_type: "invoice".to_owned(), id: record.to_owned() },
            kind: WriteKind::Update,
            action: Operation::parse("accounting.update_invoice").unwrap(),
            connection: Some("books".to_owned()),
            input: json!({ "id": record }),
            fields: [("/price".to_owned(), FieldChange::default())].into(),
            precondition: None,
            idempotency_key: key.to_owned(),
            undo: Undo::Reversible,
            compensation: None,
            complete: true,
        }],
        summary: format!("Change {record}"),
        money: None,
        expires_at: THEN.plus_ms(86_400_000),
    }
}

fn proposal(run: &RunId, nth: u32, record: &str) -> Proposal {
    let path = StepPath("pay".to_owned());
    let origin = Origin {
        workflow: "invoice".to_owned(),
        version: 1,
        run: run.clone(),
        path: path.clone(),
        logical_attempt: 1,
        source: None,
        requested_by: BTreeSet::new(),
        basis: Basis::default(),
    };
    let id = ProposalId::derived(run, &path, 1, nth);
    Proposal::open(id, origin, content(record, &format!("{run}{nth}")), THEN).unwrap()
}

fn approval(proposal: &Proposal) -> Approval {
    let policy = Policy::standard();
    Approval::open(&policy, proposal, &[Truth::Holds], &Calendar::default(), THEN)
}

fn new(proposal: &Proposal) -> NewProposal {
    NewProposal {
        approval: approval(proposal),
        asked: vec!["role:approver".to_owned()],
        next_at: THEN.plus_ms(3_600_000),
        supersedes: Vec::new(),
        mails: Vec::new(),
        proposal: proposal.clone(),
    }
}

fn signal(proposal: &ProposalId) -> NewSignal {
    NewSignal {
        id: format!("proposal/{proposal}"),
        kind: "decided".to_owned(),
        path: Some("pay".to_owned()),
        body: b"{}".to_vec(),
        sent_at: THEN,
        lifecycle: None,
    }
}

fn decision(proposal: &Proposal, who: u64, said: Said) -> Decision {
    let principal = person(who);
    Decision {
        id: DecisionId::derived(proposal.id(), &principal),
        proposal: proposal.id().clone(),
        shown: proposal.hash().clone(),
        party: Party { principal: principal.clone(), actor: principal, through: Vec::new() },
        via: Via::App,
        assurance: Assurance::Session,
        said,
        reason: (said == Said::Reject).then_some(RejectReason::NotNow),
        note: None,
        edit: (said == Said::ApproveEdited).then(Default::default),
        opened_at: None,
        decided_at: THEN.plus_ms(1),
    }
}

fn kept(proposal: &Proposal, who: u64, said: Said, becomes: Option<ProposalState>) -> KeptDecision {
    KeptDecision {
        proposal: proposal.id().clone(),
        revision: 1,
        run: proposal.origin().run.clone(),
        decision: decision(proposal, who, said),
        becomes,
        edited: None,
        signals: vec![signal(proposal.id())],
    }
}

/// A run that waits on proposals about these records.
async fn waiting(store: &Store, scope: &Scope, records: &[&str]) -> (Claim, Vec<Proposal>) {
    let claim = claimed(store, scope).await;
    let proposals: Vec<Proposal> =
        (1..).zip(records).map(|(nth, record)| proposal(&claim.run, nth, record)).collect();
    let mut all = commit_of(&claim);
    all.proposals = proposals.iter().map(|proposal| ProposalChange::Open(Box::new(new(proposal)))).collect();
    all.release = Release::ToWaiting { wake_at: None };
    commit(store, all).await;
    (claim, proposals)
}

async fn state(store: &Store, scope: &Scope, proposal: &Proposal) -> ProposalState {
    store.get_proposal(scope, proposal.id()).await.unwrap().unwrap().state
}

/// Uses every function of a workspace about proposals, and leaves a row in each table. After the people.
#[expect(clippy::too_many_lines, reason = "one life, told in order")]
pub(crate) async fn live(store: &Store, scope: &Scope) {
    let (claim, all) = waiting(store, scope, &["A", "B", "C", "D", "E", "F"]).await;
    let [one, two, three, four, five, six] = &all[..] else { panic!("{all:?}") };
    let row = store.get_proposal(scope, one.id()).await.unwrap().unwrap();
    assert_eq!((&row.proposal, row.state, row.revision), (one, ProposalState::Open, 1));
    let approved = Some(ProposalState::Approved);
    assert!(store.keep_decision(scope, &kept(one, 1, Said::Approve, approved)).await.unwrap());
    let rejected = Some(ProposalState::Rejected);
    assert!(store.keep_decision(scope, &kept(two, 1, Said::Reject, rejected)).await.unwrap());
    let found = store.rejected_since(scope, &two.request(), THEN).await.unwrap().unwrap();
    assert_eq!((&found.proposal, found.at), (two.id(), THEN.plus_ms(1)));
    // An edit takes the place, in the lanes too.
    let next = ProposalId::derived(&claim.run, &three.origin().path, 1, 7);
    let changed = Content { summary: "Change C otherwise".to_owned(), ..three.content().clone() };
    let edited = three.edited(next, changed, &[person(1)], THEN).unwrap();
    let edit = KeptDecision {
        edited: Some(Box::new(EditedProposal {
            new: new(&edited),
            vote: Some(decision(&edited, 1, Said::Approve)),
            becomes: approved,
        })),
        ..kept(three, 1, Said::ApproveEdited, Some(ProposalState::Superseded))
    };
    assert!(store.keep_decision(scope, &edit).await.unwrap());
    assert_eq!(state(store, scope, &edited).await, ProposalState::Approved);
    assert_eq!(store.decisions_about(scope, edited.id()).await.unwrap().len(), 1);
    let row = store.get_proposal(scope, four.id()).await.unwrap().unwrap();
    let expired = (ProposalState::Expired, "nobody decided");
    assert!(store.end_proposal(&row, expired, &signal(four.id()), THEN.plus_ms(2)).await.unwrap());
    assert!(!store.end_proposal(&row, expired, &signal(four.id()), THEN.plus_ms(2)).await.unwrap());
    let row = store.get_proposal(scope, five.id()).await.unwrap().unwrap();
    let heard = ProposalHeard {
        at: THEN.plus_ms(3),
        next_at: THEN.plus_ms(9),
        asked: vec!["person:boss".to_owned()],
        mails: vec![reminder(scope)],
    };
    assert!(store.proposal_heard(&row, &heard).await.unwrap());
    assert!(!store.proposal_heard(&row, &heard).await.unwrap(), "the other node was slower");
    assert_eq!(store.next_proposal_all().await.unwrap(), Some(heard.next_at));
    assert!(!store.due_proposals_all(THEN.plus_ms(10), 10).await.unwrap().is_empty());
    // The run goes on with what was approved.
    let again = store.claim_all(&crate::place::worker(), 1, 60_000).await.unwrap().remove(0);
    let effect = effect_id();
    let mut applied = commit_of(&again);
    applied.proposals = vec![
        ProposalChange::Applying { proposal: one.id().clone(), effect: effect.clone(), at: THEN },
        ProposalChange::Applied { effect, at: THEN },
        ProposalChange::Stale { proposal: edited.id().clone(), by: None, at: THEN },
        ProposalChange::Applying { proposal: six.id().clone(), effect: effect_id(), at: THEN },
        ProposalChange::Close { proposal: six.id().clone(), failed: true, words: "no".to_owned(), at: THEN },
        ProposalChange::Close { proposal: six.id().clone(), failed: false, words: "no".to_owned(), at: THEN },
    ];
    commit(store, applied).await;
    assert_eq!(state(store, scope, one).await, ProposalState::Applied);
    assert_eq!(state(store, scope, six).await, ProposalState::Withdrawn);
    let held = store.held_proposals_of_run(scope, &claim.run).await.unwrap();
    assert_eq!(held, [(five.id().clone(), ProposalState::Open)]);
    let mut newer = commit_of(&again);
    let seven = proposal(&claim.run, 8, "E");
    let superseded = Superseded {
        proposal: five.id().clone(),
        revision: 1,
        run: claim.run.clone(),
        signal: signal(five.id()),
    };
    newer.proposals =
        vec![ProposalChange::Open(Box::new(NewProposal { supersedes: vec![superseded], ..new(&seven) }))];
    newer.release = Release::Requeue { due_at: THEN.plus_ms(4_000_000_000_000) };
    commit(store, newer).await;
    assert_eq!(state(store, scope, five).await, ProposalState::Superseded);
    look(store, scope, &seven).await;
    said_beside(store, scope, &seven, one).await;
    delegations_and_codes(store, scope, &seven).await;
}

fn reminder(scope: &Scope) -> NewMail {
    NewMail {
        mail: MailId::about(&format!("prp_0000000001{scope}"), "reminder"),
        kind: MailKind::Proposal,
        about: None,
        to: "ada@example.com".to_owned(),
        name: None,
        subject: "Still to decide".to_owned(),
        text: "Please".to_owned(),
        html: None,
        queued_at: THEN,
        not_before: THEN,
        until: THEN.plus_ms(60_000),
    }
}

async fn look(store: &Store, scope: &Scope, open: &Proposal) {
    let page = PageRequest::first(10);
    let run = &open.origin().run;
    assert_eq!(store.proposals_of_run(scope, run).await.unwrap().len(), 8);
    assert_eq!(store.proposals_of_step(scope, run, "pay").await.unwrap().len(), 8);
    assert_eq!(store.list_proposals(scope, None, &page).await.unwrap().items.len(), 8);
    let listed = store.list_proposals(scope, Some(ProposalState::Open), &page).await.unwrap();
    assert_eq!(listed.items.len(), 1);
    assert_eq!(store.proposals_by_due(scope, &page).await.unwrap(), listed);
    let owners = ["role:approver".to_owned(), "person:nobody".to_owned()];
    let asked = store.list_asked(scope, &owners, &page).await.unwrap();
    assert_eq!(asked.items[0].proposal, *open);
    let lanes: Vec<String> = open.content().lanes().iter().map(lane_key).collect();
    assert_eq!(store.proposals_in_lanes(scope, &lanes).await.unwrap().len(), 1);
    assert_eq!(store.open_proposals_of_workflow(scope, "invoice", None, 10).await.unwrap().len(), 1);
    let ended = store.ended_of_shape(scope, open.shape().as_str(), 10).await.unwrap();
    assert!(!ended.is_empty() && ended.iter().all(|row| row.state != ProposalState::Open), "{ended:?}");
    let members = store.open_members(scope, Some(&open.shape()), None, 10).await.unwrap();
    assert_eq!((members.len(), &members[0].member), (1, &open.member()));
    assert_eq!(store.open_members(scope, None, None, 10).await.unwrap(), members);
    let about = store.decisions_about(scope, open.id()).await.unwrap();
    assert_eq!(store.decisions_about_many(scope, &[open.id()]).await.unwrap(), about);
    standings(store, scope, open).await;
}

fn comment(id: &str) -> ProposalComment {
    ProposalComment {
        id: id.to_owned(),
        by: "ada".to_owned(),
        text: "Is it the new one?".to_owned(),
        at: THEN,
        asks: None,
        answered_at: None,
        answers: None,
    }
}

/// A question, its answer, and what somebody puts off; of what ended nothing is asked.
async fn said_beside(store: &Store, scope: &Scope, open: &Proposal, ended: &Proposal) {
    let (id, who, other) = (open.id(), person(1), person(2));
    let page = PageRequest::first(10);
    let asks = ["person:cy".to_owned()];
    assert_eq!(store.list_asked(scope, &asks, &page).await.unwrap().items, []);
    let question = ProposalComment { asks: Some("person:cy".to_owned()), ..comment("cmt_1") };
    assert!(store.comment_proposal(scope, id, (&question, Some(&who)), &[reminder(scope)]).await.unwrap());
    assert!(!store.comment_proposal(scope, ended.id(), (&question, Some(&who)), &[]).await.unwrap());
    assert_eq!(store.proposal_comments(scope, ended.id()).await.unwrap(), []);
    assert_eq!(store.list_asked(scope, &asks, &page).await.unwrap().items.len(), 1);
    let questions = store.open_questions(scope, &[id]).await.unwrap();
    assert_eq!(
        (questions.len(), questions[0].asks.as_str(), questions[0].by.as_str()),
        (1, "person:cy", "ada")
    );

    let until = THEN.plus_ms(60_000);
    for one in [&who, &other] {
        assert!(store.snooze_proposal(scope, id, one, Some(until)).await.unwrap());
        assert!(!store.snooze_proposal(scope, ended.id(), one, Some(until)).await.unwrap());
    }
    let before = store.standings(scope, Subject::Proposal, &[id.as_str()]).await.unwrap();
    let answer =
        ProposalComment { answers: Some("cmt_1".to_owned()), at: THEN.plus_ms(1), ..comment("cmt_2") };
    assert!(store.comment_proposal(scope, id, (&answer, Some(&who)), &[]).await.unwrap());
    let after = store.standings(scope, Subject::Proposal, &[id.as_str()]).await.unwrap();
    assert!(after[0].revision > before[0].revision, "whoever looks hears of it");
    let answered = ProposalComment { answered_at: Some(answer.at), ..question };
    assert_eq!(store.proposal_comment(scope, id, "cmt_1").await.unwrap().as_ref(), Some(&answered));
    assert_eq!(store.proposal_comments(scope, id).await.unwrap(), [answered, answer]);
    assert_eq!(store.open_questions(scope, &[id]).await.unwrap(), []);
    // The writer's own stays put off; the others see it again.
    assert_eq!(store.snoozes(scope, &[id], &who).await.unwrap(), [(id.clone(), until)].into());
    assert_eq!(store.snoozes(scope, &[id], &other).await.unwrap(), [].into());
    assert!(store.snooze_proposal(scope, id, &who, None).await.unwrap());
    assert_eq!(store.snoozes(scope, &[id], &who).await.unwrap(), [].into());
    assert!(store.snooze_proposal(scope, id, &who, Some(until)).await.unwrap());
    let revision = store.get_proposal(scope, id).await.unwrap().unwrap().revision;
    assert_eq!(revision, 1, "no decision is overtaken by what is said");
}

/// Where things stand, by their ids; of what is not there nothing.
async fn standings(store: &Store, scope: &Scope, open: &Proposal) {
    let run = open.origin().run.as_str();
    let found = store.standings(scope, Subject::Run, &[run, "run_nowhere"]).await.unwrap();
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [run]);
    let found =
        store.standings(scope, Subject::Proposal, &[open.id().as_str(), "eff_nowhere"]).await.unwrap();
    assert_eq!((found.len(), found[0].state.as_str()), (1, "open"));
    for subject in [Subject::Exception, Subject::Ask, Subject::Connection, Subject::Workflow] {
        assert_eq!(store.standings(scope, subject, &["nowhere"]).await.unwrap(), []);
    }
}

async fn delegations_and_codes(store: &Store, scope: &Scope, open: &Proposal) {
    let by = By { who: "admin", at: THEN };
    let terms = Delegation {
        from: person(1),
        to: person(3),
        starts_at: THEN,
        ends_at: THEN.plus_ms(1_000),
        scope: DelegationScope::default(),
    };
    for n in [1, 2] {
        store.add_delegation(scope, (&DelegationId::new(n, 1), &terms), &[], by).await.unwrap();
    }
    assert!(store.end_delegation(scope, &DelegationId::new(1, 1), &[], by).await.unwrap());
    assert_eq!(store.list_delegations(scope, THEN).await.unwrap().len(), 1);
    let ended = store.get_delegation(scope, &DelegationId::new(1, 1)).await.unwrap().unwrap();
    assert_eq!((&ended.terms, ended.ended_at), (&terms, Some(THEN)));
    let who: PersonId = person(1);
    let mut codes = CodeState::new(who.clone(), open.id().clone());
    codes.request("digest".to_owned(), &[], THEN).unwrap();
    assert!(store.keep_codes(scope, &codes, None, None, THEN).await.unwrap());
    assert!(!store.keep_codes(scope, &codes, None, None, THEN).await.unwrap());
    let row = store.get_codes(scope, &who, open.id()).await.unwrap().unwrap();
    assert!(store.keep_codes(scope, &row.state, Some(row.revision), None, THEN).await.unwrap());
    assert!(!store.keep_codes(scope, &row.state, Some(row.revision), None, THEN).await.unwrap());
    let other = ProposalId::derived(&open.origin().run, &open.origin().path, 9, 9);
    let before = throughline_domain::time::Timestamp(THEN.0 - 1);
    assert_eq!(store.codes_elsewhere(scope, &who, &other, before).await.unwrap(), [THEN]);
}

on_both! {
    async fn of_many_decisions_at_once_one_is_kept(place) {
        let (store, scope) = (&place.store, scope());
        let (_, proposals) = waiting(store, &scope, &["A"]).await;
        let tries = (1..=400).map(|n| {
            let (store, scope, proposal) = (store.clone(), scope.clone(), proposals[0].clone());
            let (said, becomes) = if n % 2 == 0 {
                (Said::Approve, ProposalState::Approved)
            } else {
                (Said::Reject, ProposalState::Rejected)
            };
            tokio::spawn(async move {
                store.keep_decision(&scope, &kept(&proposal, n, said, Some(becomes))).await.unwrap()
            })
        });
        let mut won = 0;
        for one in tries.collect::<Vec<_>>() {
            won += u32::from(one.await.unwrap());
        }
        assert_eq!(won, 1);
        assert_eq!(store.decisions_about(&scope, proposals[0].id()).await.unwrap().len(), 1);
        let run = &proposals[0].origin().run;
        assert_eq!(store.unread_signals(&scope, run).await.unwrap().len(), 1);
    }

    async fn a_proposal_waits_behind_an_older_one_on_its_record(place) {
        let (store, scope) = (&place.store, scope());
        let (_, proposals) = waiting(store, &scope, &["A", "A"]).await;
        let mut both: Vec<&Proposal> = proposals.iter().collect();
        both.sort_by_key(|one| one.id().clone());
        let approve = |one: &Proposal| kept(one, 1, Said::Approve, Some(ProposalState::Approved));
        assert!(!store.keep_decision(&scope, &approve(both[1])).await.unwrap(), "the other comes first");
        let rejected = kept(both[0], 1, Said::Reject, Some(ProposalState::Rejected));
        assert!(store.keep_decision(&scope, &rejected).await.unwrap());
        assert!(store.keep_decision(&scope, &approve(both[1])).await.unwrap());
    }
}
