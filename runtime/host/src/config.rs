//! What the operator decides once per process.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::limits::Limits;

/// Configuration of a [`Host`](crate::Host).
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// Directory of compiled plugins; made with mode 0700. Nothing else may write here.
    pub cache_dir: PathBuf,
    /// Key of the cache's MAC. It must live outside `cache_dir`: who can write both runs native code here.
    pub cache_key: [u8; 32],
    /// Where native code is made.
    pub compiler: Compiler,
    /// Calls that may hold an instance at the same time; more wait for a place.
    pub max_instances: u32,
    /// Default limits of a call; [`Call::limits`](crate::Call) replaces them for one call.
    pub limits: Limits,
    /// `User-Agent` of every request, unless the guest sets its own.
    pub user_agent: String,
    /// PEM files with certificate authorities to trust besides the built-in web roots.
    pub extra_roots: Vec<PathBuf>,
}

impl HostConfig {
    /// Defaults: compile in this process, 64 instances, the limits of the contract.
    pub fn new(cache_dir: impl Into<PathBuf>, cache_key: [u8; 32]) -> Self {
        Self {
            cache_dir: cache_dir.into(),
            cache_key,
            compiler: Compiler::InProcess,
            max_instances: 64,
            limits: Limits::default(),
            user_agent: concat!("throughline/", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_roots: Vec::new(),
        }
    }
}

/// Where a plugin becomes native code.
#[derive(Clone, Debug)]
pub enum Compiler {
    /// In this process: for tests and the plugin author's own commands.
    InProcess,
    /// In a child with limits on time and memory: `program args… IN OUT`, where the program ends up in
    /// [`compile_child_main`](crate::compile_child_main).
    Child {
        /// The program, normally this very binary.
        program: PathBuf,
        /// What stands before the two paths, normally `compile-plugin`.
        args: Vec<OsString>,
    },
}
