//! `plugin build`: the author's crate, or a core module, becomes one file with its manifest in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;
use throughline_domain::connector::CONTRACT;
use throughline_host::{Digest, compile_child_main, embed_manifest, encode, inspect};

use super::cargo::Package;
use super::{of_host, workbench};
use crate::cli::BuildArgs;
use crate::command::read_file;
use crate::error::{CliError, Result, codes};
use crate::{output, progress};

/// A built connector.
pub(crate) struct Built {
    pub(crate) bytes: Vec<u8>,
    pub(crate) id: String,
    pub(crate) version: String,
}

/// Builds and writes the file.
pub(crate) async fn carry_out(args: &BuildArgs, as_json: bool) -> Result<()> {
    let began = Instant::now();
    let (core, folder) = if let Some(core) = &args.prebuilt {
        (core.clone(), None)
    } else {
        let package = Package::find(&args.dir)?;
        (package.build()?, Some(package.dir))
    };
    let bar = progress::spinner("encoding and describing the connector");
    let built = from_core(&read_file(&core)?).await?;
    bar.finish_and_clear();
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| folder.unwrap_or_default().join("dist").join(format!("{}.wasm", built.id)));
    write(&out, &built.bytes)?;
    let ms = began.elapsed().as_millis();
    let digest = Digest::of(&built.bytes);
    if as_json {
        output::json(&json!({
            "connector": built.id, "version": built.version, "file": out, "bytes": built.bytes.len(),
            "digest": digest, "ms": u64::try_from(ms).unwrap_or(u64::MAX),
        }));
    } else {
        let kib = built.bytes.len().div_ceil(1024);
        output::line(format!("{} {}: {} ({kib} KiB, {ms} ms)", built.id, built.version, out.display()));
        output::line(digest.as_str());
    }
    Ok(())
}

/// Encodes a core module, asks it to describe itself and embeds what it says.
pub(crate) async fn from_core(core: &[u8]) -> Result<Built> {
    let component = encode(core).map_err(of_host)?;
    let (host, _folder) = workbench()?;
    // The host loads nothing without a manifest: this one promises nothing and is replaced at once.
    let empty = json!({ "contract": CONTRACT, "id": "unnamed", "version": "0.0.0", "name": "unnamed" });
    let unnamed = host.load(&embed_manifest(&component, &empty.to_string())).await.map_err(of_host)?;
    let manifest = host.describe(&unnamed).await.map_err(of_host)?;
    let bytes = embed_manifest(&component, &manifest);
    let inspection = inspect(&bytes).map_err(of_host)?;
    Ok(Built { bytes, id: inspection.manifest.id, version: inspection.manifest.version })
}

fn write(out: &Path, bytes: &[u8]) -> Result<()> {
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(out, bytes)).map_err(
        |error| CliError::refused(codes::FILE, format!("{} cannot be written: {error}", out.display())),
    )
}

/// What the child does that the server starts to compile a plugin.
pub(crate) fn compile_child(input: PathBuf, output: PathBuf) -> Result<()> {
    compile_child_main([OsString::from(input), OsString::from(output)]).map_err(of_host)
}
