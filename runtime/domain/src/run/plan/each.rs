//! For-each: the list, the ends of items, sealing, and the output.

use serde_json::{Map, Value, json};

use super::{At, Planner};
use crate::failure::Failure;
use crate::run::decision::{Seal, Work};
use crate::run::draft::is_short;
use crate::run::eval::EvalError;
use crate::run::event::{Payload, RunEvent};
use crate::run::path::ScopePath;
use crate::run::results::described;
use crate::run::step::{Each, Segment};
use crate::workflow::{NodeKind, Quorum, ReasonCode};

impl<'a> Planner<'a> {
    pub(super) fn list(&mut self, at: At<'a>) {
        let Some(items) = self.main(at) else { return };
        let Value::Array(list) = &items else {
            let words = format!("`items` gives {}, not a list", kind_of(&items));
            return self.fail(at, Failure::permanent("TL0421", words), None);
        };
        let count = list.len() as u64;
        self.plan.record.push(RunEvent::ItemsListed {
            path: at.path.clone(),
            items: Payload::Inline(items),
            count,
        });
    }

    pub(super) fn iterate(&mut self, at: At<'a>, each: &Each) {
        for index in &each.finished {
            let result = self.item_result(&ScopePath::item(at.path, *index));
            self.plan.record.push(RunEvent::ItemEnded { path: at.path.clone(), index: *index, result });
        }
        if let Some((first, count)) = each.to_seal() {
            self.seal(at, each, first, count);
        } else if each.ended() == each.count {
            self.each_done(at, each);
        }
    }

    #[expect(clippy::result_large_err, reason = "the very value an event holds")]
    /// What the body gave: its `end`, or the step that succeeded last; or why it failed.
    fn item_result(&self, item: &ScopePath) -> Result<Payload, Failure> {
        let Some(scope) = self.state.scopes.get(item) else { return Ok(Payload::Inline(Value::Null)) };
        let output = |node: &String| self.state.steps.get(&item.step(node))?.output.clone();
        if let Some(failure) = &scope.gave_up {
            return Err(failure.clone());
        }
        if let Some(node) = &scope.failed_by {
            let detail = output(node).and_then(|output| self.state.value(&output).ok().cloned());
            let failure = Failure::permanent("TL0422", format!("the item ended as failed at `{node}`"));
            return Err(Failure { detail: detail.filter(is_short), ..failure });
        }
        let last = scope.ended_by.as_ref().or(scope.last.as_ref()).and_then(output);
        Ok(last.unwrap_or(Payload::Inline(Value::Null)))
    }

    fn seal(&mut self, at: At<'a>, each: &Each, first: u64, count: u64) {
        if self.is_running(at.path) {
            return;
        }
        let results = self.results(each, first..first + count);
        let Some((results, succeeded)) = self.settle(at, results) else { return };
        self.plan.work.push(Work::Seal(Seal { path: at.path.clone(), first, results, succeeded }));
    }

    /// Results as expressions see them, and how many of them succeeded.
    fn results(&self, each: &Each, range: std::ops::Range<u64>) -> Result<(Value, u64), EvalError> {
        let mut missing = Vec::new();
        let mut succeeded = 0;
        let mut list = Vec::new();
        for (_, result) in each.tail.range(range) {
            match result.as_ref().map(|payload| self.state.value(payload)) {
                Ok(Ok(value)) => {
                    succeeded += 1;
                    list.push(json!({ "ok": true, "output": value }));
                }
                Ok(Err(blob)) => missing.push(blob),
                Err(failure) => {
                    let said =
                        json!({ "code": failure.code, "message": failure.message, "detail": failure.detail });
                    list.push(json!({ "ok": false, "failure": said }));
                }
            }
        }
        if missing.is_empty() {
            Ok((Value::Array(list), succeeded))
        } else {
            Err(EvalError::Missing(missing))
        }
    }

    fn each_done(&mut self, at: At<'a>, each: &Each) {
        let NodeKind::ForEach { quorum, .. } = &at.info.node.kind else { return };
        let mut output = Map::new();
        output.insert("count".into(), each.count.into());
        output.insert("succeeded".into(), each.succeeded.into());
        output.insert("failed".into(), each.failed.into());
        if each.segments.is_empty() {
            let results = self.results(each, 0..each.count);
            let Some((results, _)) = self.settle(at, results) else { return };
            output.insert("results".into(), results);
        } else {
            let segment = |(first, segment): (&u64, &Segment)| described(*first, segment);
            output.insert("segments".into(), each.segments.iter().map(segment).collect());
        }
        if quorum.is_some_and(|quorum| each.succeeded < needed(quorum, each.count)) {
            let words = format!("{} of {} items succeeded: fewer than asked for", each.succeeded, each.count);
            return self.fail(at, Failure::permanent("TL0423", words), Some(ReasonCode::NeedsJudgement));
        }
        self.succeed(at, Payload::Inline(Value::Object(output)), at.info.node.next.clone());
    }
}

/// Items that must succeed.
fn needed(quorum: Quorum, count: u64) -> u64 {
    match quorum {
        Quorum::All => count,
        Quorum::Count(n) => u64::from(n),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a count far below 2^52, between 0 and the count"
        )]
        Quorum::Percent(share) => {
            (count as f64 * share.clamp(0.0, 100.0) / 100.0 - 1e-9).ceil().max(0.0) as u64
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_is_rounded_up() {
        assert_eq!(needed(Quorum::Percent(50.0), 3), 2);
        assert_eq!(needed(Quorum::Percent(100.0), 7), 7);
        assert_eq!(needed(Quorum::Percent(0.0), 7), 0);
        assert_eq!(needed(Quorum::Percent(10.0), 30), 3);
        assert_eq!((needed(Quorum::All, 4), needed(Quorum::Count(9), 4)), (4, 9));
    }
}
