//! What a connection's references come to: which secrets of the vault it uses, and the one origin it is bound to.

use std::collections::BTreeMap;

use serde_json::Value;
use throughline_domain::connector::{AuthKind, Manifest};
use throughline_domain::id::SecretId;
use throughline_host::{SecretRef, origins};
use throughline_store::Scope;
use throughline_vault::{Binding, SecretName, VaultError};

use super::super::CommandError;
use crate::Engine;

/// Longest origin that is kept with a connection; of a longer one only the calls themselves are checked.
const MAX_ORIGIN: usize = 255;

/// References that were checked.
pub(super) struct Checked {
    /// By `slot.field`.
    pub(super) secrets: BTreeMap<String, SecretRef>,
    /// The one origin the connection speaks to, if it is known.
    pub(super) bound_to: Option<String>,
    /// The vault's secrets among them.
    pub(super) uses: Vec<(String, SecretId)>,
}

impl Engine {
    /// Checks references against the connector's slots, and secrets of the vault against where the connector may send
    /// them: a secret that could never be used there is refused now, not at the first call.
    pub(super) async fn bind(
        &self,
        scope: &Scope,
        manifest: &Manifest,
        settings: &Value,
        references: &BTreeMap<String, String>,
    ) -> Result<Checked, CommandError> {
        let reached = origins(manifest, settings);
        let (mut secrets, mut uses, mut origin) = (BTreeMap::new(), Vec::new(), None::<String>);
        for (field, text) in references {
            let kind = slot_kind(manifest, field)?;
            let reference = SecretRef::parse(text).ok_or_else(|| {
                CommandError::Invalid(
                    "a secret is given as a reference, `vault:NAME`, `env:NAME` or `file:PATH`, never as a value"
                        .to_owned(),
                )
            })?;
            if let SecretRef::Stored(name) = &reference {
                let known = self.shared.vault.find(scope, &SecretName::new(name)?).await?;
                if let Binding::Origin(own) = fits(&known.name, &known.bound_to, kind, &reached)? {
                    let first = origin.get_or_insert_with(|| own.clone());
                    if *first != own {
                        let (secret, bound_to, wanted) = (known.name, own, first.clone());
                        return Err(VaultError::BoundElsewhere { secret, bound_to, wanted }.into());
                    }
                }
                uses.push((field.clone(), known.secret));
            }
            secrets.insert(field.clone(), reference);
        }
        let only = if let [only] = reached.as_slice() { Some(only.clone()) } else { None };
        let bound_to = origin.or(only).filter(|origin| origin.len() <= MAX_ORIGIN);
        Ok(Checked { secrets, bound_to, uses })
    }
}

fn slot_kind(manifest: &Manifest, field: &str) -> Result<AuthKind, CommandError> {
    let known = field.split_once('.').and_then(|(slot, name)| {
        manifest.auth.get(slot).filter(|slot| slot.fields.contains_key(name)).map(|slot| slot.kind)
    });
    known.ok_or_else(|| CommandError::Invalid(format!("connector `{}` has no secret `{field}`", manifest.id)))
}

/// What is sent must be bound to an origin that the connector reaches with these settings; a slot that only signs or
/// verifies takes what proves incoming requests as well.
fn fits(name: &str, bound_to: &str, kind: AuthKind, reached: &[String]) -> Result<Binding, CommandError> {
    let binding = Binding::new(bound_to)?;
    let good = match &binding {
        Binding::Inbound => kind == AuthKind::None,
        Binding::Origin(origin) => reached.contains(origin),
    };
    if good {
        return Ok(binding);
    }
    let wanted =
        if reached.is_empty() { "any origin: set base_url first".to_owned() } else { reached.join(", ") };
    let (secret, bound_to) = (name.to_owned(), bound_to.to_owned());
    Err(VaultError::BoundElsewhere { secret, bound_to, wanted }.into())
}
