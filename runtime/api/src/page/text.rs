//! Times, durations and values as people read them.

use maud::{Markup, html};
use serde_json::Value;
use throughline_domain::time::Timestamp;

/// Characters of a value that a page shows.
const SHOWN: usize = 4000;

/// How long ago, with the exact time on hover and for machines.
pub(super) fn ago(at: Timestamp, now: Timestamp) -> Markup {
    let exact = at.to_rfc3339();
    let seconds = now.0.saturating_sub(at.0) / 1_000_000;
    let words = if seconds < 0 { format!("in {}", span(-seconds)) } else { format!("{} ago", span(seconds)) };
    html! { time datetime=(exact) title=(readable(&exact)) { (words) } }
}

/// Until when: what is left, or how long it is over.
pub(super) fn due(at: Timestamp, now: Timestamp) -> Markup {
    let exact = at.to_rfc3339();
    let seconds = at.0.saturating_sub(now.0) / 1_000_000;
    let words =
        if seconds < 0 { format!("{} over", span(-seconds)) } else { format!("in {}", span(seconds)) };
    html! { time datetime=(exact) title=(readable(&exact)) { (words) } }
}

/// A time of the API, exact to the second.
pub(super) fn exact(text: &str) -> Markup {
    html! { time datetime=(text) { (readable(text)) } }
}

/// `2026-01-31T08:15:00.123456Z` → `2026-01-31 08:15:00 UTC`.
fn readable(text: &str) -> String {
    let seconds = text.split(['.', 'Z']).next().unwrap_or(text);
    format!("{} UTC", seconds.replace('T', " "))
}

/// Seconds as the largest unit that fits.
fn span(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Milliseconds.
pub(super) fn duration(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => span(i64::try_from(ms / 1000).unwrap_or(i64::MAX)),
    }
}

/// A value as indented JSON, cut where it gets long.
pub(super) fn value(label: &str, value: &Value, whole: &str) -> Markup {
    if value.is_null() {
        return html! {};
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    let cut: String = text.chars().take(SHOWN).collect();
    let is_cut = cut.len() < text.len();
    html! {
        details {
            summary { (label) " " span.dim { (preview(value)) } }
            pre tabindex="0" { (cut) @if is_cut { "…" } }
            @if is_cut { p.dim { a href=(whole) { "All of it as JSON" } } }
        }
    }
}

/// The beginning on one line.
fn preview(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let cut: String = text.chars().take(100).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_relative_with_the_exact_one_on_hover() {
        let now = Timestamp(1_700_000_000_000_000);
        let shown = ago(Timestamp(now.0 - 125_000_000), now).into_string();
        assert!(
            shown.contains(">2 min ago<") && shown.contains("title=\"2023-11-14 22:11:15 UTC\""),
            "{shown}"
        );
        assert!(due(Timestamp(now.0 - 7_200_000_000), now).into_string().contains(">2 h over<"));
        assert!(due(now.plus_ms(259_200_000), now).into_string().contains(">in 3 days<"));
    }

    #[test]
    fn durations_read_well() {
        assert_eq!([duration(7), duration(1234), duration(125_000)], ["7 ms", "1.2 s", "2 min"]);
    }

    #[test]
    fn values_are_escaped_and_cut() {
        let shown = value("Output", &Value::String("<script>alert(1)</script>".into()), "/x").into_string();
        assert!(!shown.contains("<script>"), "{shown}");
        let long = value("Output", &Value::String("x".repeat(9000)), "/api/v1/runs/r").into_string();
        assert!(long.len() < 5000 && long.contains("href=\"/api/v1/runs/r\""));
        assert!(value("Output", &Value::Null, "/x").into_string().is_empty());
    }
}
