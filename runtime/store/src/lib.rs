//! The only crate with SQL: SQLite and PostgreSQL behind one interface.
//!
//! A [`Store`] is a cheap clone. Functions of one workspace take a [`Scope`] first and reach nothing else; those
//! that workers and sweeps use across workspaces end in `_all`. Everything written goes through one group-commit
//! writer and is durable when its function returns.

mod accept;
mod ask;
mod backup;
mod blob;
mod changes;
mod channel;
mod commit;
mod connection;
mod correlated;
mod counters;
mod db;
mod draft;
mod due;
mod effect;
mod error;
mod event;
mod exception;
#[cfg(feature = "faults")]
pub mod faults;
mod figures;
mod fresh;
mod held;
mod lease;
mod look;
mod mail;
mod migrate;
mod nodes;
mod open;
mod page;
mod people;
mod plugin;
mod poll;
#[doc(hidden)]
pub mod probe;
mod proposal;
mod reference;
mod reply;
mod request;
mod retention;
mod reveal;
mod run;
mod schedule;
mod scope;
mod signal;
mod standing;
mod state;
mod statistics;
mod store;
mod vault;
mod waiter;
mod wake;
mod workflow;
mod workspace;
mod writer;

pub use accept::{
    Accepted, Accepting, ContentWindow, DEDUPE_DAYS, Dedupe, EventKind, Hold, NewEvent, NewRun,
};
pub use ask::{AskChange, AskRow, AskState, NewAsk};
pub use backup::{BackupRow, BackupState, Incarnation, copy_database};
pub use blob::{BlobStore, FolderBlobs, SWEEP_AGE_MS};
pub use changes::{News, RunChange, Subject, Touched, Watching};
pub use channel::ChannelRow;
pub use commit::{CommitOutcome, Committed, Ending, Release, RunCommit};
pub use connection::{ConnectionRow, ConnectionState, EgressGrant, NewConnection, TestedAccount};
pub use correlated::{CORRELATED_TTL_MS, NewCorrelated, NewWait, PublishedData};
pub use counters::{Counted, Counters};
pub use draft::{Draft, DraftRow, NewDraft};
pub use due::place_by_due;
pub use effect::{EffectChange, EffectRow, EffectState, NewEffect, Settled};
pub use error::{Result, StoreError};
pub use event::EventRow;
pub use exception::{
    CalendarRow, CommentRow, DueNotices, ExceptionChange, ExceptionFilter, ExceptionKind, ExceptionRow,
    ExceptionSave, ExceptionState, ExceptionStep, LaterRow, Narrow, NewException, NewFigure, NewNotice,
    NoticeRow, RuleRow, StandingRow, StartOver, TransitionRow, WatcherRow,
};
pub use figures::StraightThroughRow;
pub use held::{HeldChoice, HeldRow};
pub use lease::{Claim, Lease};
pub use look::{Look, WAL_ALARM_BYTES, look, wal_alarm};
pub use mail::{Failing, MailKind, MailRow, MailState, NewMail};
pub use open::{Location, MigrationStep, StoreClock, StoreOptions};
pub use page::{MAX_PAGE, Page, PageRequest};
pub use people::account::{AccountChange, AccountRow, NewAccount};
pub use people::link::LinkRow;
pub use people::member::{MemberKind, MemberRow, NewMemberKind};
pub use people::session::{NewSession, SessionRow};
pub use people::team::{TeamMemberRow, TeamRow};
pub use people::{By, PasswordHash};
pub use plugin::{NewPlugin, PluginRow, PluginState, QuarantineRow};
pub use poll::{PollCommit, PollItem, PollRow};
pub use proposal::change::{NewProposal, ProposalChange, Superseded};
pub use proposal::code::CodeRow;
pub use proposal::comment::{OpenQuestion, ProposalComment};
pub use proposal::decide::{EditedProposal, KeptDecision};
pub use proposal::delegation::DelegationRow;
pub use proposal::silence::{Heard as ProposalHeard, OpenMember};
pub use proposal::{ProposalRow, lane_key};
pub use reply::Reply;
pub use request::{Kept, RequestKey};
pub use retention::Deleted;
pub use reveal::RevealRow;
pub use run::{LateResult, Lifecycle, LogSegment, RunFailure, RunFilter, RunRow, RunStatus, Snapshot};
pub use schedule::{FireCommit, FireOutcome, FireRow, ScheduleRow};
pub use scope::Scope;
pub use signal::{NewSignal, Signal};
pub use standing::Standing;
pub use state::{STATE_KEYS_MAX, STATE_VALUE_MAX, StateWrite};
pub use store::Store;
pub use vault::{
    NewSecret, NewWorkspaceKey, RetiredKey, Rewrapped, RootKeyRow, SecretRow, SecretSummary, SecretUser,
    WorkspaceKeyRow, WrappedRow,
};
pub use waiter::{Heard, ReplyWaiter};
pub use workflow::publish::Agreed;
pub use workflow::request::{PublishDecision, PublishRequest, PublishRequestState};
pub use workflow::{
    Listens, NewTrigger, NewVersion, Published, TextFormat, TriggerRow, VersionRow, VersionSummary,
    WorkflowRow, WorkflowState,
};
pub use workspace::{NewToken, TokenRow, WorkspaceRow};
