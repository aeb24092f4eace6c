//! Errors of loading, checking and building plugins. Failures of calls are
//! [`Failure`](throughline_domain::failure::Failure)s, with codes from [`codes`].

/// Codes of call failures and refusals, one page each under `docs/errors`.
pub mod codes {
    /// The plugin trapped.
    pub const TRAP: &str = "TL0310";
    /// Processor time ran out.
    pub const CPU: &str = "TL0311";
    /// Wall time ran out.
    pub const WALL: &str = "TL0312";
    /// Memory limit.
    pub const MEMORY: &str = "TL0313";
    /// Stack overflow.
    pub const STACK: &str = "TL0314";
    /// Too many calls into the host, handles, or bytes handed over.
    pub const HOST_CALLS: &str = "TL0315";
    /// An import called from `describe`.
    pub const PURE: &str = "TL0316";
    /// Output larger than allowed.
    pub const OUTPUT_TOO_LARGE: &str = "TL0317";
    /// Output that is not what the manifest says.
    pub const BAD_OUTPUT: &str = "TL0318";
    /// Input that is not what the manifest says.
    pub const BAD_INPUT: &str = "TL0319";
    /// No such operation in the connector, or the interface is absent.
    pub const UNSUPPORTED: &str = "TL0320";
    /// The connector is quarantined.
    pub const QUARANTINED: &str = "TL0321";
    /// The call was cancelled.
    pub const CANCELLED: &str = "TL0322";
    /// A write may have landed.
    pub const OUTCOME_UNKNOWN: &str = "TL0323";
    /// Events, ids or cursor beyond the contract's limits.
    pub const BAD_PAGE: &str = "TL0324";
    /// A service of the runner (state, blobs, instances) failed.
    pub const SERVICE: &str = "TL0325";
    /// Host or method not granted.
    pub const NOT_GRANTED: &str = "TL0330";
    /// The address is not public.
    pub const ADDRESS: &str = "TL0331";
    /// An unsafe request where only reads are allowed.
    pub const UNSAFE: &str = "TL0332";
    /// A second unsafe request in one `write_once` call.
    pub const SECOND_UNSAFE: &str = "TL0333";
    /// A header the guest may not set.
    pub const HEADER: &str = "TL0334";
    /// A URL or method that is not acceptable.
    pub const URL: &str = "TL0335";
    /// A redirect that was not followed.
    pub const REDIRECT: &str = "TL0336";
    /// Plain HTTP to a public address.
    pub const PLAIN_HTTP: &str = "TL0337";
    /// A secret or slot that cannot be used.
    pub const SECRET: &str = "TL0338";
    /// A call of a missing or foreign connection.
    pub const CONNECTION: &str = "TL0339";
}

/// Why a plugin could not be checked, loaded or built.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Not a WebAssembly component within the host's feature set.
    #[error("this is not a plugin: {0}; build it with `throughline plugin build`")]
    NotAPlugin(String),
    /// Larger than 32 MiB.
    #[error("the plugin is {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Bytes.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// An import outside the contract.
    #[error(
        "the plugin imports `{import}`; only `throughline:connector/*` is allowed. Remove the dependency that brings it in"
    )]
    ForbiddenImport {
        /// The import's name.
        import: String,
    },
    /// Built for another contract.
    #[error("the plugin was built for contract {wanted}; this runner speaks {ours}. {advice}")]
    Contract {
        /// What the plugin was built for.
        wanted: String,
        /// What this runner speaks.
        ours: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// No manifest, or one that does not read.
    #[error("the plugin's manifest {0}")]
    Manifest(String),
    /// `describe` gives something else than the embedded manifest.
    #[error("the plugin describes itself differently from its embedded manifest{0}; build it again")]
    ManifestDiffers(String),
    /// The compiler failed or was stopped.
    #[error("the plugin could not be compiled: {0}")]
    Compile(String),
    /// The cache directory cannot be used.
    #[error("the plugin cache {path} cannot be used: {reason}")]
    Cache {
        /// Directory or file.
        path: String,
        /// What went wrong.
        reason: String,
    },
    /// The engine or the egress client could not start.
    #[error("the plugin host cannot start: {0}")]
    Start(String),
    /// The guest failed in `describe`.
    #[error("`describe` failed with {code}: {message}")]
    Describe {
        /// Code of the failure.
        code: String,
        /// Words.
        message: String,
    },
    /// A core module that cannot be made a component.
    #[error("the module cannot be made a plugin: {0}")]
    Encode(String),
}

impl HostError {
    /// The code of its page under `docs/errors`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPlugin(_) => "TL0300",
            Self::TooLarge { .. } => "TL0301",
            Self::ForbiddenImport { .. } => "TL0302",
            Self::Contract { .. } => "TL0303",
            Self::Manifest(_) => "TL0304",
            Self::ManifestDiffers(_) => "TL0305",
            Self::Compile(_) => "TL0306",
            Self::Cache { .. } => "TL0307",
            Self::Start(_) => "TL0308",
            Self::Describe { .. } => "TL0309",
            Self::Encode(_) => "TL0340",
        }
    }
}
