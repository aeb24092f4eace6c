//! Cargo in the author's folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::{CliError, Result, codes};

/// What connectors are built for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The author's package.
pub(crate) struct Package {
    /// Its folder.
    pub(crate) dir: PathBuf,
    /// Its name.
    pub(crate) name: String,
    target_dir: PathBuf,
    /// The manifest of the workspace has a `guest` profile.
    guest_profile: bool,
}

impl Package {
    /// Asks cargo about the folder.
    pub(crate) fn find(dir: &Path) -> Result<Self> {
        let manifest = dir.join("Cargo.toml");
        let manifest = std::fs::canonicalize(&manifest).map_err(|error| {
            CliError::refused(codes::FILE, format!("{} cannot be read: {error}", manifest.display()))
                .hint("name the folder of a connector; `throughline plugin new NAME` makes one")
        })?;
        let output = Command::new("cargo")
            .args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"])
            .arg(&manifest)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| no_cargo(&error))?;
        let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| {
            CliError::refused(
                codes::PLUGIN_CARGO,
                "cargo does not understand the folder; its message is above",
            )
        })?;
        let package = metadata["packages"]
            .as_array()
            .and_then(|packages| {
                packages.iter().find(|p| p["manifest_path"].as_str().map(Path::new) == Some(&manifest))
            })
            .ok_or_else(|| {
                CliError::refused(codes::PLUGIN_CARGO, format!("{} is no package", manifest.display()))
            })?;
        let root = metadata["workspace_root"].as_str().map(PathBuf::from).unwrap_or_default();
        let root_manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
        Ok(Self {
            dir: manifest.parent().unwrap_or(Path::new(".")).to_owned(),
            name: package["name"].as_str().unwrap_or_default().to_owned(),
            target_dir: metadata["target_directory"].as_str().map(PathBuf::from).unwrap_or_default(),
            guest_profile: root_manifest.contains("[profile.guest]"),
        })
    }

    /// Builds the core module; cargo's own words go to standard error.
    pub(crate) fn build(&self) -> Result<PathBuf> {
        let profile = if self.guest_profile { "guest" } else { "release" };
        let status = self
            .cargo(&["build", "--lib", "--profile", profile, "--target", TARGET])
            .status()
            .map_err(|error| no_cargo(&error))?;
        if !status.success() {
            return Err(self.failed("build"));
        }
        let file = format!("{}.wasm", self.name.replace('-', "_"));
        let core = self.target_dir.join(TARGET).join(profile).join(file);
        if core.is_file() {
            Ok(core)
        } else {
            Err(CliError::refused(codes::PLUGIN_CARGO, format!("cargo built nothing at {}", core.display()))
                .hint("Cargo.toml needs `[lib] crate-type = [\"cdylib\", \"rlib\"]`"))
        }
    }

    /// Runs the package's tests.
    pub(crate) fn test(&self) -> Result<()> {
        let status = self.cargo(&["test"]).status().map_err(|error| no_cargo(&error))?;
        if status.success() { Ok(()) } else { Err(self.failed("test")) }
    }

    fn cargo(&self, args: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        // Standard output is this program's own; cargo's goes where people read it.
        command.args(args).current_dir(&self.dir).stdin(Stdio::null()).stdout(std::io::stderr());
        command
    }

    fn failed(&self, what: &str) -> CliError {
        let error = CliError::refused(
            codes::PLUGIN_CARGO,
            format!("cargo {what} failed in {}; its message is above", self.dir.display()),
        );
        if what == "build" && !has_target() {
            error.hint(format!("Rust cannot build for {TARGET} yet: `rustup target add {TARGET}`"))
        } else {
            error.hint("mend what cargo names and run the command again")
        }
    }
}

/// True if the Rust in use can build connectors.
pub(crate) fn has_target() -> bool {
    let Ok(output) = Command::new("rustc").args(["--print", "sysroot"]).output() else { return false };
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

fn no_cargo(error: &std::io::Error) -> CliError {
    CliError::unavailable(codes::PLUGIN_CARGO, format!("cargo cannot be started: {error}"))
        .hint("install Rust from rustup.rs; connectors are built with cargo")
}
