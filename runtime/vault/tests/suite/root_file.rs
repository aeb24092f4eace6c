//! The file of the root key, on a real file system.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use throughline_vault::{MAX_FILE_BYTES, RootFile, RootKey};

use crate::Counting;

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn refused(file: &RootFile) -> &'static str {
    file.read().unwrap_err().code()
}

#[test]
fn a_key_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = RootFile::new(folder.path(), 3);
    assert!(file.read().unwrap().is_none());
    let key = RootKey::generate(3, &Counting::default()).unwrap();
    file.create(&key).unwrap();
    let again = file.read().unwrap().unwrap();
    assert_eq!((again.version(), again.fingerprint()), (3, key.fingerprint()));
    assert_eq!(std::fs::metadata(file.path()).unwrap().mode() & 0o7777, 0o600);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["root-3.key"], "nothing else is left behind");
}

#[test]
fn a_key_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = RootFile::new(folder.path(), 1);
    let random = Counting::default();
    let first = RootKey::generate(1, &random).unwrap();
    file.create(&first).unwrap();
    let other = RootKey::generate(1, &random).unwrap();
    assert_eq!(file.create(&other).unwrap_err().code(), "TL0806");
    assert_eq!(file.read().unwrap().unwrap().fingerprint(), first.fingerprint());
    // Nor is anything else that has its name.
    std::fs::write(RootFile::new(folder.path(), 2).path(), "notes").unwrap();
    let second = RootKey::generate(2, &random).unwrap();
    assert_eq!(RootFile::new(folder.path(), 2).create(&second).unwrap_err().code(), "TL0806");
    assert_eq!(std::fs::read(RootFile::new(folder.path(), 2).path()).unwrap(), b"notes");
}

#[test]
fn what_a_start_that_was_cut_short_left_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let file = RootFile::new(folder.path(), 1);
    std::fs::write(file.path().with_extension("new"), "tlrk_00").unwrap();
    let key = RootKey::generate(1, &Counting::default()).unwrap();
    file.create(&key).unwrap();
    assert_eq!(file.read().unwrap().unwrap().fingerprint(), key.fingerprint());
}

#[test]
fn a_file_that_others_may_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = RootFile::new(folder.path(), 1);
    file.create(&RootKey::generate(1, &Counting::default()).unwrap()).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o700, 0o4600] {
        chmod(file.path(), mode);
        assert_eq!(refused(&file), "TL0802", "{mode:o}");
    }
    chmod(file.path(), 0o400);
    assert!(file.read().unwrap().is_some());
}

#[test]
fn links_folders_and_pipes_are_refused_without_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let real = RootFile::new(folder.path(), 1);
    real.create(&RootKey::generate(1, &Counting::default()).unwrap()).unwrap();
    let link = RootFile::new(folder.path(), 2);
    symlink(real.path(), link.path()).unwrap();
    assert_eq!(refused(&link), "TL0803");
    let dangling = RootFile::new(folder.path(), 3);
    symlink(folder.path().join("nothing"), dangling.path()).unwrap();
    assert_eq!(refused(&dangling), "TL0803", "it is not taken for a first start");
    let directory = RootFile::new(folder.path(), 4);
    std::fs::create_dir(directory.path()).unwrap();
    chmod(directory.path(), 0o600);
    assert_eq!(refused(&directory), "TL0803");
    let pipe = RootFile::new(folder.path(), 5);
    assert!(
        std::process::Command::new("mkfifo").args(["-m", "600"]).arg(pipe.path()).status().unwrap().success()
    );
    assert_eq!(refused(&pipe), "TL0803");
}

#[test]
fn what_is_no_key_is_refused_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let file = RootFile::new(folder.path(), 1);
    let large = "f".repeat(usize::try_from(MAX_FILE_BYTES).unwrap() + 1);
    for text in ["", "tla_0011", "hunter2-hunter2-hunter2\n", large.as_str()] {
        std::fs::write(file.path(), text).unwrap();
        chmod(file.path(), 0o600);
        let error = file.read().unwrap_err();
        assert_eq!(error.code(), "TL0805");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
