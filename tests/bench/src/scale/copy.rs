//! Genuine runs as templates: their rows, with holes where every copy has ids, times and numbers of its own.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

/// Tables with rows of a run, in the order in which they are filled.
pub(crate) const TABLES: [&str; 15] = [
    "run",
    "run_log",
    "event",
    "dedupe",
    "effect",
    "run_key",
    "run_reply",
    "exception_step",
    "exception",
    "ask",
    "run_wait",
    "exception_figure",
    "proposal",
    "proposal_lane",
    "proposal_asked",
];
const CUSTOMERS: u64 = 1_000;
const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Bytes(Vec<u8>),
    /// The 26 characters of the run's id, the event's, and of what is derived from the run's.
    Id(u64),
    Order,
    Customer,
    /// Microseconds after the run's beginning.
    At(i64),
    /// When the run becomes due.
    Due,
}

/// A column of a row.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Null,
    Int(i64),
    At(i64),
    Due,
    Text(Vec<Piece>),
    Bytes(Vec<Piece>),
    /// The workspace of the copy.
    Workspace,
    /// The hash of its dedupe key, which is the order's number.
    KeyHash,
}

/// A column of a copy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(Vec<u8>),
    Bytes(Vec<u8>),
}

/// One genuine run.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    rows: Vec<(usize, Vec<Cell>)>,
}

/// What one copy has of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own<'a> {
    pub(crate) workspace: &'a str,
    /// Its number: no two copies of a place have the same.
    pub(crate) number: u64,
    pub(crate) began_us: i64,
    pub(crate) due_us: i64,
    /// The dedupe key is old enough to have been swept.
    pub(crate) forgotten: bool,
}

/// Names of the columns of [`TABLES`].
pub(crate) fn columns(db: &Connection) -> Result<Vec<Vec<String>>> {
    TABLES
        .iter()
        .map(|table| {
            let statement = db.prepare(&format!("SELECT * FROM {table}"))?;
            Ok(statement.column_names().into_iter().map(str::to_owned).collect())
        })
        .collect()
}

impl Template {
    /// Reads all rows of a run.
    pub(crate) fn read(db: &Connection, run: &str, order: &str, customer: &str) -> Result<Self> {
        let began: i64 =
            db.query_row("SELECT created_at FROM run WHERE run_id = ?1", [run], |row| row.get(0))?;
        let event: Option<String> =
            db.query_row("SELECT event_id FROM run WHERE run_id = ?1", [run], |row| row.get(0))?;
        let mut ids = BTreeMap::from([(behind(run)?.to_owned(), 0)]);
        if let Some(event) = &event {
            ids.insert(behind(event)?.to_owned(), 1);
        }
        for (table, column) in [
            ("effect", "effect_id"),
            ("exception_step", "step_id"),
            ("ask", "ask_id"),
            ("proposal", "proposal_id"),
        ] {
            let mut statement = db.prepare(&format!("SELECT {column} FROM {table} WHERE run_id = ?1"))?;
            for id in statement.query_map([run], |row| row.get::<_, String>(0))? {
                let next = ids.len() as u64;
                ids.insert(behind(&id?)?.to_owned(), next);
            }
        }
        let cutter = Cutter { ids, order, customer, began };
        let mut rows = Vec::new();
        for (index, table) in TABLES.iter().enumerate() {
            let mut statement = db.prepare(&format!("SELECT * FROM {table} WHERE {}", of_run(table)))?;
            let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
            let mut found = statement.query([run])?;
            while let Some(row) = found.next()? {
                let cells: Result<Vec<Cell>> = names
                    .iter()
                    .enumerate()
                    .map(|(column, name)| Ok(cutter.cell(table, name, row.get_ref(column)?)))
                    .collect();
                rows.push((index, cells?));
            }
        }
        Ok(Self { rows })
    }

    /// Gives the rows of one copy: the place of its table in [`TABLES`], and its columns.
    pub(crate) fn copy(
        &self,
        own: &Own<'_>,
        mut take: impl FnMut(usize, &[Value]) -> Result<()>,
    ) -> Result<()> {
        let mut values = Vec::new();
        for (table, cells) in &self.rows {
            if own.forgotten && TABLES[*table] == "dedupe" {
                continue;
            }
            values.clear();
            values.extend(cells.iter().map(|cell| own.value(cell)));
            take(*table, &values)?;
        }
        Ok(())
    }

    /// Rows of one copy.
    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }
}

/// Which rows of a table belong to a run.
fn of_run(table: &str) -> String {
    let through =
        |column: &str, other: &str| format!("{column} IN (SELECT {column} FROM {other} WHERE run_id = ?1)");
    match table {
        "exception_figure" => through("exception_id", "exception"),
        "proposal_lane" | "proposal_asked" => through("proposal_id", "proposal"),
        _ => "run_id = ?1".to_owned(),
    }
}

fn behind(id: &str) -> Result<&str> {
    id.split_once('_').map(|(_, rest)| rest).with_context(|| format!("`{id}` is no id"))
}

/// Cuts texts at what differs from copy to copy.
struct Cutter<'a> {
    ids: BTreeMap<String, u64>,
    order: &'a str,
    customer: &'a str,
    began: i64,
}

impl Cutter<'_> {
    fn cell(&self, table: &str, column: &str, value: ValueRef<'_>) -> Cell {
        match value {
            ValueRef::Text(_) if column == "workspace_id" => Cell::Workspace,
            ValueRef::Text(_) if (table, column) == ("dedupe", "key_hash") => Cell::KeyHash,
            ValueRef::Text(_) if (table, column) == ("proposal_lane", "lane") => Cell::KeyHash,
            // What a hash stands beside stays as it is.
            ValueRef::Blob(bytes) if (table, column) == ("proposal", "content") => {
                Cell::Bytes(vec![Piece::Bytes(bytes.to_vec())])
            }
            // Each copy is about a record of its own.
            ValueRef::Text(_) if column == "fingerprint" => Cell::Text(vec![Piece::Id(0)]),
            ValueRef::Null | ValueRef::Real(_) => Cell::Null,
            ValueRef::Integer(int) => match self.time(int) {
                Some(Piece::Due) => Cell::Due,
                Some(Piece::At(after)) => Cell::At(after),
                _ => Cell::Int(int),
            },
            ValueRef::Text(text) => Cell::Text(self.pieces(text)),
            ValueRef::Blob(bytes) => Cell::Bytes(self.pieces(bytes)),
        }
    }

    /// A time near the run's; one that is hours to a day later is when it becomes due.
    fn time(&self, micros: i64) -> Option<Piece> {
        let after = micros - self.began;
        if (HOUR_US * 11..HOUR_US * 13).contains(&after) {
            Some(Piece::Due)
        } else {
            (-HOUR_US..40 * DAY_US).contains(&after).then_some(Piece::At(after))
        }
    }

    fn pieces(&self, text: &[u8]) -> Vec<Piece> {
        let (mut pieces, mut plain, mut at) = (Vec::new(), Vec::new(), 0);
        while at < text.len() {
            let (piece, length) = self.hole(&text[at..]);
            match piece {
                Some(piece) => {
                    if !plain.is_empty() {
                        pieces.push(Piece::Bytes(std::mem::take(&mut plain)));
                    }
                    pieces.push(piece);
                }
                None => plain.extend_from_slice(&text[at..at + length]),
            }
            at += length;
        }
        if !plain.is_empty() {
            pieces.push(Piece::Bytes(plain));
        }
        pieces
    }

    /// What stands at the beginning of a text, and how long it is.
    fn hole(&self, text: &[u8]) -> (Option<Piece>, usize) {
        if text.starts_with(self.order.as_bytes()) {
            return (Some(Piece::Order), self.order.len());
        }
        if text.starts_with(self.customer.as_bytes()) {
            return (Some(Piece::Customer), self.customer.len());
        }
        if let Some(id) = text.get(..26).and_then(|id| std::str::from_utf8(id).ok())
            && let Some(number) = self.ids.get(id)
        {
            return (Some(Piece::Id(*number)), 26);
        }
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 16
            && let Some(piece) = std::str::from_utf8(&text[..16])
                .ok()
                .and_then(|word| word.parse().ok())
                .and_then(|us| self.time(us))
        {
            return (Some(piece), 16);
        }
        (None, digits.max(1))
    }
}

impl Own<'_> {
    fn value(&self, cell: &Cell) -> Value {
        match cell {
            Cell::Null => Value::Null,
            Cell::Int(int) => Value::Int(*int),
            Cell::At(after) => Value::Int(self.began_us + after),
            Cell::Due => Value::Int(self.due_us),
            Cell::Text(pieces) => Value::Text(self.text(pieces)),
            Cell::Bytes(pieces) => Value::Bytes(self.text(pieces)),
            Cell::Workspace => Value::Text(self.workspace.as_bytes().to_vec()),
            Cell::KeyHash => Value::Text(hex(&Sha256::digest(order(self.number)))),
        }
    }

    fn text(&self, pieces: &[Piece]) -> Vec<u8> {
        let mut text = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(bytes) => text.extend_from_slice(bytes),
                Piece::Id(which) => text.extend_from_slice(&id(self.began_us, self.number, *which)),
                Piece::Order => text.extend_from_slice(order(self.number).as_bytes()),
                Piece::Customer => text.extend_from_slice(customer(self.number).as_bytes()),
                Piece::At(after) => text.extend_from_slice((self.began_us + after).to_string().as_bytes()),
                Piece::Due => text.extend_from_slice(self.due_us.to_string().as_bytes()),
            }
        }
        text
    }
}

/// The number of a copy's order.
pub(crate) fn order(number: u64) -> String {
    format!("ord-{number:012}")
}

/// The customer of a copy's order.
pub(crate) fn customer(number: u64) -> String {
    format!("cus-{:04}", number % CUSTOMERS)
}

/// The 26 characters of an id: the time, and bits that look random.
pub(crate) fn id(began_us: i64, number: u64, which: u64) -> [u8; 26] {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let millis = (began_us / 1_000).cast_unsigned() & 0xffff_ffff_ffff;
    let random = u128::from(mixed(number ^ (which << 56))) << 16 | u128::from(mixed(number) & 0xffff);
    let bits = u128::from(millis) << 80 | random;
    std::array::from_fn(|at| ALPHABET[usize::try_from((bits >> ((25 - at) * 5)) & 31).unwrap_or(0)])
}

/// SplitMix64: each number gives another one.
pub(crate) const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_where_copies_differ() {
        let run = "01jcq3v0n4x2h8k5w7r9t1b6d0";
        let cutter = Cutter {
            ids: BTreeMap::from([(run.to_owned(), 0)]),
            order: "ord-000000000000",
            customer: "cus-0000",
            began: 1_700_000_000_000_000,
        };
        let text = format!(
            "{{\"run\":\"run_{run}\",\"at\":1700000000000007,\"n\":17,\"o\":\"ord-000000000000\",\"u\":1700043200000000}}"
        );
        let pieces = cutter.pieces(text.as_bytes());
        let own =
            Own { workspace: "w", number: 5, began_us: 1_800_000_000_000_000, due_us: 9, forgotten: false };
        let new_id = String::from_utf8(id(own.began_us, 5, 0).to_vec()).unwrap();
        let expected = format!(
            "{{\"run\":\"run_{new_id}\",\"at\":1800000000000007,\"n\":17,\"o\":\"ord-000000000005\",\"u\":9}}"
        );
        assert_eq!(String::from_utf8(own.text(&pieces)).unwrap(), expected);
    }

    #[test]
    fn ids_sort_by_time_and_differ() {
        let (one, other) = (id(1_000_000, 1, 0), id(2_000_000, 0, 0));
        assert!(one < other);
        assert_ne!(id(1, 1, 0), id(1, 1, 1));
        assert_ne!(id(1, 1, 0), id(1, 2, 0));
    }
}
