//! The component's exports. `connector!` calls [`__export_guest`] for the author's crate.

use std::marker::PhantomData;
use std::sync::Once;

use serde_json::Value;

use crate::connector::Connector;
use crate::cx::Level;
use crate::dispatch;
use crate::fail::{Fail, FailKind, Origin};
use crate::forms::OptionsQuery;
use crate::inbound::{Inbound, Verdict};
use crate::outcome::{Outcome, Resumption};
use crate::plan::{ChangeKind, Landed};
use crate::private::read;
use crate::records::Item;
use crate::sys::Sys;
use crate::trigger::Event;

#[allow(
    unsafe_code,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated from the contract by wit-bindgen"
)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit/v0",
        world: "connector",
        pub_export_macro: true,
        export_macro_name: "export_connector",
        default_bindings_module: "::throughline::guest::bindings",
        runtime_path: "::throughline::guest::rt",
    });
}

pub use wit_bindgen::rt;

use bindings::exports::throughline::connector as exports;
use bindings::throughline::connector::types as wit;

/// Exports a crate's connector.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_guest {
    ($connector:path) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(
            unsafe_code,
            missing_docs,
            unused_qualifications,
            clippy::all,
            clippy::pedantic,
            reason = "generated from the contract by wit-bindgen"
        )]
        const _: () = {
            struct This;
            impl $crate::guest::Provide for This {
                fn connector() -> $crate::Connector {
                    $connector()
                }
            }
            type Component = $crate::guest::Component<This>;
    $crate::guest::bindings::export_connector!(Component with_types_in $crate::guest::bindings);
        };
    };
}

/// A crate's connector.
pub trait Provide: 'static {
    /// The connector.
    fn connector() -> Connector;
}

/// The component of a crate.
pub struct Component<P>(PhantomData<P>);

fn ready<P: Provide>() -> Connector {
    static HOOK: Once = Once::new();
    // A panic ends the instance; its words reach the log first.
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| Sys.log(Level::Error, &format!("sdk.panic: {info}"), None)));
    });
    P::connector()
}

impl<P: Provide> exports::manifest::Guest for Component<P> {
    fn describe() -> String {
        P::connector().describe()
    }
}

impl<P: Provide> exports::connection::Guest for Component<P> {
    fn test(slot: String) -> Result<exports::connection::Account, wit::ConnectorError> {
        let account = dispatch::test(&ready::<P>(), Sys, &slot).map_err(error)?;
        Ok(exports::connection::Account {
            id: account.id,
            label: account.label,
            scopes: account.scopes,
            detail: account.detail.map(|v| v.to_string()),
        })
    }
}

impl<P: Provide> exports::forms::Guest for Component<P> {
    fn options(
        operation: String,
        field: String,
        partial: String,
        search: Option<String>,
        page: Option<String>,
    ) -> Result<exports::forms::Choices, wit::ConnectorError> {
        let query = OptionsQuery { operation, search, page, partial: read(&partial).map_err(error)? };
        let choices = dispatch::options(&ready::<P>(), Sys, &field, query).map_err(error)?;
        let item = |c: crate::forms::Choice| exports::forms::Choice {
            value: c.value.to_string(),
            label: c.label,
            hint: c.hint,
            group: c.group,
        };
        Ok(exports::forms::Choices {
            items: choices.items.into_iter().map(item).collect(),
            next_page: choices.next,
        })
    }

    fn schema(
        operation: String,
        side: exports::forms::Side,
        _partial: String,
    ) -> Result<String, wit::ConnectorError> {
        let is_input = side == exports::forms::Side::Input;
        dispatch::schema(&ready::<P>(), &operation, is_input).map(|v| v.to_string()).map_err(error)
    }
}

impl<P: Provide> exports::actions::Guest for Component<P> {
    fn run(
        operation: String,
        input: String,
        precondition: Option<String>,
        resume: Option<exports::actions::Resumption>,
    ) -> Result<exports::actions::Outcome, wit::ConnectorError> {
        use exports::actions as out;
        let resume = resume.map(resumption).transpose().map_err(error)?;
        let outcome = dispatch::run(&ready::<P>(), Sys, &operation, &input, precondition.as_deref(), resume)
            .map_err(error)?;
        Ok(match outcome {
            Outcome::Done(value) => out::Outcome::Done(value.to_string()),
            Outcome::Page { items, token } => {
                out::Outcome::Page(out::Chunk { items: items.to_string(), token: token.to_string() })
            }
            Outcome::Suspend { token, wake_after, on_callback } => {
                out::Outcome::Suspend(out::Suspension { token: token.to_string(), wake_after, on_callback })
            }
        })
    }

    fn preview(operation: String, input: String) -> Result<exports::actions::Plan, wit::ConnectorError> {
        let connector = ready::<P>();
        let plan = dispatch::preview(&connector, Sys, &operation, &input).map_err(error)?;
        let money = plan.money.map(|(amount, currency)| {
            serde_json::json!({ "amount": amount, "currency": currency }).to_string()
        });
        Ok(exports::actions::Plan {
            class: dispatch::classify(&connector, &operation).to_string(),
            summary: plan.summary,
            changes: plan.changes.into_iter().map(change).collect(),
            precondition: plan.precondition.map(|v| v.to_string()),
            money,
            complete: plan.complete,
        })
    }

    fn reconcile(
        operation: String,
        input: String,
        key: String,
    ) -> Result<exports::actions::Reconciliation, wit::ConnectorError> {
        use exports::actions::Reconciliation as R;
        let landed = dispatch::reconcile(&ready::<P>(), Sys, &operation, &input, &key).map_err(error)?;
        Ok(match landed {
            Landed::Applied(value) => R::Applied(value.to_string()),
            Landed::NotApplied => R::NotApplied,
            Landed::Unknown => R::Unknown,
        })
    }

    fn compensate(operation: String, input: String, receipt: String) -> Result<String, wit::ConnectorError> {
        dispatch::compensate(&ready::<P>(), Sys, &operation, &input, &receipt)
            .map(|v| v.to_string())
            .map_err(error)
    }

    fn classify(operation: String, _input: String) -> String {
        dispatch::classify(&ready::<P>(), &operation).to_string()
    }
}

impl<P: Provide> exports::triggers::Guest for Component<P> {
    fn poll(
        operation: String,
        config: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<exports::triggers::Page, wit::ConnectorError> {
        let page = dispatch::poll(&ready::<P>(), Sys, &operation, &config, cursor.as_deref(), limit)
            .map_err(error)?;
        Ok(exports::triggers::Page {
            events: page.events.into_iter().map(event).collect(),
            cursor: page.cursor.to_string(),
            more: page.more,
            poll_after: page.poll_after,
        })
    }

    fn sample(operation: String, _config: String) -> Result<Vec<wit::Event>, wit::ConnectorError> {
        let events = dispatch::sample(&ready::<P>(), &operation).map_err(error)?;
        Ok(events.into_iter().map(event).collect())
    }

    fn subscribe(
        _operation: String,
        _config: String,
        _callback: String,
    ) -> Result<exports::triggers::Subscription, wit::ConnectorError> {
        Err(no_subscription())
    }

    fn renew(
        _operation: String,
        _config: String,
        _state: String,
    ) -> Result<exports::triggers::Subscription, wit::ConnectorError> {
        Err(no_subscription())
    }

    fn unsubscribe(_operation: String, _config: String, _state: String) -> Result<(), wit::ConnectorError> {
        Err(no_subscription())
    }

    fn handle(
        operation: String,
        config: String,
        _state: Option<String>,
        request: wit::Inbound,
    ) -> Result<exports::triggers::Verdict, wit::ConnectorError> {
        use exports::triggers::Verdict as V;
        let verdict =
            dispatch::handle(&ready::<P>(), Sys, &operation, &config, inbound(request)).map_err(error)?;
        let events = |events: Vec<Event<Value>>| events.into_iter().map(event).collect();
        let reply =
            |a: crate::inbound::Answer| wit::Reply { status: a.status, headers: a.headers, body: a.body };
        Ok(match verdict {
            Verdict::Accept(list) => V::Accept(events(list)),
            Verdict::Answer(answer) => V::Answer(reply(answer)),
            Verdict::AcceptAndAnswer(list, answer) => V::AcceptAndAnswer((events(list), reply(answer))),
            Verdict::Reject(status) => V::Reject(status),
        })
    }
}

impl<P: Provide> exports::records::Guest for Component<P> {
    fn list_since(
        record_type: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<exports::records::Listing, wit::ConnectorError> {
        let page = dispatch::list_since(&ready::<P>(), Sys, &record_type, cursor.as_deref(), limit)
            .map_err(error)?;
        Ok(exports::records::Listing {
            items: page.items.into_iter().map(item).collect(),
            cursor: page.cursor.to_string(),
            more: page.more,
        })
    }

    fn get(record_type: String, id: String) -> Result<exports::records::Item, wit::ConnectorError> {
        dispatch::get(&ready::<P>(), Sys, &record_type, &id).map(item).map_err(error)
    }

    fn upsert(
        record_type: String,
        id: Option<String>,
        fields: String,
        precondition: Option<String>,
    ) -> Result<exports::records::Item, wit::ConnectorError> {
        let written = dispatch::upsert(
            &ready::<P>(),
            Sys,
            &record_type,
            id.as_deref(),
            &fields,
            precondition.as_deref(),
        );
        written.map(item).map_err(error)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "given to `map_err`")]
fn error(fail: Fail) -> wit::ConnectorError {
    let kind = match fail.kind() {
        FailKind::InvalidInput(issues) => {
            let issue = |i: &crate::fail::FieldIssue| wit::FieldIssue {
                path: i.path.clone(),
                message: i.message.clone(),
            };
            wit::Failure::InvalidInput(issues.iter().map(issue).collect())
        }
        FailKind::AuthExpired => wit::Failure::AuthExpired,
        FailKind::PermissionDenied(missing) => wit::Failure::PermissionDenied(missing.clone()),
        FailKind::NotFound => wit::Failure::NotFound,
        FailKind::Conflict => wit::Failure::Conflict,
        FailKind::RateLimited(after) => wit::Failure::RateLimited(*after),
        FailKind::Transient(after) => wit::Failure::Transient(*after),
        FailKind::OutcomeUnknown => wit::Failure::OutcomeUnknown,
        FailKind::Permanent => wit::Failure::Permanent,
        FailKind::Unsupported => wit::Failure::Unsupported,
        FailKind::Cancelled => wit::Failure::Cancelled,
    };
    wit::ConnectorError {
        kind,
        code: fail.code().to_owned(),
        message: fail.message().to_owned(),
        origin: match fail.whose() {
            Origin::Remote => wit::Origin::Remote,
            Origin::Connector => wit::Origin::Connector,
            Origin::Host => wit::Origin::Host,
        },
        http_status: fail.http_status(),
        remote_request_id: fail.remote_request_id().map(str::to_owned),
        detail: fail.more().map(Value::to_string),
    }
}

fn no_subscription() -> wit::ConnectorError {
    error(Fail::unsupported(
        "the connector does not subscribe: enter the webhook's address in the remote system",
    ))
}

fn change(c: crate::plan::Change) -> exports::actions::Change {
    use exports::actions::ChangeKind as K;
    let kind = match c.kind {
        ChangeKind::Create => K::Create,
        ChangeKind::Update => K::Update,
        ChangeKind::Delete => K::Delete,
        ChangeKind::Send => K::Send,
        ChangeKind::Call => K::Call,
    };
    let json = |v: Option<Value>| v.map(|v| v.to_string());
    exports::actions::Change {
        kind,
        target: c.target,
        id: c.id,
        before: json(c.before),
        after: json(c.after),
        note: c.note,
    }
}

fn resumption(r: exports::actions::Resumption) -> Result<Resumption, Fail> {
    Ok(Resumption { token: read(&r.token)?, callback: r.callback.map(inbound) })
}

fn inbound(r: wit::Inbound) -> Inbound {
    Inbound { method: r.method, path_and_query: r.path_and_query, headers: r.headers, body: r.body }
}

fn event(e: Event<Value>) -> wit::Event {
    wit::Event { id: e.id, occurred_at: e.occurred_at, data: e.data.to_string() }
}

fn item(i: Item<Value>) -> exports::records::Item {
    exports::records::Item {
        id: i.id,
        version: i.version,
        updated_at: i.updated_at,
        deleted: i.deleted,
        fields: i.fields.to_string(),
    }
}
