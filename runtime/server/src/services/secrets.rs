//! Secrets as the host asks for them: the environment and files by the operating system, everything else by the vault, for
//! the one use that it is bound to.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use throughline_host::services::{SecretSource, SecretUse, ServiceError};
use throughline_host::{EnvAndFileSecrets, Secret, SecretRef};
use throughline_store::Scope;
use throughline_vault::{Random, SecretName, Vault, VaultError};

/// The server's source of secrets.
#[derive(Clone, Debug)]
pub(crate) struct ServerSecrets(Vault);

impl ServerSecrets {
    pub(crate) fn shared(vault: &Vault) -> Arc<dyn SecretSource> {
        Arc::new(Self(vault.clone()))
    }

    /// Who asks says where the value would go; what it may go to stands sealed with the value.
    async fn stored(
        &self,
        workspace: &str,
        name: &str,
        wanted: SecretUse<'_>,
    ) -> Result<Secret, ServiceError> {
        let scope = Scope::new(workspace).map_err(super::broken)?;
        let name = SecretName::new(name).map_err(in_words)?;
        let opened = self.0.get_by_name(&scope, &name).await.map_err(in_words)?;
        let value = match wanted {
            SecretUse::Send { origin } | SecretUse::Sign { origin: Some(origin) } => {
                opened.for_origin(origin)
            }
            SecretUse::Inbound => opened.for_inbound(),
            SecretUse::Sign { origin: None } => {
                return Err(ServiceError::Refused(format!(
                    "secret `{name}` is bound to {}, and this connection to no origin: set its base_url",
                    opened.bound_to
                )));
            }
        };
        value.map(|value| Secret::new(value.reveal())).map_err(in_words)
    }
}

impl SecretSource for ServerSecrets {
    fn resolve<'a>(
        &'a self,
        workspace: &'a str,
        reference: &'a SecretRef,
        wanted: SecretUse<'a>,
    ) -> BoxFuture<'a, Result<Secret, ServiceError>> {
        match reference {
            SecretRef::Env(_) | SecretRef::File(_) => EnvAndFileSecrets.resolve(workspace, reference, wanted),
            SecretRef::Stored(name) => self.stored(workspace, name, wanted).boxed(),
        }
    }
}

/// The vault's words name secrets and keys, never a value.
#[expect(clippy::needless_pass_by_value, reason = "used as `map_err(in_words)`")]
fn in_words(error: VaultError) -> ServiceError {
    let words = format!("{}: {error}", error.code());
    match error {
        VaultError::NoSuchSecret(_) => ServiceError::NotFound(words),
        VaultError::Unfit(_) | VaultError::BoundElsewhere { .. } => ServiceError::Refused(words),
        _ => ServiceError::Broken(words),
    }
}

/// The operating system's randomness, for keys and nonces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) -> throughline_vault::Result<()> {
        #[expect(clippy::disallowed_methods, reason = "the server is where randomness comes from")]
        let filled = getrandom::fill(buffer);
        filled.map_err(|error| VaultError::NoRandom(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use throughline_domain::id::SecretId;
    use throughline_domain::time::Timestamp;
    use throughline_store::{Location, Store, StoreOptions};
    use throughline_vault::{Binding, PutSecret, SecretValue};

    use super::*;

    const CRM: &str = "https://crm.example.com";

    async fn put(vault: &Vault, scope: &Scope, n: u64, name: &str, bound_to: &str) {
        let put = PutSecret {
            name: &SecretName::new(name).unwrap(),
            bound_to: &Binding::new(bound_to).unwrap(),
            value: &SecretValue::new(format!("value of {name}")).unwrap(),
            id: &SecretId::new(n, 0),
            at: Timestamp(1),
            by: "ada",
        };
        vault.put(scope, &put).await.unwrap();
    }

    #[tokio::test]
    async fn a_secret_is_given_for_its_own_use_in_its_own_workspace_only() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(StoreOptions::new(Location::Sqlite(folder.path().to_owned()))).await.unwrap();
        let keys = folder.path().join("keys");
        std::fs::create_dir(&keys).unwrap();
        let scope = Scope::new("own").unwrap();
        for workspace in ["own", "other"] {
            let scope = Scope::new(workspace).unwrap();
            store.create_workspace(&scope, workspace, Timestamp(0)).await.unwrap();
        }
        let vault = Vault::open(store.clone(), &keys, Arc::new(SystemRandom), Timestamp(0)).await.unwrap();
        put(&vault, &scope, 1, "crm", CRM).await;
        put(&vault, &scope, 2, "hook", "inbound").await;
        let source = ServerSecrets::shared(&vault);
        let (crm, hook) = (SecretRef::Stored("crm".into()), SecretRef::Stored("hook".into()));
        let send = |origin| SecretUse::Send { origin };
        for wanted in [send(CRM), SecretUse::Sign { origin: Some(CRM) }] {
            assert_eq!(source.resolve("own", &crm, wanted).await.unwrap().reveal(), "value of crm");
        }
        let proof = source.resolve("own", &hook, SecretUse::Inbound).await.unwrap();
        assert_eq!(proof.reveal(), "value of hook");
        let evil = "https://evil.example.com";
        for (reference, wanted) in [
            (&crm, send(evil)),
            (&crm, send("http://crm.example.com")),
            (&crm, SecretUse::Sign { origin: Some(evil) }),
            (&crm, SecretUse::Sign { origin: None }),
            (&crm, SecretUse::Inbound),
            (&hook, send(CRM)),
            (&hook, send("inbound")),
            (&hook, SecretUse::Sign { origin: Some(CRM) }),
        ] {
            let refused = source.resolve("own", reference, wanted).await;
            let Err(ServiceError::Refused(words)) = refused else { panic!("{wanted:?}: {refused:?}") };
            assert!(!words.contains("value of"), "{words}");
        }
        for workspace in ["other", "nobody"] {
            let refused = source.resolve(workspace, &crm, send(CRM)).await;
            assert!(matches!(refused, Err(ServiceError::NotFound(_))), "{refused:?}");
        }
        store.close().await;
    }
}
