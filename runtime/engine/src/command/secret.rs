//! Secrets of a workspace: they go in and never come out. What people may see is everything but the value.

use throughline_domain::id::SecretId;
use throughline_store::{Scope, SecretSummary};
use throughline_vault::{Binding, PutSecret, SecretName, SecretValue, VaultError};

use super::CommandError;
use crate::Engine;

/// What people may see of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretView {
    /// Name, version, place, times and people.
    pub summary: SecretSummary,
    /// Names of the active connections that use it.
    pub used_by: Vec<String>,
}

impl Engine {
    /// Puts a value under a name: a new secret, or the next version of the one that has the name. It may be used in
    /// one place only: an origin, or `inbound`.
    pub async fn put_secret(
        &self,
        scope: &Scope,
        name: &str,
        value: String,
        bound_to: &str,
        by: &str,
    ) -> Result<SecretView, CommandError> {
        let (name, value) = (SecretName::new(name)?, SecretValue::new(value)?);
        let bound_to = Binding::new(bound_to)?;
        self.keep_binding(scope, &name, &bound_to).await?;
        let id = SecretId::new(self.shared.now_millis(), self.shared.random_wide());
        let put = PutSecret {
            name: &name,
            bound_to: &bound_to,
            value: &value,
            id: &id,
            at: self.shared.clock.now(),
            by,
        };
        let summary = self.shared.vault.put(scope, &put).await?;
        tracing::info!(workspace.id = %scope, secret.name = %name, secret.version = summary.version,
            account.name = by, "a secret was put");
        let used_by = self.shared.vault.users(scope, &summary.secret).await?;
        Ok(SecretView { summary, used_by })
    }

    /// The secrets of a workspace by name, without their values.
    pub async fn list_secrets(&self, scope: &Scope) -> Result<Vec<SecretView>, CommandError> {
        let users = self.shared.store.list_secret_users(scope).await?;
        let view = |summary: SecretSummary| {
            let own = users.iter().filter(|user| user.secret == summary.secret);
            let mut used_by: Vec<String> = own.map(|user| user.name.clone()).collect();
            used_by.dedup();
            SecretView { summary, used_by }
        };
        Ok(self.shared.vault.list(scope).await?.into_iter().map(view).collect())
    }

    /// Deletes a secret; one that a connection uses stays.
    pub async fn delete_secret(&self, scope: &Scope, name: &str, by: &str) -> Result<(), CommandError> {
        let name = SecretName::new(name)?;
        self.shared.vault.delete(scope, &name).await?;
        tracing::info!(workspace.id = %scope, secret.name = %name, account.name = by, "a secret was deleted");
        Ok(())
    }

    /// What connections use stays where it may be used: a new place would silently take it from them.
    async fn keep_binding(
        &self,
        scope: &Scope,
        name: &SecretName,
        bound_to: &Binding,
    ) -> Result<(), CommandError> {
        let known = match self.shared.vault.find(scope, name).await {
            Ok(known) if known.bound_to != bound_to.as_str() => known,
            Ok(_) | Err(VaultError::NoSuchSecret(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let users = self.shared.vault.users(scope, &known.secret).await?;
        if users.is_empty() {
            return Ok(());
        }
        let what = format!("secret `{name}`, bound to {},", known.bound_to);
        Err(VaultError::InUse { what, users: users.join(", ") }.into())
    }
}
