//! The cipher: XChaCha20-Poly1305. Its nonces of 192 bits may be random for any number of messages.
//!
//! Sealed bytes: one byte that names this form, the nonce, the ciphertext, the tag.

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{Result, VaultError};
use crate::key::Key;
use crate::random::Random;

/// The form of sealed bytes.
const FORM: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Bytes that sealing adds.
const OVERHEAD: usize = 1 + NONCE + TAG;

/// Seals `plain` for its place.
pub(crate) fn seal(key: &Key, context: &Context<'_>, plain: &[u8], random: &dyn Random) -> Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce)?;
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    // Room for everything at once: a buffer that grows would leave a copy of the plain bytes behind.
    let mut sealed = Vec::with_capacity(OVERHEAD + plain.len());
    sealed.push(FORM);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let body = InOutBuf::from(&mut sealed[1 + NONCE..]);
    let tag = cipher
        .encrypt_inout_detached(&XNonce::from(nonce), &context.bytes(), body)
        .map_err(|_| VaultError::Unfit(format!("{} is too large to be sealed", context.words())))?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Opens what was sealed for this place; anything else is refused.
pub(crate) fn open(key: &Key, context: &Context<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let damaged = || VaultError::Damaged { what: context.words() };
    let (form, rest) = sealed.split_first().ok_or_else(damaged)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
    let (body, tag) = rest.split_last_chunk::<TAG>().ok_or_else(damaged)?;
    if *form != FORM {
        return Err(damaged());
    }
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let mut plain = Zeroizing::new(body.to_vec());
    cipher
        .decrypt_inout_detached(
            &XNonce::from(*nonce),
            &context.bytes(),
            InOutBuf::from(plain.as_mut_slice()),
            &Tag::from(*tag),
        )
        .map_err(|_| damaged())?;
    Ok(plain)
}
