//! Who keeps which blob: the references that stand in JSON, as rows.
//!
//! A run, a correlated event and a stored value hold what their JSON refers to. A value holds the files it names for
//! as long as it is there itself, so whoever keeps the value keeps them too, however it came by it.

use memchr::memmem;

use crate::accept::REFER_BLOB;
use crate::db::args;
use crate::scope::Scope;
use crate::writer::Group;

/// A spilled payload and a sealed segment, as this crate and the engine write them.
const OURS: [&[u8]; 2] = [b"\"blob\":{\"sha256\":\"", b"\"segment\":{\"sha256\":\""];
/// A plugin's file: `{"$blob": "hash.…"}`. A sender's own text may have blanks around the colon.
const FILE: &[u8] = b"\"$blob\"";

/// A row for every blob that JSON bytes refer to. `holder` is a run, a correlated event, or the hash of a blob.
pub(crate) fn refer_ops(group: &mut Group, scope: &Scope, holder: &str, bytes: &[u8]) {
    for sha256 in blobs_in(bytes) {
        group.op(&REFER_BLOB, args![scope, sha256, holder]);
    }
}

/// The blobs that JSON bytes refer to, each once. Data that looks like a reference only keeps a blob longer.
pub(crate) fn blobs_in(bytes: &[u8]) -> Vec<String> {
    let mut found = std::collections::BTreeSet::new();
    for mark in OURS {
        let hashes = memmem::find_iter(bytes, mark).map(|at| &bytes[at + mark.len()..]);
        found.extend(hashes.filter_map(hash));
    }
    for at in memmem::find_iter(bytes, FILE) {
        let value = bytes[at + FILE.len()..].trim_ascii_start().strip_prefix(b":");
        found.extend(value.and_then(|value| value.trim_ascii_start().strip_prefix(b"\"")).and_then(hash));
    }
    found.into_iter().collect()
}

fn hash(bytes: &[u8]) -> Option<String> {
    let hash = bytes.get(..64)?;
    let digits = hash.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    digits.then(|| String::from_utf8_lossy(hash).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spilled_values_segments_and_files_are_found() {
        let hash = |fill: &str| fill.repeat(32);
        let (spilled, segment, file) = (hash("ab"), hash("bc"), hash("cd"));
        let json = serde_json::json!([
            { "blob": { "sha256": spilled, "size": 70_000 } },
            { "type": "segment_sealed", "segment": { "sha256": segment, "size": 7 } },
            { "inline": { "scan": { "$blob": format!("{file}.12.image/png;a.png") } } },
            { "$blob": "not a hash" },
            { "sha256": hash("ee") },
        ]);
        assert_eq!(blobs_in(json.to_string().as_bytes()), [spilled, segment, file.clone()]);
        let loose = format!("{{ \"$blob\" :\n \"{file}.1.x\", \"$blob\": 7 }}");
        assert_eq!(blobs_in(loose.as_bytes()), [file]);
        assert!(blobs_in(b"\"$blob\"").is_empty());
    }
}
