//! What an expression can see: `event`, `steps.<id>`, `item`, `index`, `vars`, `record`, `now`, `headers`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object, Serde};

use super::ExpressionError;
use crate::failure::Failure;
use crate::time::Timestamp;

/// Every name an expression may begin with.
pub(super) const NAMES: [&str; 8] = ["event", "steps", "item", "index", "vars", "record", "now", "headers"];

/// JSON made ready for expressions once, however many read it; cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared(Value);

impl Prepared {
    /// Converts the JSON. Integers keep all their digits.
    pub fn new(value: &serde_json::Value) -> Self {
        Self(Value::from(Serde(value)))
    }

    /// The object with field `name`, the elements of these lists in order, in the place of field `instead_of`.
    #[must_use]
    pub fn with_list(&self, instead_of: &str, name: &str, lists: impl Iterator<Item = Self>) -> Self {
        let elements = |list: Self| list.0.try_iter().into_iter().flatten();
        let whole: Value = lists.flat_map(elements).collect();
        let keys = self.0.try_iter().into_iter().flatten();
        let fields = keys.map(|key| {
            if key.as_str() == Some(instead_of) {
                return (Value::from(name), whole.clone());
            }
            let field = self.0.get_item(&key).unwrap_or_default();
            (key, field)
        });
        Self(Value::from_pairs(fields))
    }

    /// Back to JSON.
    pub fn to_json(&self) -> Result<serde_json::Value, ExpressionError> {
        super::output::to_json(&self.0)
    }
}

impl From<&serde_json::Value> for Prepared {
    fn from(value: &serde_json::Value) -> Self {
        Self::new(value)
    }
}

/// The names of one evaluation. Cheap to clone; a child sees its parents' steps.
#[derive(Clone, Default)]
pub struct Scope(Arc<Frame>);

#[derive(Clone, Default)]
struct Frame {
    outer: Option<Scope>,
    names: BTreeMap<&'static str, Value>,
    input: Option<Value>,
    steps: BTreeMap<String, Value>,
}

impl Scope {
    /// A scope with `event` and `now`: the time of the event that made the step ready, never the clock.
    pub fn new(event: Prepared, now: Timestamp) -> Self {
        Self::default().with("event", event.0).with("now", Value::from(now.to_rfc3339()))
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        Arc::make_mut(&mut self.0).names.insert(name, value);
        self
    }

    /// Replaces `event`: the trigger's event.
    #[must_use]
    pub fn with_event(self, event: Prepared) -> Self {
        self.with("event", event.0)
    }

    /// Replaces `now`; everything else stays.
    #[must_use]
    pub fn with_now(self, now: Timestamp) -> Self {
        self.with("now", Value::from(now.to_rfc3339()))
    }

    /// `vars`: the workflow's parameters after the workspace's overrides.
    #[must_use]
    pub fn with_vars(self, vars: Prepared) -> Self {
        self.with("vars", vars.0)
    }

    /// `record`: the record the workflow is about.
    #[must_use]
    pub fn with_record(self, record: Prepared) -> Self {
        self.with("record", record.0)
    }

    /// `headers` of a webhook's request, names in lower case.
    #[must_use]
    pub fn with_headers(self, headers: Prepared) -> Self {
        self.with("headers", headers.0)
    }

    /// The fields of this object are names of their own, where no other name has theirs: what a risk band reads.
    #[must_use]
    pub fn with_input(mut self, input: Prepared) -> Self {
        Arc::make_mut(&mut self.0).input = Some(input.0);
        self
    }

    /// `steps.<id>` is this output.
    #[must_use]
    pub fn with_step(mut self, id: impl Into<String>, output: Prepared) -> Self {
        Arc::make_mut(&mut self.0).steps.insert(id.into(), output.0);
        self
    }

    /// `steps.<id>.error` is this failure: what a node behind an exception port reads.
    #[must_use]
    pub fn with_failed_step(self, id: impl Into<String>, failure: &Failure) -> Self {
        self.with_step(id, Prepared::new(&serde_json::json!({ "error": failure })))
    }

    /// The scope inside a for-each: this one's names, `item` and `index`, and the body's own steps as they come.
    #[must_use]
    pub fn for_item(&self, item: Prepared, index: u64) -> Self {
        let names = BTreeMap::from([("item", item.0), ("index", Value::from(index))]);
        Self(Arc::new(Frame { outer: Some(self.clone()), names, input: None, steps: BTreeMap::new() }))
    }

    fn frames(&self) -> impl Iterator<Item = &Frame> {
        std::iter::successors(Some(&*self.0), |frame| frame.outer.as_ref().map(|outer| &*outer.0))
    }

    pub(super) fn lookup(&self, name: &str) -> Option<Value> {
        if name == "steps" {
            return Some(Value::from_object(Steps(self.clone())));
        }
        let named = self.frames().find_map(|frame| frame.names.get(name).cloned());
        named.or_else(|| {
            let inputs = self.frames().filter_map(|frame| frame.input.as_ref());
            inputs.filter_map(|input| input.get_attr(name).ok()).find(|value| !value.is_undefined())
        })
    }

    /// The scope as the engine's root value.
    pub(super) fn root(&self) -> Value {
        Value::from_object(Root(self.clone()))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.frames().flat_map(|frame| frame.names.keys()).collect();
        let steps: Vec<_> = self.frames().flat_map(|frame| frame.steps.keys()).collect();
        f.debug_struct("Scope").field("names", &names).field("steps", &steps).finish()
    }
}

#[derive(Debug)]
struct Root(Scope);

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.lookup(key)
    }
}

#[derive(Debug)]
struct Steps(Scope);

impl Object for Steps {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.frames().find_map(|frame| frame.steps.get(key).cloned())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let mut ids: Vec<_> = self.0.frames().flat_map(|frame| frame.steps.keys().cloned()).collect();
        ids.sort_unstable();
        ids.dedup();
        Enumerator::Values(ids.into_iter().map(Value::from).collect())
    }
}
