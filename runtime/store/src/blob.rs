//! Large values: content-addressed per workspace, written and synced before the commit that refers to them.

mod folder;

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use throughline_domain::run::event::{BlobRef, Payload};
use throughline_domain::time::Timestamp;

use crate::Store;
use crate::db::{Arg, Sql, args, from_json, statements, to_json};
use crate::error::{Result, StoreError};
use crate::reference::refer_ops;
use crate::retention::DELETE_REFERENCE;
use crate::scope::Scope;
use crate::writer::{Group, Kind};

pub use folder::FolderBlobs;

/// Where the bytes of blobs are kept.
pub trait BlobStore: Send + Sync + std::fmt::Debug {
    /// Keeps the bytes under this hash; durable when it returns. Keeping them again changes nothing.
    fn put(&self, scope: &Scope, sha256: &str, bytes: Vec<u8>) -> BoxFuture<'static, Result<()>>;
    /// The bytes; `None`: they are not there.
    fn get(&self, scope: &Scope, sha256: &str) -> BoxFuture<'static, Result<Option<Vec<u8>>>>;
    /// Removes them unless they were put again after `before`; nothing happens if they are not there.
    fn delete(&self, scope: &Scope, sha256: &str, before: Timestamp) -> BoxFuture<'static, Result<()>>;
}

/// Unreferenced blobs are swept when they are older than so many milliseconds: 24 hours.
pub const SWEEP_AGE_MS: u64 = 86_400_000;

statements! {
    Tenant PUT_BLOB = Sql::same(
        "INSERT INTO blob (workspace_id, sha256, size, stored_at) VALUES ($1, $2, $3, (SELECT now FROM clock))
         ON CONFLICT (workspace_id, sha256) DO UPDATE SET stored_at = excluded.stored_at",
    );
    All UNREFERENCED = Sql::same(
        "SELECT blob.workspace_id, blob.sha256, blob.stored_at FROM blob
         WHERE blob.stored_at < $1 AND NOT EXISTS (SELECT 1 FROM blob_reference
             WHERE blob_reference.workspace_id = blob.workspace_id AND blob_reference.sha256 = blob.sha256)
             AND NOT EXISTS (SELECT 1 FROM backup WHERE backup.state = 'running'
                 AND backup.began_at > (SELECT now FROM clock) - 86400000000)
         ORDER BY blob.workspace_id, blob.sha256 LIMIT $2",
    );
    Tenant FORGET_BLOB = Sql::same(
        "DELETE FROM blob WHERE workspace_id = $1 AND sha256 = $2 AND stored_at = $3
             AND NOT EXISTS (SELECT 1 FROM blob_reference WHERE blob_reference.workspace_id = $1
                 AND blob_reference.sha256 = $2)
             AND NOT EXISTS (SELECT 1 FROM backup WHERE backup.state = 'running'
                 AND backup.began_at > (SELECT now FROM clock) - 86400000000)",
    );
    All EVERY_BLOB = Sql::same(
        "SELECT workspace_id, sha256, size FROM blob WHERE (workspace_id, sha256) > ($1, $2)
         ORDER BY workspace_id, sha256 LIMIT $3",
    );
}

impl Store {
    /// Stores the bytes of a file, synced, and their row. A commit that refers to them must follow within a day.
    pub async fn put_blob(&self, scope: &Scope, bytes: &[u8]) -> Result<BlobRef> {
        self.put(scope, bytes, &[]).await
    }

    /// Like [`Store::put_blob`], for JSON bytes: what they refer to is kept as long as they are.
    pub async fn put_json(&self, scope: &Scope, bytes: &[u8]) -> Result<BlobRef> {
        self.put(scope, bytes, bytes).await
    }

    async fn put(&self, scope: &Scope, bytes: &[u8], json: &[u8]) -> Result<BlobRef> {
        let blob = self.write_blob(scope, bytes).await?;
        let mut group = Group::new(Kind::Admin);
        group.key("blob", scope, &blob.sha256);
        group.op(&PUT_BLOB, args![scope, &blob.sha256, blob.size]);
        refer_ops(&mut group, scope, &blob.sha256, json);
        self.commit_group(group).await?.done()?;
        fail::fail_point!("store.after_blob", |_| std::process::abort());
        Ok(blob)
    }

    /// Writes the bytes only; the row is part of the commit that refers to them.
    pub(crate) async fn write_blob(&self, scope: &Scope, bytes: &[u8]) -> Result<BlobRef> {
        let sha256 = hex::encode(Sha256::digest(bytes));
        self.blobs().put(scope, &sha256, bytes.to_vec()).await?;
        Ok(BlobRef { sha256, size: bytes.len() as u64 })
    }

    /// Reads a blob and checks its hash.
    pub async fn read_blob(&self, scope: &Scope, blob: &BlobRef) -> Result<Vec<u8>> {
        let name = || blob.sha256.clone();
        let bytes =
            self.blobs().get(scope, &blob.sha256).await?.ok_or_else(|| StoreError::BlobMissing(name()))?;
        if hex::encode(Sha256::digest(&bytes)) == blob.sha256 {
            Ok(bytes)
        } else {
            Err(StoreError::BlobDamaged(name()))
        }
    }

    /// A value as a payload: inline, or a stored blob when its JSON is larger than [`Payload::INLINE_MAX`].
    pub async fn spill(&self, scope: &Scope, value: Json) -> Result<Payload> {
        let bytes = to_json(&value)?;
        if bytes.len() <= Payload::INLINE_MAX {
            return Ok(Payload::Inline(value));
        }
        self.put_json(scope, &bytes).await.map(Payload::Blob)
    }

    /// The value of a payload, read from the blob store where it is there.
    pub async fn load(&self, scope: &Scope, payload: &Payload) -> Result<Json> {
        match payload {
            Payload::Inline(value) => Ok(value.clone()),
            Payload::Blob(blob) => from_json(&self.read_blob(scope, blob).await?),
        }
    }

    /// Removes at most `limit` blobs that nothing refers to and that were stored more than a day before `now`. What
    /// a removed value referred to goes with the next sweep, if nothing else refers to it.
    pub async fn sweep_blobs_all(&self, now: Timestamp, limit: u32) -> Result<u64> {
        let before = Timestamp(now.0.saturating_sub(Timestamp(0).plus_ms(SWEEP_AGE_MS).0));
        let mut swept = 0;
        for mut row in self.rows(&UNREFERENCED, args![before, limit]).await? {
            let (scope, sha256, stored_at): (Scope, String, Timestamp) =
                (row.parse()?, row.text()?, row.time()?);
            let mut group = Group::new(Kind::Sweep);
            group.key("blob", &scope, &sha256);
            group.fence(&FORGET_BLOB, args![&scope, &sha256, stored_at]);
            let mut held = args![&scope];
            held.push(Arg::keys([sha256.as_str()]));
            group.op(&DELETE_REFERENCE, held);
            // First the row: bytes without a row are harmless, a row without bytes is not.
            if let crate::writer::Outcome::Committed(_) = self.commit_group(group).await? {
                self.blobs().delete(&scope, &sha256, before).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// Blobs there are, of every workspace, behind one of them; nothing: that was all. While a backup runs none goes.
    pub async fn list_blobs_all(
        &self,
        after: Option<&(Scope, BlobRef)>,
        limit: u32,
    ) -> Result<Vec<(Scope, BlobRef)>> {
        let (scope, sha256) = after.map_or(("", ""), |(scope, blob)| (scope.as_str(), blob.sha256.as_str()));
        let rows = self.rows(&EVERY_BLOB, args![scope, sha256, limit]).await?;
        rows.into_iter()
            .map(|mut row| Ok((row.parse()?, BlobRef { sha256: row.text()?, size: row.count()? })))
            .collect()
    }

    fn blobs(&self) -> Arc<dyn BlobStore> {
        Arc::clone(self.blob_store())
    }
}
