//! Data directories and databases: one is furnished, the others are copies of it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use throughline_test_support::postgres;
use tokio::sync::Mutex;
use tokio::task::block_in_place;

use crate::Result;
use crate::server::{Place, Program, Server};
use crate::systems::{Gate, Systems, now};
use crate::texts;

/// Connectors that campaigns need.
const CONNECTORS: [&str; 6] = ["accounting", "crm", "http", "schedule", "throughline", "webhook"];

/// The schedule's pace, and a second for clocks to agree.
const MINUTE: Duration = Duration::from_secs(61);

/// What the furnished place is called.
const TEMPLATE: &str = "template";
/// Connectors that a template has compiled.
static COMPILED: Mutex<Option<PathBuf>> = Mutex::const_new(None);

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

    /// The one of this name; without one, both.
    pub fn chosen(name: Option<&str>) -> Result<Vec<Self>> {
        let both = [Self::Sqlite, Self::Postgres];
        let chosen = both.iter().copied().filter(|store| name.is_none_or(|name| name == store.name()));
        match (chosen.collect::<Vec<_>>(), name) {
            (chosen, Some(other)) if chosen.is_empty() => {
                Err(format!("--store {other} is neither sqlite nor postgres").into())
            }
            (chosen, _) => Ok(chosen),
        }
    }
}

/// Where a template and its copies are.
#[derive(Clone, Debug)]
pub struct Site {
    folder: PathBuf,
    /// What its databases are called.
    name: String,
    /// PostgreSQL's URL, where that is the store.
    cluster: Option<String>,
    /// It goes away with its user.
    own: bool,
}

impl Site {
    /// A folder, and the PostgreSQL of all tests; `name` tells its databases from those of others.
    pub fn new(store: Store, folder: &Path, name: &str) -> Self {
        let cluster = (store == Store::Postgres).then(|| postgres::server().url().to_owned());
        Self { folder: folder.to_owned(), name: name.to_owned(), cluster, own: false }
    }

    /// A folder, and a PostgreSQL of its own.
    pub fn on_cluster(url: &str, folder: &Path, name: &str) -> Self {
        Self { cluster: Some(url.to_owned()), own: true, ..Self::new(Store::Sqlite, folder, name) }
    }
}

/// A furnished place that others are copied from.
#[derive(Debug)]
pub struct Template {
    site: Site,
    dir: PathBuf,
    furnished: Instant,
}

impl Template {
    /// Furnishes a place: connectors, connections, open ports, workflows.
    pub async fn build(program: &Program, site: Site, gate: &Gate) -> Result<Self> {
        let folder = site.folder.clone();
        std::fs::create_dir_all(&folder)?;
        let mut template = Self { site, dir: folder.join("template"), furnished: Instant::now() };
        let place = Place::new(template.dir.clone(), template.create(TEMPLATE, None)?);
        let systems = Systems::start(&folder.join("template-systems"), gate).await?;
        // The first one compiles the connectors, the others take what it made.
        let mut compiled = COMPILED.lock().await;
        if let Some(cache) = &*compiled {
            block_in_place(|| copy_folder(cache, &template.dir.join("cache")))?;
            drop(compiled);
            furnish(program, &place, gate).await?;
        } else {
            furnish(program, &place, gate).await?;
            *compiled = Some(template.dir.join("cache"));
        }
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
        self.copy_to(self.site.folder.join(name), name)
    }

    /// A copy of the furnished place in a folder that may be there already.
    pub fn copy_to(&self, dir: PathBuf, name: &str) -> Result<Place> {
        block_in_place(|| copy_folder(&self.dir, &dir))?;
        Ok(Place::new(dir, self.create(name, Some(TEMPLATE))?))
    }

    /// A place with nothing in it.
    pub fn empty(&self, name: &str) -> Result<Place> {
        Ok(Place::new(self.site.folder.join(name), self.create(name, None)?))
    }

    /// Another directory with the same keys for a second server on the same database.
    pub fn twin(&self, place: &Place, name: &str) -> Result<Place> {
        let dir = self.site.folder.join(name);
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
        if let Some((cluster, name)) = place.database.as_deref().and_then(|url| url.rsplit_once('/')) {
            drop_database(&format!("{cluster}/postgres"), name);
        }
        if place.dir.exists() {
            block_in_place(|| std::fs::remove_dir_all(&place.dir))?;
        }
        Ok(())
    }

    /// A database of its own where the store is PostgreSQL; its URL.
    fn create(&self, name: &str, of: Option<&str>) -> Result<Option<String>> {
        let Some(cluster) = &self.site.cluster else { return Ok(None) };
        let from = of.map_or_else(|| "template0".to_owned(), |of| self.database(of));
        let name = self.database(name);
        drop_database(cluster, &name);
        block_in_place(|| postgres::query_at(cluster, &format!("CREATE DATABASE {name} TEMPLATE {from}")));
        let (base, _) = cluster.rsplit_once('/').ok_or("PostgreSQL's URL has no database")?;
        Ok(Some(format!("{base}/{name}")))
    }

    fn database(&self, name: &str) -> String {
        format!("crash_{}_{}_{name}", std::process::id(), self.site.name).replace('-', "_")
    }
}

fn drop_database(cluster: &str, name: &str) {
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    block_in_place(|| postgres::query_at(cluster, &statement));
}

impl Drop for Template {
    fn drop(&mut self) {
        if let Some(cluster) = self.site.cluster.as_deref().filter(|_| !self.site.own) {
            drop_database(cluster, &self.database(TEMPLATE));
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
    let people = crate::people::invite(&server.api).await?;
    gate.people.set(people).map_err(|_| "a place is furnished once")?;
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
