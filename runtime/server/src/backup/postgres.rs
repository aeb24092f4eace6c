//! PostgreSQL's own tools: dumps are theirs, in their custom format, so that any of their tools reads them too.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::Url;
use tempfile::TempDir;

use super::files::aside;
use crate::error::{CliError, Result, codes};

/// Parameters of a URL that the tools know; the rest is for this program's own driver.
const KNOWN: [&str; 8] =
    ["sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "host", "port", "target_session_attrs"];
/// Most words of a tool that are passed on.
const MAX_WORDS: usize = 2_000;

/// Dumps the database to a new file, from one snapshot, while everything goes on.
pub(crate) async fn dump(url: &str, file: &Path) -> Result<()> {
    let login = Login::new(url)?;
    let mut command = login.command("pg_dump");
    command.args([
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        "--dbname",
        &login.url,
    ]);
    command.arg("--file").arg(file);
    let (file, command) = (file.to_owned(), (login, command));
    aside(move || {
        // Made before, for its owner only: the tool writes into it.
        std::fs::OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&file)
            .map_err(|error| super::files::failed(&file, &error))?;
        let (login, command) = command;
        run("pg_dump", command)?;
        drop(login);
        std::fs::File::open(&file)
            .and_then(|file| file.sync_all())
            .map_err(|error| super::files::failed(&file, &error))
    })
    .await
}

/// Fills an empty database from a dump: all of it or nothing.
pub(crate) async fn fill(url: &str, file: &Path) -> Result<()> {
    let login = Login::new(url)?;
    let mut command = login.command("pg_restore");
    command.args([
        "--no-owner",
        "--no-privileges",
        "--no-password",
        "--exit-on-error",
        "--single-transaction",
    ]);
    command.args(["--dbname", &login.url]).arg(file);
    aside(move || {
        run("pg_restore", command)?;
        drop(login);
        Ok(())
    })
    .await
}

/// A database of its own on the same server; dropped with this value's [`Scratch::end`].
pub(crate) struct Scratch {
    server: String,
    name: String,
    /// Where it is.
    pub(crate) url: String,
}

impl Scratch {
    pub(crate) async fn create(url: &str, name: &str) -> Result<Self> {
        let mut own = parse(url)?;
        own.set_path(name);
        let scratch = Self { server: url.to_owned(), name: name.to_owned(), url: own.to_string() };
        let login = Login::new(url)?;
        let mut command = login.command("createdb");
        command.args(["--no-password", "--template=template0", "--maintenance-db", &login.url, name]);
        aside(move || {
            run("createdb", command)?;
            drop(login);
            Ok(())
        })
        .await
        .map_err(|error| {
            if error.code == codes::TOOL_FAILED {
                error.hint("a rehearsal needs the right CREATEDB; without it, --no-rehearsal makes the backup unproven")
            } else {
                error
            }
        })?;
        Ok(scratch)
    }

    pub(crate) async fn end(self) -> Result<()> {
        let login = Login::new(&self.server)?;
        let mut command = login.command("dropdb");
        command.args(["--no-password", "--if-exists", "--force", "--maintenance-db", &login.url, &self.name]);
        aside(move || {
            run("dropdb", command)?;
            drop(login);
            Ok(())
        })
        .await
    }
}

/// A URL without its password, which goes by a file: arguments and environments can be read by others.
struct Login {
    url: String,
    password: Option<TempDir>,
}

impl Login {
    fn new(url: &str) -> Result<Self> {
        let mut url = parse(url)?;
        let mut password = url.password().map(decoded);
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter_map(|(name, value)| {
                if name == "password" {
                    password = Some(value.into_owned());
                    return None;
                }
                KNOWN.contains(&name.as_ref()).then(|| (name.into_owned(), value.into_owned()))
            })
            .collect();
        // It refuses only where there is no host to go with it.
        let _ = url.set_password(None);
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        let password = password.map(|password| pass_file(&password)).transpose()?;
        Ok(Self { url: url.to_string(), password })
    }

    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command.stdin(Stdio::null()).stdout(Stdio::null()).env("PGCONNECT_TIMEOUT", "10");
        if let Some(folder) = &self.password {
            command.env("PGPASSFILE", folder.path().join("pgpass"));
        }
        command
    }
}

fn parse(url: &str) -> Result<Url> {
    // The words of the parser could repeat the password.
    Url::parse(url).map_err(|_| CliError::usage(codes::BAD_SETTING, "database.url is not a URL"))
}

/// Percent-decoded, as the tools would have read it.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = pair.and_then(|pair| hex::decode(pair).ok()).and_then(|byte| byte.first().copied());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn pass_file(password: &str) -> Result<TempDir> {
    let write = || -> std::io::Result<TempDir> {
        let folder = tempfile::tempdir()?;
        let mut file = std::fs::OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(folder.path().join("pgpass"))?;
        let escaped = password.replace('\\', "\\\\").replace(':', "\\:");
        writeln!(file, "*:*:*:*:{escaped}")?;
        Ok(folder)
    };
    write().map_err(|error| {
        CliError::unavailable(codes::BACKUP_FILES, format!("no temporary folder for the password: {error}"))
    })
}

fn run(tool: &str, mut command: Command) -> Result<()> {
    let output = command.stderr(Stdio::piped()).output().map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            return CliError::unavailable(codes::NO_TOOL, format!("{tool} is not installed")).hint(
                "install PostgreSQL's client tools, of the server's version or newer (Debian and Ubuntu: postgresql-client)",
            );
        }
        CliError::unavailable(codes::NO_TOOL, format!("{tool} cannot be started: {error}"))
    })?;
    if output.status.success() {
        return Ok(());
    }
    let words: String = String::from_utf8_lossy(&output.stderr).trim().chars().take(MAX_WORDS).collect();
    Err(CliError::unavailable(codes::TOOL_FAILED, format!("{tool} failed: {words}"))
        .hint("its words say why; tools older than the server refuse to work"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_in_no_argument() {
        let url = "postgres://me:hun%74er:2@db.example.org:5433/x?sslmode=require&statement-cache-capacity=5";
        let login = Login::new(url).unwrap();
        assert_eq!(login.url, "postgres://me@db.example.org:5433/x?sslmode=require");
        let file = login.password.as_ref().unwrap().path().join("pgpass");
        assert_eq!(std::fs::read_to_string(file).unwrap(), "*:*:*:*:hunter\\:2\n");
        assert!(!format!("{:?}", login.command("pg_dump")).contains("hunter"));
        let login = Login::new("postgres://me@db/x?password=a%5Cb").unwrap();
        assert_eq!(login.url, "postgres://me@db/x");
        let file = login.password.as_ref().unwrap().path().join("pgpass");
        assert_eq!(std::fs::read_to_string(file).unwrap(), "*:*:*:*:a\\\\b\n");
        assert!(Login::new("postgres://db/x").unwrap().password.is_none());
    }
}
