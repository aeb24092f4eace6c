//! Expressions of a run: what a step sees, taken from the state, and nothing more than its expression names.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::expression::{Compiled, Prepared, Reference, Scope, references, references_of_condition};
use crate::failure::Failure;
use crate::run::event::{BlobRef, Payload, StepPath};
use crate::run::path::ScopePath;
use crate::run::results::with_results;
use crate::run::state::{Cached, RunState};
use crate::run::step::{Phase, Step};
use crate::run::version::Version;
use crate::time::Timestamp;

/// Why there is no value.
#[derive(Debug)]
pub(crate) enum EvalError {
    /// Blobs must be read first.
    Missing(Vec<BlobRef>),
    /// The expression fails on this data.
    Failed(Box<Failure>),
}

/// A template as written, and the names it reads.
#[derive(Debug)]
pub(crate) struct Template {
    source: Value,
    needs: Needs,
    compiled: Arc<Compiled>,
}

/// A condition as written, and the names it reads.
#[derive(Debug)]
pub(crate) struct Condition {
    source: String,
    needs: Needs,
    compiled: Arc<Compiled>,
}

/// The names an expression reads.
#[derive(Debug, Default)]
struct Needs {
    event: bool,
    vars: bool,
    item: bool,
    all_steps: bool,
    steps: BTreeSet<String>,
    /// Steps of which more is read than the counts that a for-each always has at hand.
    results: BTreeSet<String>,
}

/// Who looks at the state, and when.
pub(crate) struct Eyes<'a> {
    pub(crate) version: &'a Version,
    pub(crate) state: &'a RunState,
    pub(crate) path: &'a StepPath,
    /// `now`: when the step became ready.
    pub(crate) now: Timestamp,
}

impl Template {
    /// A template inside JSON. One that cannot be read fails when it is evaluated.
    pub(crate) fn value(source: &Value, compiled: &Arc<Compiled>) -> Self {
        let mut needs = Needs::default();
        needs.add_value(source);
        Self { source: source.clone(), needs, compiled: Arc::clone(compiled) }
    }

    /// A template that is one string.
    pub(crate) fn text(source: &str, compiled: &Arc<Compiled>) -> Self {
        Self::value(&Value::String(source.to_owned()), compiled)
    }

    pub(crate) fn evaluate(&self, eyes: &Eyes<'_>) -> Result<Value, EvalError> {
        let scope = eyes.scope(&self.needs)?;
        self.compiled
            .evaluate_template(&self.source, &scope)
            .map_err(|error| EvalError::Failed(Box::new(error.into())))
    }

    /// The value as text: text as it is, null as nothing, anything else as JSON.
    pub(crate) fn evaluate_to_text(&self, eyes: &Eyes<'_>) -> Result<String, EvalError> {
        Ok(match self.evaluate(eyes)? {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        })
    }
}

impl Condition {
    pub(crate) fn new(source: &str, compiled: &Arc<Compiled>) -> Self {
        let mut needs = Needs::default();
        needs.add(&references_of_condition(source).unwrap_or_default());
        Self { source: source.to_owned(), needs, compiled: Arc::clone(compiled) }
    }

    pub(crate) fn holds(&self, eyes: &Eyes<'_>) -> Result<bool, EvalError> {
        let scope = eyes.scope(&self.needs)?;
        self.compiled
            .evaluate_condition(&self.source, &scope)
            .map_err(|error| EvalError::Failed(Box::new(error.into())))
    }
}

impl Needs {
    fn add(&mut self, references: &[Reference]) {
        for reference in references {
            match reference.path.first().map(String::as_str) {
                Some("event" | "record") => self.event = true,
                Some("vars") => self.vars = true,
                Some("item" | "index") => self.item = true,
                Some("steps") => match reference.path.get(1) {
                    Some(step) => {
                        self.steps.insert(step.clone());
                        if !matches!(
                            reference.path.get(2).map(String::as_str),
                            Some("count" | "succeeded" | "failed")
                        ) {
                            self.results.insert(step.clone());
                        }
                    }
                    None => self.all_steps = true,
                },
                Some(_) | None => {}
            }
        }
    }

    fn add_value(&mut self, source: &Value) {
        match source {
            Value::String(text) => self.add(&references(text).unwrap_or_default()),
            Value::Array(items) => items.iter().for_each(|item| self.add_value(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.add_value(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

impl RunState {
    /// The value behind a payload, if it is here.
    pub(crate) fn value<'a>(&'a self, payload: &'a Payload) -> Result<&'a Value, BlobRef> {
        match payload {
            Payload::Inline(value) => Ok(value),
            Payload::Blob(blob) => {
                self.loaded.0.get(&blob.sha256).map(|loaded| &loaded.0).ok_or_else(|| blob.clone())
            }
        }
    }

    /// The value behind a payload, ready for expressions; an inline one is cached beside it.
    fn prepared(&self, payload: &Payload, cached: &Cached) -> Result<Prepared, BlobRef> {
        match payload {
            Payload::Inline(value) => Ok(cached.get(value)),
            Payload::Blob(blob) => self.loaded(blob),
        }
    }

    /// The value of a blob the driver has read, ready for expressions.
    pub(crate) fn loaded(&self, blob: &BlobRef) -> Result<Prepared, BlobRef> {
        let loaded = self.loaded.0.get(&blob.sha256).ok_or_else(|| blob.clone())?;
        Ok(loaded.1.get(&loaded.0))
    }
}

impl Eyes<'_> {
    /// Builds what the expression may see; collects every blob it would need.
    fn scope(&self, needs: &Needs) -> Result<Scope, EvalError> {
        let mut missing = Vec::new();
        let mut scope = self.root(needs, &mut missing);
        for level in levels(&self.path.scope()) {
            if let Some((each, index)) = level.owner() {
                let item = if needs.item { self.item(&each, index, &mut missing) } else { Value::Null };
                scope = scope.for_item(Prepared::new(&item), index);
            }
            scope = self.steps(scope, &level, needs, &mut missing)?;
        }
        if missing.is_empty() { Ok(scope) } else { Err(EvalError::Missing(missing)) }
    }

    fn root(&self, needs: &Needs, missing: &mut Vec<BlobRef>) -> Scope {
        let start = self.state.start();
        let event = start.filter(|_| needs.event);
        let event = event.map(|start| self.state.prepared(&start.input, &start.prepared));
        let event = match event {
            Some(Ok(value)) => value,
            Some(Err(blob)) => {
                missing.push(blob);
                Prepared::new(&Value::Null)
            }
            None => Prepared::new(&Value::Null),
        };
        let mut scope = Scope::new(event.clone(), self.now);
        if needs.event {
            scope = scope.with_record(event);
        }
        if let Some(start) = start.filter(|_| needs.vars) {
            scope = scope.with_vars(Prepared::new(&Value::Object(start.vars.clone())));
        }
        scope
    }

    fn item(&self, each: &StepPath, index: u64, missing: &mut Vec<BlobRef>) -> Value {
        let Some(Step { phase: Phase::Iterating(each), .. }) = self.state.steps.get(each) else {
            return Value::Null;
        };
        match self.state.value(&each.items) {
            Ok(items) => {
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                items.get(index).cloned().unwrap_or(Value::Null)
            }
            Err(blob) => {
                missing.push(blob);
                Value::Null
            }
        }
    }

    /// The steps of one scope that are done and named.
    fn steps(
        &self,
        mut scope: Scope,
        level: &ScopePath,
        needs: &Needs,
        missing: &mut Vec<BlobRef>,
    ) -> Result<Scope, EvalError> {
        let named: Vec<StepPath> = if needs.all_steps {
            let prefix = level.prefix();
            let inside = self.state.steps.range(StepPath(prefix.clone())..).map(|(path, _)| path);
            let inside = inside.take_while(|path| path.0.starts_with(&prefix));
            inside.filter(|path| path.scope() == *level).cloned().collect()
        } else {
            needs.steps.iter().map(|node| level.step(node)).collect()
        };
        for path in named {
            let Some(step) = self.state.steps.get(&path).filter(|step| step.phase.is_done()) else {
                continue;
            };
            let node = path.node();
            let results = needs.all_steps || needs.results.contains(node);
            scope = match (&step.phase, &step.output, &step.failure) {
                (Phase::Failed, _, Some(failure)) => scope.with_failed_step(node, failure),
                (_, Some(output), _) => match self.output(node, step, output, results) {
                    Ok(value) => scope.with_step(node, value),
                    Err(EvalError::Missing(blobs)) => {
                        missing.extend(blobs);
                        scope
                    }
                    Err(failed @ EvalError::Failed(_)) => return Err(failed),
                },
                (_, None, _) => scope.with_step(node, Prepared::new(&Value::Null)),
            };
        }
        Ok(scope)
    }

    /// The output of a step that is done; of a for-each with its results where they are wanted.
    fn output(
        &self,
        node: &str,
        step: &Step,
        output: &Payload,
        results: bool,
    ) -> Result<Prepared, EvalError> {
        let missing = |blob| EvalError::Missing(vec![blob]);
        if results && self.version.is_each(node) {
            if let Some(whole) = step.whole.ready() {
                return Ok(whole);
            }
            let value = self.state.value(output).map_err(missing)?;
            if let Some(whole) = with_results(self.state, node, value) {
                return whole.map(|whole| step.whole.keep(whole));
            }
        }
        self.state.prepared(output, &step.prepared).map_err(missing)
    }
}

/// The scopes around a step, the run first.
fn levels(scope: &ScopePath) -> Vec<ScopePath> {
    let mut all = vec![scope.clone()];
    while let Some((each, _)) = all.last().and_then(ScopePath::owner) {
        all.push(each.scope());
    }
    all.reverse();
    all
}
