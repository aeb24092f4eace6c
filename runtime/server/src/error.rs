//! What the command line says when it cannot do as told: a code with its page, words, a hint, an exit code.

use std::borrow::Cow;
use std::fmt;
use std::io::Write;

use serde::{Deserialize, Serialize};

/// How the process ends; documented in `--help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was refused, or it failed.
    Refused = 1,
    /// It was not asked for rightly: arguments, settings.
    Usage = 2,
    /// The server, the database or the data directory cannot be reached or used now.
    Unavailable = 3,
}

/// One positioned problem in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    /// File it is in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) file: String,
    /// Line from 1; 0 where there is none.
    pub(crate) line: u32,
    /// Column from 1, in characters.
    pub(crate) column: u32,
    /// Code of its page.
    pub(crate) code: String,
    /// `error` or `warning`.
    pub(crate) severity: String,
    /// What is wrong.
    pub(crate) message: String,
    /// What was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
        }
        if self.line > 0 {
            write!(f, "{}:{}:", self.line, self.column)?;
        }
        let severity = if self.severity == "warning" { "warning" } else { "error" };
        write!(f, " {severity}[{}]: {}", self.code, self.message)?;
        if let Some(expected) = &self.expected {
            write!(f, "\n    expected: {expected}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n    hint: {hint}")?;
        }
        Ok(())
    }
}

/// A command's failure.
#[derive(Clone, Debug)]
pub(crate) struct CliError {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit: Exit,
    pub(crate) problems: Vec<Problem>,
}

/// What every command returns.
pub(crate) type Result<T, E = CliError> = std::result::Result<T, E>;

impl CliError {
    /// A refusal.
    pub(crate) fn refused(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            hint: None,
            exit: Exit::Refused,
            problems: Vec::new(),
        }
    }

    /// Something asked for in the wrong way.
    pub(crate) fn usage(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, ..Self::refused(code, message) }
    }

    /// Something that is not there now.
    pub(crate) fn unavailable(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { exit: Exit::Unavailable, ..Self::refused(code, message) }
    }

    /// With what to do about it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the places in a file.
    #[must_use]
    pub(crate) fn problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// Writes it to standard error, for people or as one JSON object.
    pub(crate) fn print(&self, json: bool) {
        let text = if json {
            let body = serde_json::json!({
                "error": { "code": self.code, "message": self.message, "hint": self.hint, "problems": self.problems }
            });
            body.to_string()
        } else {
            self.to_string()
        };
        // Nobody is left to tell when standard error is gone.
        drop(writeln!(std::io::stderr(), "{text}"));
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        write!(f, "error[{}]: {}", self.code, self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        write!(f, "\nsee: docs/errors/{}.md", self.code)
    }
}

/// Codes of the server and the command line, one page each under `docs/errors`.
pub(crate) mod codes {
    /// A defect of this program.
    pub(crate) const INTERNAL: &str = "TL0600";
    /// Arguments.
    pub(crate) const USAGE: &str = "TL0601";
    /// The settings file cannot be read, or is not TOML.
    pub(crate) const SETTINGS_FILE: &str = "TL0602";
    /// An unknown setting.
    pub(crate) const UNKNOWN_SETTING: &str = "TL0603";
    /// A setting with a wrong type or value.
    pub(crate) const BAD_SETTING: &str = "TL0604";
    /// The data directory cannot be used.
    pub(crate) const DATA_DIR: &str = "TL0610";
    /// A live server uses the data directory.
    pub(crate) const SERVER_LIVES: &str = "TL0611";
    /// Another command uses the data directory.
    pub(crate) const LOCKED: &str = "TL0612";
    /// A key or token file that others can read, or that does not hold what it should.
    pub(crate) const KEY_FILE: &str = "TL0613";
    /// The data directory belongs to another database than the settings name.
    pub(crate) const OTHER_DATABASE: &str = "TL0614";
    /// The port is taken.
    pub(crate) const PORT_TAKEN: &str = "TL0620";
    /// The address cannot be listened on.
    pub(crate) const LISTEN: &str = "TL0621";
    /// The server does not answer.
    pub(crate) const NO_ANSWER: &str = "TL0630";
    /// The server answers something else than its API says.
    pub(crate) const BAD_ANSWER: &str = "TL0631";
    /// The server refused without a code of its own.
    pub(crate) const REFUSED: &str = "TL0632";
    /// The command needs a live server, and none runs.
    pub(crate) const NO_SERVER: &str = "TL0633";
    /// A file named in the arguments cannot be read or written.
    pub(crate) const FILE: &str = "TL0640";
    /// A file that should hold JSON does not.
    pub(crate) const NOT_JSON: &str = "TL0641";
    /// The workflow text has errors.
    pub(crate) const LINT: &str = "TL0642";
    /// It did not end in the time given.
    pub(crate) const STILL_RUNNING: &str = "TL0643";
    /// The run ended badly.
    pub(crate) const RUN_FAILED: &str = "TL0644";
    /// A scenario did not come out as it says, or cannot be played.
    pub(crate) const SCENARIO: &str = "TL0645";
    /// A file is no scenario.
    pub(crate) const SCENARIO_FILE: &str = "TL0646";
    /// `plugin new` cannot make the folder.
    pub(crate) const PLUGIN_NEW: &str = "TL0650";
    /// `plugin build` or `plugin test` failed in cargo.
    pub(crate) const PLUGIN_CARGO: &str = "TL0651";
    /// `plugin check` found problems.
    pub(crate) const PLUGIN_CHECK: &str = "TL0652";
    /// The permissions need consent.
    pub(crate) const CONSENT: &str = "TL0653";
    /// The consent given is for another set of permissions.
    pub(crate) const OTHER_CONSENT: &str = "TL0654";
    /// The bundle beside the binary is missing or incomplete.
    pub(crate) const BUNDLE: &str = "TL0655";
    /// A `--secret` that does not read.
    pub(crate) const SECRET_ARGUMENT: &str = "TL0656";
    /// A simulator cannot start.
    pub(crate) const SIMULATOR: &str = "TL0660";
    /// The demo did not get as far as it should.
    pub(crate) const DEMO: &str = "TL0661";
    /// `doctor` found something wrong.
    pub(crate) const DOCTOR: &str = "TL0670";
    /// The server could not drain in time.
    pub(crate) const DRAIN: &str = "TL0680";
    /// The folder of a backup is taken, or cannot be made.
    pub(crate) const BACKUP_TARGET: &str = "TL0690";
    /// Files of a backup cannot be read or written.
    pub(crate) const BACKUP_FILES: &str = "TL0691";
    /// A backup is not whole.
    pub(crate) const BACKUP_BROKEN: &str = "TL0692";
    /// The keys do not go with a backup.
    pub(crate) const BACKUP_KEYS: &str = "TL0693";
    /// A tool of PostgreSQL is not installed.
    pub(crate) const NO_TOOL: &str = "TL0694";
    /// A tool of PostgreSQL failed.
    pub(crate) const TOOL_FAILED: &str = "TL0695";
    /// A backup was restored for proof, and something in it was wrong.
    pub(crate) const REHEARSAL: &str = "TL0696";
    /// Something is where a restore should go.
    pub(crate) const RESTORE_TARGET: &str = "TL0697";
}
