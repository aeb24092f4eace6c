//! How JSON names a file of the blob store.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::event::BlobRef;

impl BlobRef {
    /// The text by which JSON names a file: `{"$blob": "HASH.SIZE.BASE64(media type, name)"}`. It says all there is to know
    /// of the file, so that no table must.
    pub fn file_reference(&self, media_type: &str, name: Option<&str>) -> String {
        let about = URL_SAFE_NO_PAD.encode(format!("{media_type}\n{}", name.unwrap_or_default()));
        format!("{}.{}.{about}", self.sha256, self.size)
    }

    /// The file that a reference names, its media type and its name; `None`: it is no reference.
    pub fn of_file(reference: &str) -> Option<(Self, String, Option<String>)> {
        let mut parts = reference.splitn(3, '.');
        let (sha256, size, about) = (parts.next()?, parts.next()?, parts.next()?);
        let about = String::from_utf8(URL_SAFE_NO_PAD.decode(about).ok()?).ok()?;
        let (media_type, name) = about.split_once('\n')?;
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        Some((Self { sha256: sha256.to_owned(), size: size.parse().ok()? }, media_type.to_owned(), name))
    }
}
