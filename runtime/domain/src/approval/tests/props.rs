//! What holds for all people, policies, delegations and orders of decisions.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::world::{Dice, World};
use super::*;
use crate::proposal::ContentHash;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 100..600)
}

/// Said again without the code that decides: may this decision count?
fn is_fair(world: &World, decision: &Decision) -> Result<(), String> {
    let proposal = &world.stage.proposal;
    let Party { principal, actor, through } = &decision.party;
    let who = |id: &PersonId| world.persons.iter().find(|one| one.id == *id).unwrap();
    let mut way = vec![principal.clone()];
    way.extend(through.iter().cloned());
    if principal != actor {
        way.push(actor.clone());
    }
    for id in &way {
        if !who(id).active || !who(id).may_decide {
            return Err(format!("{id} has no right"));
        }
        if proposal.origin().requested_by.contains(id) {
            return Err(format!("{id} asked for it"));
        }
        let content = proposal.content();
        let sensitive =
            content.money.is_some() || content.operations.iter().any(|one| one.undo == Undo::Irreversible);
        if sensitive && proposal.editors().contains(id) {
            return Err(format!("{id} edited it"));
        }
    }
    for pair in way.windows(2) {
        let linked = world.delegations.iter().any(|one| {
            one.from == pair[0]
                && one.to == pair[1]
                && one.starts_at <= decision.decided_at
                && decision.decided_at < one.ends_at
                && one.scope.covers(proposal)
        });
        if !linked {
            return Err(format!("{} does not stand in for {}", pair[1], pair[0]));
        }
    }
    let named = |who_is: &[Owner]| {
        let one = who(principal);
        let mut names =
            one.teams.iter().map(|team| format!("team:{team}")).chain([format!("person:{}", one.handle)]);
        names.any(|name| who_is.contains(&Owner(name)))
    };
    let asked = world.stage.approval.rules.iter().any(|rule| named(&rule.who));
    let mut later = world.stage.approval.escalations.iter().filter(|step| step.at <= decision.decided_at);
    if !asked && !later.any(|step| named(&step.to)) {
        return Err(format!("{principal} is not asked"));
    }
    if decision.shown != *proposal.hash() || decision.decided_at >= proposal.expires_at() {
        return Err("it is about something else, or too late".to_owned());
    }
    Ok(())
}

/// Plays random requests; the decisions that were kept, and how often one was the last.
fn lived(dice: &mut Dice, world: &mut World) -> Result<usize, TestCaseError> {
    let people = world.people();
    let mut ended = 0;
    let mut now = at(0);
    for _ in 0..25 {
        now = Timestamp(now.0 + i64::try_from(dice.below(8)).unwrap() * 1_800_000_000);
        let request = world.any_request(dice, now);
        let before = (world.stage.state, world.stage.decisions.len());
        match world.stage.play(&people, &request, now) {
            Decided::Applied { event, tally, .. } => {
                ended += 1;
                prop_assert_eq!(before.0, ProposalState::Open);
                if event == ProposalEvent::Approved {
                    prop_assert!(tally.is_approved() && tally.approvals() > 0);
                }
            }
            Decided::Counted { tally, .. } => {
                // An escalation may make earlier voices enough; a no said after that still approves nothing.
                let refuses = matches!(request.verdict, Verdict::Reject { .. });
                prop_assert!(refuses || !tally.is_approved());
                prop_assert_eq!(world.stage.state, ProposalState::Open);
            }
            Decided::Edited { .. } => prop_assert!(false, "nobody edits here"),
            Decided::Refused(_) => prop_assert_eq!(before, (world.stage.state, world.stage.decisions.len())),
        }
        if request.shown.as_ref() != Some(world.stage.proposal.hash()) {
            prop_assert_eq!(before.1, world.stage.decisions.len(), "what was shown is something else");
        }
    }
    Ok(ended)
}

proptest! {
    #![proptest_config(config())]

    /// Nobody excluded, removed or not asked ever counts, in whatever order people decide; nobody counts twice; one
    /// decision ends it, and nothing is said after it.
    #[test]
    fn only_those_who_may_ever_count(bytes in bytes()) {
        let mut dice = Dice::new(bytes);
        let mut world = World::new(&mut dice);
        let ended = lived(&mut dice, &mut world)?;
        prop_assert!(ended <= 1);
        prop_assert_eq!(ended == 1, world.stage.state != ProposalState::Open);
        let mut voices = BTreeSet::new();
        for decision in &world.stage.decisions {
            let fair = is_fair(&world, decision);
            prop_assert!(fair.is_ok(), "{:?}: {:?}", fair, decision);
            let Party { principal, actor, .. } = &decision.party;
            prop_assert!(voices.insert(principal.clone()));
            prop_assert!(principal == actor || voices.insert(actor.clone()));
        }
    }

    /// Delegations change nothing about what anybody may decide for themselves, and nobody is decided for who could not
    /// decide: adding them never widens.
    #[test]
    fn delegation_never_widens(bytes in bytes()) {
        let mut dice = Dice::new(bytes);
        let world = World::new(&mut dice);
        let (with, without) = (world.people(), world.without_delegations());
        for _ in 0..12 {
            let now = at(i64::try_from(dice.below(50)).unwrap());
            let request = world.any_request(&mut dice, now);
            let actor = request.pass.person().clone();
            let themselves = Request { principal: None, ..request.clone() };
            let decided = world.stage.decide(&with, &themselves, now);
            prop_assert_eq!(&decided, &world.stage.decide(&without, &themselves, now));
            let principal = request.principal.clone().unwrap_or_else(|| actor.clone());
            if let Decided::Refused(_) = world.stage.decide(&with, &request, now) {
                continue;
            }
            // The actor has their own right, and the principal could have decided by signing in.
            prop_assert!(with.get(&actor).unwrap().can_decide());
            let signed_in = Pass::Session { person: principal.clone(), confirmed_at: now };
            let in_person = Request { principal: None, pass: signed_in, ..request };
            prop_assert!(!matches!(world.stage.decide(&without, &in_person, now), Decided::Refused(_)));
        }
    }

    /// Decisions that race: whichever comes first, exactly one is the last, everybody after it is told who it was, and as
    /// many counted; and a store that kept them all counts the same whatever their order.
    #[test]
    fn racing_decisions_have_one_winner(bytes in bytes(), order in Just((0..8usize).collect::<Vec<_>>()).prop_shuffle()) {
        let mut dice = Dice::new(bytes);
        let mut world = World::new(&mut dice);
        world.policy.rules.truncate(1);
        let proposal = world.stage.proposal.clone();
        let people = world.without_delegations();
        let fresh = || Stage::of(&world.policy, proposal.clone());
        let now = at(1);
        let valid = |n: u64| {
            let stage = fresh();
            let request = Request {
                pass: Pass::Session { person: per(n), confirmed_at: now },
                ..stage.request(n, Verdict::Approve)
            };
            (!matches!(stage.decide(&people, &request, now), Decided::Refused(_))).then_some(request)
        };
        let requests: Vec<Request> = (0..world.count).filter_map(valid).collect();
        let race = |order: &mut dyn Iterator<Item = usize>| {
            let mut stage = fresh();
            let (mut won, mut counted, mut told) = (0, 0, 0);
            for index in order.filter(|index| *index < requests.len()) {
                match stage.play(&people, &requests[index], now) {
                    Decided::Applied { .. } => won += 1,
                    Decided::Counted { .. } => counted += 1,
                    Decided::Edited { .. } => {}
                    Decided::Refused(Refusal::AlreadyDecided { by: Some(_), said: Said::Approve }) => told += 1,
                    Decided::Refused(refusal) => panic!("{refusal}"),
                }
            }
            ((won, counted, told), stage)
        };
        let (one, first) = race(&mut (0..8));
        let (two, second) = race(&mut order.iter().copied());
        prop_assert_eq!(one, two);
        prop_assert_eq!(one.0 + one.1 + one.2, requests.len());
        let needed = tally(&first.approval, &proposal, &people, &[], now).rules[0].needed;
        prop_assert_eq!(one.0, usize::from(requests.len() >= needed), "one winner, if there are enough of them");
        prop_assert_eq!(first.state, second.state);
        let mut turned = second.decisions.clone();
        turned.reverse();
        prop_assert_eq!(
            tally(&second.approval, &proposal, &people, &second.decisions, now),
            tally(&second.approval, &proposal, &people, &turned, now)
        );
    }

    /// A yes and a no that race: exactly one of them is the last, whatever the order.
    #[test]
    fn a_yes_and_a_no_have_one_winner(bytes in bytes(), nays in vec(any::<bool>(), 8), order in Just((0..8u64).collect::<Vec<_>>()).prop_shuffle()) {
        let world = World::new(&mut Dice::new(bytes));
        let people = world.without_delegations();
        let mut stage = world.stage.clone();
        let mut won = 0;
        for n in order.into_iter().filter(|n| *n < world.count) {
            let verdict = if nays[usize::try_from(n).unwrap()] {
                Verdict::Reject { reason: Some(RejectReason::NotNow) }
            } else {
                Verdict::Approve
            };
            let pass = Pass::Session { person: per(n), confirmed_at: at(1) };
            let request = Request { pass, ..stage.request(n, verdict) };
            won += usize::from(matches!(stage.play(&people, &request, at(1)), Decided::Applied { .. }));
        }
        prop_assert!(won <= 1);
        prop_assert_eq!(won == 1, stage.state != ProposalState::Open);
    }

    /// Silence never approves: with no decision at all, whatever time passes and however often the sweep looks, the
    /// proposal is open or expired, and nobody has agreed.
    #[test]
    fn silence_never_approves(bytes in bytes(), looks in vec(0i64..20, 0..30)) {
        let world = World::new(&mut Dice::new(bytes));
        let people = world.people();
        let Stage { proposal, approval, mut state, .. } = world.stage;
        let (mut last, mut now) = (at(0), at(0));
        let mut reminders = Vec::new();
        for wait in looks {
            now = Timestamp(now.0 + wait * 1_800_000_000);
            for action in approval.due(last, now) {
                match action {
                    SilenceAction::Remind { at } => reminders.push(at),
                    SilenceAction::Escalate { .. } => {}
                    SilenceAction::Expire { at } => {
                        prop_assert!(at <= now);
                        state = state.after(ProposalEvent::Expired).unwrap_or(state);
                    }
                }
            }
            last = now;
            let tally = tally(&approval, &proposal, &people, &[], now);
            prop_assert!(!tally.is_approved());
            prop_assert_eq!(tally.approvals(), 0);
            let expected = if now >= approval.expires_at { ProposalState::Expired } else { ProposalState::Open };
            prop_assert_eq!(state, expected);
        }
        let once: BTreeSet<_> = reminders.iter().collect();
        prop_assert_eq!(once.len(), reminders.len(), "nobody is reminded twice of one thing");
    }

    /// A decision is bound to what was shown: with any other hash nothing counts, and the right one is told.
    #[test]
    fn only_what_was_shown_is_decided(bytes in bytes(), forged in "[0-9a-f]{64}") {
        let mut dice = Dice::new(bytes);
        let world = World::new(&mut dice);
        let people = world.people();
        let forged: ContentHash = forged.parse().unwrap();
        for n in 0..world.count {
            let pass = Pass::Session { person: per(n), confirmed_at: at(1) };
            let right = Request { pass, ..world.stage.request(n, Verdict::Approve) };
            let wrong = Request { shown: Some(forged.clone()), ..right.clone() };
            let taken = !matches!(world.stage.decide(&people, &right, at(1)), Decided::Refused(_));
            match world.stage.decide(&people, &wrong, at(1)) {
                Decided::Refused(Refusal::ContentChanged { hash, .. }) if taken => {
                    prop_assert_eq!(&hash, world.stage.proposal.hash());
                }
                Decided::Refused(_) => prop_assert!(!taken),
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}

/// The worlds above are full worlds: in them people agree, refuse, stand in for each other, and are refused for every
/// reason there is.
#[test]
fn random_worlds_hold_everything() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for _ in 0..1_200 {
        let bytes = bytes().new_tree(&mut runner).unwrap().current();
        let mut dice = Dice::new(bytes);
        let mut world = World::new(&mut dice);
        let people = world.people();
        for _ in 0..25 {
            let now = at(i64::try_from(dice.below(50)).unwrap());
            let request = world.any_request(&mut dice, now);
            let kept = world.stage.decisions.len();
            let name = match world.stage.play(&people, &request, now) {
                Decided::Applied { event, .. } => format!("{event:?}"),
                Decided::Counted { .. } => "counted".to_owned(),
                Decided::Edited { .. } => "edited".to_owned(),
                Decided::Refused(refusal) => refusal.code().to_owned(),
            };
            if let Some(Decision { party, .. }) = world.stage.decisions.get(kept)
                && party.principal != party.actor
            {
                let through = if party.through.is_empty() { "directly" } else { "through others" };
                *seen.entry(format!("for another, {through}")).or_default() += 1;
            }
            *seen.entry(name).or_default() += 1;
        }
    }
    let expected = [
        "Approved",
        "Rejected",
        "counted",
        "for another, directly",
        "for another, through others",
        "TL0860",
        "TL0861",
        "TL0862",
        "TL0863",
        "TL0867",
        "TL0868",
        "TL0869",
        "TL0870",
        "TL0871",
        "TL0872",
        "TL0873",
        "TL0874",
        "TL0875",
        "TL0876",
        "TL0879",
        "TL0881",
    ];
    let rare: Vec<&str> =
        expected.into_iter().filter(|name| seen.get(*name).copied().unwrap_or(0) < 8).collect();
    assert_eq!(rare, [""; 0], "{seen:?}");
}
