//! What tests of several crates share: a private PostgreSQL, free ports, waiting, the binary under test.
