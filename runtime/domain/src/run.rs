//! A run: its append-only log of events, the state the log folds to, and the planner that decides what comes
//! next. All pure.

pub mod decision;
pub mod event;
