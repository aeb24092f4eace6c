//! Random people, delegations, policies, proposals and decisions, made from a list of bytes so that what fails shrinks.

use super::*;

/// Bytes read as dice; when they are used up every throw is 0.
pub(super) struct Dice(std::vec::IntoIter<u8>);

impl Dice {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into_iter())
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        u64::from(self.0.next().unwrap_or(0)) % n
    }

    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == n - 1
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()].clone()
    }
}

const TEAMS: [&str; 3] = ["a", "b", "c"];

pub(super) struct World {
    pub(super) count: u64,
    pub(super) persons: Vec<Person>,
    pub(super) delegations: Vec<Delegation>,
    pub(super) policy: Policy,
    pub(super) stage: Stage,
}

impl World {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let count = 2 + dice.below(6);
        let persons: Vec<Person> = (0..count).map(|n| any_person(dice, n)).collect();
        let mut delegations: Vec<Delegation> = Vec::new();
        for _ in 0..dice.below(13) {
            let mut next = any_delegation(dice, count);
            // Half of them go on where the last one ended.
            if let Some(last) = delegations.last().filter(|_| dice.one_in(2)) {
                next.from = last.to.clone();
            }
            delegations.push(next);
        }
        let policy = any_policy(dice, count);
        let stage = any_stage(dice, &policy, count);
        Self { count, persons, delegations, policy, stage }
    }

    pub(super) fn people(&self) -> People {
        People::new(self.persons.clone(), self.delegations.clone())
    }

    pub(super) fn without_delegations(&self) -> People {
        People::new(self.persons.clone(), Vec::new())
    }

    /// Somebody for themselves, for anybody, or, to make it worth something, along a delegation or two.
    fn any_party(&self, dice: &mut Dice) -> (Option<PersonId>, PersonId) {
        let anybody = per(dice.below(self.count));
        if self.delegations.is_empty() {
            return (None, anybody);
        }
        match dice.below(4) {
            0 => (Some(per(dice.below(self.count))), anybody),
            1 | 2 => {
                let last = dice.pick(&self.delegations);
                let before = self.delegations.iter().find(|one| one.to == last.from && one.from != last.to);
                let from = before.filter(|_| !dice.one_in(4)).map_or(last.from, |one| one.from.clone());
                (Some(from), last.to)
            }
            _ => (None, anybody),
        }
    }

    pub(super) fn any_request(&self, dice: &mut Dice, now: Timestamp) -> Request {
        let (principal, actor) = self.any_party(dice);
        let verdict = if dice.one_in(5) {
            Verdict::Reject { reason: Some(RejectReason::WrongValue) }
        } else {
            Verdict::Approve
        };
        let mut request = Request { principal, ..self.stage.request(0, verdict) };
        request.pass = match dice.below(4) {
            0 => Pass::Session { person: actor, confirmed_at: at(0) },
            1 => Pass::Session { person: actor, confirmed_at: now },
            2 => Pass::Token { person: actor },
            _ => Pass::Code(Cookie {
                person: actor,
                proposal: if dice.one_in(6) { id(99) } else { self.stage.proposal.id().clone() },
                until: if dice.one_in(6) { now } else { now.plus_ms(1) },
            }),
        };
        match dice.below(10) {
            8 => request.shown = Some(content(vec![write("something else")]).hash()),
            9 => request.shown = None,
            _ => {}
        }
        request
    }
}

fn any_person(dice: &mut Dice, n: u64) -> Person {
    let teams: Vec<&str> = TEAMS.into_iter().filter(|_| dice.one_in(2)).collect();
    let kind = if dice.one_in(6) { PersonKind::External } else { PersonKind::Account };
    let (active, may_decide) = (!dice.one_in(15), !dice.one_in(15));
    Person { kind, active, may_decide, ..person(n, &teams) }
}

fn any_delegation(dice: &mut Dice, count: u64) -> Delegation {
    let start = dice.below(8);
    let hours = |n: u64| at(i64::try_from(n).unwrap());
    let money = match dice.below(4) {
        0 => MoneyScope::None,
        1 => MoneyScope::UpTo { ceiling: Money::parse("60", "EUR").unwrap() },
        _ => MoneyScope::All,
    };
    let workflows = dice.one_in(6).then(|| ["other".to_owned()].into());
    Delegation {
        from: per(dice.below(count)),
        to: per(dice.below(count)),
        starts_at: hours(start),
        ends_at: hours(start + dice.below(48)),
        scope: DelegationScope { workflows, money, irreversible: !dice.one_in(4) },
    }
}

fn any_policy(dice: &mut Dice, count: u64) -> Policy {
    let rules = (0..=dice.below(3)).map(|n| {
        let quorum = match dice.below(5) {
            0 => Quorum::Any,
            1 => Quorum::All,
            2 => Quorum::Count(2),
            3 => Quorum::Percent(50),
            _ => Quorum::Count(0),
        };
        let mut who = vec![format!("team:{}", dice.pick(&TEAMS))];
        if dice.one_in(3) {
            who.push(format!("person:p{}", dice.below(count)));
        }
        let who: Vec<&str> = who.iter().map(String::as_str).collect();
        Rule { name: format!("rule {n}"), ..rule(&who, quorum) }
    });
    let mut policy = policy(rules.collect());
    policy.rejection = dice.pick(&[Rejection::First, Rejection::WhenUnreachable]);
    policy.at_least =
        dice.pick(&[Assurance::Code, Assurance::Code, Assurance::Session, Assurance::ReAuthenticated]);
    policy.silence.remind = vec![Due::After { ms: dice.below(60) * 3_600_000 }];
    if dice.one_in(2) {
        let after = Due::After { ms: dice.below(60) * 3_600_000 };
        policy.silence.on_silence =
            OnSilence::Escalate(vec![EscalationStep { after, to: owners(&["team:c"]) }]);
    }
    if dice.one_in(2) {
        let person = Owner(format!("person:p{}", dice.below(count)));
        let ceiling = Money::parse("60", "EUR").unwrap();
        policy.code_alone.push(CodeAlone { person, ceiling, irreversible: dice.one_in(2) });
    }
    policy
}

fn any_stage(dice: &mut Dice, policy: &Policy, count: u64) -> Stage {
    let mut content = if dice.one_in(2) { irreversible() } else { content(vec![write("k")]) };
    if dice.one_in(2) {
        content.money = Money::parse(dice.pick(&["50", "70", "-70"]), "EUR");
    }
    let some = |dice: &mut Dice| -> BTreeSet<PersonId> {
        let how_many = if dice.one_in(2) { 1 + dice.below(2) } else { 0 };
        (0..how_many).map(|_| per(dice.below(count))).collect()
    };
    let origin = Origin { requested_by: some(dice), ..origin(1) };
    let first = Proposal::open(id(1), origin, content.clone(), at(0)).unwrap();
    let editors: Vec<PersonId> = some(dice).into_iter().collect();
    if editors.is_empty() {
        return Stage::of(policy, first);
    }
    Stage::of(policy, first.edited(id(2), content, &editors, at(0)).unwrap())
}
