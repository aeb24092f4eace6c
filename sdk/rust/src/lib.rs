//! Write a Throughline connector in Rust
