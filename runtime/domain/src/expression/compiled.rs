//! Templates read once and evaluated often.

use std::collections::HashMap;
use std::sync::Arc;

use minijinja::{Environment, ErrorKind, Expression};
use serde_json::Value;

use super::environment::ENVIRONMENT;
use super::output::{to_json, to_text};
use super::template::{Form, Read, Reference, has_tag, read, read_condition};
use super::{ExpressionError, MAX_TEXT_BYTES, Scope, budget};
use crate::hint::did_you_mean;
use crate::workflow::Workflow;

/// The templates of one workflow version, read once. Cheap to share; a text it does not hold is read each time.
#[derive(Debug, Default)]
pub struct Compiled {
    templates: HashMap<String, Result<Unit, ExpressionError>>,
    conditions: HashMap<String, Result<Unit, ExpressionError>>,
}

enum Unit {
    Literal,
    Whole { expression: Box<Expression<'static, 'static>>, references: Vec<Reference>, logical: bool },
    Mixed { templates: Box<Environment<'static>>, references: Vec<Reference> },
}

impl std::fmt::Debug for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Literal => "Literal",
            Self::Whole { .. } => "Whole",
            Self::Mixed { .. } => "Mixed",
        })
    }
}

impl Compiled {
    /// Reads every template and condition of the workflow. A text that cannot be read fails when it is evaluated;
    /// the check of the workflow names it before.
    pub fn new(workflow: &Workflow) -> Arc<Self> {
        let mut compiled = Self::default();
        crate::workflow::walk::texts(workflow, &mut |text| match text {
            crate::workflow::walk::Text::Template(text) => compiled.add_template(text),
            crate::workflow::walk::Text::Condition(text) => compiled.add_condition(text),
        });
        Arc::new(compiled)
    }

    /// Holds the template, too.
    pub fn add_template(&mut self, text: &str) {
        if has_tag(text) && !self.templates.contains_key(text) {
            self.templates.insert(text.to_owned(), read(text).and_then(Unit::new));
        }
    }

    /// Holds the condition, too.
    pub fn add_condition(&mut self, text: &str) {
        if !self.conditions.contains_key(text) {
            self.conditions.insert(text.to_owned(), read_condition(text).and_then(Unit::new));
        }
    }

    /// Evaluates every string inside the JSON: one that is exactly one expression becomes the expression's value,
    /// one with expressions in it becomes text; everything else stays as it is, keys of objects too.
    pub fn evaluate_template(&self, template: &Value, scope: &Scope) -> Result<Value, ExpressionError> {
        match template {
            Value::String(text) => self.evaluate_text(text, scope),
            Value::Array(items) => items.iter().map(|item| self.evaluate_template(item, scope)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, field)| Ok((name.clone(), self.evaluate_template(field, scope)?)))
                .collect::<Result<_, _>>()
                .map(Value::Object),
            other => Ok(other.clone()),
        }
    }

    /// Evaluates one string.
    pub fn evaluate_text(&self, text: &str, scope: &Scope) -> Result<Value, ExpressionError> {
        if !has_tag(text) {
            return Ok(text.into());
        }
        match self.templates.get(text) {
            Some(unit) => unit.as_ref().map_err(Clone::clone)?.value(text, scope),
            None => Unit::new(read(text)?)?.value(text, scope),
        }
    }

    /// Evaluates one string to text: null is empty, lists and objects are JSON.
    pub fn evaluate_to_text(&self, text: &str, scope: &Scope) -> Result<String, ExpressionError> {
        Ok(match self.evaluate_text(text, scope)? {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        })
    }

    /// Evaluates a condition, with or without its braces. It must give true or false, or be made of `and`, `or`,
    /// `not`, which ask whether something is there; null is false.
    pub fn evaluate_condition(&self, text: &str, scope: &Scope) -> Result<bool, ExpressionError> {
        match self.conditions.get(text) {
            Some(unit) => unit.as_ref().map_err(Clone::clone)?.truth(scope),
            None => Unit::new(read_condition(text)?)?.truth(scope),
        }
    }
}

impl Unit {
    fn new(read: Read) -> Result<Self, ExpressionError> {
        match read.form {
            Form::Literal => Ok(Self::Literal),
            Form::Whole => {
                let expression = ENVIRONMENT
                    .compile_expression_owned(read.source)
                    .map_err(|error| ExpressionError::syntax(error.to_string()))?;
                let (references, logical) = (read.references, read.logical);
                Ok(Self::Whole { expression: Box::new(expression), references, logical })
            }
            Form::Mixed => {
                let mut templates = ENVIRONMENT.clone();
                templates
                    .add_template_owned("text", read.source)
                    .map_err(|error| ExpressionError::syntax(error.to_string()))?;
                Ok(Self::Mixed { templates: Box::new(templates), references: read.references })
            }
        }
    }

    fn value(&self, text: &str, scope: &Scope) -> Result<Value, ExpressionError> {
        match self {
            Self::Literal => Ok(text.into()),
            Self::Whole { .. } => to_json(&self.evaluate(scope)?),
            Self::Mixed { templates, references } => {
                budget::refill();
                let mut out = Bounded(Vec::new());
                let template =
                    templates.get_template("text").map_err(|e| ExpressionError::from_evaluation(&e))?;
                template
                    .render_captured_to(scope.root(), &mut out)
                    .map_err(|e| failure(&e, references, scope))?;
                String::from_utf8(out.0)
                    .map(Value::String)
                    .map_err(|e| ExpressionError::failed(e.to_string()))
            }
        }
    }

    fn evaluate(&self, scope: &Scope) -> Result<minijinja::Value, ExpressionError> {
        let Self::Whole { expression, references, .. } = self else {
            return Err(ExpressionError::failed("this text is not one expression"));
        };
        budget::refill();
        let value = expression.eval(scope.root()).map_err(|error| failure(&error, references, scope))?;
        if value.is_undefined() {
            return Err(undefined(references, scope));
        }
        Ok(value)
    }

    fn truth(&self, scope: &Scope) -> Result<bool, ExpressionError> {
        let value = self.evaluate(scope)?;
        let logical = matches!(self, Self::Whole { logical: true, .. });
        match value.kind() {
            minijinja::value::ValueKind::Bool => Ok(value.is_true()),
            minijinja::value::ValueKind::None => Ok(false),
            _ if logical => Ok(value.is_true()),
            kind => {
                let shown: String = to_text(&value)?.chars().take(40).collect();
                Err(ExpressionError::new(
                    "TL0142",
                    format!("the condition gives {kind} (`{shown}`), not true or false"),
                )
                .with_hint("compare it: `… == 'yes'`, `… | length > 0`, `… is not none`"))
            }
        }
    }
}

/// The engine's error in our words; an undefined name is named.
fn failure(error: &minijinja::Error, references: &[Reference], scope: &Scope) -> ExpressionError {
    let problem = ExpressionError::from_evaluation(error);
    let is_undefined = error.kind() == ErrorKind::UndefinedError || problem.code == "TL0140";
    if is_undefined { undefined(references, scope) } else { problem }
}

/// Which of the names is not there, and what stands near it.
fn undefined(references: &[Reference], scope: &Scope) -> ExpressionError {
    references
        .iter()
        .filter(|reference| !reference.lenient)
        .find_map(|reference| missing(reference, scope))
        .unwrap_or_else(|| {
            ExpressionError::undefined("the expression gives nothing: a name in it is undefined")
        })
}

fn missing(reference: &Reference, scope: &Scope) -> Option<ExpressionError> {
    let (first, rest) = reference.path.split_first()?;
    let Some(mut value) = scope.lookup(first) else {
        let error = ExpressionError::undefined(format!("`{first}` is not defined here")).at(reference.offset);
        return Some(match first.as_str() {
            "item" | "index" => error.with_hint("`item` and `index` exist only in the body of a for-each"),
            _ => hinted(error, first, &super::scope::NAMES.map(str::to_owned)),
        });
    };
    let mut walked = first.clone();
    for part in rest {
        let next = value.get_attr(part).unwrap_or_default();
        if next.is_undefined() {
            let error =
                ExpressionError::undefined(format!("`{walked}` has no `{part}`")).at(reference.offset);
            let names =
                value.try_iter().ok().into_iter().flatten().filter_map(|key| key.as_str().map(Into::into));
            return Some(hinted(error, part, &names.take(200).collect::<Vec<_>>()));
        }
        value = next;
        walked = format!("{walked}.{part}");
    }
    None
}

fn hinted(error: ExpressionError, name: &str, names: &[String]) -> ExpressionError {
    if let Some(close) = did_you_mean(name, names.iter().map(String::as_str)) {
        return error
            .with_hint(format!("did you mean `{close}`? Where it may be missing, add `| default(…)`"));
    }
    if names.is_empty() {
        return error.with_hint("where it may be missing, add `| default(…)`");
    }
    let shown: Vec<_> = names.iter().take(8).map(String::as_str).collect();
    error.with_hint(format!("there is: {}; where it may be missing, add `| default(…)`", shown.join(", ")))
}

/// Takes what is rendered up to the bound.
struct Bounded(Vec<u8>);

impl std::io::Write for &mut Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_TEXT_BYTES {
            return Err(std::io::Error::other("the text grows beyond 1 MiB"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
