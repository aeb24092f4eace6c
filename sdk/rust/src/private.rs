//! What the macros' output names. Not for authors.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use crate::connector::{
    ActionDef, ActionMeta, CompensateFn, PreviewFn, ReconcileFn, RecordDef, Source, TriggerDef,
};
use crate::cx::Cx;
use crate::fail::{Fail, Result};
use crate::inbound::{Inbound, Verdict};
pub use crate::manifest::{AuthField, AuthSlot, Effect, HostRequest, Idempotency, Limits, Undo};
use crate::outcome::{IntoOutcome, Outcome};
use crate::plan::{Landed, Plan};
use crate::records::{Item, Listing, RecordType};
use crate::since::Since;
use crate::trigger::Page;

/// An action: `#[action]` implements it for a type of the function's name.
pub trait Action {
    /// Its input.
    type Input: DeserializeOwned + JsonSchema;
    /// What the function returns.
    type Output: IntoOutcome;
    /// What is declared.
    const META: ActionMeta;
    /// The function.
    fn run(cx: &Cx, input: Self::Input) -> Result<Self::Output>;
}

/// `#[preview]` implements it.
pub trait HasPreview: Action {
    /// The function.
    fn preview(cx: &Cx, input: &Self::Input) -> Result<Plan>;
}

/// `#[reconcile]` implements it.
pub trait HasReconcile: Action {
    /// The action's output.
    type Found: Serialize;
    /// The function.
    fn reconcile(cx: &Cx, input: &Self::Input, key: &str) -> Result<Landed<Self::Found>>;
}

/// `#[compensate]` implements it.
pub trait HasCompensate: Action {
    /// The action's output.
    type Receipt: DeserializeOwned;
    /// What taking it back gives.
    type Undone: Serialize;
    /// The function.
    fn compensate(cx: &Cx, input: &Self::Input, receipt: Self::Receipt) -> Result<Self::Undone>;
}

/// A trigger: `#[trigger]` implements it for a type of the function's name.
pub trait Trigger {
    /// The trigger.
    fn def() -> TriggerDef;
}

/// Finds out at compile time which of the optional parts an action has: the methods below exist only where the
/// trait is implemented, and else the ones of [`Absent`] are found.
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// A probe.
    pub const NEW: Self = Self(PhantomData);
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "called as the methods of `Absent` are")]
impl<T: HasPreview> Probe<T> {
    /// The part.
    pub fn preview(&self) -> Option<PreviewFn> {
        Some(|cx, input| T::preview(cx, &read_object::<T::Input>(input)?))
    }
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "called as the methods of `Absent` are")]
impl<T: HasReconcile> Probe<T> {
    /// The part.
    pub fn reconcile(&self) -> Option<ReconcileFn> {
        Some(|cx, input, key| T::reconcile(cx, &read_object::<T::Input>(input)?, key)?.into_json())
    }
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "called as the methods of `Absent` are")]
impl<T: HasCompensate> Probe<T> {
    /// The part.
    pub fn compensate(&self) -> Option<CompensateFn> {
        Some(|cx, input, receipt| {
            let undone = T::compensate(cx, &read_object::<T::Input>(input)?, read(receipt)?)?;
            crate::outcome::to_value(&undone)
        })
    }
}

/// The parts an action does not have.
pub trait Absent {
    /// No preview.
    fn preview(&self) -> Option<PreviewFn> {
        None
    }
    /// No reconcile.
    fn reconcile(&self) -> Option<ReconcileFn> {
        None
    }
    /// No compensate.
    fn compensate(&self) -> Option<CompensateFn> {
        None
    }
}

impl<T> Absent for Probe<T> {}

/// An action's definition without its optional parts.
pub fn action<T: Action>() -> ActionDef {
    let run = |cx: &Cx, input: &str| -> Result<Outcome> {
        T::run(cx, read_object::<T::Input>(input)?)?.into_outcome()
    };
    ActionDef {
        meta: T::META,
        input: crate::schema::input_schema::<T::Input>,
        output: crate::schema::output_schema::<<T::Output as IntoOutcome>::Output>,
        run,
        preview: None,
        reconcile: None,
        compensate: None,
    }
}

/// A record type's definition.
pub fn record<T: RecordType>() -> RecordDef {
    RecordDef {
        id: T::ID,
        keys: T::KEYS,
        writable: T::WRITABLE,
        fields: crate::schema::output_schema::<T>,
        list_since: |cx, since| {
            let page = T::list_since(cx, since)?;
            let items = page.items.into_iter().map(Item::into_json).collect::<Result<_>>()?;
            Ok(Listing { items, cursor: page.cursor, more: page.more })
        },
        get: |cx, id| T::get(cx, id)?.into_json(),
        upsert: |cx, id, fields, precondition| {
            T::upsert(cx, id, read_object(fields)?, precondition)?.into_json()
        },
    }
}

/// A poll on JSON.
pub fn poll<C: DeserializeOwned, T: Serialize>(
    cx: &Cx,
    config: &str,
    since: Since,
    poll: impl Fn(&Cx, C, Since) -> Result<Page<T>>,
) -> Result<Page<Value>> {
    poll(cx, read_object(config)?, since)?.into_json()
}

/// A webhook request on JSON.
pub fn webhook<C: DeserializeOwned, T: Serialize>(
    cx: &Cx,
    config: &str,
    request: Inbound,
    handle: impl Fn(&Cx, C, Inbound) -> Result<Verdict<T>>,
) -> Result<Verdict<Value>> {
    handle(cx, read_object(config)?, request)?.into_json()
}

/// Reads an input: an object. Serde would take a list for a struct too.
pub fn read_object<T: DeserializeOwned>(text: &str) -> Result<T> {
    if text.trim_start().starts_with('{') {
        read(text)
    } else {
        Err(Fail::invalid("", "must be a JSON object"))
    }
}

/// Reads JSON.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Fail::invalid("", e.to_string()))
}

/// The settings' schema.
pub fn settings<T: JsonSchema>() -> Value {
    crate::schema::input_schema::<T>()
}
