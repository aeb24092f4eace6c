//! The JSON Schema of a workflow's text.
