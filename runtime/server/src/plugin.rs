//! The plugin author's and the operator's commands: new, build, check, test, install, list.

pub(crate) mod build;
pub(crate) mod cargo;
pub(crate) mod check;
pub(crate) mod consent;
pub(crate) mod install;
pub(crate) mod lock;
pub(crate) mod new;
