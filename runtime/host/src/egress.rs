//! Everything that leaves the process on a plugin's behalf.

pub(crate) mod policy;
