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
        getrandom::fill(buffer).map_err(|error| VaultError::NoRandom(error.to_string()))
    }
}
