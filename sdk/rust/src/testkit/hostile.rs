//! Inputs and webhook requests nobody wants.

use serde_json::Value;

use crate::inbound::Inbound;

/// Text given as an action's input, with a name for the report.
pub(super) fn inputs(valid: &Value) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("nothing", String::new()),
        ("null", "null".to_owned()),
        ("a list", "[]".to_owned()),
        ("an empty object", "{}".to_owned()),
        ("a number", "1e999".to_owned()),
        ("text that is not JSON", "{\"id\": ".to_owned()),
        ("10 MB of text", format!("\"{}\"", "x".repeat(10 << 20))),
        ("100,000 open brackets", "[".repeat(100_000)),
        ("100,000 nested objects", "{\"a\":".repeat(100_000)),
        ("a lone surrogate", "{\"id\": \"\\ud800\"}".to_owned()),
    ];
    let odd = [
        "\u{0}",
        "\u{202e}../..",
        "%2e%2e/",
        "a/../../b?x=1#y",
        "𝕴𝖉🙈",
        "\r\nx: y",
        " ",
        "9999999999999999999999",
    ];
    for text in odd {
        all.push(("odd text in every field", replace(valid, text).to_string()));
    }
    all
}

fn replace(value: &Value, text: &str) -> Value {
    match value {
        Value::String(_) => Value::String(text.to_owned()),
        Value::Array(items) => items.iter().map(|v| replace(v, text)).collect(),
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), replace(v, text))).collect(),
        other => other.clone(),
    }
}

/// Webhook requests without a good signature.
pub(super) fn requests() -> Vec<Inbound> {
    let header = |n: &str, v: &str| (n.to_owned(), v.to_owned());
    let signed = |signature: &str, timestamp: &str| {
        vec![
            header("webhook-id", "msg_1"),
            header("webhook-timestamp", timestamp),
            header("webhook-signature", signature),
        ]
    };
    let now = "1772355600";
    let headers = [
        Vec::new(),
        signed("v1,AAAA", now),
        signed("v1,!!", now),
        signed("", now),
        signed("v1,AAAA", "x"),
        signed("v1,AAAA", "99999999999999999999"),
        signed("v1,AAAA", "0"),
    ];
    let bodies: [&[u8]; 4] = [b"", b"{}", b"{\"type\": \"x\", \"data\": {}}", b"\xff\xfe\x00"];
    let mut all = Vec::new();
    for headers in headers {
        for body in bodies {
            all.push(Inbound {
                method: "POST".to_owned(),
                path_and_query: "/".to_owned(),
                headers: headers.clone(),
                body: body.to_vec(),
            });
        }
    }
    all
}
