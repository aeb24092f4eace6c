//! What ships beside the binary: connectors, packs, the SDK.

use std::io;
use std::path::{Path, PathBuf};

use throughline_api::Shipped;

use crate::error::{CliError, Result, codes};

/// The bundle's folder.
#[derive(Clone, Debug)]
pub(crate) struct Bundle {
    root: PathBuf,
}

impl Bundle {
    /// The bundle named by the operator, else the one beside the binary.
    pub(crate) fn find(named: Option<&str>) -> Result<Self> {
        if let Some(named) = named {
            let root = PathBuf::from(named);
            return if root.is_dir() { Ok(Self { root }) } else { Err(missing(&[root])) };
        }
        let exe = std::env::current_exe().and_then(std::fs::canonicalize).unwrap_or_default();
        let beside = exe.parent().unwrap_or(Path::new("."));
        // A test binary stands one folder deeper than the program.
        let places = [
            beside.join("bundle"),
            beside.join("../bundle"),
            beside.join("../dist/bundle"),
            beside.join("../share/throughline"),
        ];
        let found = places.iter().find(|place| place.join("plugins").is_dir());
        found.map(|root| Self { root: root.clone() }).ok_or_else(|| missing(&places))
    }

    /// Built connectors, sorted by name.
    pub(crate) fn plugins(&self) -> Result<Vec<PathBuf>> {
        let folder = self.root.join("plugins");
        let entries = std::fs::read_dir(&folder).map_err(|_| missing(std::slice::from_ref(&folder)))?;
        let mut files: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ext| ext == "wasm"))
            .collect();
        files.sort();
        Ok(files)
    }

    /// The connectors as the API offers them; looked for when they are asked for.
    pub(crate) fn shipped(named: Option<&str>) -> Connectors {
        Connectors { named: named.map(str::to_owned) }
    }

    /// A pack's folder.
    pub(crate) fn pack(&self, name: &str) -> Result<PathBuf> {
        let folder = self.root.join("packs").join(name);
        if folder.join("pack.toml").is_file() {
            Ok(folder)
        } else {
            Err(missing(&[folder.join("pack.toml")]))
        }
    }

    /// The SDK of a language.
    pub(crate) fn sdk(&self, language: &str) -> Result<PathBuf> {
        let folder = self.root.join("sdk").join(language);
        if folder.is_dir() {
            std::fs::canonicalize(&folder).map_err(|_| missing(&[folder]))
        } else {
            Err(missing(&[folder]))
        }
    }
}

/// Connectors that ship; a server without a bundle has none, and is none the worse.
pub(crate) struct Connectors {
    named: Option<String>,
}

impl Connectors {
    fn files(&self) -> io::Result<Vec<(String, PathBuf)>> {
        let bundle = match Bundle::find(self.named.as_deref()) {
            Ok(bundle) => bundle,
            Err(error) if self.named.is_some() => return Err(io::Error::other(error.message)),
            Err(_) => return Ok(Vec::new()),
        };
        let files = bundle.plugins().map_err(|error| io::Error::other(error.message))?;
        let name = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(files.into_iter().filter_map(|path| Some((name(&path)?, path))).collect())
    }
}

impl Shipped for Connectors {
    fn components(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        self.files()?.into_iter().map(|(name, path)| Ok((name, std::fs::read(path)?))).collect()
    }

    fn component(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let found = self.files()?.into_iter().find(|(stem, _)| stem == name);
        found.map(|(_, path)| std::fs::read(path)).transpose()
    }
}

fn missing(places: &[PathBuf]) -> CliError {
    let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    CliError::unavailable(
        codes::BUNDLE,
        format!("what ships beside the binary is not there; looked for {}", places.join(", ")),
    )
    .hint("`make plugins` builds it in a checkout; elsewhere set THROUGHLINE_BUNDLE to the folder")
}
