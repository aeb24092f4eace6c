//! `triggers`: poll, sample, webhooks.

use futures::FutureExt;
use serde_json::Value;
use throughline_domain::connector::Effect;
use throughline_domain::failure::Failure;

use crate::bindings::exports::throughline::connector::triggers as wire;
use crate::call::{Call, Mode};
use crate::contract::{Inbound, PollPage, Subscription, TriggerEvent, Verdict};
use crate::convert::{bad_input, cursor, events, inbound, json, reply};
use crate::facts::Facts;
use crate::host::Host;
use crate::perform::Job;
use crate::report::CallOutcome;
use crate::schema::Part;

/// A trigger's call, looked up and its configuration checked.
fn find<T>(call: &Call, config: &Value) -> Result<(wire::GuestIndices, String, String), Box<CallOutcome<T>>> {
    let known = call.plugin.manifest().triggers.contains_key(&call.operation);
    let Some(indices) = call.plugin.exports.triggers.clone().filter(|_| known) else {
        return Err(Box::new(CallOutcome::unsupported(call, &format!("trigger `{}`", call.operation))));
    };
    let issues = call.plugin.schemas.issues(&Part::Config(call.operation.clone()), config);
    if !issues.is_empty() {
        let label = format!("{}.{}", call.plugin.manifest().id, call.operation);
        return Err(Box::new(CallOutcome::failed(bad_input(&label, issues))));
    }
    Ok((indices, call.operation.clone(), config.to_string()))
}

/// Registering a webhook is a write, and one that may be repeated.
fn subscribing(call: Call) -> Job {
    Job { effect: Effect::WriteIdempotent, ..Job::reading(call, Mode::Subscribe) }
}

impl Host {
    /// Events since a cursor. Without one: a start cursor, normally without events.
    pub async fn poll(
        &self,
        call: Call,
        config: &Value,
        since: Option<&Value>,
        limit: u32,
    ) -> CallOutcome<PollPage> {
        let (indices, operation, config) = match find(&call, config) {
            Ok(found) => found,
            Err(outcome) => return *outcome,
        };
        let since = since.map(Value::to_string);
        self.perform(
            Job::reading(call, Mode::Poll),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_poll(store, &operation, &config, since.as_ref(), limit.min(1_000)).await
                }
                .boxed()
            },
            |facts, page| {
                Ok(PollPage {
                    cursor: cursor(facts, &page.cursor)?,
                    events: events(facts, page.events)?,
                    more: page.more,
                    poll_after_ms: page.poll_after,
                })
            },
        )
        .await
    }

    /// Live events to look at; nothing is remembered.
    pub async fn sample(&self, call: Call, config: &Value) -> CallOutcome<Vec<TriggerEvent>> {
        let (indices, operation, config) = match find(&call, config) {
            Ok(found) => found,
            Err(outcome) => return *outcome,
        };
        self.perform(
            Job::reading(call, Mode::Options),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_sample(store, &operation, &config).await
                }
                .boxed()
            },
            events,
        )
        .await
    }

    /// Registers a webhook at the remote.
    pub async fn subscribe(
        &self,
        call: Call,
        config: &Value,
        callback_url: &str,
    ) -> CallOutcome<Subscription> {
        let (indices, operation, config) = match find(&call, config) {
            Ok(found) => found,
            Err(outcome) => return *outcome,
        };
        let callback_url = callback_url.to_owned();
        self.perform(
            subscribing(call),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_subscribe(store, &operation, &config, &callback_url).await
                }
                .boxed()
            },
            subscription,
        )
        .await
    }

    /// Prolongs a webhook's registration.
    pub async fn renew(&self, call: Call, config: &Value, state: &Value) -> CallOutcome<Subscription> {
        let (indices, operation, config) = match find(&call, config) {
            Ok(found) => found,
            Err(outcome) => return *outcome,
        };
        let state = state.to_string();
        self.perform(
            subscribing(call),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_renew(store, &operation, &config, &state).await
                }
                .boxed()
            },
            subscription,
        )
        .await
    }

    /// Removes a webhook's registration.
    pub async fn unsubscribe(&self, call: Call, config: &Value, state: &Value) -> CallOutcome<()> {
        let (indices, operation, config) = match find(&call, config) {
            Ok(found) => found,
            Err(outcome) => return *outcome,
        };
        let state = state.to_string();
        self.perform(
            subscribing(call),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_unsubscribe(store, &operation, &config, &state).await
                }
                .boxed()
            },
            |_, ()| Ok(()),
        )
        .await
    }

    /// Verifies and parses an inbound request over its exact bytes. No request may leave meanwhile.
    pub async fn handle(
        &self,
        call: Call,
        config: &Value,
        state: Option<&Value>,
        request: &Inbound,
    ) -> CallOutcome<Verdict> {
        let (indices, operation, config) = match find(&call, config) {
            Ok(found) => found,
            Err(outcome) => return *outcome,
        };
        let (state, request) = (state.map(Value::to_string), inbound(request));
        self.perform(
            Job::reading(call, Mode::Webhook),
            move |store, instance| {
                async move {
                    let guest = indices.load(&mut *store, instance)?;
                    guest.call_handle(store, &operation, &config, state.as_ref(), &request).await
                }
                .boxed()
            },
            verdict,
        )
        .await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form of a conversion")]
fn subscription(facts: &Facts, subscription: wire::Subscription) -> Result<Subscription, Failure> {
    Ok(Subscription {
        state: json(facts, &subscription.state, "subscription")?,
        expires_at_ms: subscription.expires_at,
    })
}

fn verdict(facts: &Facts, verdict: wire::Verdict) -> Result<Verdict, Failure> {
    Ok(match verdict {
        wire::Verdict::Accept(accepted) => Verdict::Accept { events: events(facts, accepted)?, reply: None },
        wire::Verdict::AcceptAndAnswer((accepted, answer)) => {
            Verdict::Accept { events: events(facts, accepted)?, reply: Some(reply(facts, answer)?) }
        }
        wire::Verdict::Answer(answer) => Verdict::Answer { reply: reply(facts, answer)? },
        wire::Verdict::Reject(status) => {
            Verdict::Reject { status: if (400..500).contains(&status) { status } else { 400 } }
        }
    })
}
