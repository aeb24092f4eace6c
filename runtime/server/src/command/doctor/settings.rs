//! `doctor --settings`: each value and where it came from.

use serde_json::{Value, json};

use crate::config::Settings;
use crate::output;

/// Lists every setting.
pub(crate) fn show(settings: &Settings, as_json: bool) {
    let mut rows: Vec<Value> = settings
        .all()
        .map(|(key, value, origin)| {
            json!({
                "setting": key.name, "value": hidden(key.name, &value.to_string()), "from": origin.to_string(),
                "environment": key.env, "expects": key.expected(), "about": key.about,
            })
        })
        .collect();
    for (workspace, open) in &settings.egress {
        let ranges: Vec<String> = open.ranges.iter().map(ToString::to_string).collect();
        rows.push(json!({
            "setting": format!("egress.{workspace}.open"), "value": ranges.join(", "), "from": open.origin.to_string(),
            "environment": null, "expects": "a list of ranges", "about": "Private addresses open to this workspace's connectors.",
        }));
    }
    if as_json {
        output::json(&Value::Array(rows));
    } else {
        output::table(
            &rows,
            &[("SETTING", "setting"), ("VALUE", "value"), ("FROM", "from"), ("MEANING", "about")],
        );
    }
}

/// A database URL without its password.
fn hidden(name: &str, value: &str) -> String {
    if name != "database.url" {
        return value.to_owned();
    }
    match (value.split_once("://"), value.rfind('@')) {
        (Some((scheme, rest)), Some(_)) => {
            let (login, host) = rest.rsplit_once('@').unwrap_or(("", rest));
            format!("{scheme}://{}:***@{host}", login.split(':').next().unwrap_or_default())
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(hidden("database.url", "postgres://me:hunter2@db:5432/x"), "postgres://me:***@db:5432/x");
        assert_eq!(hidden("database.url", ""), "");
    }
}
