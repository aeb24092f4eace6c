//! From the registry to the manifest: pure, and the same each time.

use serde_json::Value;

use crate::connector::{ActionDef, Connector, RecordDef, Source, TriggerDef};
use crate::manifest::{ActionManifest, CONTRACT, Manifest, RecordManifest, TriggerManifest};
use crate::schema::{humanise, split_doc};

impl Connector {
    /// The manifest.
    pub fn manifest(&self) -> Manifest {
        Manifest {
            contract: CONTRACT,
            id: self.id,
            version: self.version,
            name: self.name,
            description: self.description,
            docs: self.docs,
            hosts: self.hosts.clone(),
            auth: self.auth.clone(),
            settings: self.settings.map(|schema| schema()),
            actions: self.actions.iter().map(|def| (def.meta.id, action(def))).collect(),
            triggers: self.triggers.iter().map(|def| (def.id, trigger(def))).collect(),
            records: self.records.iter().map(|def| (def.id, record(def))).collect(),
            options: self.options.iter().map(|(name, _)| *name).collect(),
            limits: self.limits,
        }
    }

    /// The manifest as JSON text, as `describe` gives it.
    pub fn describe(&self) -> String {
        // Every key is text and every number finite, so writing cannot fail; an empty manifest is refused at build.
        serde_json::to_string(&self.manifest()).unwrap_or_default()
    }
}

fn action(def: &ActionDef) -> ActionManifest {
    let meta = &def.meta;
    let (title, description) = titled(meta.id, meta.doc);
    ActionManifest {
        title,
        description,
        effect: meta.effect,
        undo: meta.undo,
        idempotency: meta.idempotency,
        input: (def.input)(),
        output: (def.output)(),
        sample: sample(meta.sample),
        preview: def.preview.is_some(),
        reconcile: def.reconcile.is_some(),
        compensate: def.compensate.is_some(),
        settle_ms: meta.settle_ms,
        safe_requests: meta.safe_requests,
        record: meta.record,
    }
}

fn trigger(def: &TriggerDef) -> TriggerManifest {
    let (title, description) = titled(def.id, def.doc);
    let (kind, min_interval_ms) = match def.source {
        Source::Poll { min_interval_ms, .. } => ("poll", Some(min_interval_ms)),
        Source::Webhook(_) => ("webhook", None),
        Source::Native => ("native", None),
    };
    TriggerManifest {
        title,
        description,
        kind,
        config: (def.config)(),
        output: (def.output)(),
        sample: sample(def.sample),
        min_interval_ms,
        safe_requests: def.safe_requests,
    }
}

fn record(def: &RecordDef) -> RecordManifest {
    RecordManifest { title: humanise(def.id), fields: (def.fields)(), keys: def.keys, writable: def.writable }
}

fn titled(id: &str, doc: &str) -> (String, String) {
    let (title, description) = split_doc(doc);
    if title.is_empty() { (humanise(id), description) } else { (title, description) }
}

/// What is not JSON becomes null, which `plugin check` and the conformance suite report.
fn sample(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
