//! Every failpoint of the program in one place: what it takes to reach it, and how often one life may pass it.
//!
//! A test compares this table with the sources; a campaign that leaves a point unreached says so.

/// What a life of the server must hold for a point to be reached, besides the events of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Nothing: any shape passes it.
    Load,
    /// The start itself, on a directory with work left in it.
    Start,
    /// The very first start, on an empty directory and an empty database.
    Birth,
    /// A caller that waits for the run's reply.
    Reply,
    /// Values over 64 KiB.
    Large,
    /// Runs that are cancelled while the run they called waits.
    Cancel,
    /// A question that is answered.
    Ask,
    /// An exception that is resolved.
    Resolve,
    /// Correlated events that waiting runs wait for.
    Event,
    /// A polled trigger with new records.
    Poll,
    /// A schedule whose instant has passed.
    Fire,
    /// A workflow that is published anew.
    Publish,
    /// A connector that is installed and compiled anew.
    Install,
    /// A failed run that is retried.
    Retry,
    /// A stop in order, with work under way.
    Drain,
    /// Calls that take longer than a renewal of the lease.
    Slow,
    /// A run that took its worker down three times.
    Quarantine,
    /// A for-each whose results leave the state.
    Segments,
    /// A write whose answer never came and that is looked up.
    Look,
    /// A write that never arrived and is looked up twice.
    LookTwice,
    /// A keyed write whose answer never came and that is sent again.
    Resend,
    /// A workflow that listens to the ends of runs.
    Announce,
    /// Proposals that people decide about.
    Decide,
    /// Proposals about one record.
    Lane,
    /// Proposals that nobody decides about, or somebody who is asked late.
    Silence,
    /// An exception that nobody looks after.
    Late,
    /// Many runs that wait on one cause, which a person says is gone.
    Release,
    /// Runs that wait on one cause, and a call that shows that it is gone.
    Evidence,
    /// Exceptions that are taken, handed over and merged.
    Act,
    /// An exception whose resolution is read back.
    Verify,
}

/// A failpoint.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Its name in the sources.
    pub name: &'static str,
    /// How it is reached.
    pub drive: Drive,
    /// The highest hit of one life that campaigns stop at.
    pub hits: u32,
}

const fn point(name: &'static str, drive: Drive, hits: u32) -> Point {
    Point { name, drive, hits }
}

/// The failpoints of one kind of commit: before it, after it, and before its waiters hear of it.
macro_rules! commit {
    ($name:literal, $drive:ident, $hits:literal) => {
        [
            point(concat!("store.before_commit.", $name), Drive::$drive, $hits),
            point(concat!("store.after_commit.", $name), Drive::$drive, $hits),
            point(concat!("store.before_ack.", $name), Drive::$drive, $hits),
        ]
    };
}

const COMMITS: [[Point; 3]; 14] = [
    commit!("accept", Load, 3),
    commit!("claim", Load, 2),
    commit!("renew", Slow, 2),
    commit!("expire", Start, 1),
    commit!("run", Load, 7),
    commit!("wait", Cancel, 2),
    commit!("end", Load, 3),
    commit!("signal", Cancel, 1),
    commit!("event", Event, 2),
    commit!("sweep", Start, 1),
    commit!("admin", Publish, 1),
    commit!("decision", Decide, 4),
    commit!("exception", Act, 6),
    commit!("mail", Decide, 4),
];

const OTHERS: &[Point] = &[
    point("store.before_migration", Drive::Birth, 5),
    point("store.after_migration", Drive::Birth, 5),
    point("store.before_blob_write", Drive::Large, 2),
    point("store.before_blob_rename", Drive::Large, 2),
    point("store.after_blob_rename", Drive::Large, 2),
    point("store.after_blob", Drive::Large, 1),
    point("server.before_private_rename", Drive::Birth, 4),
    point("server.after_private_rename", Drive::Birth, 4),
    point("server.before_announce", Drive::Start, 1),
    point("server.after_announce", Drive::Start, 1),
    point("host.before_send", Drive::Load, 7),
    point("host.after_send", Drive::Load, 7),
    point("host.after_compile", Drive::Install, 1),
    point("host.before_cache", Drive::Install, 1),
    point("host.between_cache_files", Drive::Install, 1),
    point("intake.before_accept", Drive::Load, 3),
    point("intake.before_birth", Drive::Load, 3),
    point("intake.after_accept", Drive::Load, 3),
    point("intake.before_reply", Drive::Reply, 2),
    point("command.before_cancel", Drive::Cancel, 1),
    point("command.after_cancel", Drive::Cancel, 1),
    point("command.before_resolution", Drive::Resolve, 1),
    point("command.after_resolution", Drive::Resolve, 1),
    point("command.before_answer", Drive::Ask, 1),
    point("command.before_event", Drive::Event, 2),
    point("command.before_publish", Drive::Publish, 1),
    point("command.after_publish", Drive::Publish, 1),
    point("command.before_install", Drive::Install, 1),
    point("command.after_install", Drive::Install, 1),
    point("command.before_retry", Drive::Retry, 1),
    point("command.after_retry", Drive::Retry, 1),
    point("engine.before_recovery", Drive::Start, 1),
    point("engine.after_recovery", Drive::Start, 1),
    point("engine.before_lease_sweep", Drive::Start, 1),
    point("engine.after_lease_sweep", Drive::Start, 1),
    point("engine.before_sweep", Drive::Start, 1),
    point("engine.after_claim", Drive::Load, 3),
    point("engine.after_load", Drive::Load, 3),
    point("engine.before_loose_commit", Drive::Slow, 1),
    point("engine.before_spill", Drive::Large, 2),
    point("engine.before_announcement", Drive::Announce, 2),
    point("engine.before_child", Drive::Cancel, 1),
    point("engine.before_signal", Drive::Cancel, 1),
    point("engine.before_reply", Drive::Reply, 2),
    point("engine.before_question", Drive::Ask, 1),
    point("engine.before_exception", Drive::Resolve, 1),
    point("engine.before_filing", Drive::Resolve, 1),
    point("engine.after_filing", Drive::Resolve, 1),
    point("engine.before_exception_look", Drive::Resolve, 1),
    point("engine.after_exception_look", Drive::Resolve, 1),
    point("engine.before_signals_read", Drive::Resolve, 1),
    point("engine.after_segment", Drive::Segments, 1),
    point("engine.before_child_cancel", Drive::Cancel, 1),
    point("engine.before_quarantine", Drive::Quarantine, 1),
    point("engine.before_wait", Drive::Cancel, 2),
    point("engine.after_wait", Drive::Cancel, 2),
    point("engine.before_requeue", Drive::Drain, 1),
    point("engine.before_end", Drive::Load, 3),
    point("engine.after_end", Drive::Load, 3),
    point("gateway.before_intent_commit", Drive::Load, 3),
    point("gateway.after_intent_commit", Drive::Load, 3),
    point("gateway.after_call", Drive::Load, 3),
    point("gateway.before_outcome_commit", Drive::Load, 3),
    point("gateway.after_outcome_commit", Drive::Load, 3),
    point("gateway.before_settle", Drive::Look, 1),
    point("gateway.before_look", Drive::Look, 1),
    point("gateway.between_looks", Drive::LookTwice, 1),
    point("gateway.before_resend", Drive::Resend, 1),
    point("gateway.before_settled_commit", Drive::Look, 1),
    point("gateway.after_settled_commit", Drive::Look, 1),
    point("gateway.before_preview", Drive::Decide, 4),
    point("gateway.after_preview", Drive::Decide, 4),
    point("gateway.before_proposal_commit", Drive::Decide, 3),
    point("gateway.after_proposal_commit", Drive::Decide, 3),
    point("gateway.before_apply", Drive::Decide, 2),
    point("gateway.after_apply", Drive::Decide, 2),
    point("gateway.before_applied", Drive::Decide, 3),
    point("command.before_decision", Drive::Decide, 4),
    point("command.after_decision", Drive::Decide, 3),
    point("engine.before_proposal", Drive::Lane, 4),
    point("engine.before_escalation", Drive::Silence, 3),
    point("engine.after_escalation", Drive::Silence, 3),
    point("engine.before_expiry", Drive::Silence, 1),
    point("engine.after_expiry", Drive::Silence, 1),
    point("engine.before_mail", Drive::Decide, 4),
    point("engine.after_mail", Drive::Decide, 4),
    point("engine.after_mail_note", Drive::Decide, 4),
    point("engine.before_notices", Drive::Late, 2),
    point("engine.after_notices", Drive::Late, 2),
    point("engine.before_rung", Drive::Late, 4),
    point("engine.after_rung", Drive::Late, 4),
    point("engine.before_release", Drive::Release, 1),
    point("engine.after_release", Drive::Release, 1),
    point("engine.before_evidence", Drive::Evidence, 1),
    point("engine.after_evidence", Drive::Evidence, 1),
    point("engine.before_verify", Drive::Verify, 1),
    point("engine.after_verify", Drive::Verify, 1),
    point("command.before_act", Drive::Act, 4),
    point("command.after_act", Drive::Act, 4),
    point("command.before_merge", Drive::Act, 1),
    point("command.after_merge", Drive::Act, 1),
    point("intake.before_poll_commit", Drive::Poll, 1),
    point("intake.after_poll_commit", Drive::Poll, 1),
    point("intake.before_fire_commit", Drive::Fire, 1),
    point("intake.after_fire_commit", Drive::Fire, 1),
];

/// Last: by then the schedule and the poll of the furnished place are due.
const TIMED: [[Point; 3]; 2] = [commit!("poll", Poll, 1), commit!("fire", Fire, 1)];

/// Reached by the engine's tests only: no connector that ships suspends a call, and no publisher withdraws in a campaign.
pub const ELSEWHERE: &[&str] =
    &["gateway.after_resume_commit", "command.before_withdrawal", "command.after_withdrawal"];

/// All that campaigns reach, in the order campaigns take them.
pub fn all() -> Vec<Point> {
    COMMITS.iter().flatten().chain(OTHERS).chain(TIMED.iter().flatten()).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Names in `fail_point!("…"`, and those of kinds of commits, in all Rust files below a folder.
    fn in_sources(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                in_sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let names = text.split("fail_point!(").skip(1).filter_map(|rest| {
                    rest.trim_start().strip_prefix('"')?.split_once('"').map(|(name, _)| name.to_owned())
                });
                found.extend(names);
            }
        }
    }

    #[test]
    fn the_table_has_what_the_sources_have() {
        let root = throughline_test_support::repository();
        let mut found = BTreeSet::new();
        in_sources(&root.join("runtime"), &mut found);
        let writer = std::fs::read_to_string(root.join("runtime/store/src/writer.rs")).unwrap();
        let kinds = writer.split_once("kinds!(\n").unwrap().1.split_once(");").unwrap().0;
        for kind in kinds.split('"').skip(1).step_by(2) {
            found.extend(
                ["before_commit", "after_commit", "before_ack"].map(|at| format!("store.{at}.{kind}")),
            );
        }
        let names: Vec<&str> =
            all().iter().map(|point| point.name).chain(ELSEWHERE.iter().copied()).collect();
        let table: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(table, found);
        assert_eq!(table.len(), names.len(), "a name stands twice");
        assert!(table.len() >= 60);
    }
}
