//! Building plugins: core module to component, manifest into its section.

use throughline_domain::connector::CONTRACT;
use wit_component::ComponentEncoder;

use crate::error::HostError;
use crate::inspect::{CONTRACT_SECTION, MANIFEST_SECTION, MAX_PLUGIN_BYTES};

/// Makes a component of a core module that was built with the SDK.
pub fn encode(core_module: &[u8]) -> Result<Vec<u8>, HostError> {
    let component = ComponentEncoder::default()
        .validate(true)
        .module(core_module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| HostError::Encode(format!("{error:#}")))?;
    if component.len() > MAX_PLUGIN_BYTES {
        return Err(HostError::TooLarge { size: component.len(), limit: MAX_PLUGIN_BYTES });
    }
    Ok(component)
}

/// Adds the manifest and the contract version as custom sections at the end of a component.
#[must_use]
pub fn embed_manifest(component: &[u8], manifest_json: &str) -> Vec<u8> {
    let mut out = component.to_vec();
    custom_section(&mut out, MANIFEST_SECTION, manifest_json.as_bytes());
    custom_section(&mut out, CONTRACT_SECTION, CONTRACT.as_bytes());
    out
}

/// A custom section: id 0, then the size of what follows, the name and the data.
fn custom_section(out: &mut Vec<u8>, name: &str, data: &[u8]) {
    let mut body = Vec::with_capacity(name.len() + data.len() + 5);
    leb128(&mut body, name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(data);
    out.push(0);
    leb128(out, body.len());
    out.extend_from_slice(&body);
}

fn leb128(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}
