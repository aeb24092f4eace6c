//! Reading a text: is it an expression, a text with expressions in it, or just text; and which names does it read.

use minijinja::machinery::ast::Stmt;
use minijinja::machinery::{parse, parse_expr};
use minijinja::syntax::SyntaxConfig;

use super::rewrite::{Rewriter, children, is_logical};
use super::{ExpressionError, MAX_SOURCE_BYTES};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// No expression in it.
    Literal,
    /// Exactly one expression: the value keeps its native type.
    Whole,
    /// Text with expressions in it: the value is text.
    Mixed,
}

/// A name an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `["steps", "job", "number"]`.
    pub path: Vec<String>,
    /// Byte in the text.
    pub offset: usize,
    /// Under `default(…)` or `is defined`: it may be missing.
    pub lenient: bool,
}

/// A text read once.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) form: Form,
    /// Bounded source: an expression for `Whole`, a template for `Mixed`.
    pub(super) source: String,
    pub(super) references: Vec<Reference>,
    /// `and`, `or`, `not` at the top.
    pub(super) logical: bool,
}

pub(super) fn syntax() -> SyntaxConfig {
    // The only fallible settings are the delimiters, and these stay as they are.
    SyntaxConfig::builder().keep_trailing_newline(true).build().unwrap_or_default()
}

/// True when the text may hold a tag.
pub(super) fn has_tag(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|tag| text.contains(tag))
}

pub(super) fn read(text: &str) -> Result<Read, ExpressionError> {
    if !has_tag(text) {
        return Ok(Read {
            form: Form::Literal,
            source: String::new(),
            references: Vec::new(),
            logical: false,
        });
    }
    check_size(text)?;
    let parsed = parse(text, "text", syntax()).map_err(|error| ExpressionError::from_parse(&error))?;
    let parts = children(&parsed);
    let mut rewriter = Rewriter::default();
    let blank = |part: &&Stmt<'_>| !matches!(part, Stmt::EmitRaw(raw) if raw.raw.trim().is_empty());
    let mut meaningful = parts.iter().filter(blank);
    if let (Some(Stmt::EmitExpr(emit)), None) = (meaningful.next(), meaningful.next()) {
        rewriter.expression(&emit.expr)?;
        let logical = is_logical(&emit.expr);
        return Ok(Read {
            form: Form::Whole,
            source: rewriter.source,
            references: rewriter.references,
            logical,
        });
    }
    rewriter.statements(parts)?;
    Ok(Read { form: Form::Mixed, source: rewriter.source, references: rewriter.references, logical: false })
}

/// A condition may stand without its braces.
pub(super) fn read_condition(text: &str) -> Result<Read, ExpressionError> {
    if has_tag(text) {
        let read = read(text)?;
        if read.form == Form::Whole {
            return Ok(read);
        }
        return Err(ExpressionError::new(
            "TL0142",
            "a condition is one expression, not text with expressions in it",
        )
        .with_hint("write `{{ steps.job.total > 100 and event.kind == 'order' }}`"));
    }
    check_size(text)?;
    let parsed = parse_expr(text).map_err(|error| ExpressionError::from_parse(&error))?;
    let mut rewriter = Rewriter::default();
    rewriter.expression(&parsed)?;
    let logical = is_logical(&parsed);
    Ok(Read { form: Form::Whole, source: rewriter.source, references: rewriter.references, logical })
}

fn check_size(text: &str) -> Result<(), ExpressionError> {
    if text.len() > MAX_SOURCE_BYTES {
        return Err(ExpressionError::bound("a text with expressions may have at most 64 KiB"));
    }
    Ok(())
}

/// What the text is, if it can be read.
pub fn form(text: &str) -> Result<Form, ExpressionError> {
    read(text).map(|read| read.form)
}

/// The names a text reads.
pub fn references(text: &str) -> Result<Vec<Reference>, ExpressionError> {
    read(text).map(|read| read.references)
}

/// The names a condition reads; it may stand without its braces.
pub fn references_of_condition(text: &str) -> Result<Vec<Reference>, ExpressionError> {
    read_condition(text).map(|read| read.references)
}
