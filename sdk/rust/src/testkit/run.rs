//! A connector under test: JSON in, JSON out, both held against the manifest.

use std::rc::Rc;

use serde_json::Value;

use super::mock::Mock;
use crate::connector::Connector;
use crate::cx::Mode;
use crate::dispatch;
use crate::fail::Result;
use crate::forms::{Account, Choices, OptionsQuery};
use crate::inbound::{Inbound, Verdict};
use crate::outcome::Outcome;
use crate::plan::{Landed, Plan};
use crate::records::{Item, Listing};
use crate::sys::Sys;
use crate::trigger::{Event, Page};

/// Runs a connector's parts as the runner would.
pub struct Kit(Connector);

impl Kit {
    /// A kit for a connector.
    pub fn new(connector: Connector) -> Self {
        Self(connector)
    }

    /// Runs an action to its output.
    ///
    /// # Panics
    /// When the input or the output does not fit its schema, a recorded request was not made, or the action
    /// paused: see [`Kit::outcome`].
    pub fn run(&self, action: &str, input: &Value, mock: impl Into<Mock>) -> Result<Value> {
        match self.outcome(action, input, mock)? {
            Outcome::Done(output) => {
                let def = dispatch::find_action(&self.0, action)?;
                check(&(def.output)(), &output, &format!("output of {action}"));
                Ok(output)
            }
            other => panic!("{action} did not finish: {other:?}"),
        }
    }

    /// Runs an action to whatever it ends with.
    ///
    /// # Panics
    /// As [`Kit::run`].
    pub fn outcome(&self, action: &str, input: &Value, mock: impl Into<Mock>) -> Result<Outcome> {
        let def = dispatch::find_action(&self.0, action)?;
        check(&(def.input)(), input, &format!("input of {action}"));
        with(mock, Mode::Run, |sys| dispatch::run(&self.0, sys, action, &input.to_string(), None, None))
    }

    /// Runs an action with what its preview said must still hold.
    pub fn run_if(
        &self,
        action: &str,
        input: &Value,
        precondition: &Value,
        mock: impl Into<Mock>,
    ) -> Result<Outcome> {
        let text = precondition.to_string();
        with(mock, Mode::Run, |sys| {
            dispatch::run(&self.0, sys, action, &input.to_string(), Some(&text), None)
        })
    }

    /// Previews an action; an unsafe request is refused.
    pub fn preview(&self, action: &str, input: &Value, mock: impl Into<Mock>) -> Result<Plan> {
        with(mock, Mode::Preview, |sys| dispatch::preview(&self.0, sys, action, &input.to_string()))
    }

    /// Asks whether an action's write landed, with the key `key-1`.
    pub fn reconcile(&self, action: &str, input: &Value, mock: impl Into<Mock>) -> Result<Landed<Value>> {
        with(mock, Mode::Reconcile, |sys| {
            dispatch::reconcile(&self.0, sys, action, &input.to_string(), "key-1")
        })
    }

    /// Takes an action back.
    pub fn compensate(
        &self,
        action: &str,
        input: &Value,
        receipt: &Value,
        mock: impl Into<Mock>,
    ) -> Result<Value> {
        let (input, receipt) = (input.to_string(), receipt.to_string());
        with(mock, Mode::Compensate, |sys| dispatch::compensate(&self.0, sys, action, &input, &receipt))
    }

    /// Tests the connection.
    pub fn test(&self, mock: impl Into<Mock>) -> Result<Account> {
        with(mock, Mode::TestConnection, |sys| dispatch::test(&self.0, sys, "default"))
    }

    /// Gives an option list.
    pub fn options(&self, list: &str, query: OptionsQuery, mock: impl Into<Mock>) -> Result<Choices> {
        with(mock, Mode::Options, |sys| dispatch::options(&self.0, sys, list, query))
    }

    /// Polls a trigger: its events and the next cursor.
    ///
    /// # Panics
    /// When an event does not fit the trigger's schema or its id is too long.
    pub fn poll(
        &self,
        trigger: &str,
        config: &Value,
        cursor: Option<&Value>,
        mock: impl Into<Mock>,
    ) -> Result<(Vec<Event<Value>>, Value)> {
        let cursor = cursor.map(Value::to_string);
        let page: Page<Value> = with(mock, Mode::Poll, |sys| {
            dispatch::poll(&self.0, sys, trigger, &config.to_string(), cursor.as_deref(), 100)
        })?;
        self.check_events(trigger, &page.events);
        Ok((page.events, page.cursor))
    }

    /// Gives a webhook request to a trigger.
    ///
    /// # Panics
    /// As [`Kit::poll`].
    pub fn handle(
        &self,
        trigger: &str,
        config: &Value,
        request: Inbound,
        mock: impl Into<Mock>,
    ) -> Result<Verdict<Value>> {
        let verdict = with(mock, Mode::Webhook, |sys| {
            dispatch::handle(&self.0, sys, trigger, &config.to_string(), request)
        })?;
        if let Verdict::Accept(events) | Verdict::AcceptAndAnswer(events, _) = &verdict {
            self.check_events(trigger, events);
        }
        Ok(verdict)
    }

    /// Lists records.
    pub fn list(
        &self,
        record: &str,
        cursor: Option<&Value>,
        mock: impl Into<Mock>,
    ) -> Result<Listing<Value>> {
        let cursor = cursor.map(Value::to_string);
        with(mock, Mode::Records, |sys| dispatch::list_since(&self.0, sys, record, cursor.as_deref(), 100))
    }

    /// Gets a record.
    pub fn get(&self, record: &str, id: &str, mock: impl Into<Mock>) -> Result<Item<Value>> {
        with(mock, Mode::Records, |sys| dispatch::get(&self.0, sys, record, id))
    }

    /// Writes a record.
    pub fn upsert(
        &self,
        record: &str,
        id: Option<&str>,
        fields: &Value,
        precondition: Option<&Value>,
        mock: impl Into<Mock>,
    ) -> Result<Item<Value>> {
        let (fields, precondition) = (fields.to_string(), precondition.map(Value::to_string));
        with(mock, Mode::Records, |sys| {
            dispatch::upsert(&self.0, sys, record, id, &fields, precondition.as_deref())
        })
    }

    fn check_events(&self, trigger: &str, events: &[Event<Value>]) {
        let manifest = self.0.manifest();
        for event in events {
            assert!(
                !event.id.is_empty() && event.id.len() <= 200,
                "the event id `{}` is empty or longer than 200 bytes",
                event.id
            );
            check(&manifest.triggers[trigger].output, &event.data, &format!("event of {trigger}"));
        }
    }
}

fn with<T>(mock: impl Into<Mock>, mode: Mode, call: impl FnOnce(Sys) -> T) -> T {
    let mock = Rc::new(mock.into().mode(mode));
    let answer = call(Sys::new(mock.clone()));
    mock.finish();
    answer
}

fn check(schema: &Value, value: &Value, what: &str) {
    if let Err(why) = check_schema(schema, value) {
        panic!("{what} does not fit its schema: {why}\n{value:#}");
    }
}

/// Holds a value against a JSON Schema (2020-12).
pub fn check_schema(schema: &Value, value: &Value) -> Result<(), String> {
    let validator =
        jsonschema::validator_for(schema).map_err(|e| format!("the schema itself is wrong: {e}"))?;
    validator.validate(value).map_err(|e| format!("{e} at `{}`", e.instance_path()))
}
