//! Which steps of ended items are told: a for-each over a hundred thousand items has an answer of bounded size.

use throughline_domain::run::event::{Payload, StepPath};
use throughline_domain::time::Timestamp;

use super::{Items, Told};

/// Steps of ended items that are told; the others are counted.
pub(crate) const MAX_ITEM_STEPS: usize = 1_000;

impl Told {
    /// A for-each has its items.
    pub(super) fn items_listed(&mut self, path: &StepPath, items: &Payload, count: u64, at: Timestamp) {
        let step = self.step(path);
        step.begin(at);
        step.input = Some(items.clone());
        step.items = Some(Items { count, ..Items::default() });
    }

    /// An item ended: its steps stay, or are counted only. What somebody was asked about always stays, since its
    /// values may stand in an exception.
    pub(super) fn item_ended(&mut self, each: &StepPath, index: u64, well: bool) {
        let items = self.step(each).items.get_or_insert_default();
        if well {
            items.succeeded += 1;
        } else {
            items.failed += 1;
        }
        let first = self.enough_at.unwrap_or(0);
        let item = format!("{each}[{index}]/");
        let inside = |path: &StepPath| path.0.starts_with(&item);
        let mine = self.steps[first..].iter().filter(|step| inside(&step.path));
        let (count, held) = mine.fold((0, false), |(count, held), step| (count + 1, held || step.is_held));
        if held {
            return;
        }
        if self.enough_at.is_none() {
            self.item_steps += count;
            if self.item_steps >= MAX_ITEM_STEPS {
                // What comes from here on is looked through at each end: it stays short.
                self.enough_at = Some(self.steps.len());
            }
            return;
        }
        self.left_out += count as u64;
        let behind = self.steps.split_off(first);
        for step in behind {
            if inside(&step.path) {
                self.index.remove(&step.path);
            } else {
                self.index.insert(step.path.clone(), self.steps.len());
                self.steps.push(step);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use throughline_domain::run::event::{Entry, RunEvent};

    use super::super::told;
    use super::*;

    #[test]
    fn ended_items_beyond_a_thousand_are_counted_only() {
        let path = |text: String| StepPath(text);
        let done = |text: String| RunEvent::StepSucceeded {
            path: path(text),
            output: Payload::Inline(json!(1)),
            next: Vec::new(),
        };
        let mut events = vec![RunEvent::ItemsListed {
            path: path("each".into()),
            items: Payload::Inline(json!([])),
            count: 3_000,
        }];
        for index in 0..3_000 {
            events.push(done(format!("each[{index}]/one")));
            events.push(done(format!("each[{index}]/two")));
            // The last item is under way still.
            if index < 2_999 {
                let result = Ok(Payload::Inline(json!(1)));
                events.push(RunEvent::ItemEnded { path: path("each".into()), index, result });
            }
        }
        events.push(done("after".into()));
        let log: Vec<Entry> =
            (1..).zip(events).map(|(seq, event)| Entry { seq, at: Timestamp(1), event }).collect();
        let told = told(&log);
        assert_eq!(told.steps.len(), 1 + MAX_ITEM_STEPS + 2 + 1);
        assert_eq!(told.left_out, 2 * 2_499);
        assert_eq!(told.steps[0].items.unwrap().succeeded, 2_999);
        let last: Vec<_> = told.steps.iter().rev().take(3).map(|step| step.path.0.as_str()).collect();
        assert_eq!(last, ["after", "each[2999]/two", "each[2999]/one"]);
        assert!(told.steps.iter().enumerate().all(|(at, step)| told.index[&step.path] == at));
    }
}
