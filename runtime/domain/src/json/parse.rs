//! A strict reader: refuses what two readers could understand differently, and says where.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};

/// Bounds of what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonLimits {
    /// Bytes of text.
    pub max_bytes: usize,
    /// Lists and objects inside each other.
    pub max_depth: usize,
}

/// Why a text is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct JsonProblem {
    /// `TL0160` malformed · `TL0161` duplicate key · `TL0162` too large or too deep · `TL0163` number out of range.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// JSON Pointer of the place.
    pub path: String,
    /// Byte, from 0.
    pub offset: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A place in a text, line and column from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Where each value and each key of a text stands, by JSON Pointer.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) values: HashMap<String, Spot>,
    pub(crate) keys: HashMap<String, Spot>,
}

/// Reads JSON strictly: UTF-8, one value, no duplicate keys, integers that fit 64 bits, finite numbers, bounded.
pub fn parse_strict(bytes: &[u8], limits: JsonLimits) -> Result<Value, JsonProblem> {
    let problem = |code, message: String, offset, line, column| JsonProblem {
        code,
        message,
        path: String::new(),
        offset,
        line,
        column,
    };
    if bytes.len() > limits.max_bytes {
        let message = format!("the text has {} bytes; {} are allowed", bytes.len(), limits.max_bytes);
        return Err(problem("TL0162", message, limits.max_bytes, 1, 1));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let spot = spot(&good, good.len());
        problem("TL0160", "the text is not UTF-8".into(), error.valid_up_to(), spot.line, spot.column)
    })?;
    let mut parser = Parser::new(text, limits.max_depth, None);
    let value = parser.document()?;
    match parser.duplicates.into_iter().next() {
        Some(duplicate) => Err(duplicate),
        None => Ok(value),
    }
}

/// Reads JSON with the place of everything in it; duplicate keys are all given.
pub(crate) fn parse_placed(
    text: &str,
    max_depth: usize,
) -> Result<(Value, Places, Vec<JsonProblem>), JsonProblem> {
    let mut parser = Parser::new(text, max_depth, Some(Places::default()));
    let value = parser.document()?;
    Ok((value, parser.places.unwrap_or_default(), parser.duplicates))
}

/// A name as a part of a JSON Pointer.
pub fn escape_pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn spot(text: &str, offset: usize) -> Spot {
    let before = &text[..offset];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Spot { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
}

const MAX_DUPLICATES: usize = 100;

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    max_depth: usize,
    path: Vec<String>,
    places: Option<Places>,
    duplicates: Vec<JsonProblem>,
    /// Where the last place was, so that placing all of a text is linear.
    known: (usize, Spot),
}

type Read<T> = Result<T, JsonProblem>;

impl<'t> Parser<'t> {
    fn new(text: &'t str, max_depth: usize, places: Option<Places>) -> Self {
        let known = (0, Spot { line: 1, column: 1 });
        let (bytes, path, duplicates) = (text.as_bytes(), Vec::new(), Vec::new());
        Self { text, bytes, at: 0, max_depth, path, places, duplicates, known }
    }

    fn document(&mut self) -> Read<Value> {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        let value = self.value()?;
        self.blank();
        if self.at < self.bytes.len() {
            return Err(self.malformed("something follows the value"));
        }
        Ok(value)
    }

    fn problem(&self, code: &'static str, message: impl Into<String>, offset: usize) -> JsonProblem {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let Spot { line, column } = spot(self.text, offset);
        let path = self.path.iter().fold(String::new(), |path, part| path + "/" + part);
        JsonProblem { code, message: message.into(), path, offset, line, column }
    }

    fn malformed(&self, message: &str) -> JsonProblem {
        self.problem("TL0160", message, self.at)
    }

    fn place(&mut self, offset: usize) -> Spot {
        let (from, mut spot) = self.known;
        let (from, mut at) = if from <= offset { (from, spot) } else { (0, Spot { line: 1, column: 1 }) };
        for character in self.text[from..offset].chars() {
            if character == '\n' {
                at = Spot { line: at.line + 1, column: 1 };
            } else {
                at.column += 1;
            }
        }
        spot = at;
        self.known = (offset, spot);
        spot
    }

    fn pointer(&self) -> String {
        self.path.iter().fold(String::new(), |path, part| path + "/" + part)
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Read<Value> {
        self.blank();
        if self.places.is_some() {
            let (spot, pointer) = (self.place(self.at), self.pointer());
            if let Some(places) = &mut self.places {
                places.values.insert(pointer, spot);
            }
        }
        match self.bytes.get(self.at) {
            None => Err(self.malformed("the text ends where a value should stand")),
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(self.malformed(
                "expected a value: an object, a list, text in double quotes, a number, true, false or null",
            )),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.malformed("expected a value; text stands in double quotes"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn enter(&mut self) -> Read<()> {
        if self.path.len() >= self.max_depth {
            let message = format!("nested deeper than {} levels", self.max_depth);
            return Err(self.problem("TL0162", message, self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn object(&mut self) -> Read<Value> {
        self.enter()?;
        let mut map = Map::new();
        self.blank();
        if self.eat(b'}') {
            return Ok(Value::Object(map));
        }
        loop {
            self.blank();
            let key_at = self.at;
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(self.malformed("expected a key in double quotes"));
            }
            let key = self.string()?;
            self.path.push(escape_pointer(&key));
            self.key_place(key_at);
            self.blank();
            if !self.eat(b':') {
                return Err(self.malformed("expected `:` after the key"));
            }
            let value = self.value()?;
            if map.contains_key(&key) {
                if self.duplicates.len() < MAX_DUPLICATES {
                    let shown: String = key.chars().take(60).collect();
                    let problem = self.problem("TL0161", format!("the key `{shown}` stands twice"), key_at);
                    self.duplicates.push(problem);
                }
            } else {
                map.insert(key, value);
            }
            self.path.pop();
            self.blank();
            if self.eat(b'}') {
                return Ok(Value::Object(map));
            }
            if !self.eat(b',') {
                return Err(self.malformed("expected `,` or `}`"));
            }
        }
    }

    fn key_place(&mut self, offset: usize) {
        if self.places.is_some() {
            let (spot, pointer) = (self.place(offset), self.pointer());
            if let Some(places) = &mut self.places {
                places.keys.insert(pointer, spot);
            }
        }
    }

    fn list(&mut self) -> Read<Value> {
        self.enter()?;
        let mut items = Vec::new();
        self.blank();
        if self.eat(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            self.path.push(items.len().to_string());
            items.push(self.value()?);
            self.path.pop();
            self.blank();
            if self.eat(b']') {
                return Ok(Value::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.malformed("expected `,` or `]`"));
            }
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Read<Value> {
        let from = self.at;
        self.eat(b'-');
        let first = self.bytes.get(self.at).copied();
        match (first, self.digits()) {
            (_, 0) => return Err(self.malformed("expected a digit")),
            (Some(b'0'), 2..) => return Err(self.problem("TL0160", "a number may not begin with 0", from)),
            _ => {}
        }
        let mut integer = true;
        if self.eat(b'.') {
            integer = false;
            if self.digits() == 0 {
                return Err(self.malformed("expected a digit after `.`"));
            }
        }
        if self.eat(b'e') || self.eat(b'E') {
            integer = false;
            let _signed = self.eat(b'+') || self.eat(b'-');
            if self.digits() == 0 {
                return Err(self.malformed("expected a digit in the exponent"));
            }
        }
        let text = &self.text[from..self.at];
        let number = if integer {
            text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)).ok()
        } else {
            text.parse::<f64>().ok().and_then(Number::from_f64)
        };
        number.map(Value::Number).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            let message =
                format!("the number {shown} does not fit 64 bits; send it as text in double quotes");
            self.problem("TL0163", message, from)
        })
    }

    fn string(&mut self) -> Read<String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let from = self.at;
            while self.bytes.get(self.at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            text.push_str(&self.text[from..self.at]);
            match self.bytes.get(self.at) {
                None => return Err(self.malformed("the text ends inside a string")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => {
                    return Err(self.malformed("a control character inside a string; write it as \\u00XX"));
                }
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let escaped = self.bytes.get(self.at + 1).copied();
        let plain = match escaped {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.malformed("this escape is not known")),
        };
        self.at += 2;
        Ok(plain)
    }

    fn unicode(&mut self) -> Read<char> {
        let from = self.at;
        let lone = |this: &Self| this.problem("TL0160", "half of a surrogate pair is not a character", from);
        let first = self.unit()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or_else(|| lone(self));
        }
        if first >= 0xdc00 || self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
            return Err(lone(self));
        }
        let second = self.unit()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone(self));
        }
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(|| lone(self))
    }

    /// The four hex digits behind `\u`.
    fn unit(&mut self) -> Read<u32> {
        let digits = self
            .bytes
            .get(self.at + 2..self.at + 6)
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let unit = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|d| u32::from_str_radix(d, 16).ok());
        let unit = unit.ok_or_else(|| self.malformed("expected four hexadecimal digits after \\u"))?;
        self.at += 6;
        Ok(unit)
    }
}
