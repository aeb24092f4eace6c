//! A run: its append-only log of events, the state the log folds to, and the planner that decides what comes
//! next. All pure.

mod apply;
pub mod decision;
mod draft;
mod each;
mod eval;
pub mod event;
mod file;
mod ids;
mod illegal;
mod outcome;
mod park;
mod past;
mod path;
mod plan;
mod propose;
mod rerun;
mod results;
mod sending;
mod state;
mod step;
mod suspend;
mod tag;
mod version;
mod view;

pub use draft::{MIN_SENTENCE, reason_of};
pub use illegal::IllegalEvent;
pub use outcome::{
    after_absent, after_attempt, after_code, after_look, after_resend, unanswered, unanswered_again,
};
pub use park::{fail_step, hold};
pub use past::{Past, past, record_keys};
pub use path::ScopePath;
pub use plan::{MAX_DEPTH, Running, plan};
pub use propose::{rejected_before, source_record};
pub use rerun::{AppliedEffect, RetryFrom, RetryPlan, RetryRefused, retry_plan, start_over_plan};
pub use state::{End, EndHow, Reply, RunState, Start};
pub use step::EffectState;
pub use suspend::{MAX_SUSPENDED_MS, MAX_SUSPENSIONS, Suspension, after_suspension, unfit};
pub use version::{ActionTraits, Version, VersionError};
pub use view::{RunStatus, StepStatus, StepView, WaitView};

#[cfg(test)]
mod tests;
