//! How a batch is carried out: operations of the same statement that stand next in several groups run as one
//! multi-row statement, so that a batch of like groups costs the statements of one.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::{Done, Expect, Group, Op, Outcome};
use crate::db::{Arg, Row, Sql};

/// How far each group of a batch is.
pub(super) struct Plan<'g> {
    groups: Vec<Progress<'g>>,
    layers: std::vec::IntoIter<Vec<usize>>,
    layer: Vec<usize>,
}

/// Operations of one statement that run together, each with its group.
pub(super) struct Step<'g> {
    pub(super) sql: &'static Sql,
    ops: Vec<(usize, &'g Op)>,
}

/// How far a group is.
struct Progress<'g> {
    group: &'g Group,
    at: usize,
    done: Vec<Done>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Going,
    /// Its fence has been taken, and what became of it is not known.
    Asking,
    /// Its fence changed nothing: the rest is left out.
    Fenced,
}

/// How many groups have a statement next, and how many later.
struct Ripeness {
    sql: &'static Sql,
    now: usize,
    later: usize,
    /// Some of the latter wait for what became of their fence.
    asked: bool,
}

impl<'g> Plan<'g> {
    pub(super) fn new(groups: &'g [Group]) -> Self {
        Self {
            groups: groups.iter().map(Progress::new).collect(),
            layers: layers(groups).into_iter(),
            layer: Vec::new(),
        }
    }

    /// The next operations; nothing: all is done, or what comes next depends on what became of fences that have been
    /// taken and not recorded.
    pub(super) fn next(&mut self) -> Option<Step<'g>> {
        loop {
            if let Some(sql) = self.ripest() {
                return Some(self.take(sql));
            }
            if self.layer.iter().any(|&group| self.groups[group].state == State::Asking) {
                return None;
            }
            self.layer = self.layers.next()?;
        }
    }

    /// The next steps that depend on no answer to one of them.
    pub(super) fn wave(&mut self) -> Vec<Step<'g>> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// Every operation has been taken, whatever becomes of the fences among them.
    pub(super) fn is_taken(&self) -> bool {
        self.layers.len() == 0 && self.groups.iter().all(|progress| progress.rest().is_empty())
    }

    /// What a step did, in the order of its operations; the name of one that had to change a row and did not.
    pub(super) fn record(&mut self, step: Step<'g>, done: Vec<Done>) -> Result<(), &'static str> {
        for ((group, op), done) in step.ops.into_iter().zip(done) {
            let progress = &mut self.groups[group];
            match op.expect {
                Expect::Fence if done.changed == 0 => progress.state = State::Fenced,
                Expect::Must(name) if done.changed == 0 => return Err(name),
                Expect::Fence => {
                    progress.state = State::Going;
                    progress.done.push(done);
                }
                Expect::Any | Expect::Must(_) => progress.done.push(done),
            }
        }
        Ok(())
    }

    /// What became of the groups, in their order.
    pub(super) fn outcomes(self) -> Vec<Outcome> {
        self.groups.into_iter().map(Progress::outcome).collect()
    }

    fn take(&mut self, sql: &'static Sql) -> Step<'g> {
        let mut ops: Vec<(usize, &Op)> = Vec::new();
        let mut rows: HashSet<Vec<&Arg>> = HashSet::new();
        for &group in &self.layer {
            while let Some(op) = self.groups[group].next().filter(|op| std::ptr::eq(op.sql, sql)) {
                // A row is touched once in a statement.
                if sql.many.is_some_and(|many| !rows.insert(key(many.key, op))) {
                    break;
                }
                ops.push((group, op));
                self.groups[group].at += 1;
                if op.expect == Expect::Fence {
                    self.groups[group].state = State::Asking;
                    break;
                }
            }
        }
        if let Some(many) = sql.many {
            // Always in one order, so that two nodes do not wait for each other; as it comes where order means something.
            ops.sort_by(|(_, one), (_, other)| key(many.key, one).cmp(&key(many.key, other)));
        }
        Step { sql, ops }
    }

    /// The statement to run next: the one that fewest groups of the layer have only later, so that they join it; of
    /// several, the one that most have next. Nothing, if that one is worth waiting for an answer.
    fn ripest(&self) -> Option<&'static Sql> {
        let mut counts: HashMap<*const Sql, Ripeness> = HashMap::new();
        for &group in &self.layer {
            let progress = &self.groups[group];
            let asking = progress.state == State::Asking;
            for (i, op) in progress.rest().iter().enumerate() {
                let of = Ripeness { sql: op.sql, now: 0, later: 0, asked: false };
                let ripeness = counts.entry(std::ptr::from_ref(op.sql)).or_insert(of);
                if i == 0 && !asking {
                    ripeness.now += 1;
                } else {
                    ripeness.later += 1;
                }
                ripeness.asked |= asking;
            }
        }
        let next = counts.into_values().filter(|ripeness| ripeness.now > 0);
        let ripest = next.max_by_key(|of| (Reverse(of.later), of.now, of.sql.name))?;
        Some(ripest.sql).filter(|_| !ripest.asked)
    }
}

impl<'g> Step<'g> {
    /// One of its operations must change a row.
    pub(super) fn can_be_refused(&self) -> bool {
        self.ops.iter().any(|(_, op)| matches!(op.expect, Expect::Must(_)))
    }

    pub(super) fn len(&self) -> usize {
        self.ops.len()
    }

    /// The arguments of its operations, in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'g [Arg]> + '_ {
        self.ops.iter().map(|(_, op)| op.args.as_slice())
    }

    /// Gives each operation the rows that its multi-row statement returned for it.
    pub(super) fn share(&self, returned: Vec<Row>) -> Vec<Done> {
        let mut done: Vec<Done> = self.ops.iter().map(|_| Done::default()).collect();
        let Some(named) = self.sql.many.and_then(|many| many.key.first().copied()) else { return done };
        let places: HashMap<&str, usize> = self
            .ops
            .iter()
            .enumerate()
            .filter_map(|(i, (_, op))| Some((op.args[named].as_text()?, i)))
            .collect();
        for mut row in returned {
            let place = row.text().ok().and_then(|name| places.get(name.as_str()).copied());
            if let Some(done) = place.and_then(|place| done.get_mut(place)) {
                done.changed += 1;
                done.rows.push(row);
            }
        }
        done
    }
}

fn key<'g>(places: &[usize], op: &'g Op) -> Vec<&'g Arg> {
    places.iter().map(|&place| &op.args[place]).collect()
}

impl<'g> Progress<'g> {
    fn new(group: &'g Group) -> Self {
        Self { group, at: 0, done: Vec::with_capacity(group.ops.len()), state: State::Going }
    }

    fn next(&self) -> Option<&'g Op> {
        self.rest().first().filter(|_| self.state == State::Going)
    }

    /// What is still to be done.
    fn rest(&self) -> &'g [Op] {
        match self.state {
            State::Going | State::Asking => self.group.ops.get(self.at..).unwrap_or_default(),
            State::Fenced => &[],
        }
    }

    fn outcome(self) -> Outcome {
        match self.state {
            State::Going | State::Asking => Outcome::Committed(self.done),
            State::Fenced => Outcome::Fenced,
        }
    }
}

/// Sorts the batch into layers: within one, no two groups touch the same rows; of groups that do, the later one is in
/// a later layer.
fn layers(groups: &[Group]) -> Vec<Vec<usize>> {
    let mut layers: Vec<Vec<usize>> = Vec::new();
    let mut depth: HashMap<&str, usize> = HashMap::new();
    for (i, group) in groups.iter().enumerate() {
        let layer = group.keys.iter().filter_map(|key| depth.get(key.as_str()).copied()).max().unwrap_or(0);
        depth.extend(group.keys.iter().map(|key| (key.as_str(), layer + 1)));
        if layers.len() <= layer {
            layers.resize_with(layer + 1, Vec::new);
        }
        layers[layer].push(i);
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;
    use crate::writer::Kind;

    fn group(run: &str) -> Group {
        let mut group = Group::new(Kind::Run);
        group.key("run", &Scope::new("default").unwrap(), run);
        group
    }

    #[test]
    fn groups_on_the_same_row_stand_in_layers_and_others_share_one() {
        let groups: Vec<Group> = ["a", "a", "b", "b", "c", "a"].map(group).into();
        assert_eq!(layers(&groups), [vec![0, 2, 4], vec![1, 3], vec![5]]);
    }

    static FENCE: Sql = Sql::same("a");
    static ADD: Sql = Sql::same("b");
    static LOG: Sql = Sql::same("c");

    #[test]
    fn a_statement_waits_for_the_groups_that_have_it_later() {
        let with = |run: &str, first: &[&'static Sql]| {
            let mut group = group(run);
            for sql in first {
                group.op(sql, Vec::new());
            }
            group.op(&LOG, Vec::new());
            group
        };
        let groups = [with("a", &[]), with("b", &[]), with("c", &[&FENCE, &ADD]), with("d", &[&ADD])];
        let mut plan = Plan::new(&groups);
        let mut steps = Vec::new();
        while let Some(step) = plan.next() {
            steps.push((step.sql.sqlite, step.len()));
            let done = step.ops.iter().map(|_| Done::default()).collect();
            plan.record(step, done).unwrap();
        }
        assert_eq!(steps, [("a", 1), ("b", 2), ("c", 4)]);
    }

    #[test]
    fn a_wave_ends_where_a_fence_decides_what_comes_next() {
        let fenced = |run: &str| {
            let mut group = group(run);
            group.fence(&FENCE, Vec::new());
            group.op(&LOG, Vec::new());
            group
        };
        let mut free = group("c");
        free.op(&ADD, Vec::new());
        free.op(&LOG, Vec::new());
        let groups = [fenced("a"), fenced("b"), free];
        let mut plan = Plan::new(&groups);
        let shape = |wave: &[Step<'_>]| -> Vec<(&'static str, usize)> {
            wave.iter().map(|step| (step.sql.sqlite, step.len())).collect()
        };
        let first = plan.wave();
        assert_eq!(shape(&first), [("a", 2), ("b", 1)], "the third group's log waits for the others");
        assert!(!plan.is_taken());
        for step in first {
            let changed = [0, 1].map(|changed| Done { changed, rows: Vec::new() });
            let len = step.len();
            plan.record(step, changed.into_iter().take(len).collect()).unwrap();
        }
        let second = plan.wave();
        assert_eq!(shape(&second), [("c", 2)], "the first group was fenced");
        assert!(plan.is_taken());
        for step in second {
            plan.record(step, vec![Done::default(), Done::default()]).unwrap();
        }
        assert!(matches!(
            plan.outcomes()[..],
            [Outcome::Fenced, Outcome::Committed(_), Outcome::Committed(_)]
        ));
    }
}
