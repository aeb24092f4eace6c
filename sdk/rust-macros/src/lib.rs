//! Macros of the Throughline connector SDK
