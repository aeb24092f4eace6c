//! What can be wrong with an expression, in words.

use crate::failure::Failure;

/// An expression that cannot be read, or cannot be evaluated with the data at hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// `TL0120` syntax · `TL0140` undefined · `TL0141` over a bound · `TL0142` no true or false · `TL0143` failed.
    pub code: &'static str,
    /// What is wrong, naming the names.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Byte in the text where it is wrong, if known.
    pub offset: Option<usize>,
}

impl ExpressionError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, offset: None }
    }

    pub(crate) fn syntax(message: impl Into<String>) -> Self {
        Self::new("TL0120", message)
    }

    pub(crate) fn undefined(message: impl Into<String>) -> Self {
        Self::new("TL0140", message)
    }

    pub(crate) fn bound(message: impl Into<String>) -> Self {
        Self::new("TL0141", message)
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new("TL0143", message)
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// From the template engine, while a text is read.
    pub(crate) fn from_parse(error: &minijinja::Error) -> Self {
        let message = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
        let mut problem = Self::syntax(format!("the expression cannot be read: {message}"));
        problem.offset = error.range().map(|range| range.start);
        problem
    }

    /// From the template engine, while an expression is evaluated.
    pub(crate) fn from_evaluation(error: &minijinja::Error) -> Self {
        use minijinja::ErrorKind;
        let mut deepest = error;
        while let Some(inner) =
            std::error::Error::source(deepest).and_then(|e| e.downcast_ref::<minijinja::Error>())
        {
            deepest = inner;
        }
        let words = deepest.detail().map_or_else(|| deepest.kind().to_string(), ToOwned::to_owned);
        match deepest.kind() {
            ErrorKind::OutOfFuel => Self::bound("the expression takes too many steps")
                .with_hint("split the work over a for-each node, or move it into a code node"),
            ErrorKind::UndefinedError => Self::undefined(words),
            ErrorKind::WriteFailure => Self::bound("the text grows beyond 1 MiB"),
            _ if words.starts_with(super::budget::WORDS) => Self::bound(words),
            _ => Self::failed(words),
        }
    }
}

impl From<ExpressionError> for Failure {
    fn from(error: ExpressionError) -> Self {
        let message = match error.hint {
            Some(hint) => format!("{} ({hint})", error.message),
            None => error.message,
        };
        Self::permanent(error.code, message)
    }
}
