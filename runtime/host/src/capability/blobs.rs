//! `blobs`: files and large bodies. Guests hold handles; bytes cross only on read and write.

use bytes::Bytes;
use wasmtime::component::Resource;

use crate::bindings::throughline::connector::blobs::{Host, HostBlob, HostBlobWriter};
use crate::capability::CallState;
use crate::report::TrapKind;
use crate::services::{BlobInfo, BlobSink};

/// Most bytes of one read or write.
const MAX_CHUNK_BYTES: u32 = 1 << 20;

/// A blob a guest holds.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it within the crate")]
pub struct Blob(pub(crate) BlobInfo);

/// A blob a guest is writing; made at the first write, so that an unused writer costs nothing.
#[expect(unreachable_pub, reason = "the generated bindings re-export it within the crate")]
pub struct Writer {
    media_type: String,
    name: Option<String>,
    sink: Option<Box<dyn BlobSink>>,
}

impl CallState {
    /// A handle for a blob.
    pub(crate) fn push_blob(&mut self, info: BlobInfo) -> wasmtime::Result<Resource<Blob>> {
        self.table.push(Blob(info)).map_err(|_| self.trap(TrapKind::Handles, "too many handles"))
    }

    pub(crate) fn blob_info(&self, blob: &Resource<Blob>) -> wasmtime::Result<BlobInfo> {
        Ok(self.table.get(blob)?.0.clone())
    }

    async fn sink(&mut self, media_type: &str, name: Option<&str>) -> wasmtime::Result<Box<dyn BlobSink>> {
        let made = self.services.blobs.create(&self.facts.call.workspace, media_type, name).await;
        made.map_err(|error| self.broken(format!("blob store: {error}")))
    }

    async fn write_chunk(
        &mut self,
        writer: &Resource<Writer>,
        chunk: Bytes,
    ) -> wasmtime::Result<Result<(), String>> {
        if chunk.len() > MAX_CHUNK_BYTES as usize {
            return Ok(Err("a chunk has at most 1 MiB".into()));
        }
        if !self.ledger.blob_room(&self.facts.limits, chunk.len()) {
            return Ok(Err("the call's blobs are too large".into()));
        }
        let entry = self.table.get_mut(writer)?;
        let mut sink = if let Some(sink) = entry.sink.take() {
            sink
        } else {
            let (media_type, name) = (entry.media_type.clone(), entry.name.clone());
            self.sink(&media_type, name.as_deref()).await?
        };
        let written = sink.write(chunk).await;
        self.table.get_mut(writer)?.sink = Some(sink);
        Ok(written.map_err(|error| error.to_string()))
    }
}

impl HostBlob for CallState {
    async fn size(&mut self, blob: Resource<Blob>) -> wasmtime::Result<u64> {
        self.enter()?;
        Ok(self.table.get(&blob)?.0.size)
    }

    async fn media_type(&mut self, blob: Resource<Blob>) -> wasmtime::Result<String> {
        self.enter()?;
        Ok(self.table.get(&blob)?.0.media_type.clone())
    }

    async fn name(&mut self, blob: Resource<Blob>) -> wasmtime::Result<Option<String>> {
        self.enter()?;
        Ok(self.table.get(&blob)?.0.name.clone())
    }

    async fn reference(&mut self, blob: Resource<Blob>) -> wasmtime::Result<String> {
        self.enter()?;
        Ok(self.table.get(&blob)?.0.reference.clone())
    }

    async fn read(
        &mut self,
        blob: Resource<Blob>,
        offset: u64,
        len: u32,
    ) -> wasmtime::Result<Result<Vec<u8>, String>> {
        self.enter()?;
        let info = self.blob_info(&blob)?;
        if len > MAX_CHUNK_BYTES {
            return Ok(Err("at most 1 MiB a read".into()));
        }
        self.meter.pause();
        let read = self.services.blobs.read(&self.facts.call.workspace, &info.reference, offset, len).await;
        self.meter.resume();
        Ok(read.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string()))
    }

    async fn drop(&mut self, blob: Resource<Blob>) -> wasmtime::Result<()> {
        self.table.delete(blob)?;
        Ok(())
    }
}

impl HostBlobWriter for CallState {
    async fn new(&mut self, media_type: String, name: Option<String>) -> wasmtime::Result<Resource<Writer>> {
        self.enter()?;
        let media_type: String = media_type.chars().take(255).collect();
        let name = name.map(|name| name.chars().take(255).collect());
        self.table
            .push(Writer { media_type, name, sink: None })
            .map_err(|_| self.trap(TrapKind::Handles, "too many handles"))
    }

    async fn write(
        &mut self,
        writer: Resource<Writer>,
        chunk: Vec<u8>,
    ) -> wasmtime::Result<Result<(), String>> {
        self.enter()?;
        self.meter.pause();
        let written = self.write_chunk(&writer, chunk.into()).await;
        self.meter.resume();
        written
    }

    async fn finish(&mut self, writer: Resource<Writer>) -> wasmtime::Result<Result<Resource<Blob>, String>> {
        self.enter()?;
        let Writer { media_type, name, sink } = self.table.delete(writer)?;
        self.meter.pause();
        let sink = match sink {
            Some(sink) => sink,
            None => self.sink(&media_type, name.as_deref()).await?,
        };
        let finished = sink.finish().await;
        self.meter.resume();
        match finished {
            Ok(info) => {
                self.ledger.blob(&info.reference);
                self.push_blob(info).map(Ok)
            }
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    async fn drop(&mut self, writer: Resource<Writer>) -> wasmtime::Result<()> {
        self.table.delete(writer)?;
        Ok(())
    }
}

impl Host for CallState {
    async fn open(&mut self, reference: String) -> wasmtime::Result<Result<Resource<Blob>, String>> {
        self.enter()?;
        if !self.facts.input_blobs.contains(&reference) {
            return Ok(Err("no such blob in this call's input".into()));
        }
        self.meter.pause();
        let found = self.services.blobs.open(&self.facts.call.workspace, &reference).await;
        self.meter.resume();
        match found {
            Ok(info) => self.push_blob(info).map(Ok),
            Err(error) => Ok(Err(error.to_string())),
        }
    }
}
