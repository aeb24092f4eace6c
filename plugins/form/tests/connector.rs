//! What the manifest says; the runner itself makes the events.

use throughline::testkit::conformance;
use throughline_plugin_form::connector;

#[test]
fn conforms() {
    conformance(&connector()).assert();
}

#[test]
fn every_trigger_is_the_runners_own() {
    let manifest = connector().manifest();
    assert!(!manifest.triggers.is_empty() && manifest.actions.is_empty());
    assert!(manifest.triggers.values().all(|trigger| trigger.kind == "native"));
}
