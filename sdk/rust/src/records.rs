//! Record types: what the truth map, matching and drift work on.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cx::Cx;
use crate::fail::{Fail, Result};
use crate::since::Since;

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<T> {
    /// The remote's id.
    pub id: String,
    /// An etag or version for compare-and-swap.
    pub version: Option<String>,
    /// Milliseconds since the epoch.
    pub updated_at: Option<u64>,
    /// The record is gone.
    pub deleted: bool,
    /// The fields.
    pub fields: T,
}

impl<T> Item<T> {
    /// A record.
    pub fn new(id: impl Into<String>, fields: T) -> Self {
        Self { id: id.into(), version: None, updated_at: None, deleted: false, fields }
    }

    /// Its version.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// When it changed, in RFC 3339; ignored when it cannot be read.
    #[must_use]
    pub fn updated(mut self, rfc3339: &str) -> Self {
        self.updated_at = crate::time::parse_rfc3339(rfc3339);
        self
    }
}

impl<T: Serialize> Item<T> {
    pub(crate) fn into_json(self) -> Result<Item<Value>> {
        let fields = crate::outcome::to_value(&self.fields)?;
        Ok(Item {
            id: self.id,
            version: self.version,
            updated_at: self.updated_at,
            deleted: self.deleted,
            fields,
        })
    }
}

/// A page of records, oldest change first.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// The records.
    pub items: Vec<Item<T>>,
    /// Where to go on.
    pub cursor: Value,
    /// There is more at once.
    pub more: bool,
}

/// A type of record the connector can list and get, and write if [`RecordType::WRITABLE`].
pub trait RecordType: Serialize + DeserializeOwned + JsonSchema {
    /// The type's id: `customer`.
    const ID: &'static str;
    /// Fields that identify a record besides its id.
    const KEYS: &'static [&'static str] = &[];
    /// `upsert` is implemented.
    const WRITABLE: bool = false;

    /// Records changed since the cursor; without one, from the beginning.
    fn list_since(cx: &Cx, since: Since) -> Result<Listing<Self>>;

    /// One record.
    fn get(cx: &Cx, id: &str) -> Result<Item<Self>>;

    /// Writes a record: without an id, a new one. `precondition` is a version the record must still have.
    fn upsert(cx: &Cx, id: Option<&str>, fields: Self, precondition: Option<Value>) -> Result<Item<Self>> {
        let _ = (cx, id, fields, precondition);
        Err(Fail::unsupported(format!("{} cannot be written", Self::ID)))
    }
}
