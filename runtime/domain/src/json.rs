//! JSON as intake must read it, and JSON as bytes that can be hashed.

mod parse;

use serde_json::Value;
use sha2::{Digest, Sha256};

pub use parse::escape_pointer;
pub use parse::{JsonLimits, JsonProblem, parse_strict};
pub(crate) use parse::{Places, Spot, parse_placed};

/// RFC 8785 bytes: the same for every order of keys. Integers beyond 2^53, which the RFC would round to a float,
/// keep all their digits, so two different integers never have the same bytes.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

/// Hex SHA-256 of the canonical bytes.
pub fn sha256(value: &Value) -> String {
    hex::encode(Sha256::digest(canonical(value)))
}

fn write(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            bytes.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    bytes.push(b',');
                }
                write(item, bytes);
            }
            bytes.push(b']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            // The RFC sorts by UTF-16 code units.
            fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            bytes.push(b'{');
            for (index, (name, field)) in fields.into_iter().enumerate() {
                if index > 0 {
                    bytes.push(b',');
                }
                write_scalar(&Value::from(name.as_str()), bytes);
                bytes.push(b':');
                write(field, bytes);
            }
            bytes.push(b'}');
        }
        Value::Number(number) if !number.is_f64() => bytes.extend_from_slice(number.to_string().as_bytes()),
        scalar => write_scalar(scalar, bytes),
    }
}

fn write_scalar(value: &Value, bytes: &mut Vec<u8>) {
    match serde_json_canonicalizer::to_vec(value) {
        Ok(text) => bytes.extend_from_slice(&text),
        // A scalar of serde_json is always finite text, so this is the same text by another way.
        Err(_) => bytes.extend_from_slice(value.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests;
