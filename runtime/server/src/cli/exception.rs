//! `exception …`.

use clap::{Args, Subcommand};

use super::{BulkArgs, ResolveArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionCommand {
    /// List exceptions that are not over: what stopped, who owns it, until when
    List(WhichArgs),
    /// List what people have to do: exceptions and questions
    Inbox,
    /// Show an exception: answers, life, clock, what waits, comments
    Show { exception: String },
    /// Work on it
    Take { exception: String },
    /// Give it to somebody else
    HandOver {
        exception: String,
        /// person:HANDLE, team:NAME or role:NAME
        #[arg(long)]
        to: String,
        /// Why, and what is known
        #[arg(long)]
        note: String,
    },
    /// Wait on somebody; on a customer or vendor its clock stands still
    Wait {
        exception: String,
        /// customer, vendor, system or internal
        #[arg(long)]
        on: String,
        /// Until when at most (RFC 3339)
        #[arg(long)]
        until: String,
        /// For what
        #[arg(long)]
        note: String,
    },
    /// The wait is over
    EndWait { exception: String },
    /// Hide it until then, at most until it is due
    Snooze {
        exception: String,
        /// RFC 3339
        #[arg(long)]
        until: String,
    },
    /// Show it again
    Wake { exception: String },
    /// It is not a problem; what waits is given up. A critical one takes two people
    Dismiss {
        exception: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// It is not over after all
    Reopen {
        exception: String,
        /// Why
        #[arg(long)]
        why: String,
    },
    /// An update by hand was made, in a system that cannot be read
    Attest {
        exception: String,
        /// Which of its updates, from 0
        #[arg(long)]
        update: usize,
        /// How one can see it
        #[arg(long)]
        proof: String,
    },
    /// Two are one: what waited on the first waits on the other
    Merge {
        exception: String,
        /// The one that goes on
        #[arg(long)]
        into: String,
    },
    /// Write a comment
    Comment { exception: String, text: String },
    /// Hear when it is over
    Watch { exception: String },
    /// Hear no longer
    Unwatch { exception: String },
    /// Resolve it: every step that waits on it goes on
    Resolve(ResolveArgs),
    /// Do the same to each of those a filter gives, if there are as many as you have seen
    Bulk(BulkArgs),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct WhichArgs {
    /// Of this owner: team:billing
    #[arg(long, conflicts_with = "person")]
    pub(crate) owner: Option<String>,
    /// That this person has, by handle
    #[arg(long)]
    pub(crate) person: Option<String>,
    /// Of this reason: missing_required
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Seen in this workflow last
    #[arg(long)]
    pub(crate) workflow: Option<String>,
    /// Whose cause is this connection
    #[arg(long, conflicts_with = "person")]
    pub(crate) connection: Option<String>,
    /// With those that are snoozed
    #[arg(long)]
    pub(crate) snoozed: bool,
}
