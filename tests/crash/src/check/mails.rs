//! Mail: one for each recipient and cause, however often it came, and none is lost.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Evidence;
use crate::people::{APPROVERS, address};
use crate::settle::list;

/// What an exception's mail says of a rung.
const RUNGS: [&str; 3] =
    ["Most of its time is used.", "It is due.", "It is late, and was given to whoever stands in."];
/// What a mail says when a proposal opens.
const OPENED: &str = "Please decide";

/// Recipient and cause of what a mail tells.
type Cause = (String, String, String);

/// What a mail tells: of one proposal, or of the rungs of exceptions.
fn causes(mail: &Value) -> Vec<Cause> {
    let (subject, text) =
        (mail["subject"].as_str().unwrap_or_default(), mail["text"].as_str().unwrap_or_default());
    let to = list(mail, "to").filter_map(Value::as_str).collect::<Vec<_>>().join(",");
    if let Some((_, rest)) = text.split_once("/d/") {
        let proposal = rest.split_whitespace().next().unwrap_or_default();
        let occasion = subject.split(':').next().unwrap_or_default();
        return vec![(to, proposal.to_owned(), occasion.to_owned())];
    }
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| RUNGS.contains(*line)) {
        let about = lines[at..].iter().find_map(|line| line.strip_prefix("Exception "));
        let id = about.and_then(|about| about.split(' ').next()).unwrap_or_default();
        found.push((to.clone(), id.to_owned(), (*line).to_owned()));
    }
    found
}

/// A rung's mail about this exception came.
pub(crate) fn told_of_backup(mails: &[Value], exception: &str) -> bool {
    let told =
        |rung: &str| mails.iter().flat_map(causes).any(|(_, about, what)| about == exception && what == rung);
    RUNGS.iter().all(|rung| told(rung))
}

impl Evidence {
    /// One message for each recipient and cause; the same message may come twice, and says the same then.
    pub(super) fn mails_once(&self) -> Vec<String> {
        let mails = self.mails.iter().flatten();
        let (mut wrong, mut said, mut told) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let reopened: BTreeSet<&str> = self
            .exceptions
            .iter()
            .filter(|row| row["reopened"] != 0)
            .filter_map(|row| row["exception_id"].as_str())
            .collect();
        for mail in mails {
            let id = mail["message_id"].as_str().unwrap_or_default();
            let words = (&mail["to"], &mail["subject"], &mail["text"]);
            if *said.entry(id).or_insert(words) != words {
                wrong.push(format!("mail {id} came with two texts"));
            }
            for cause in causes(mail).into_iter().filter(|cause| !reopened.contains(cause.1.as_str())) {
                let first = *told.entry(cause.clone()).or_insert(id);
                if first != id {
                    wrong.push(format!("two mails, {first} and {id}, say the same: {cause:?}"));
                }
            }
        }
        wrong
    }

    /// Everybody who was asked about a proposal has a mail that asks them.
    pub(crate) fn mails_lost(&self) -> Vec<String> {
        let Some(mails) = &self.mails else { return Vec::new() };
        let told: BTreeSet<Cause> = mails.iter().flat_map(causes).collect();
        let mut wrong = Vec::new();
        // Mail about what expires soon may be too late to be sent.
        for proposal in self.proposals.iter().filter(|proposal| proposal["workflow"] != "silence") {
            let id = proposal["proposal_id"].as_str().unwrap_or_default();
            let edited: Vec<&str> = list(proposal, "edited_by").filter_map(Value::as_str).collect();
            for handle in APPROVERS.into_iter().filter(|handle| !edited.contains(handle)) {
                if !told.contains(&(address(handle), id.to_owned(), OPENED.to_owned())) {
                    wrong.push(format!("{handle} was never written to about proposal {id}"));
                }
            }
        }
        wrong
    }
}
