//! Counted work: what one run costs the store. A time says little on a busy machine, a count says the same everywhere.

use serde_json::json;

use crate::support::Ground;
use crate::world::{World, on_both, text};

on_both!(a_five_step_run_is_three_groups_and_nine_statements);

/// Runs that are looked at: sweeps and looks at the queue fall into some of them.
const TRIES: usize = 12;

async fn a_five_step_run_is_three_groups_and_nine_statements(ground: Ground) {
    let world = World::start(&ground).await;
    let nodes = r#"- { id: map, set: { customer: "{{ event.customer }}", lines: "{{ event.lines }}" }, next: big }
- id: big
  switch:
    - { when: "{{ steps.map.lines | length > 0 }}", next: invoice }
- { id: invoice, action: accounting.create_invoice, connection: accounting, with: "{{ steps.map }}", next: result }
- { id: result, set: { number: "{{ steps.invoice.number }}" } }"#;
    world.publish_text(&text("five", "on: throughline.manual", nodes)).await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": "10.00" }]);
    let event = json!({ "customer": "cus_0001", "lines": lines });
    let (mut groups, mut statements, mut reads) = (u64::MAX, u64::MAX, u64::MAX);
    for _ in 0..TRIES {
        let mut changes = world.store.changes();
        let before = world.store.counters();
        let run = world.run("five", event.clone()).await;
        while !changes.recv().await.is_ok_and(|change| change.run == run && change.ended) {}
        let after = world.store.counters();
        groups = groups.min(after.groups - before.groups);
        statements = statements.min(after.statements - before.statements);
        reads = reads.min(after.reads - before.reads);
        world.succeeded(&run).await;
    }
    // Event, run, log; fence, log, intent; fence, log, outcome. A caller who waits for a reply adds the tenth.
    assert_eq!((groups, statements, reads), (3, 9, 0));
    world.stop().await;
}
