//! The settings file: TOML, every key and value with its line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use throughline_host::OpenRange;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Given, OpenRanges, Origin, Value, keys, unknown};
use crate::error::{CliError, Problem, Result, codes};

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct FromFile {
    pub(super) values: BTreeMap<&'static str, (Value, Origin)>,
    pub(super) egress: BTreeMap<String, OpenRanges>,
}

/// Reads the file, if there is one; what is wrong in it is added to `problems`.
pub(super) fn read(given: &Given, problems: &mut Vec<Problem>) -> Result<FromFile> {
    let (path, named) = match &given.file {
        Some(path) => (path.clone(), true),
        None => (given.data.join("throughline.toml"), false),
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => {
            return Ok(FromFile::default());
        }
        Err(error) => {
            return Err(CliError::usage(
                codes::SETTINGS_FILE,
                format!("the settings file {} cannot be read: {error}", path.display()),
            ));
        }
    };
    let place = Place { path: &path, text: &text };
    match DeTable::parse(&text) {
        Ok(table) => {
            let mut reader = Reader { place, problems, found: FromFile::default() };
            reader.table("", table.get_ref());
            Ok(reader.found)
        }
        Err(error) => {
            let problem = place.problem(error.span().unwrap_or(0..0), codes::SETTINGS_FILE, error.message());
            Err(CliError::usage(codes::SETTINGS_FILE, "the settings file is not TOML")
                .problems(vec![problem]))
        }
    }
}

#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Place<'_> {
    /// Line and column, from 1.
    fn position(&self, span: &Range<usize>) -> (u32, u32) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    fn problem(&self, span: Range<usize>, code: &str, message: &str) -> Problem {
        let (line, column) = self.position(&span);
        Problem {
            file: self.path.display().to_string(),
            line,
            column,
            code: code.to_owned(),
            message: message.to_owned(),
            ..Problem::default()
        }
    }
}

struct Reader<'a> {
    place: Place<'a>,
    problems: &'a mut Vec<Problem>,
    found: FromFile,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = if prefix.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{prefix}.{}", key.get_ref())
            };
            match (keys::find(&name), value.get_ref()) {
                (Some(key), _) => self.setting(key, value),
                (None, DeValue::Table(inner)) if is_section(&name) => self.table(&name, inner),
                (None, DeValue::Array(_)) if open_ranges_of(&name).is_some() => {
                    self.open_ranges(open_ranges_of(&name).unwrap_or_default(), value);
                }
                _ => {
                    let (line, column) = self.place.position(&key.span());
                    let file = self.place.path.display().to_string();
                    self.problems.push(Problem { file, line, column, ..unknown(&name) });
                }
            }
        }
    }

    fn setting(&mut self, key: &'static keys::Key, value: &Spanned<DeValue<'_>>) {
        match plain(value.get_ref()).ok_or_else(|| key.expected()).and_then(|plain| key.checked(plain)) {
            Ok(plain) => drop(self.found.values.insert(key.name, (plain, self.origin(value.span())))),
            Err(expected) => {
                let message = format!("{} has a value that does not fit", key.name);
                let problem = self.place.problem(value.span(), codes::BAD_SETTING, &message);
                let hint = Some(key.about.to_owned());
                self.problems.push(Problem { expected: Some(expected), hint, ..problem });
            }
        }
    }

    fn open_ranges(&mut self, workspace: &str, value: &Spanned<DeValue<'_>>) {
        let mut ranges = Vec::new();
        for item in value.get_ref().as_array().into_iter().flatten() {
            match item.get_ref().as_str().map(str::parse::<OpenRange>) {
                Some(Ok(range)) => ranges.push(range),
                other => {
                    let message = other
                        .and_then(Result::err)
                        .map_or_else(|| "an open range is a text".to_owned(), |e| e.to_string());
                    self.problems.push(self.place.problem(item.span(), codes::BAD_SETTING, &message));
                }
            }
        }
        let origin = self.origin(value.span());
        self.found.egress.insert(workspace.to_owned(), OpenRanges { ranges, origin });
    }

    fn origin(&self, span: Range<usize>) -> Origin {
        Origin::File { path: PathBuf::from(self.place.path), line: self.place.position(&span).0 }
    }
}

/// `egress`, `egress.NAME` or the beginning of a key.
fn is_section(name: &str) -> bool {
    name == "egress"
        || name.strip_prefix("egress.").is_some_and(|rest| !rest.contains('.'))
        || keys::KEYS.iter().any(|key| key.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// The workspace of `egress.WORKSPACE.open`.
fn open_ranges_of(name: &str) -> Option<&str> {
    name.strip_prefix("egress.")?.strip_suffix(".open").filter(|name| !name.contains('.'))
}

fn plain(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Integer(number) => {
            u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok().map(Value::Integer)
        }
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().map(Value::List)
        }
        _ => None,
    }
}
