//! A workflow's text as data with places: YAML or JSON, told apart by how it begins.

mod yaml;

use serde_json::Value;

use super::problem::{Problem, Severity};
use crate::json::{Places, Spot, parse_placed};

/// Bytes a workflow's text may have.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// Lists and mappings inside each other.
pub const MAX_DEPTH: usize = 64;

/// The data of a text, and where each part of it stands.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) value: Value,
    places: Places,
}

impl Source {
    /// Reads the text. What cannot be read stays `Null`; the problems say why.
    pub(super) fn read(text: &str) -> (Self, Vec<Problem>) {
        if text.len() > MAX_TEXT_BYTES {
            let message = format!("the text has {} bytes; a workflow may have 1 MiB", text.len());
            return (Self::default(), vec![problem("TL0102", "", Spot { line: 1, column: 1 }, message)]);
        }
        let begin = text.trim_start_matches('\u{feff}').trim_start();
        if begin.is_empty() {
            let mut empty = problem("TL0101", "", Spot { line: 1, column: 1 }, "the text is empty".into());
            empty.expected("a workflow, beginning with `workflow: its-id`");
            return (Self::default(), vec![empty]);
        }
        let json = begin.strip_prefix('{').is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.starts_with('"') || rest.starts_with('}')
        });
        if json { Self::read_json(text) } else { yaml::read(text.trim_start_matches('\u{feff}')) }
    }

    fn read_json(text: &str) -> (Self, Vec<Problem>) {
        let place = |found: crate::json::JsonProblem| {
            let code = match found.code {
                "TL0161" => "TL0104",
                "TL0162" => "TL0102",
                "TL0163" => "TL0107",
                _ => "TL0101",
            };
            problem(code, &found.path, Spot { line: found.line, column: found.column }, found.message)
        };
        match parse_placed(text, MAX_DEPTH) {
            Ok((value, places, duplicates)) => {
                (Self { value, places }, duplicates.into_iter().map(place).collect())
            }
            Err(found) => (Self::default(), vec![place(found)]),
        }
    }

    /// Where a value stands; that of the nearest value around it if it is not there.
    pub(super) fn value_spot(&self, path: &str) -> Spot {
        nearest(&self.places, path, |places, path| places.values.get(path).copied())
    }

    /// Where a key stands.
    pub(super) fn key_spot(&self, path: &str) -> Spot {
        self.places.keys.get(path).copied().unwrap_or_else(|| self.value_spot(path))
    }
}

/// A text of YAML or JSON as data, read as workflows are: nothing in it that two readers take differently.
pub fn read_data(text: &str) -> Result<Value, Vec<Problem>> {
    let (source, problems) = Source::read(text);
    if problems.is_empty() { Ok(source.value) } else { Err(problems) }
}

fn nearest(places: &Places, path: &str, find: impl Fn(&Places, &str) -> Option<Spot>) -> Spot {
    let mut path = path;
    loop {
        if let Some(spot) = find(places, path) {
            return spot;
        }
        match path.rfind('/') {
            Some(cut) => path = &path[..cut],
            None => return Spot { line: 1, column: 1 },
        }
    }
}

pub(super) fn problem(code: &'static str, path: &str, spot: Spot, message: String) -> Problem {
    Problem {
        code,
        severity: Severity::Error,
        path: path.to_owned(),
        line: spot.line,
        column: spot.column,
        message,
        expected: None,
        hint: None,
    }
}
