//! Signatures for tests.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};

use crate::inbound::Inbound;
use crate::wire::Hash;

/// A digest, as the runner makes it. SHA-1 is not in the kit.
pub(crate) fn digest(algorithm: Hash, data: &[u8]) -> Vec<u8> {
    match algorithm {
        Hash::Sha256 => Sha256::digest(data).to_vec(),
        Hash::Sha512 => Sha512::digest(data).to_vec(),
        Hash::Sha1 => panic!("SHA-1 is not in the test kit"),
    }
}

/// A signature, as the runner makes it.
pub(crate) fn hmac(algorithm: Hash, key: &[u8], data: &[u8]) -> Vec<u8> {
    match algorithm {
        Hash::Sha256 => {
            let mut mac =
                Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| panic!("any key length will do"));
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        }
        Hash::Sha512 => {
            let mut mac =
                Hmac::<Sha512>::new_from_slice(key).unwrap_or_else(|_| panic!("any key length will do"));
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        }
        Hash::Sha1 => panic!("SHA-1 is not in the test kit"),
    }
}

/// A webhook request signed in the Standard Webhooks form, at `seconds` since the epoch.
///
/// # Panics
/// When the secret is not `whsec_` with base64.
pub fn standard_webhook(secret: &str, id: &str, seconds: u64, body: &str) -> Inbound {
    let Some(key) = secret.strip_prefix("whsec_").and_then(crate::inbound::decode_base64) else {
        panic!("the secret must be `whsec_` with base64");
    };
    let tag = hmac(Hash::Sha256, &key, format!("{id}.{seconds}.{body}").as_bytes());
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", format!("v1,{}", base64(&tag))),
    ];
    Inbound {
        method: "POST".to_owned(),
        path_and_query: "/hooks/test".to_owned(),
        headers: headers.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(),
        body: body.as_bytes().to_vec(),
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let b = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let n = u32::from(b[0]) << 16 | u32::from(b[1]) << 8 | u32::from(b[2]);
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(ALPHABET[(n >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}
