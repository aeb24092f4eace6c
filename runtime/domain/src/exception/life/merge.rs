//! Two exceptions that turn out to be one.

use super::{Event, Life, Refused, Request, Standing, Transition, Who};
use crate::time::Timestamp;

/// Merges one exception into another: what happens to the first, and what to the second. Both are to be committed
/// together. The items that waited on the first wait on the second from then on.
pub fn merge(
    from: &Life,
    into: &Life,
    who: &Who,
    at: Timestamp,
) -> Result<(Transition, Transition), Refused> {
    let cannot = |why: &'static str| Err(Refused::CannotMerge { why });
    if from.id == into.id {
        return cannot("it is the same exception");
    }
    if !into.state.is_open() {
        return cannot("the one to go on with is over; take the one it goes on in");
    }
    if from.kind != into.kind {
        return cannot("one is about a record and the other about a cause");
    }
    if from.in_doubt || into.in_doubt {
        return cannot("a write in doubt needs its own answer");
    }
    if from.quarantined || into.quarantined {
        return cannot("a run that was set aside is retried or given up by itself");
    }
    let request = |event| Request { event, who: who.clone(), at, standing: Standing::FIT, due_at: None };
    let over = from.decide(request(Event::Superseded { into: Some(into.id.clone()) }))?;
    let absorbed = Event::Absorbed {
        from: from.id.clone(),
        occurrences: from.occurrences,
        severity: from.severity,
        items: from.items,
    };
    Ok((over, into.decide(request(absorbed))?))
}
