//! What an action's call ends with: done, a page of more, or a pause.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fail::{Fail, Result};
use crate::inbound::Inbound;

/// An input or configuration without fields.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Empty {}

/// What the runner gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The output.
    Done(Value),
    /// Reads only: items so far, and a token to go on with.
    Page {
        /// A JSON array.
        items: Value,
        /// Given back by the next call.
        token: Value,
    },
    /// Wait, then call again with the token.
    Suspend {
        /// Given back by the next call.
        token: Value,
        /// Milliseconds until the runner wakes the step.
        wake_after: Option<u64>,
        /// A request to the callback address wakes it too.
        on_callback: bool,
    },
}

/// What an action may return.
pub trait IntoOutcome {
    /// The type whose schema is the action's output.
    type Output: JsonSchema + Serialize;
    /// The outcome.
    fn into_outcome(self) -> Result<Outcome>;
}

impl<T: JsonSchema + Serialize> IntoOutcome for T {
    type Output = T;

    fn into_outcome(self) -> Result<Outcome> {
        to_value(&self).map(Outcome::Done)
    }
}

/// One page of a long read. The runner keeps the page, then calls the action again; `Cx::resumption` has the token.
pub struct Pages<T> {
    items: Vec<T>,
    next: Option<Value>,
}

impl<T> Pages<T> {
    /// The last page.
    pub fn last(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// A page with more after it, if `next` is given: anything JSON that says where to go on.
    pub fn new(items: Vec<T>, next: Option<impl Into<Value>>) -> Self {
        Self { items, next: next.map(Into::into) }
    }
}

impl<T: JsonSchema + Serialize> IntoOutcome for Pages<T> {
    type Output = Vec<T>;

    fn into_outcome(self) -> Result<Outcome> {
        let items = to_value(&self.items)?;
        Ok(match self.next {
            Some(token) => Outcome::Page { items, token },
            None => Outcome::Done(items),
        })
    }
}

/// Long work of the remote: done, or ask again later.
pub enum Step<T> {
    /// The output.
    Done(T),
    /// Wait this many milliseconds; `Cx::resumption` has the token then.
    After(u64, Value),
    /// Wait for a request to `Cx::callback_url`, or for this many milliseconds.
    Callback(Option<u64>, Value),
}

impl<T: JsonSchema + Serialize> IntoOutcome for Step<T> {
    type Output = T;

    fn into_outcome(self) -> Result<Outcome> {
        Ok(match self {
            Self::Done(output) => Outcome::Done(to_value(&output)?),
            Self::After(ms, token) => Outcome::Suspend { token, wake_after: Some(ms), on_callback: false },
            Self::Callback(ms, token) => Outcome::Suspend { token, wake_after: ms, on_callback: true },
        })
    }
}

/// Why an action is called again.
#[derive(Clone, Debug)]
pub struct Resumption {
    /// The token of the page or pause.
    pub token: Value,
    /// The request that came to the callback address.
    pub callback: Option<Inbound>,
}

impl Resumption {
    /// The token as a type.
    pub fn token<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.token)
            .map_err(|e| Fail::permanent("sdk.token", format!("the resume token cannot be read: {e}")))
    }
}

pub(crate) fn to_value<T: Serialize>(value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|e| {
        Fail::permanent("sdk.output", format!("the output cannot be written as JSON: {e}"))
            .origin(crate::fail::Origin::Connector)
    })
}
