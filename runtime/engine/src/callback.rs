//! Callback addresses: where a remote system wakes a suspended call.
//!
//! A ticket names run, step and logical attempt and is authenticated with the workspace key. Nothing of it is stored:
//! who reads the database cannot make one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use throughline_domain::id::RunId;
use throughline_domain::run::event::StepPath;
use throughline_host::contract::Inbound;
use throughline_intake::WebhookRequest;
use throughline_store::Scope;

/// Headers of a request that are never kept: they prove who somebody is.
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// What a callback address stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) run: RunId,
    pub(crate) path: StepPath,
    pub(crate) logical_attempt: u32,
}

impl Ticket {
    fn name(&self) -> String {
        format!("{}\n{}\n{}", self.run, self.logical_attempt, self.path)
    }

    fn mac(key: &[u8; 32], scope: &Scope, name: &str) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
        mac.update(b"callback\n");
        mac.update(scope.as_str().as_bytes());
        mac.update(b"\n");
        mac.update(name.as_bytes());
        mac
    }

    /// The last part of the address. It cannot be guessed without the key.
    pub(crate) fn seal(&self, key: &[u8; 32], scope: &Scope) -> String {
        let name = self.name();
        let tag = Self::mac(key, scope, &name).finalize().into_bytes();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(name), URL_SAFE_NO_PAD.encode(tag))
    }

    /// What an address stands for; `None` for one this runner never gave to this workspace.
    pub(crate) fn open(key: &[u8; 32], scope: &Scope, sealed: &str) -> Option<Self> {
        let (name, tag) = sealed.split_once('.')?;
        let name = String::from_utf8(URL_SAFE_NO_PAD.decode(name).ok()?).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        Self::mac(key, scope, &name).verify_slice(&tag).ok()?;
        let mut parts = name.splitn(3, '\n');
        Some(Self {
            run: parts.next()?.parse().ok()?,
            logical_attempt: parts.next()?.parse().ok()?,
            path: StepPath(parts.next()?.to_owned()),
        })
    }
}

/// A request as the log keeps it. The address is a secret and is left out; so are headers that prove an identity.
pub(crate) fn kept(request: &WebhookRequest) -> Value {
    let query = request.path_and_query.split_once('?').map_or("", |(_, query)| query);
    let headers: Vec<&(String, String)> =
        request.headers.iter().filter(|(name, _)| !SECRET_HEADERS.contains(&name.as_str())).collect();
    json!({
        "method": request.method, "query": query, "headers": headers, "body": STANDARD.encode(&request.body),
    })
}

/// The request for the connector, under the path it came to.
pub(crate) fn handed_over(kept: &Value, address: &str) -> Option<Inbound> {
    let text = |name: &str| kept.get(name).and_then(Value::as_str);
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.find('/').map_or("/", |at| &path[at..]);
    let path_and_query = match text("query") {
        Some(query) if !query.is_empty() => format!("{path}?{query}"),
        Some(_) | None => path.to_owned(),
    };
    Some(Inbound {
        method: text("method")?.to_owned(),
        path_and_query,
        headers: serde_json::from_value(kept.get("headers")?.clone()).ok()?,
        body: STANDARD.decode(text("body")?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn ticket() -> Ticket {
        Ticket { run: RunId::new(1, 1), path: StepPath("lines[3]/export".into()), logical_attempt: 2 }
    }

    #[test]
    fn a_ticket_opens_under_its_own_key_and_workspace_and_in_one_piece() {
        let (main, other) = (Scope::new("main").unwrap(), Scope::new("other").unwrap());
        let sealed = ticket().seal(&KEY, &main);
        assert!(
            sealed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)),
            "{sealed}"
        );
        assert_eq!(Ticket::open(&KEY, &main, &sealed), Some(ticket()));
        assert_eq!(Ticket::open(&[8; 32], &main, &sealed), None);
        assert_eq!(Ticket::open(&KEY, &other, &sealed), None);
        let forged = Ticket { logical_attempt: 3, ..ticket() }.seal(&[8; 32], &main);
        let (name, _) = forged.split_once('.').unwrap();
        let (_, tag) = sealed.split_once('.').unwrap();
        for bad in [
            format!("{name}.{tag}"),
            format!("{name}."),
            name.to_owned(),
            String::new(),
            sealed[1..].to_owned(),
        ] {
            assert_eq!(Ticket::open(&KEY, &main, &bad), None, "{bad}");
        }
    }

    #[test]
    fn a_request_is_kept_without_its_address_and_what_proves_an_identity() {
        let headers = [("authorization", "Bearer x"), ("x-signature", "abc")];
        let request = WebhookRequest {
            method: "POST".into(),
            path_and_query: "/callbacks/main/secret?state=7".into(),
            headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            body: vec![0, 255],
        };
        let kept = kept(&request);
        assert!(!kept.to_string().contains("secret") && !kept.to_string().contains("Bearer"), "{kept}");
        let given = handed_over(&kept, "https://runner.example.org/callbacks/main/secret").unwrap();
        assert_eq!(given.path_and_query, request.path_and_query);
        assert_eq!((given.body, given.headers.len()), (request.body, 1));
    }
}
