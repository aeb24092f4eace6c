//! Standard output: results for people as aligned tables, or JSON.

use std::io::Write;

use serde_json::Value;

/// Writes a line to standard output; a closed pipe is not an error.
pub(crate) fn line(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()));
}

/// Writes a line to standard error, where no log format applies: notes to the person at the terminal.
pub(crate) fn note(text: impl AsRef<str>) {
    drop(writeln!(std::io::stderr(), "{}", text.as_ref()));
}

/// Writes a JSON value, indented.
pub(crate) fn json(value: &Value) {
    line(serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()));
}

/// A cell of a table from a field: text as it is, null as `-`.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Writes rows as aligned columns: a title and the field it shows.
pub(crate) fn table(rows: &[Value], columns: &[(&str, &str)]) {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|(_, field)| cell(&row[*field])).collect()).collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, (title, _))| {
            cells.iter().map(|row| row[at].chars().count()).max().unwrap_or(0).max(title.len())
        })
        .collect();
    let write = |row: &[String]| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}")).collect();
        line(padded.join("  ").trim_end());
    };
    let titles: Vec<String> = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
    write(&titles);
    for row in &cells {
        write(row);
    }
}
