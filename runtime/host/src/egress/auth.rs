//! Puts a connection's secret into a request. The guest only named the slot.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use throughline_domain::connector::{AuthKind, AuthSlot};
use url::Url;

use crate::egress::denied;
use crate::error::codes;
use crate::facts::Facts;
use crate::ledger::Ledger;
use crate::report::Denied;
use crate::secret::Secret;
use crate::services::{SecretUse, Services};

/// Adds the slot's credential to headers or URL.
pub(crate) async fn inject(
    services: &Services,
    facts: &Facts,
    ledger: &Ledger,
    slot_name: &str,
    url: &mut Url,
    headers: &mut HeaderMap,
) -> Result<(), Denied> {
    let slot = facts.manifest().auth.get(slot_name);
    let slot = slot.ok_or_else(|| unusable(format!("the manifest has no auth slot `{slot_name}`")))?;
    check_connection(facts, slot)?;
    put(services, facts, ledger, (slot_name, slot), url, headers).await.map_err(unusable)
}

fn unusable(reason: String) -> Denied {
    denied(codes::SECRET, reason)
}

/// A missing or foreign connection has its own words.
fn check_connection(facts: &Facts, slot: &AuthSlot) -> Result<(), Denied> {
    match own_connection(facts) {
        Err(_) if slot.optional && facts.call.connection.is_none() => Ok(()),
        Err(reason) => Err(denied(codes::CONNECTION, reason)),
        Ok(_) => Ok(()),
    }
}

async fn put(
    services: &Services,
    facts: &Facts,
    ledger: &Ledger,
    (slot_name, slot): (&str, &AuthSlot),
    url: &mut Url,
    headers: &mut HeaderMap,
) -> Result<(), String> {
    // Of the request as it will leave: the slot decides nothing about where it goes.
    let origin = url.origin().ascii_serialization();
    let values = match fields(services, facts, ledger, (slot_name, slot), &origin).await {
        Ok(values) => values,
        // Nothing is set at all: the remote is called as anyone.
        Err(_) if slot.optional && !is_set(facts, slot_name, slot) => return Ok(()),
        Err(reason) => return Err(reason),
    };
    match slot.kind {
        AuthKind::None => {}
        AuthKind::Bearer => {
            let value = fill(slot.value.as_deref().unwrap_or("Bearer {token}"), &values)?;
            set(headers, AUTHORIZATION, &value, ledger)?;
        }
        AuthKind::Basic => {
            let pair = fill("{username}:{password}", &values)?;
            let encoded = STANDARD.encode(&pair);
            ledger.learn_secret(&encoded);
            set(headers, AUTHORIZATION, &format!("Basic {encoded}"), ledger)?;
        }
        AuthKind::Header => {
            let name = slot.name.as_deref().ok_or("the slot names no header")?;
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| "the slot's header name is not valid")?;
            let value = fill(slot.value.as_deref().unwrap_or("{token}"), &values)?;
            set(headers, name, &value, ledger)?;
        }
        AuthKind::Query => {
            let name = slot.name.as_deref().ok_or("the slot names no parameter")?;
            let value = fill(slot.value.as_deref().unwrap_or("{token}"), &values)?;
            ledger.learn_secret(&value);
            set_query(url, name, &value);
        }
    }
    Ok(())
}

/// One secret of the connection by `slot.field`, for one use.
pub(crate) async fn named_secret(
    services: &Services,
    facts: &Facts,
    ledger: &Ledger,
    name: &str,
    wanted: SecretUse<'_>,
) -> Result<Secret, String> {
    let declared = name.split_once('.').is_some_and(|(slot, field)| {
        facts.manifest().auth.get(slot).is_some_and(|s| s.fields.contains_key(field))
    });
    if !declared {
        return Err(format!("the manifest declares no secret `{name}`"));
    }
    let connection = own_connection(facts)?;
    let reference = connection
        .secrets
        .get(name)
        .ok_or_else(|| format!("connection {} has no `{name}`", connection.id))?;
    let secret = services
        .secrets
        .resolve(&facts.call.workspace, reference, wanted)
        .await
        .map_err(|error| format!("`{name}` of connection {}: {error}", connection.id))?;
    ledger.learn_secret(secret.reveal());
    Ok(secret)
}

fn own_connection(facts: &Facts) -> Result<&crate::call::Connection, String> {
    let connection = facts.call.connection.as_deref().ok_or("this step has no connection: choose one")?;
    if connection.connector == facts.manifest().id {
        return Ok(connection);
    }
    Err(format!("connection {} belongs to connector {}", connection.id, connection.connector))
}

fn is_set(facts: &Facts, slot_name: &str, slot: &AuthSlot) -> bool {
    facts.call.connection.as_ref().is_some_and(|connection| {
        slot.fields.keys().any(|field| connection.secrets.contains_key(&format!("{slot_name}.{field}")))
    })
}

type Fields = Vec<(String, String)>;

async fn fields(
    services: &Services,
    facts: &Facts,
    ledger: &Ledger,
    (slot_name, slot): (&str, &AuthSlot),
    origin: &str,
) -> Result<Fields, String> {
    let mut values = Vec::with_capacity(slot.fields.len());
    for (field, declared) in &slot.fields {
        let name = format!("{slot_name}.{field}");
        let open = own_connection(facts)?.public.get(field).and_then(serde_json::Value::as_str);
        match open {
            Some(value) if !declared.secret => values.push((field.clone(), value.to_owned())),
            _ => {
                let wanted = SecretUse::Send { origin };
                let secret = named_secret(services, facts, ledger, &name, wanted).await?;
                values.push((field.clone(), secret.reveal().to_owned()));
            }
        }
    }
    Ok(values)
}

/// Fills `{field}`s. In the built-in templates `{token}` also stands for the slot's only field.
fn fill(template: &str, values: &Fields) -> Result<String, String> {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("the slot's template has an open brace")?;
        let value = values
            .iter()
            .find(|(field, _)| field == name)
            .or_else(|| values.first().filter(|_| name == "token" && values.len() == 1))
            .ok_or_else(|| format!("the slot has no field `{name}`"))?;
        out.push_str(before);
        out.push_str(&value.1);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str, ledger: &Ledger) -> Result<(), String> {
    ledger.learn_secret(value);
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| "the secret has a character that a header cannot carry: is there a line end in it?")?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// Sets a parameter once, whatever the guest put there.
fn set_query(url: &mut Url, name: &str, value: &str) {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
}
