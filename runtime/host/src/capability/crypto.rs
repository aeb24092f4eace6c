//! `crypto`: digests, and signatures with secrets the guest never sees.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::bindings::throughline::connector::crypto::{Hash, Host};
use crate::call::Mode;
use crate::capability::CallState;
use crate::egress::auth::named_secret;
use crate::services::SecretUse;

impl CallState {
    async fn sign(&mut self, algorithm: Hash, secret: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        self.meter.pause();
        let wanted = if self.facts.mode == Mode::Webhook {
            SecretUse::Inbound
        } else {
            let own = self.facts.call.connection.as_deref();
            SecretUse::Sign { origin: own.and_then(|own| own.bound_to.as_deref()) }
        };
        let found = named_secret(&self.services, &self.facts, &self.ledger, secret, wanted).await;
        self.meter.resume();
        let key = key_bytes(found?.reveal());
        match algorithm {
            Hash::Sha1 => mac::<Hmac<Sha1>>(&key, data),
            Hash::Sha256 => mac::<Hmac<Sha256>>(&key, data),
            Hash::Sha512 => mac::<Hmac<Sha512>>(&key, data),
        }
    }
}

/// A Standard Webhooks secret is `whsec_` and the key in base64. The guest cannot decode what it never sees.
fn key_bytes(secret: &str) -> Vec<u8> {
    let decoded = secret.strip_prefix("whsec_").and_then(|text| {
        let text = text.trim_end_matches('=');
        STANDARD_NO_PAD.decode(text).ok()
    });
    decoded.unwrap_or_else(|| secret.as_bytes().to_vec())
}

fn mac<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Result<Vec<u8>, String> {
    let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|error| error.to_string())?;
    mac.update(data);
    Ok(mac.finalize().into_bytes().to_vec())
}

impl Host for CallState {
    fn digest(&mut self, algorithm: Hash, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.enter()?;
        Ok(match algorithm {
            Hash::Sha1 => Sha1::digest(&data).to_vec(),
            Hash::Sha256 => Sha256::digest(&data).to_vec(),
            Hash::Sha512 => Sha512::digest(&data).to_vec(),
        })
    }

    async fn hmac(
        &mut self,
        algorithm: Hash,
        secret: String,
        data: Vec<u8>,
    ) -> wasmtime::Result<Result<Vec<u8>, String>> {
        self.enter()?;
        Ok(self.sign(algorithm, &secret, &data).await)
    }

    async fn hmac_verify(
        &mut self,
        algorithm: Hash,
        secret: String,
        data: Vec<u8>,
        tag: Vec<u8>,
    ) -> wasmtime::Result<Result<bool, String>> {
        self.enter()?;
        let expected = self.sign(algorithm, &secret, &data).await;
        Ok(expected.map(|expected| bool::from(expected.ct_eq(&tag))))
    }

    fn equal(&mut self, a: Vec<u8>, b: Vec<u8>) -> wasmtime::Result<bool> {
        self.enter()?;
        Ok(bool::from(a.ct_eq(&b)))
    }
}
