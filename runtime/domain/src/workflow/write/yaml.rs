//! A small writer of YAML: block style, quotes wherever two readers could disagree.

use std::fmt::Write;

use serde_json::{Map, Value};

/// The value as a YAML document.
pub(super) fn document(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(map, 0, &mut out),
        Value::Array(items) if !items.is_empty() => sequence(items, 0, &mut out),
        other => {
            scalar(other, 0, &mut out);
            out.push('\n');
        }
    }
    out
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn mapping(map: &Map<String, Value>, depth: usize, out: &mut String) {
    for (index, (key, value)) in map.iter().enumerate() {
        // The first key of a mapping in a list stands behind its dash.
        if index > 0 || !out.ends_with("- ") {
            indent(depth, out);
        }
        if is_plain(key) {
            out.push_str(key);
        } else {
            quoted(key, out);
        }
        out.push(':');
        below(value, depth, out);
    }
}

/// What follows a key.
fn below(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            mapping(map, depth + 1, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            sequence(items, depth + 1, out);
        }
        other => {
            out.push(' ');
            scalar(other, depth + 1, out);
            out.push('\n');
        }
    }
}

fn sequence(items: &[Value], depth: usize, out: &mut String) {
    for item in items {
        indent(depth, out);
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => mapping(map, depth + 1, out),
            Value::Array(inner) if !inner.is_empty() => {
                out.pop();
                out.push('\n');
                sequence(inner, depth + 1, out);
            }
            other => {
                scalar(other, depth + 1, out);
                out.push('\n');
            }
        }
    }
}

fn scalar(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::String(text) if is_plain(text) && !is_word(text) => out.push_str(text),
        Value::String(text) if is_block(text) => block(text, depth, out),
        Value::String(text) => quoted(text, out),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        other => out.push_str(&other.to_string()),
    }
}

/// A text every reader takes as a text: begins with a letter, or with a digit and cannot be a number or a time.
fn is_plain(text: &str) -> bool {
    let body = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | ' ' | '%');
    let Some(first) = text.chars().next() else { return false };
    let spaced = text.ends_with(' ') || text.contains("  ");
    if spaced || text.len() > 80 {
        return false;
    }
    if first.is_ascii_alphabetic() {
        return text.chars().all(|c| body(c) || c == ':') && !text.contains(": ") && !text.ends_with(':');
    }
    let counted = text.trim_start_matches(|c: char| c.is_ascii_digit());
    first.is_ascii_digit()
        && text.chars().all(body)
        && counted.starts_with(['d', 'h', 'm', 's', 'w', 'y', ' ', '%'])
        && !counted[1..].contains(|c: char| c.is_ascii_digit())
}

/// Words some reader takes as something else.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Several lines that a literal block keeps as they are.
fn is_block(text: &str) -> bool {
    let printable = |c: char| c == '\n' || (!c.is_control() && !needs_escape(c));
    text.trim_end_matches('\n').contains('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(printable)
        && !text.lines().any(|line| line.ends_with([' ', '\t']))
}

fn block(text: &str, depth: usize, out: &mut String) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            indent(depth, out);
            out.push_str(line);
        }
    }
}

/// Characters a reader may fold, strip or refuse when they stand as they are.
fn needs_escape(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) > 0xffff && needs_escape(c) => drop(write!(out, "\\U{:08X}", u32::from(c))),
            c if c.is_control() || needs_escape(c) => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
