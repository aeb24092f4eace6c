//! Marks: a shape for each meaning, always beside its word, so that no colour is needed to read a page.

use maud::{Markup, html};

/// The line that runs straight through a gate.
pub(super) fn logo() -> Markup {
    html! {
        svg.logo viewBox="0 0 24 24" aria-hidden="true" {
            path d="M1 12h22" { }
            path d="M8 6v12M16 6v12" { }
        }
    }
}

/// A state with its shape and its word.
pub(super) fn state(word: &str) -> Markup {
    let (class, shape) = match word {
        "succeeded" | "confirmed" | "resolved" | "published" | "live" => ("path", "done"),
        "running" | "ready" | "intended" => ("path", "ring"),
        "waiting" | "open" | "assigned" | "in_progress" | "verifying" => ("exc", "diamond"),
        "review" => ("review", "gate"),
        "failed" | "in_doubt" => ("risk", "octagon"),
        "cancelled" | "skipped" | "dismissed" | "superseded" | "not_applied" | "paused" => ("idle", "struck"),
        _ => ("idle", "open"),
    };
    html! { span.state.(class) { (shape_of(shape)) (word.replace('_', " ")) } }
}

/// A warning that something is past its time.
pub(super) fn overdue() -> Markup {
    html! { span.state.risk { (shape_of("triangle")) "overdue" } }
}

fn shape_of(shape: &str) -> Markup {
    html! {
        svg.mark viewBox="0 0 16 16" aria-hidden="true" {
            @match shape {
                "done" => { circle.fill cx="8" cy="8" r="7" {} path.cut d="M4.6 8.3l2.4 2.4 4.5-5" {} },
                "ring" => { circle.line cx="8" cy="8" r="6" {} circle.fill cx="8" cy="8" r="2.4" {} },
                "diamond" => { path.fill d="M8 1l7 7-7 7-7-7z" {} },
                "gate" => { path.line d="M3 2v12M13 2v12M3 6h10M3 10h10" {} },
                "octagon" => { path.fill d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" {} path.cut d="M8 4.5v4.2M8 11v.6" {} },
                "triangle" => { path.fill d="M8 1.4L15.4 14.5H.6z" {} path.cut d="M8 6v4M8 12v.6" {} },
                "struck" => { circle.line cx="8" cy="8" r="6" {} path.line d="M4 12l8-8" {} },
                _ => { circle.line cx="8" cy="8" r="6" {} },
            }
        }
    }
}
