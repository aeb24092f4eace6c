//! Exceptions: each rung is reached once and in order, and at the end nothing is open and nothing waits.

use serde_json::Value;

use super::Evidence;
use crate::settle::list;

const RUNGS: [&str; 4] = ["warn", "due", "backup", "digest"];

impl Evidence {
    pub(super) fn ladders(&self) -> Vec<String> {
        self.exceptions.iter().flat_map(ladder).collect()
    }

    /// At rest every exception is over, and every step that waited went on.
    pub(super) fn over(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for row in &self.exceptions {
            let id = &row["exception_id"];
            if row["resolved_at"].is_null() {
                wrong.push(format!("exception {id} of {} is {} at the end", row["workflow"], row["state"]));
            }
            let left = list(row, "steps").filter(|step| step["until"].is_null()).count();
            if left > 0 || row["items"] != 0 {
                wrong.push(format!(
                    "{left} steps still wait on exception {id}, which counts {}",
                    row["items"]
                ));
            }
        }
        wrong
    }
}

fn ladder(row: &Value) -> Vec<String> {
    let (mut wrong, mut next) = (Vec::new(), 0);
    for entry in list(row, "log") {
        let event = &entry["event"];
        match event["type"].as_str() {
            // Its time begins anew.
            Some("reopened") => next = 0,
            Some("reached") => {
                let rung = RUNGS.iter().position(|rung| event["rung"] == *rung);
                match rung {
                    Some(rung) if rung >= next => next = rung + 1,
                    _ => wrong
                        .push(format!("exception {} reached {} twice", row["exception_id"], event["rung"])),
                }
            }
            _ => {}
        }
    }
    if row["workflow"] == "late" && next != RUNGS.len() {
        wrong.push(format!("exception {} of late was not led to its last rung", row["exception_id"]));
    }
    wrong
}
