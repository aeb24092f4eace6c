//! The mode gate: the one place that decides whether a request may change something.

use throughline_domain::connector::Effect;

use crate::call::Mode;
use crate::egress::denied;
use crate::error::codes;
use crate::report::Denied;

/// What the gate decides by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'a> {
    pub(crate) mode: Mode,
    pub(crate) effect: Effect,
    /// `POST /graphql`, `POST /search/*`: unsafe methods that the manifest says change nothing.
    pub(crate) safe_requests: &'a [String],
}

/// How a request passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// Changes nothing.
    Safe,
    /// May change something.
    Unsafe,
}

/// Lets a request pass as safe or unsafe, or refuses it. `already` counts unsafe requests of this call.
pub(crate) fn gate(rules: &Rules<'_>, already: u32, method: &str, path: &str) -> Result<Passage, Denied> {
    if rules.mode == Mode::Webhook {
        return Err(denied(
            codes::UNSAFE,
            format!("{method} {path} was refused: no request may leave while a webhook is verified"),
        ));
    }
    let harmless = matches!(method, "GET" | "HEAD" | "OPTIONS")
        || rules.safe_requests.iter().any(|pattern| matches_pattern(pattern, method, path));
    if harmless {
        return Ok(Passage::Safe);
    }
    let mode_writes = matches!(rules.mode, Mode::Run | Mode::Compensate | Mode::Records | Mode::Subscribe);
    if !mode_writes {
        let mode = mode_name(rules.mode);
        return Err(denied(
            codes::UNSAFE,
            format!(
                "{method} {path} was refused: {mode} may only read. If the request changes nothing, declare it in the operation's safe_requests"
            ),
        ));
    }
    if rules.effect == Effect::Read {
        return Err(denied(
            codes::UNSAFE,
            format!(
                "{method} {path} was refused: the operation is declared as a read. Declare its effect as a write, or the request in safe_requests if it changes nothing"
            ),
        ));
    }
    if rules.effect == Effect::WriteOnce && already > 0 {
        return Err(denied(
            codes::SECOND_UNSAFE,
            format!(
                "{method} {path} was refused: a write_once operation may send one unsafe request, and one was sent already"
            ),
        ));
    }
    Ok(Passage::Unsafe)
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Preview => "a preview",
        Mode::Reconcile => "a reconciliation",
        Mode::Poll => "a poll",
        Mode::Options => "a form",
        Mode::TestConnection => "a connection test",
        Mode::Run | Mode::Compensate | Mode::Records | Mode::Subscribe | Mode::Webhook => "this call",
    }
}

/// `METHOD /path`, where `*` at the end stands for any rest and elsewhere for one segment.
fn matches_pattern(pattern: &str, method: &str, path: &str) -> bool {
    let Some((wanted, glob)) = pattern.split_once(' ') else { return false };
    if wanted != method {
        return false;
    }
    let (mut glob, mut path) = (glob.trim().split('/'), path.split('/'));
    loop {
        match (glob.next(), path.next()) {
            (None, None) => return true,
            (Some("*"), Some(_)) if glob.clone().next().is_none() => return true,
            (Some("*"), Some(segment)) if !segment.is_empty() => {}
            (Some(want), Some(segment)) if want == segment => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(mode: Mode, effect: Effect, already: u32, method: &str) -> Result<Passage, String> {
        let rules = Rules { mode, effect, safe_requests: &[] };
        gate(&rules, already, method, "/x").map_err(|denied| denied.code)
    }

    #[test]
    fn only_writing_modes_of_writing_operations_pass_unsafe_methods() {
        use Effect::{Read, WriteIdempotent, WriteOnce};
        let unsafe_ok = [Mode::Run, Mode::Compensate, Mode::Records, Mode::Subscribe];
        let reading = [Mode::Preview, Mode::Reconcile, Mode::Poll, Mode::Options, Mode::TestConnection];
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            for mode in unsafe_ok {
                assert_eq!(pass(mode, Read, 0, method), Err("TL0332".into()));
                assert_eq!(pass(mode, WriteOnce, 0, method), Ok(Passage::Unsafe));
                assert_eq!(pass(mode, WriteOnce, 1, method), Err("TL0333".into()));
                assert_eq!(pass(mode, WriteIdempotent, 5, method), Ok(Passage::Unsafe));
            }
            for mode in reading {
                assert_eq!(pass(mode, WriteOnce, 0, method), Err("TL0332".into()), "{mode:?}");
            }
        }
        for mode in unsafe_ok.into_iter().chain(reading) {
            for method in ["GET", "HEAD", "OPTIONS"] {
                assert_eq!(pass(mode, Read, 9, method), Ok(Passage::Safe));
            }
        }
        assert_eq!(pass(Mode::Webhook, WriteOnce, 0, "GET"), Err("TL0332".into()));
    }

    #[test]
    fn declared_safe_requests_pass_anywhere_but_only_they() {
        let safe = ["POST /graphql".to_owned(), "POST /search/*".to_owned(), "PUT /a/*/b".to_owned()];
        let rules = Rules { mode: Mode::Preview, effect: Effect::WriteOnce, safe_requests: &safe };
        let ok = |method: &str, path: &str| gate(&rules, 0, method, path).is_ok();
        assert!(
            ok("POST", "/graphql")
                && ok("POST", "/search/x")
                && ok("POST", "/search/x/y")
                && ok("PUT", "/a/1/b")
        );
        assert!(!ok("PUT", "/graphql") && !ok("POST", "/graphql/x") && !ok("POST", "/search"));
        assert!(!ok("PUT", "/a//b") && !ok("PUT", "/a/1/2/b") && !ok("POST", "/"));
    }
}
