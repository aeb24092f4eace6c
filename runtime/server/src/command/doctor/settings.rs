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

/// A value without a password in it: neither one that belongs into a URL, nor one that was put where its place is asked for.
fn hidden(name: &str, value: &str) -> String {
    match name {
        "database.url" | "mail.server" => without_password(value),
        "mail.password" if !value.is_empty() && !value.starts_with("env:") && !value.starts_with("file:") => {
            "***".to_owned()
        }
        _ => value.to_owned(),
    }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:***@{host}"),
            None => url.to_owned(),
        },
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(hidden("database.url", "postgres://me:hunter2@db:5432/x"), "postgres://me:***@db:5432/x");
        assert_eq!(hidden("database.url", ""), "");
        assert_eq!(hidden("mail.server", "smtps://me:hunter2@mail:465"), "smtps://me:***@mail:465");
        assert_eq!(hidden("mail.server", "smtps://me@mail"), "smtps://me@mail");
        assert_eq!(hidden("mail.password", "hunter2"), "***");
        assert_eq!(hidden("mail.password", "env:MAIL"), "env:MAIL");
    }
}
