//! Trouble that comes from nowhere: crashes, stops, clocks that jump, drains.

use std::rc::Rc;

use crate::sim::{MS, SECOND, Sim};

pub(crate) async fn chaos(sim: Rc<Sim>) {
    while !sim.calm.get() {
        sim.sleep(sim.throw(|dice| dice.between(500, 9_000)) * MS).await;
        if sim.calm.get() {
            return;
        }
        let index = sim.throw(|dice| dice.index(sim.nodes.len()));
        let node = &sim.nodes[index];
        if sim.strikes(|faults| faults.chaos_crash) {
            sim.trace(|| format!("node {index} is killed"));
            sim.count("crashes");
            sim.crash(index);
        } else if sim.strikes(|faults| faults.chaos_pause) {
            let us = sim.throw(|dice| dice.between(1, 80)) * SECOND;
            sim.trace(|| format!("node {index} is stopped for {} s", us / SECOND));
            sim.count("pauses");
            node.paused_until.set(sim.now() + us);
        } else if sim.strikes(|faults| faults.clocks) {
            jump(&sim, index).await;
        } else if sim.strikes(|faults| faults.drains) && !node.draining.get() {
            sim.trace(|| format!("node {index} stops in order"));
            sim.count("drains");
            node.draining.set(true);
            node.tell_due();
        }
    }
}

/// One clock is wrong for a moment, by little or by much.
async fn jump(sim: &Rc<Sim>, index: usize) {
    let (far, back) = sim.throw(|dice| (dice.one_in(4), dice.one_in(2)));
    let by = sim.throw(|dice| if far { dice.between(10, 3_600) * SECOND } else { dice.between(1, 900) * MS });
    let by = if back { -by } else { by };
    let database = sim.throw(|dice| dice.one_in(3));
    sim.trace(|| format!("{} jumps by {by} us", if database { "the database's clock" } else { "a clock" }));
    sim.count("clock jumps");
    let clock = if database { &sim.database_offset } else { &sim.nodes[index].offset };
    clock.set(by);
    sim.sleep(sim.throw(|dice| dice.between(200, 4_000)) * MS).await;
    clock.set(0);
}
