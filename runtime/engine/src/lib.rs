//! Drives runs: claim, plan, execute, commit; the write gateway; recovery
