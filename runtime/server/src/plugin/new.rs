//! `plugin new`: the SDK's template, with the author's names in it.

use std::path::{Path, PathBuf};

use crate::bundle::Bundle;
use crate::cli::NewArgs;
use crate::config::Settings;
use crate::error::{CliError, Result, codes};
use crate::output;

/// Makes the folder.
pub(crate) fn carry_out(args: &NewArgs, settings: &Settings, as_json: bool) -> Result<()> {
    if !good_name(&args.name) {
        return Err(CliError::usage(codes::PLUGIN_NEW, format!("`{}` is no connector id", args.name))
            .hint("use 1 to 64 of a-z, 0-9 and `-`, a letter first, such as acme or acme-crm"));
    }
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let used = std::fs::read_dir(&dir).is_ok_and(|mut entries| entries.next().is_some());
    if used || dir.is_file() {
        return Err(CliError::refused(
            codes::PLUGIN_NEW,
            format!("{} is there already and not empty", dir.display()),
        )
        .hint("name another folder with --dir"));
    }
    let sdk = Bundle::find(settings.optional("plugins.bundle"))?.sdk(&args.lang)?;
    let names = Names { id: args.name.clone(), sdk: sdk.display().to_string() };
    let mut files = Vec::new();
    copy(&sdk.join("template"), &dir, &names, &mut files).map_err(|error| {
        CliError::refused(codes::PLUGIN_NEW, format!("{} cannot be made: {error}", dir.display()))
            .hint("check that the folder can be written, and that the bundle beside the binary is whole")
    })?;
    if as_json {
        output::json(&serde_json::json!({ "connector": args.name, "folder": dir, "files": files }));
    } else {
        let shown = dir.display();
        output::line(format!("made {shown}"));
        for file in files {
            output::line(format!("  {}", file.display()));
        }
        output::line(format!("next: throughline plugin test {shown} && throughline plugin build {shown}"));
    }
    Ok(())
}

fn good_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

struct Names {
    id: String,
    sdk: String,
}

impl Names {
    /// `acme-crm` as a type's or a person's name.
    fn title(&self) -> String {
        let words = self.id.split('-').filter(|word| !word.is_empty());
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        words.map(capital).collect::<Vec<_>>().join(" ")
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{{id}}", &self.id)
            .replace("{{name}}", &self.title())
            .replace("{{crate}}", &self.id.replace('-', "_"))
            .replace("{{sdk}}", &self.sdk)
    }
}

/// Copies a folder; `.tmpl` at the end of a name only keeps tools away from the template.
fn copy(from: &Path, to: &Path, names: &Names, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    let mut entries: Vec<_> = std::fs::read_dir(from)?.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let file_name = entry.file_name().to_string_lossy().into_owned();
        let target = to.join(names.fill(file_name.strip_suffix(".tmpl").unwrap_or(&file_name)));
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, names, files)?;
        } else {
            std::fs::write(&target, names.fill(&std::fs::read_to_string(entry.path())?))?;
            files.push(target);
        }
    }
    Ok(())
}
