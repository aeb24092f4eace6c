//! What can be known of a plugin's bytes without running or compiling them.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use throughline_domain::connector::{CONTRACT, Manifest, TriggerKind};
use wasmparser::{ComponentExternalKind, Encoding, Parser, Payload, Validator, WasmFeatures};

use crate::error::HostError;
use crate::schema;

/// Largest plugin, in bytes.
pub const MAX_PLUGIN_BYTES: usize = 32 << 20;
/// Most linear memories, over all core modules.
const MAX_MEMORIES: u32 = 4;
/// Largest manifest, in bytes.
const MAX_MANIFEST_BYTES: usize = 1 << 20;
/// Custom section with the manifest's JSON text.
pub(crate) const MANIFEST_SECTION: &str = "throughline:manifest";
/// Custom section with the contract version a guest was built for.
pub(crate) const CONTRACT_SECTION: &str = "throughline:contract";

/// Package of the contract's interfaces.
const PACKAGE: &str = "throughline:connector/";
/// Interfaces that the host offers.
const OFFERED: [&str; 9] = ["types", "context", "log", "clock", "random", "blobs", "http", "state", "crypto"];
/// Interfaces that the host calls.
const CALLED: [&str; 6] = ["manifest", "connection", "forms", "actions", "triggers", "records"];

/// SHA-256 of a plugin's bytes: `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(format!("sha256:{}", hex::encode(Sha256::digest(bytes))))
    }

    /// A digest as it was written down; nothing if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix("sha256:")?;
        let good = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        good.then(|| Self(text.to_owned()))
    }

    /// The text with its prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Only the hexadecimal digits.
    pub(crate) fn hex(&self) -> &str {
        self.0.trim_start_matches("sha256:")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a plugin is, by its bytes alone.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The embedded manifest.
    pub manifest: Manifest,
    /// Its text as embedded.
    pub manifest_json: String,
    /// Identity of the bytes.
    pub digest: Digest,
    /// Everything imported, with versions.
    pub imports: Vec<String>,
    /// Interfaces of the contract that are exported, without package and version.
    pub exports: Vec<String>,
}

/// Checks a plugin's bytes: size, features, imports, contract version, manifest and its schemas.
pub fn inspect(wasm: &[u8]) -> Result<Inspection, HostError> {
    let inspection = scan(wasm)?;
    validate(wasm)?;
    schema::check_manifest(&inspection.manifest)?;
    Ok(inspection)
}

/// Reads sections only: enough for bytes that [`validate`] passed before.
pub(crate) fn scan(wasm: &[u8]) -> Result<Inspection, HostError> {
    if wasm.len() > MAX_PLUGIN_BYTES {
        return Err(HostError::TooLarge { size: wasm.len(), limit: MAX_PLUGIN_BYTES });
    }
    let sections = Sections::read(wasm)?;
    check_imports(&sections.imports)?;
    let text = sections.manifest.ok_or_else(|| HostError::Manifest("is missing".into()))?;
    if let Some(contract) = &sections.contract {
        check_contract(contract)?;
    }
    let manifest = read_manifest(&text)?;
    let exports = exported_interfaces(&sections.exports)?;
    check_exports(&manifest, &exports)?;
    Ok(Inspection {
        manifest,
        manifest_json: text,
        digest: Digest::of(wasm),
        imports: sections.imports,
        exports,
    })
}

/// The features that plugins may use; the engine is configured to the same.
pub(crate) fn features() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::SIMD
        | WasmFeatures::FLOATS
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::COMPONENT_MODEL
}

/// Full validation under the reduced feature set.
pub(crate) fn validate(wasm: &[u8]) -> Result<(), HostError> {
    Validator::new_with_features(features())
        .validate_all(wasm)
        .map(drop)
        .map_err(|error| HostError::NotAPlugin(error.message().to_owned()))
}

#[derive(Default)]
struct Sections {
    manifest: Option<String>,
    contract: Option<String>,
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Sections {
    fn read(wasm: &[u8]) -> Result<Self, HostError> {
        let bad = |error: wasmparser::BinaryReaderError| HostError::NotAPlugin(error.message().to_owned());
        let mut sections = Self::default();
        let (mut depth, mut memories) = (0_u32, 0_u32);
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.map_err(bad)? {
                Payload::Version { encoding, .. } => {
                    if depth == 0 && encoding != Encoding::Component {
                        return Err(HostError::NotAPlugin("it is a core module, not a component".into()));
                    }
                    depth += 1;
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::MemorySection(reader) => {
                    memories = memories.saturating_add(reader.count());
                    if memories > MAX_MEMORIES {
                        return Err(HostError::NotAPlugin(format!(
                            "it has more than {MAX_MEMORIES} memories"
                        )));
                    }
                }
                Payload::ComponentImportSection(reader) if depth == 1 => {
                    for import in reader {
                        sections.imports.push(import.map_err(bad)?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(reader) if depth == 1 => {
                    for export in reader {
                        let export = export.map_err(bad)?;
                        if export.kind == ComponentExternalKind::Instance {
                            sections.exports.push(export.name.name.to_owned());
                        }
                    }
                }
                Payload::CustomSection(reader) if depth == 1 => {
                    sections.custom(reader.name(), reader.data())?;
                }
                _ => {}
            }
        }
        Ok(sections)
    }

    fn custom(&mut self, name: &str, data: &[u8]) -> Result<(), HostError> {
        let slot = match name {
            MANIFEST_SECTION => &mut self.manifest,
            CONTRACT_SECTION => &mut self.contract,
            _ => return Ok(()),
        };
        if slot.is_some() {
            return Err(HostError::Manifest(format!("is ambiguous: two sections `{name}`")));
        }
        if data.len() > MAX_MANIFEST_BYTES {
            return Err(HostError::Manifest("is larger than 1 MiB".into()));
        }
        let text = std::str::from_utf8(data).map_err(|_| HostError::Manifest("is not UTF-8".into()))?;
        *slot = Some(text.to_owned());
        Ok(())
    }
}

fn check_imports(imports: &[String]) -> Result<(), HostError> {
    for import in imports {
        let forbidden = || HostError::ForbiddenImport { import: import.clone() };
        let (interface, version) =
            import.strip_prefix(PACKAGE).and_then(|rest| rest.split_once('@')).ok_or_else(forbidden)?;
        check_contract(version)?;
        if !OFFERED.contains(&interface) {
            return Err(HostError::Contract {
                wanted: format!("{version} with the interface `{interface}`"),
                ours: CONTRACT,
                advice: "Update the runner",
            });
        }
    }
    Ok(())
}

/// While the major is 0, each minor is a contract of its own.
fn check_contract(version: &str) -> Result<(), HostError> {
    let numbers = |text: &str| -> Option<(u32, u32)> {
        let mut parts = text.trim().split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    let ours = numbers(CONTRACT);
    let theirs = numbers(version);
    if theirs.is_some() && theirs == ours {
        return Ok(());
    }
    let advice =
        if theirs > ours { "Update the runner" } else { "Build the plugin again with the current SDK" };
    Err(HostError::Contract { wanted: version.to_owned(), ours: CONTRACT, advice })
}

fn read_manifest(text: &str) -> Result<Manifest, HostError> {
    // The version is looked at first: a newer manifest may not read at all.
    let loose: serde_json::Value =
        serde_json::from_str(text).map_err(|error| HostError::Manifest(format!("is not JSON: {error}")))?;
    if let Some(contract) = loose.get("contract").and_then(serde_json::Value::as_str) {
        check_contract(contract)?;
    }
    let manifest: Manifest = serde_json::from_value(loose)
        .map_err(|error| HostError::Manifest(format!("does not read: {error}")))?;
    let ids = std::iter::once(&manifest.id)
        .chain(manifest.actions.keys())
        .chain(manifest.triggers.keys())
        .chain(manifest.records.keys())
        .chain(manifest.auth.keys());
    for id in ids {
        if !good_id(id) {
            return Err(HostError::Manifest(format!(
                "has the id `{id}`: use 1 to 64 of a-z, 0-9, `_` and `-`, a letter first"
            )));
        }
    }
    for (id, trigger) in &manifest.triggers {
        if trigger.kind != TriggerKind::Poll && !trigger.safe_requests.is_empty() {
            return Err(HostError::Manifest(format!(
                "declares safe_requests for the trigger `{id}`, which is no poll and sends nothing"
            )));
        }
    }
    Ok(manifest)
}

fn good_id(id: &str) -> bool {
    id.len() <= 64
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

fn exported_interfaces(exports: &[String]) -> Result<Vec<String>, HostError> {
    let mut found = Vec::new();
    for export in exports {
        // Language runtimes leave exports of their own; they are never called.
        let Some((interface, version)) = export.strip_prefix(PACKAGE).and_then(|rest| rest.split_once('@'))
        else {
            continue;
        };
        if CALLED.contains(&interface) {
            check_contract(version)?;
            found.push(interface.to_owned());
        }
    }
    Ok(found)
}

/// What the manifest promises, the component must export.
fn check_exports(manifest: &Manifest, exports: &[String]) -> Result<(), HostError> {
    use throughline_domain::connector::TriggerKind;
    let guest_triggers = manifest.triggers.values().any(|trigger| trigger.kind != TriggerKind::Native);
    let needed = [
        ("manifest", true),
        ("actions", !manifest.actions.is_empty()),
        ("triggers", guest_triggers),
        ("records", !manifest.records.is_empty()),
        ("forms", !manifest.options.is_empty()),
    ];
    for (interface, needed) in needed {
        if needed && !exports.iter().any(|export| export == interface) {
            return Err(HostError::Manifest(format!(
                "needs the export `{interface}`, which the component lacks"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_outside_the_contract_are_refused() {
        let import = |text: &str| check_imports(&[text.to_owned()]);
        assert!(import("throughline:connector/http@0.1.0").is_ok());
        assert!(import("throughline:connector/types@0.1.7").is_ok());
        assert!(matches!(import("wasi:cli/environment@0.2.6"), Err(HostError::ForbiddenImport { .. })));
        assert!(matches!(import("throughline:connector/http"), Err(HostError::ForbiddenImport { .. })));
        let newer = import("throughline:connector/http@0.2.0").unwrap_err().to_string();
        assert!(
            newer.contains("0.2.0") && newer.contains("0.1") && newer.contains("Update the runner"),
            "{newer}"
        );
        let unknown = import("throughline:connector/mail@0.1.3").unwrap_err().to_string();
        assert!(unknown.contains("`mail`"), "{unknown}");
    }
}
