//! Bindings made from the contract. Exports are bound one interface at a time (see `plugin.rs`): the
//! generated `ConnectorPre`, which demands all of them, is never used.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

wasmtime::component::bindgen!({
    path: "../../sdk/wit/v0",
    world: "connector",
    imports: {
        "throughline:connector/http": async | trappable,
        "throughline:connector/blobs": async | trappable,
        "throughline:connector/state": async | trappable,
        "throughline:connector/crypto.hmac": async | trappable,
        "throughline:connector/crypto.hmac-verify": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    with: {
        "throughline:connector/blobs.blob": crate::capability::blobs::Blob,
        "throughline:connector/blobs.blob-writer": crate::capability::blobs::Writer,
    },
    require_store_data_send: true,
});
