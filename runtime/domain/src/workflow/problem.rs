//! What is wrong with a workflow's text: all of it at once, each with its place and what to do.

use serde::Serialize;

use super::source::Source;
use crate::json::Spot;

/// One problem of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// `TL01xx`; each has a page under docs/errors.
    pub code: &'static str,
    /// An error keeps the text from being saved; a warning does not.
    pub severity: Severity,
    /// JSON Pointer of the place: `/nodes/2/action`.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What would have been right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, column, code, message, .. } = self;
        write!(f, "{line}:{column} {} {code}: {message}", self.severity)?;
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected}")?;
        }
        self.hint.iter().try_for_each(|hint| write!(f, " ({hint})"))
    }
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is saved.
    Error,
    /// It is saved, and said.
    Warning,
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Collects problems and puts them in their places.
#[derive(Debug)]
pub(super) struct Problems<'s> {
    source: &'s Source,
    found: Vec<Problem>,
}

/// Beyond this a text is not a workflow, and nobody reads on.
const MAX_PROBLEMS: usize = 500;

impl<'s> Problems<'s> {
    pub(super) const fn new(source: &'s Source) -> Self {
        Self { source, found: Vec::new() }
    }

    /// An error at a value; details follow on what is returned.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        path: &str,
        message: impl Into<String>,
    ) -> &mut Problem {
        let spot = self.source.value_spot(path);
        self.push(code, Severity::Error, path, spot, message.into())
    }

    /// An error at a key.
    pub(super) fn error_at_key(
        &mut self,
        code: &'static str,
        path: &str,
        message: impl Into<String>,
    ) -> &mut Problem {
        let spot = self.source.key_spot(path);
        self.push(code, Severity::Error, path, spot, message.into())
    }

    /// A warning at a value.
    pub(super) fn warning(
        &mut self,
        code: &'static str,
        path: &str,
        message: impl Into<String>,
    ) -> &mut Problem {
        let spot = self.source.value_spot(path);
        self.push(code, Severity::Warning, path, spot, message.into())
    }

    fn push(
        &mut self,
        code: &'static str,
        severity: Severity,
        path: &str,
        spot: Spot,
        message: String,
    ) -> &mut Problem {
        if self.found.len() >= MAX_PROBLEMS {
            self.found.truncate(MAX_PROBLEMS - 1);
        }
        let (line, column) = (spot.line, spot.column);
        self.found.push(Problem {
            code,
            severity,
            path: path.into(),
            line,
            column,
            message,
            expected: None,
            hint: None,
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// The problems in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| (problem.line, problem.column, problem.severity));
        self.found.dedup();
        self.found
    }
}

impl Problem {
    pub(super) fn expected(&mut self, expected: impl Into<String>) -> &mut Self {
        self.expected = Some(expected.into());
        self
    }

    pub(super) fn hint(&mut self, hint: impl Into<String>) -> &mut Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn maybe_hint(&mut self, hint: Option<String>) -> &mut Self {
        if hint.is_some() {
            self.hint = hint;
        }
        self
    }
}
