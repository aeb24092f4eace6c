//! The plugin host: wasmtime, limits, capabilities, the one egress client
