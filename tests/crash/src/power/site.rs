//! A disk with the store in it, mounted and running.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::power::disk::{Disk, Mount};
use crate::power::postgres::{Cluster, Postgres};
use crate::server::Place;

/// A mounted disk with what a server needs on it: the data directory, and PostgreSQL's cluster where that is the store.
#[derive(Debug)]
pub struct Site {
    /// For the server.
    pub place: Place,
    cluster: Option<Cluster>,
    mount: Mount,
}

impl Site {
    /// An empty disk, furnished with a cluster if there is a PostgreSQL.
    pub async fn found(disk: &Disk, at: &Path, log: PathBuf, postgres: Option<&Postgres>) -> Result<Self> {
        let mount = disk.mount_in_peace(at)?;
        if let Some(postgres) = postgres {
            postgres.initialise(&mount.at.join("postgres")).await?;
        }
        Self::start(mount, log, postgres).await
    }

    /// Starts what is on a mounted disk.
    pub async fn start(mount: Mount, log: PathBuf, postgres: Option<&Postgres>) -> Result<Self> {
        let cluster = match postgres {
            Some(postgres) => Some(postgres.start(&mount.at.join("postgres")).await?),
            None => None,
        };
        let database = cluster.as_ref().map(|cluster| cluster.url.clone());
        let place = Place { log, ..Place::new(mount.at.join("data"), database) };
        Ok(Self { place, cluster, mount })
    }

    /// Stops it in order and unmounts the disk.
    pub async fn stop(self) -> Result<()> {
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        self.mount.unmount()
    }

    /// Ends it at once and unmounts the disk.
    pub async fn kill(self) -> Result<()> {
        if let Some(cluster) = self.cluster {
            cluster.kill().await?;
        }
        self.mount.unmount()
    }
}
