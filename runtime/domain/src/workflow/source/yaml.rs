//! YAML 1.2 as data: no anchors, aliases, tags or merge keys, and nothing that two readers take differently.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use serde_json::{Map, Number, Value};

use super::{MAX_DEPTH, Source, problem};
use crate::json::{Places, Spot, escape_pointer};
use crate::workflow::problem::Problem;

pub(super) fn read(text: &str) -> (Source, Vec<Problem>) {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                if !builder.take(event, span) {
                    break;
                }
            }
            Err(error) => {
                builder.unreadable(text, &error);
                break;
            }
        }
    }
    let Builder { root, places, problems, .. } = builder;
    let broken = problems.iter().any(|problem| matches!(problem.code, "TL0101" | "TL0102"));
    let value = if broken { Value::Null } else { root.unwrap_or_default() };
    (Source { value, places }, problems)
}

/// A list or mapping being built.
enum Open {
    List(Vec<Value>),
    Map { map: Map<String, Value>, key: Option<Key> },
}

struct Key {
    name: String,
    /// Stands twice: its value is read and dropped.
    twice: bool,
    /// Not a text: first the key itself is read and dropped, then its value.
    complex: bool,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    path: Vec<String>,
    root: Option<Value>,
    places: Places,
    problems: Vec<Problem>,
    documents: usize,
}

fn spot(marker: Marker) -> Spot {
    let fit = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Spot { line: fit(marker.line().max(1)), column: fit(marker.col() + 1) }
}

impl Builder {
    fn pointer(&self) -> String {
        self.path.iter().fold(String::new(), |path, part| path + "/" + part)
    }

    fn problem(&mut self, code: &'static str, at: Spot, message: impl Into<String>) -> &mut Problem {
        let pointer = self.pointer();
        self.problems.push(problem(code, &pointer, at, message.into()));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn unreadable(&mut self, text: &str, error: &saphyr_parser::ScanError) {
        let at = spot(*error.marker());
        if error.info().contains("recursion limit") {
            self.problem("TL0102", at, format!("nested deeper than {MAX_DEPTH} levels"));
            return;
        }
        let line = text.lines().nth(at.line as usize - 1).unwrap_or_default();
        let hint = if line.contains('\t') {
            Some("indent with spaces, not tabs")
        } else if line.contains("{{") {
            Some("put quotes around a value with `{{ … }}`")
        } else if line.matches(": ").count() > 1 {
            Some("put quotes around a text with `: ` in it")
        } else {
            None
        };
        self.problem("TL0101", at, format!("this is not YAML: {}", error.info()))
            .maybe_hint(hint.map(Into::into));
    }

    /// False: give up.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        let at = spot(span.start);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.problem("TL0101", at, "a second document begins here")
                        .expected("one workflow in a text");
                    return false;
                }
            }
            Event::Alias(_) => {
                self.refuse(at, "an alias (`*name`)", "write the value out");
                self.begin(at);
                self.value(Value::Null);
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.plain_only(at, anchor, tag.is_some());
                if self.key(&text, style, at) {
                    return true;
                }
                self.begin(at);
                let value = self.scalar(&text, style, at);
                self.value(value);
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain_only(at, anchor, tag.is_some());
                return self.nest(at, Open::List(Vec::new()));
            }
            Event::MappingStart(anchor, tag) => {
                self.plain_only(at, anchor, tag.is_some());
                return self.nest(at, Open::Map { map: Map::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items)) => self.value(Value::Array(items)),
                Some(Open::Map { map, .. }) => self.value(Value::Object(map)),
                None => {}
            },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        true
    }

    fn plain_only(&mut self, at: Spot, anchor: usize, tag: bool) {
        if anchor != 0 {
            self.refuse(at, "an anchor (`&name`)", "write the value out where it is needed");
        }
        if tag {
            self.refuse(at, "a tag (`!name`)", "leave it out; quotes make a text");
        }
    }

    fn refuse(&mut self, at: Spot, what: &str, hint: &str) {
        self.problem("TL0103", at, format!("{what} is not allowed in a workflow")).hint(hint);
    }

    /// In a mapping that waits for a key, takes the scalar as one.
    fn key(&mut self, text: &str, style: ScalarStyle, at: Spot) -> bool {
        let Some(Open::Map { map, key }) = self.open.last_mut() else { return false };
        if key.is_some() {
            return false;
        }
        let twice = map.contains_key(text);
        *key = Some(Key { name: text.to_owned(), twice, complex: false });
        self.path.push(escape_pointer(text));
        if twice {
            let shown: String = text.chars().take(60).collect();
            self.problem("TL0104", at, format!("the key `{shown}` stands twice")).hint("keep one of them");
        } else {
            self.places.keys.insert(self.pointer(), at);
        }
        if text == "<<" && style == ScalarStyle::Plain {
            self.refuse(at, "a merge key (`<<`)", "write the keys out");
        }
        true
    }

    /// A value begins: notes its place.
    fn begin(&mut self, at: Spot) {
        match self.open.last_mut() {
            Some(Open::List(items)) => {
                let index = items.len().to_string();
                self.path.push(index);
            }
            Some(Open::Map { key: None, .. }) => {
                self.problem("TL0107", at, "a key must be a text")
                    .hint("put quotes around a value with `{{ … }}`");
                self.path.push(String::new());
                if let Some(Open::Map { key, .. }) = self.open.last_mut() {
                    *key = Some(Key { name: String::new(), twice: true, complex: true });
                }
                // What stands here is the key; the parser gives its value next, under no name.
                return;
            }
            _ => {}
        }
        let pointer = self.pointer();
        self.places.values.entry(pointer).or_insert(at);
    }

    fn nest(&mut self, at: Spot, open: Open) -> bool {
        self.begin(at);
        if self.open.len() >= MAX_DEPTH {
            self.problem("TL0102", at, format!("nested deeper than {MAX_DEPTH} levels"));
            return false;
        }
        self.open.push(open);
        true
    }

    /// A value is complete: puts it where it belongs.
    fn value(&mut self, value: Value) {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map { map, key }) => match key.take() {
                Some(Key { name, twice: false, .. }) => {
                    map.insert(name, value);
                }
                Some(Key { complex: true, name, twice }) => {
                    *key = Some(Key { name, twice, complex: false });
                    return;
                }
                _ => {}
            },
        }
        self.path.pop();
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: Spot) -> Value {
        if style != ScalarStyle::Plain {
            return text.into();
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => true.into(),
            "false" | "False" | "FALSE" => false.into(),
            _ => self.number(text, at),
        }
    }

    fn number(&mut self, text: &str, at: Spot) -> Value {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return text.into();
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            if digits.len() > 1 && digits.starts_with('0') {
                self.problem(
                    "TL0107",
                    at,
                    format!("`{text}` is a number for some readers and a text for others"),
                )
                .hint(format!("write '{text}' for the text, or leave the zeros out for the number"));
                return text.into();
            }
            let plain = text.strip_prefix('+').unwrap_or(text);
            let number =
                plain.parse::<i64>().map(Number::from).or_else(|_| plain.parse::<u64>().map(Number::from));
            return number.map_or_else(
                |_| {
                    self.problem("TL0107", at, format!("the number {text} does not fit 64 bits"))
                        .hint("put quotes around it");
                    text.into()
                },
                Value::Number,
            );
        }
        let shape = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
        if !digits.chars().all(shape) || digits.starts_with('.') && digits.len() == 1 {
            return text.into();
        }
        match text.parse::<f64>().ok().and_then(Number::from_f64) {
            Some(number) => Value::Number(number),
            None => text.into(),
        }
    }
}
