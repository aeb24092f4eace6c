//! What a connector's file imports: `use throughline::prelude::*;`.

pub use crate::{
    Account, BlobRef, Call, Choice, Choices, Cx, Empty, Event, Fail, Feed, Inbound, Item, Landed, Listing,
    OptionsQuery, Page, Pages, Plan, RecordType, Reply, Result, Resumption, Since, Step, Verdict, action,
    compensate, connector, data, preview, reconcile, segment, trigger,
};
pub use serde_json::{Value, json};
