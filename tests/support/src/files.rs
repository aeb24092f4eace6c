//! Where the things under test are.

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate is two folders below the root")
        .to_path_buf()
}

/// The `throughline` binary that `make test` builds; `THROUGHLINE_BINARY` names another one.
///
/// # Panics
/// When it is not built.
pub fn throughline() -> PathBuf {
    let binary =
        setting("THROUGHLINE_BINARY").map_or_else(|| build_folder().join("throughline"), PathBuf::from);
    assert!(
        binary.is_file(),
        "{} is not built: run `make test`, or `cargo build --workspace --bins` first",
        binary.display()
    );
    binary
}

/// The bundle (`plugins`, `packs`, `sdk`) that the binary under test finds beside itself.
///
/// # Panics
/// When it is not built.
pub fn bundle() -> PathBuf {
    let bundle = throughline().with_file_name("bundle");
    assert!(bundle.join("plugins").is_dir(), "{} is not built: run `make plugins` first", bundle.display());
    bundle
}

/// A test's executable is in `target/<profile>/deps`.
fn build_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has an executable");
    let folder = test.parent().expect("an executable is in a folder");
    if folder.ends_with("deps") { folder.with_file_name("") } else { folder.to_path_buf() }
}

pub(crate) fn setting(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are an edge: `make test` tells them through the environment what it started"
    )]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
