//! What `scripts/check-files.sh` reads in every tracked file: lengths, machine paths, registry hosts.

use std::process::Command;

use throughline_test_support::repository;

#[test]
fn tracked_files_are_short_and_belong_to_no_machine() {
    let output = Command::new("bash")
        .arg(repository().join("scripts/check-files.sh"))
        .output()
        .expect("bash can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
