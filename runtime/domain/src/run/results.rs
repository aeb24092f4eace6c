//! The output of a for-each as expressions see it: results that left the state in segments are there again, in order.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::expression::{MAX_VALUE_BYTES, Prepared};
use crate::failure::Failure;
use crate::run::eval::EvalError;
use crate::run::event::BlobRef;
use crate::run::state::RunState;
use crate::run::step::Segment;

/// What stands in the output of a for-each for one segment.
pub(crate) fn described(first: u64, segment: &Segment) -> Value {
    json!({ "first": first, "count": segment.count, "succeeded": segment.succeeded, "blob": segment.blob })
}

/// As [`described`] wrote it.
#[derive(Deserialize)]
struct Described {
    blob: BlobRef,
}

/// The segments of an output, if its results are in segments.
fn segments(output: &Value) -> Option<Vec<BlobRef>> {
    let list = output.get("segments")?.as_array()?;
    let read = |segment| Described::deserialize(segment).ok().map(|described| described.blob);
    list.iter().map(read).collect()
}

/// The output of for-each `node` with `results` in place of its segments; `None` where it has none. Asks for the
/// segments that are not loaded; fails with TL0141 when they are larger together than a value may be.
pub(crate) fn with_results(
    state: &RunState,
    node: &str,
    output: &Value,
) -> Option<Result<Prepared, EvalError>> {
    segments(output).map(|segments| {
        let bytes: u64 = segments.iter().map(|blob| blob.size).sum();
        if bytes > MAX_VALUE_BYTES as u64 {
            return Err(EvalError::Failed(Box::new(too_large(node, bytes))));
        }
        let parts = segments.iter().map(|blob| state.loaded(blob));
        let missing = parts.clone().filter_map(Result::err).collect::<Vec<_>>();
        if !missing.is_empty() {
            return Err(EvalError::Missing(missing));
        }
        Ok(Prepared::new(output).with_list("segments", "results", parts.filter_map(Result::ok)))
    })
}

fn too_large(node: &str, bytes: u64) -> Failure {
    let words = format!(
        "the results of `{node}` have {bytes} bytes together, and a value may have {MAX_VALUE_BYTES}: give less in \
         the last step of each item, or read only `steps.{node}.count`, `.succeeded` and `.failed`"
    );
    Failure::permanent("TL0141", words)
}
