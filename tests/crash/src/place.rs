//! Data directories and databases: one is furnished, the others are copies of it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use throughline_test_support::postgres;

use crate::Result;
use crate::server::{Place, Program, Server};
use crate::systems::{Gate, Systems, now};
use crate::texts;

/// Connectors that campaigns need.
const CONNECTORS: [&str; 6] = ["accounting", "crm", "http", "schedule", "throughline", "webhook"];

/// The schedule's pace, and a second for clocks to agree.
const MINUTE: Duration = Duration::from_secs(61);

/// Where a server keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Store {
    /// SQLite in the data directory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Store {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A furnished place that others are copied from.
#[derive(Debug)]
pub struct Template {
    store: Store,
    folder: PathBuf,
    dir: PathBuf,
    furnished: Instant,
}

impl Template {
    /// Furnishes a place: connectors, connections, open ports, workflows.
    pub async fn build(program: &Program, store: Store, folder: &Path, gate: &Gate) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let dir = folder.join("template");
        let mut template = Self { store, folder: folder.to_owned(), dir, furnished: Instant::now() };
        let place = Place::new(template.dir.clone(), template.create("template", None)?);
        let systems = Systems::start(&folder.join("template-systems"), gate).await?;
        furnish(program, &place, gate).await?;
        systems.stop().await;
        template.furnished = Instant::now();
        Ok(template)
    }

    /// Waits until the schedule of copies has an instant behind it, and their poll is due.
    pub async fn due(&self) {
        tokio::time::sleep(MINUTE.saturating_sub(self.furnished.elapsed())).await;
    }

    /// A copy of the furnished place.
    pub fn copy(&self, name: &str) -> Result<Place> {
        let dir = self.folder.join(name);
        copy_folder(&self.dir, &dir)?;
        Ok(Place::new(dir, self.create(name, Some("template"))?))
    }

    /// A place with nothing in it.
    pub fn empty(&self, name: &str) -> Result<Place> {
        Ok(Place::new(self.folder.join(name), self.create(name, None)?))
    }

    /// Another directory with the same keys for a second server on the same database.
    pub fn twin(&self, place: &Place, name: &str) -> Result<Place> {
        let dir = self.folder.join(name);
        if !dir.exists() {
            copy_folder(&self.dir, &dir)?;
            // Nodes of one database share the blobs.
            std::fs::create_dir_all(place.dir.join("blobs"))?;
            if dir.join("blobs").exists() {
                std::fs::remove_dir_all(dir.join("blobs"))?;
            }
            std::os::unix::fs::symlink(place.dir.join("blobs"), dir.join("blobs"))?;
        }
        Ok(Place::new(dir, place.database.clone()))
    }

    /// Removes a place.
    pub fn remove(place: &Place) -> Result<()> {
        if let Some(name) = place.database.as_deref().and_then(|url| url.rsplit('/').next()) {
            postgres::server().execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
        if place.dir.exists() {
            std::fs::remove_dir_all(&place.dir)?;
        }
        Ok(())
    }

    /// A database of its own where the store is PostgreSQL; its URL.
    fn create(&self, name: &str, of: Option<&str>) -> Result<Option<String>> {
        if self.store == Store::Sqlite {
            return Ok(None);
        }
        let server = postgres::server();
        let database = |name: &str| format!("crash_{}_{}", std::process::id(), name.replace('-', "_"));
        let from = of.map_or_else(|| "template0".to_owned(), database);
        let name = database(name);
        server.execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        server.execute(&format!("CREATE DATABASE {name} TEMPLATE {from}"));
        let (base, _) = server.url().rsplit_once('/').ok_or("PostgreSQL's URL has no database")?;
        Ok(Some(format!("{base}/{name}")))
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        if self.store == Store::Postgres {
            let name = format!("crash_{}_template", std::process::id());
            postgres::server().execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Connectors, connections, open ports and workflows, and a first poll; the systems must be there.
pub async fn furnish(program: &Program, place: &Place, gate: &Gate) -> Result<()> {
    let server = program.serve(place).await?;
    for connector in CONNECTORS {
        let file = program.bundle.join("plugins").join(format!("{connector}.wasm"));
        let (status, body) = server.api.install(&file).await?;
        if status != 201 {
            return Err(format!("installing {connector}: {status} {body}").into());
        }
    }
    for grant in gate.grants() {
        server.api.post("/grants", &grant).await?;
    }
    for connection in gate.connections() {
        server.api.post("/connections", &connection).await?;
    }
    for text in texts::all().into_iter().chain([texts::polled(), texts::schedule()]) {
        let body = serde_json::json!({ "text": text });
        server.api.post("/workflows", &body).await.map_err(|error| format!("{error}\n{text}"))?;
    }
    first_poll(&server).await?;
    if !server.stop().await? {
        return Err("the template's server did not stop well".into());
    }
    Ok(())
}

/// The first poll only marks what is there: copies begin with the second one.
async fn first_poll(server: &Server) -> Result<()> {
    for _ in 0..100 {
        let triggers = server.api.list("/triggers").await?;
        let polled = triggers.into_iter().find(|trigger| trigger["workflow"] == texts::POLLED);
        let polled = polled.ok_or("the polled workflow has no trigger")?;
        if polled["failures"] != 0 {
            return Err(format!("the template's poll failed: {}", polled["failure"]).into());
        }
        let next: Timestamp = polled["next_fires"][0].as_str().unwrap_or_default().parse()?;
        if next.as_microsecond() > now() + 20_000_000 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("the template's poll does not come".into())
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            // Permissions go along: key files are private.
            std::fs::copy(entry.path(), &target)?;
        }
    }
    std::fs::set_permissions(to, std::fs::metadata(from)?.permissions())?;
    Ok(())
}
