//! Steps that need nothing but the state: set, switch, join, respond, raise, end. And where each kind begins.

use serde_json::{Value, json};

use super::{At, Planner};
use crate::failure::Failure;
use crate::run::apply::arrived;
use crate::run::draft::Known;
use crate::run::eval::EvalError;
use crate::run::event::{Payload, RunEvent, StepPath};
use crate::run::outcome::park;
use crate::run::step::Phase;
use crate::workflow::{Case, JoinRule, NodeKind, Raise};

impl<'a> Planner<'a> {
    pub(super) fn ready(&mut self, at: At<'a>) {
        if self.is_running(at.path) {
            return;
        }
        match &at.info.node.kind {
            NodeKind::Action { .. } | NodeKind::Code { .. } => self.attempt(at),
            NodeKind::Set { .. } | NodeKind::End { .. } => self.set(at),
            NodeKind::Switch { cases, all } => self.switch(at, cases, *all),
            NodeKind::ForEach { .. } => self.list(at),
            NodeKind::Join { wait_for } => self.join(at, *wait_for),
            NodeKind::Wait(wait) => self.wait(at, wait),
            NodeKind::Call { workflow, .. } => self.call(at, workflow),
            NodeKind::Respond { .. } => self.respond(at),
            NodeKind::Raise(raise) => self.raise(at, raise),
            NodeKind::Ask(ask) => self.ask(at, ask),
        }
    }

    fn set(&mut self, at: At<'a>) {
        if let Some(value) = self.main(at) {
            self.succeed(at, Payload::Inline(value), at.info.node.next.clone());
        }
    }

    fn switch(&mut self, at: At<'a>, cases: &[Case], all: bool) {
        let mut taken = Vec::new();
        for (number, condition) in at.info.cases.iter().enumerate() {
            let Some(condition) = condition else { continue };
            let result = condition.holds(&self.eyes(at));
            let Some(holds) = self.settle(at, result) else { return };
            if holds {
                taken.push(number);
                if !all {
                    break;
                }
            }
        }
        if taken.is_empty() {
            taken.extend(at.info.cases.iter().position(Option::is_none));
        }
        let mut next: Vec<String> = Vec::new();
        for node in taken.iter().filter_map(|number| cases.get(*number)).flat_map(|case| &case.next) {
            if !next.contains(node) {
                next.push(node.clone());
            }
        }
        if taken.is_empty() {
            next.clone_from(&at.info.node.next);
        }
        self.succeed(at, Payload::Inline(json!({ "cases": taken, "next": next })), next);
    }

    /// Goes on when its branches have come; fails when fewer can come than it needs.
    fn join(&mut self, at: At<'a>, rule: JoinRule) {
        let arrived = arrived(self.state, at.info, &at.path.scope());
        let needed = match rule {
            JoinRule::All | JoinRule::Any => 1,
            JoinRule::Count(n) => n as usize,
        };
        if arrived.len() < needed {
            let words = format!("the join needs {needed} branches and only {} can arrive", arrived.len());
            return self.fail(at, Failure::permanent("TL0415", words), None);
        }
        self.succeed(at, Payload::Inline(json!({ "arrived": arrived })), at.info.node.next.clone());
    }

    fn respond(&mut self, at: At<'a>) {
        let Some(body) = self.main(at) else { return };
        let status = match &at.info.status {
            Some(template) => {
                let result = template.evaluate(&self.eyes(at));
                let Some(value) = self.settle(at, result) else { return };
                value
            }
            None => json!(200),
        };
        let Some(status) = http_status(&status) else {
            let words = format!("`{status}` is not an HTTP status between 100 and 599");
            return self.fail(at, Failure::permanent("TL0416", words), None);
        };
        let mut headers = Vec::new();
        for (name, template) in &at.info.headers {
            let Some(value) = self.text(at, template) else { return };
            headers.push((name.clone(), value));
        }
        if self.start.reply_wanted && self.state.replied.is_none() && !self.replied {
            self.replied = true;
            let body = Payload::Inline(body.clone());
            self.plan.record.push(RunEvent::Replied { path: Some(at.path.clone()), status, headers, body });
        }
        let output = json!({ "status": status, "body": body });
        self.succeed(at, Payload::Inline(output), at.info.node.next.clone());
    }

    fn raise(&mut self, at: At<'a>, raise: &Raise) {
        let mut known = Known {
            reason: Some(raise.reason),
            updates_after: raise.updates_after.clone(),
            retry_from: self.retry_from(at, raise),
            failure: self.caught(at),
            ..Known::default()
        };
        match at.info.main.as_ref().map(|sentence| sentence.evaluate_to_text(&self.eyes(at))) {
            None => {}
            Some(Ok(sentence)) => known.sentence = Some(sentence),
            Some(Err(EvalError::Missing(blobs))) => return self.loads.extend(blobs),
            // The sentence is lost, never the exception.
            Some(Err(EvalError::Failed(failure))) => {
                known.unrouted = true;
                known.failure.get_or_insert(*failure);
            }
        }
        match at.info.money.as_ref().map(|money| money.evaluate_to_text(&self.eyes(at))) {
            Some(Ok(money)) if is_amount(&money) => known.money = Some(money.trim().to_owned()),
            Some(Err(EvalError::Missing(blobs))) => return self.loads.extend(blobs),
            // An amount that does not read is left out: the exception opens all the same.
            Some(Ok(_) | Err(EvalError::Failed(_))) => known.unrouted = true,
            None => {}
        }
        self.plan.record.push(park(self.version, self.state, at.path, known));
    }

    /// The failure whose exception port led here.
    fn caught(&self, at: At<'a>) -> Option<Failure> {
        self.failed_before(at).and_then(|path| self.state.steps.get(&path)?.failure.clone())
    }

    /// The step whose exception port led here, if one did.
    fn failed_before(&self, at: At<'a>) -> Option<StepPath> {
        let scope = at.path.scope();
        let came = arrived(self.state, at.info, &scope);
        let mut paths = came.iter().map(|node| scope.step(node));
        paths.rfind(|path| self.state.steps.get(path).is_some_and(|step| step.phase == Phase::Failed))
    }

    /// Where *retry* starts: as written, else the failed step that led here, else the nearest action before.
    fn retry_from(&self, at: At<'a>, raise: &Raise) -> Option<StepPath> {
        let scope = at.path.scope();
        if let Some(node) = raise.retry_from.as_ref().filter(|node| at.info.ancestors.contains(*node)) {
            let path = scope.step(node);
            if self.state.steps.contains_key(&path) {
                return Some(path);
            }
        }
        if let Some(path) = self.failed_before(at) {
            return Some(path);
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![at.info];
        while !open.is_empty() {
            let before: Vec<String> =
                open.iter().flat_map(|info| arrived(self.state, info, &scope)).collect();
            let fresh: Vec<_> = before.into_iter().filter(|node| seen.insert(node.clone())).collect();
            open = fresh.iter().filter_map(|node| self.version.info(node)).collect();
            let action = open.iter().find(|info| matches!(info.node.kind, NodeKind::Action { .. }));
            if let Some(info) = action {
                return Some(scope.step(&info.node.id));
            }
        }
        None
    }
}

/// Decimal text, not negative, of a length that can be counted in hundredths.
fn is_amount(text: &str) -> bool {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part) && whole.len() <= 13
}

fn http_status(value: &Value) -> Option<u16> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    u16::try_from(number).ok().filter(|status| (100..600).contains(status))
}
