//! Statements, their arguments and their rows, without an engine. Only the files under `db`, `writer` and
//! `open` name one.

pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod wire;

use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use throughline_domain::time::Timestamp;

use crate::error::{Result, StoreError};
use crate::scope::Scope;

/// Whose rows a statement reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One workspace's: `$1` is the workspace.
    Tenant,
    /// Every workspace's: workers, sweeps. Functions that use one end in `_all`.
    All,
    /// Tables that belong to no workspace.
    Global,
}

/// One statement: the same text on both engines, or one text each.
#[derive(Debug)]
pub struct Sql {
    /// Its name in the list of statements.
    pub name: &'static str,
    /// Whose rows it reaches.
    pub reach: Reach,
    /// Text for SQLite.
    pub sqlite: &'static str,
    /// Text for PostgreSQL.
    pub postgres: &'static str,
    /// How the same is done to many rows at once.
    pub many: Option<Many>,
    made: Made,
}

/// The multi-row form of a statement: what is done with `n`, a table with one row for each of many calls.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    /// The columns of `n`, one for each argument, each with its type on PostgreSQL: `run_id text, …`.
    pub columns: &'static str,
    /// The statement on `n`; what it returns begins with the first argument of the key.
    pub body: &'static str,
    /// The arguments, by their places from 0, that together are different in each row; rows are sorted by them.
    pub key: &'static [usize],
}

/// Rows of SQLite's multi-row texts, the largest first: any number is made up of them.
pub(crate) const CHUNKS: [usize; 5] = [32, 16, 8, 4, 2];

/// Texts that are made when they are first asked for.
#[derive(Debug)]
struct Made {
    numbered: OnceLock<String>,
    arrays: OnceLock<String>,
    chunks: [OnceLock<String>; CHUNKS.len()],
}

impl Sql {
    /// One text for both engines.
    pub const fn same(text: &'static str) -> Self {
        Self::fork(text, text)
    }

    /// A text for each engine.
    pub const fn fork(sqlite: &'static str, postgres: &'static str) -> Self {
        let made = Made {
            numbered: OnceLock::new(),
            arrays: OnceLock::new(),
            chunks: [const { OnceLock::new() }; CHUNKS.len()],
        };
        Self { name: "", reach: Reach::Tenant, sqlite, postgres, many: None, made }
    }

    pub(crate) const fn many(
        mut self,
        key: &'static [usize],
        columns: &'static str,
        body: &'static str,
    ) -> Self {
        self.many = Some(Many { columns, body, key });
        self
    }

    /// Names it, and says whose rows it reaches.
    #[must_use]
    pub const fn named(mut self, name: &'static str, reach: Reach) -> Self {
        self.name = name;
        self.reach = reach;
        self
    }

    /// SQLite numbers `$1` by its first appearance, PostgreSQL by its digits. `?1` is the same to both, and is bound
    /// without looking a name up.
    pub(crate) fn numbered(&self) -> &str {
        self.made.numbered.get_or_init(|| self.sqlite.replace('$', "?"))
    }

    /// PostgreSQL's text for any number of rows.
    pub(crate) fn arrays(&'static self) -> Option<&'static str> {
        let many = self.many?;
        Some(self.made.arrays.get_or_init(|| many.postgres()))
    }

    /// SQLite's text for at most so many rows, with the number it is for; `None`: one row at a time.
    pub(crate) fn chunk(&self, rows: usize) -> Option<(usize, &str)> {
        let many = self.many?;
        let (size, made) = CHUNKS.iter().zip(&self.made.chunks).find(|(size, _)| **size <= rows)?;
        Some((*size, made.get_or_init(|| many.sqlite(*size))))
    }
}

impl Many {
    /// PostgreSQL's text: an array for each argument.
    pub fn postgres(&self) -> String {
        let arrays: Vec<String> = (1..)
            .zip(self.columns.split(", "))
            .map(|(place, column)| format!("${place}::{}[]", column.rsplit(' ').next().unwrap_or_default()))
            .collect();
        format!("WITH n ({}) AS (SELECT * FROM unnest({})) {}", self.names(), arrays.join(", "), self.body)
    }

    /// SQLite's text for so many rows: the arguments of one after those of the other.
    pub fn sqlite(&self, rows: usize) -> String {
        let width = self.columns.split(", ").count();
        let row = format!("({})", vec!["?"; width].join(", "));
        format!("WITH n ({}) AS (VALUES {}) {}", self.names(), vec![row; rows].join(", "), self.body)
    }

    fn names(&self) -> String {
        let names = self.columns.split(", ").map(|column| column.split(' ').next().unwrap_or_default());
        names.collect::<Vec<_>>().join(", ")
    }
}

/// Declares the statements of a noun and lists them, so that tests can prepare and try each one.
macro_rules! statements {
    ($($reach:ident $name:ident = $sql:expr;)*) => {
        $(pub(crate) static $name: crate::db::Sql = $sql.named(stringify!($name), crate::db::Reach::$reach);)*
        pub(crate) static ALL: &[&crate::db::Sql] = &[$(&$name),*];
    };
}
pub(crate) use statements;

/// What may stand behind `$n`: the column types of the schema and one whole JSON object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arg {
    /// TEXT, without U+0000.
    Text(Option<String>),
    /// INTEGER, BIGINT.
    Int(Option<i64>),
    /// BLOB, BYTEA.
    Bytes(Option<Vec<u8>>),
    /// A JSON object for `json_each`.
    Json(String),
}

impl Arg {
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.as_deref(),
            Self::Json(text) => Some(text),
            Self::Int(_) | Self::Bytes(_) => None,
        }
    }

    pub(crate) const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => *int,
            Self::Text(_) | Self::Bytes(_) | Self::Json(_) => None,
        }
    }

    pub(crate) fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => bytes.as_deref(),
            Self::Text(_) | Self::Int(_) | Self::Json(_) => None,
        }
    }

    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.as_ref().map_or(0, String::len),
            Self::Int(_) => 8,
            Self::Bytes(bytes) => bytes.as_ref().map_or(0, Vec::len),
            Self::Json(text) => text.len(),
        }
    }

    /// A list of texts, read by `SELECT key FROM json_each($n)` on both engines.
    pub(crate) fn keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        let object: serde_json::Map<_, _> =
            keys.into_iter().map(|key| (clean(key), serde_json::Value::Null)).collect();
        Self::Json(serde_json::Value::Object(object).to_string())
    }
}

/// U+0000 cannot stand in a text of PostgreSQL; a text column must never refuse an event.
fn clean(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_owned() }
}

macro_rules! arg_from {
    ($($from:ty, $value:ident => $arg:expr;)*) => { $(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self { $arg }
        }
    )* };
}
arg_from! {
    &str, v => Self::Text(Some(clean(v)));
    &String, v => Self::Text(Some(clean(v)));
    String, v => Self::Text(Some(clean(&v)));
    Option<&str>, v => Self::Text(v.map(clean));
    Option<String>, v => Self::Text(v.as_deref().map(clean));
    &Option<String>, v => Self::Text(v.as_deref().map(clean));
    &Scope, v => Self::Text(Some(v.as_str().to_owned()));
    i64, v => Self::Int(Some(v));
    u64, v => Self::Int(Some(v.cast_signed()));
    u32, v => Self::Int(Some(i64::from(v)));
    usize, v => Self::Int(Some(i64::try_from(v).unwrap_or(i64::MAX)));
    bool, v => Self::Int(Some(i64::from(v)));
    Option<i64>, v => Self::Int(v);
    Option<u32>, v => Self::Int(v.map(i64::from));
    Option<u64>, v => Self::Int(v.map(u64::cast_signed));
    Timestamp, v => Self::Int(Some(v.0));
    Option<Timestamp>, v => Self::Int(v.map(|time| time.0));
    &[u8], v => Self::Bytes(Some(v.to_vec()));
    &Vec<u8>, v => Self::Bytes(Some(v.clone()));
    Vec<u8>, v => Self::Bytes(Some(v));
    Option<Vec<u8>>, v => Self::Bytes(v);
}
macro_rules! arg_from_id {
    ($($id:ident),*) => { $(
        impl From<&throughline_domain::id::$id> for Arg {
            fn from(id: &throughline_domain::id::$id) -> Self { Self::Text(Some(id.as_str().to_owned())) }
        }
        impl From<Option<&throughline_domain::id::$id>> for Arg {
            fn from(id: Option<&throughline_domain::id::$id>) -> Self {
                Self::Text(id.map(|id| id.as_str().to_owned()))
            }
        }
    )* };
}
arg_from_id!(
    EventId,
    RunId,
    EffectId,
    ExceptionId,
    AskId,
    ConnectionId,
    PublishRequestId,
    DecisionId,
    DelegationId,
    MailId,
    PersonId,
    ProposalId,
    SecretId,
    SessionId,
    TokenId,
    WorkerId
);

/// `args![a, b]`: the values of `$1`, `$2`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$(crate::db::Arg::from($value)),*] };
}
pub(crate) use args;

/// One column of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// TEXT.
    Text(String),
    /// INTEGER, BIGINT.
    Int(i64),
    /// BLOB, BYTEA.
    Bytes(Vec<u8>),
}

/// One row, read column by column from the left.
#[derive(Debug)]
pub(crate) struct Row(std::vec::IntoIter<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// The columns not read yet.
    pub(crate) fn values(self) -> Vec<Value> {
        self.0.collect()
    }

    fn wrong<T>(expected: &str, found: Option<&Value>) -> Result<T> {
        Err(StoreError::Unreadable(format!("expected {expected}, found {found:?}")))
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            other => Self::wrong("text", other.as_ref()),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        self.opt_text()?.map_or_else(|| Self::wrong("text", Some(&Value::Null)), Ok)
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>> {
        match self.0.next() {
            Some(Value::Int(int)) => Ok(Some(int)),
            Some(Value::Null) => Ok(None),
            other => Self::wrong("an integer", other.as_ref()),
        }
    }

    pub(crate) fn int(&mut self) -> Result<i64> {
        self.opt_int()?.map_or_else(|| Self::wrong("an integer", Some(&Value::Null)), Ok)
    }

    pub(crate) fn small(&mut self) -> Result<u32> {
        let int = self.int()?;
        u32::try_from(int).map_err(|_| StoreError::Unreadable(format!("{int} is no small number")))
    }

    pub(crate) fn count(&mut self) -> Result<u64> {
        self.int().map(i64::cast_unsigned)
    }

    pub(crate) fn opt_count(&mut self) -> Result<Option<u64>> {
        Ok(self.opt_int()?.map(i64::cast_unsigned))
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        Ok(self.int()? != 0)
    }

    pub(crate) fn opt_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        match self.0.next() {
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            other => Self::wrong("bytes", other.as_ref()),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>> {
        self.opt_bytes()?.map_or_else(|| Self::wrong("bytes", Some(&Value::Null)), Ok)
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp> {
        self.int().map(Timestamp)
    }

    pub(crate) fn opt_time(&mut self) -> Result<Option<Timestamp>> {
        Ok(self.opt_int()?.map(Timestamp))
    }

    /// A text with a form of its own: an id, a word of a closed list.
    pub(crate) fn parse<T: TryFrom<String, Error: std::fmt::Display>>(&mut self) -> Result<T> {
        T::try_from(self.text()?).map_err(|e| StoreError::Unreadable(e.to_string()))
    }

    pub(crate) fn opt_parse<T: TryFrom<String, Error: std::fmt::Display>>(&mut self) -> Result<Option<T>> {
        self.opt_text()?
            .map(|text| T::try_from(text).map_err(|e| StoreError::Unreadable(e.to_string())))
            .transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        from_json(&self.bytes()?)
    }

    pub(crate) fn opt_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        self.opt_bytes()?.map(|bytes| from_json(&bytes)).transpose()
    }
}

/// A type that reads itself from the columns its statement names.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &mut Row) -> Result<Self>;
}

pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|e| StoreError::Unreadable(e.to_string()))
}

pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| StoreError::Unreadable(e.to_string()))
}

/// A closed list of words: an enum with its text forms.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// The word as stored and shown.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                match text.as_str() {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("`{text}` is not one of {}", [$($word),*].join(", "))),
                }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self { word.as_str().to_owned() }
        }

        impl From<$name> for crate::db::Arg {
            fn from(word: $name) -> Self { Self::from(word.as_str()) }
        }
    };
}
pub(crate) use words;
