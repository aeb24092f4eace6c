//! For the store's own tests: the list of statements, and running one as it stands.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::Store;
pub use crate::db::{Arg, Reach, Sql, Value};
use crate::error::Result;
use crate::writer::{Group, Kind};

/// Statements with their arguments, once a test asks for them.
#[derive(Debug, Default)]
pub(crate) struct Recorder(OnceLock<Mutex<Vec<Recorded>>>);

/// A statement that was run, with its arguments.
pub type Recorded = (&'static Sql, Vec<Arg>);

impl Recorder {
    pub(crate) fn note(&self, sql: &'static Sql, args: &[Arg]) {
        if let Some(recorded) = self.0.get() {
            recorded.lock().unwrap_or_else(PoisonError::into_inner).push((sql, args.to_vec()));
        }
    }
}

/// Every statement of the store.
pub fn statements() -> Vec<&'static Sql> {
    [
        crate::accept::ALL,
        crate::ask::ALL,
        crate::backup::ALL,
        crate::blob::ALL,
        crate::channel::ALL,
        crate::commit::ALL,
        crate::connection::ALL,
        crate::connection::ACCOUNT,
        crate::correlated::ALL,
        crate::draft::ALL,
        crate::due::ALL,
        crate::effect::ALL,
        crate::event::ALL,
        crate::exception::ALL,
        crate::exception::DESK,
        crate::exception::FIGURE,
        crate::exception::LATER,
        crate::exception::SAVE,
        crate::exception::SETTINGS,
        crate::exception::STEP,
        crate::figures::ALL,
        crate::held::ALL,
        crate::lease::ALL,
        crate::mail::ALL,
        crate::people::account::ALL,
        crate::people::link::ALL,
        crate::people::member::ALL,
        crate::people::session::ALL,
        crate::people::team::ALL,
        crate::people::throttle::ALL,
        crate::plugin::ALL,
        crate::poll::ALL,
        crate::proposal::ALL,
        crate::proposal::change::ALL,
        crate::proposal::code::ALL,
        crate::proposal::comment::ALL,
        crate::proposal::decide::ALL,
        crate::proposal::delegation::ALL,
        crate::proposal::silence::ALL,
        crate::reply::ALL,
        crate::request::ALL,
        crate::retention::ALL,
        crate::run::ALL,
        crate::run::list::ALL,
        crate::reveal::ALL,
        crate::schedule::ALL,
        crate::signal::ALL,
        crate::standing::ALL,
        crate::state::ALL,
        crate::vault::root::ALL,
        crate::vault::secret::ALL,
        crate::vault::workspace::ALL,
        crate::workflow::ALL,
        crate::workflow::request::ALL,
        crate::workspace::ALL,
    ]
    .concat()
}

/// Versions and names of the migrations embedded for each engine: SQLite, PostgreSQL.
pub fn migrations() -> [Vec<String>; 2] {
    [crate::migrate::SQLITE, crate::migrate::POSTGRES]
        .map(|known| known.iter().map(|migration| format!("{}.sql", migration.file)).collect())
}

impl Store {
    /// What was run since this was called first.
    #[doc(hidden)]
    pub fn probe_recorded(&self) -> Vec<Recorded> {
        let recorded = self.inner.recorder.0.get_or_init(Mutex::default);
        recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs one statement in a commit of its own: rows it changed or returned, and those it returned.
    #[doc(hidden)]
    pub async fn probe_write(&self, sql: &'static Sql, args: Vec<Arg>) -> Result<(u64, Vec<Vec<Value>>)> {
        let mut group = Group::new(Kind::Admin);
        group.op(sql, args);
        let done = self.commit_group(group).await?.done()?;
        Ok(done.into_iter().fold((0, Vec::new()), |(changed, mut rows), done| {
            rows.extend(done.rows.into_iter().map(crate::db::Row::values));
            (changed + done.changed, rows)
        }))
    }

    /// Runs one statement on a reader.
    #[doc(hidden)]
    pub async fn probe_read(&self, sql: &'static Sql, args: Vec<Arg>) -> Result<Vec<Vec<Value>>> {
        Ok(self.rows(sql, args).await?.into_iter().map(crate::db::Row::values).collect())
    }
}
