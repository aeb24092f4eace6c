//! What a connector may do, as a set that can be hashed, compared and read by people.

use std::collections::BTreeSet;

use crate::connector::{AuthKind, Effect, Manifest, TriggerKind, Undo};
use sha2::{Digest, Sha256};

/// Methods that an empty list of a host request stands for.
const ALL_METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// One thing a connector asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Permission {
    /// A method on an origin.
    Host { origin: String, method: String },
    /// Use of a credential; `name` is the header or parameter it is put into.
    Secret { slot: String, kind: String, fields: Vec<String>, name: String },
    /// An action that writes.
    Write { action: String, effect: &'static str, undo: &'static str },
    /// A request with an unsafe method that counts as a read.
    SafeRequest { action: String, request: String },
    /// Events from outside.
    Inbound { trigger: String, kind: &'static str },
    /// Writes records of a type.
    Records { record: String },
    /// More than the default of a limit.
    Limit { name: &'static str, value: u64 },
}

impl Permission {
    /// The line that is hashed: stable for as long as hashes are compared.
    fn line(&self) -> String {
        match self {
            Self::Host { origin, method } => format!("host {method} {origin}"),
            Self::Secret { slot, kind, fields, name } => {
                format!("secret {slot} {kind} {} {name}", fields.join(","))
            }
            Self::Write { action, effect, undo } => format!("write {action} {effect} {undo}"),
            Self::SafeRequest { action, request } => format!("safe {action} {request}"),
            Self::Inbound { trigger, kind } => format!("inbound {trigger} {kind}"),
            Self::Records { record } => format!("records {record}"),
            Self::Limit { name, value } => format!("limit {name} {value}"),
        }
    }

    /// The sentence a person reads.
    fn words(&self) -> String {
        match self {
            Self::Host { origin, method } => format!("talks to {} ({method})", named_origin(origin)),
            Self::Secret { slot, fields, .. } => {
                format!("uses the credential `{slot}` ({}); it cannot read it", fields.join(", "))
            }
            Self::Write { action, effect, undo } => {
                format!("can {action}: {}, {}", effect_words(effect), undo_words(undo))
            }
            Self::SafeRequest { action, request } => format!("counts {request} in {action} as a read"),
            Self::Inbound { trigger, kind } => format!("receives events `{trigger}` ({kind})"),
            Self::Records { record } => format!("can change records of type {record}"),
            Self::Limit { name, value } => format!("wants a limit of its own: {name} = {value}"),
        }
    }
}

fn named_origin(origin: &str) -> String {
    match origin.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(setting) => format!("the address in the connection's setting `{setting}`"),
        None => origin.to_owned(),
    }
}

fn effect_words(effect: &str) -> &'static str {
    if effect == "write_once" { "sent at most once" } else { "may be sent again with the same key" }
}

fn undo_words(undo: &str) -> &'static str {
    match undo {
        "reversible" => "can be changed back",
        "compensable" => "can be undone by another write",
        _ => "CANNOT BE UNDONE",
    }
}

/// Everything a connector asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionSet(BTreeSet<Permission>);

impl PermissionSet {
    /// The set a manifest asks for.
    pub fn of(manifest: &Manifest) -> Self {
        let mut set = BTreeSet::new();
        for host in &manifest.hosts {
            let all: Vec<String> = ALL_METHODS.iter().map(|&method| method.to_owned()).collect();
            let methods = if host.methods.is_empty() { all } else { host.methods.clone() };
            set.extend(
                methods.into_iter().map(|method| Permission::Host { origin: host.origin.clone(), method }),
            );
        }
        set.extend(manifest.auth.iter().map(|(slot, auth)| Permission::Secret {
            slot: slot.clone(),
            kind: auth_kind(auth.kind).to_owned(),
            fields: auth.fields.keys().cloned().collect(),
            name: auth.name.clone().unwrap_or_default(),
        }));
        for (id, action) in &manifest.actions {
            if action.effect.is_write() {
                let (effect, undo) = (effect_name(action.effect), undo_name(action.undo));
                set.insert(Permission::Write { action: id.clone(), effect, undo });
            }
            let safe = action.safe_requests.iter().cloned();
            set.extend(safe.map(|request| Permission::SafeRequest { action: id.clone(), request }));
        }
        for (id, trigger) in &manifest.triggers {
            if trigger.kind == TriggerKind::Webhook {
                set.insert(Permission::Inbound { trigger: id.clone(), kind: "webhook" });
            }
            let safe = trigger.safe_requests.iter().cloned();
            // Apart from an action of the same name: agreeing to one is not agreeing to the other.
            let name = format!("trigger {id}");
            set.extend(safe.map(|request| Permission::SafeRequest { action: name.clone(), request }));
        }
        let writable = manifest.records.iter().filter(|(_, record)| record.writable);
        set.extend(writable.map(|(record, _)| Permission::Records { record: record.clone() }));
        let limits = &manifest.limits;
        let asked = [
            ("memory_bytes", limits.memory_bytes),
            ("cpu_ms", limits.cpu_ms),
            ("wall_ms", limits.wall_ms),
            ("requests", limits.requests.map(u64::from)),
        ];
        set.extend(
            asked.into_iter().filter_map(|(name, value)| Some(Permission::Limit { name, value: value? })),
        );
        Self(set)
    }

    /// `sha256:…` over the lines: what consent names.
    pub fn hash(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(Permission::line).collect();
        format!("sha256:{}", hex::encode(Sha256::digest(lines.join("\n"))))
    }

    /// The whole set in words; hosts with their methods on one line.
    pub fn words(&self) -> Vec<String> {
        Self::grouped(self.0.iter())
    }

    /// What this set has beyond another, in words.
    pub fn beyond(&self, other: &Self) -> Vec<String> {
        Self::grouped(self.0.difference(&other.0))
    }

    fn grouped<'a>(permissions: impl Iterator<Item = &'a Permission>) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut host: Option<(String, Vec<String>)> = None;
        let flush = |host: &mut Option<(String, Vec<String>)>, words: &mut Vec<String>| {
            if let Some((origin, methods)) = host.take() {
                words.push(format!("talks to {} ({})", named_origin(&origin), methods.join(", ")));
            }
        };
        for permission in permissions {
            match permission {
                Permission::Host { origin, method } => match &mut host {
                    Some((same, methods)) if same == origin => methods.push(method.clone()),
                    _ => {
                        flush(&mut host, &mut words);
                        host = Some((origin.clone(), vec![method.clone()]));
                    }
                },
                other => {
                    flush(&mut host, &mut words);
                    words.push(other.words());
                }
            }
        }
        flush(&mut host, &mut words);
        words
    }
}

const fn auth_kind(kind: AuthKind) -> &'static str {
    match kind {
        AuthKind::Bearer => "bearer",
        AuthKind::Header => "header",
        AuthKind::Basic => "basic",
        AuthKind::Query => "query",
        AuthKind::None => "none",
    }
}

const fn effect_name(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::WriteIdempotent => "write_idempotent",
        Effect::WriteOnce => "write_once",
    }
}

/// What is not said cannot be relied on.
const fn undo_name(undo: Option<Undo>) -> &'static str {
    match undo {
        Some(Undo::Reversible) => "reversible",
        Some(Undo::Compensable) => "compensable",
        Some(Undo::Irreversible) | None => "irreversible",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn manifest(methods: &Value, undo: &str) -> Manifest {
        let action = json!({ "title": "Create", "effect": "write_once", "undo": undo, "input": {}, "output": {}, "sample": {} });
        serde_json::from_value(json!({
            "contract": "0.1", "id": "acme", "version": "1.0.0", "name": "Acme",
            "hosts": [{ "origin": "https://api.acme.example", "methods": methods }],
            "auth": { "default": { "kind": "bearer", "fields": { "token": { "title": "Token" } } } },
            "actions": { "create": action },
        }))
        .unwrap()
    }

    #[test]
    fn the_hash_follows_what_is_asked_and_nothing_else() {
        let set = PermissionSet::of(&manifest(&json!(["GET", "POST"]), "reversible"));
        let turned = PermissionSet::of(&manifest(&json!(["POST", "GET"]), "reversible"));
        assert_eq!(set.hash(), turned.hash());
        let mut renamed = manifest(&json!(["GET", "POST"]), "reversible");
        renamed.name = "Other".into();
        renamed.version = "2.0.0".into();
        assert_eq!(PermissionSet::of(&renamed).hash(), set.hash());
        assert_ne!(PermissionSet::of(&manifest(&json!(["GET"]), "reversible")).hash(), set.hash());
    }

    #[test]
    fn an_upgrade_shows_only_what_is_new() {
        let old = PermissionSet::of(&manifest(&json!(["GET"]), "reversible"));
        let new = PermissionSet::of(&manifest(&json!(["GET", "DELETE"]), "irreversible"));
        let beyond = new.beyond(&old);
        assert_eq!(beyond.len(), 2, "{beyond:?}");
        assert_eq!(beyond[0], "talks to https://api.acme.example (DELETE)");
        assert!(beyond[1].contains("CANNOT BE UNDONE"));
        assert!(old.beyond(&old).is_empty());
    }
}
