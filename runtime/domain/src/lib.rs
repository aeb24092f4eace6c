//! Nouns and pure rules of Throughline: no IO, no clock, no async, no randomness
