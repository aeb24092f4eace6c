//! Arguments of `proposal`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum ProposalCommand {
    /// List proposals, newest first
    List {
        /// State: open, approved, applied, rejected, expired, …, or any
        #[arg(long, default_value = "open")]
        state: String,
        /// Only open ones that you could decide or are asked about, for yourself or for somebody you stand in for
        #[arg(long, conflicts_with = "state")]
        mine: bool,
    },
    /// Show a proposal: what would be written, who is asked, who has decided
    Show {
        /// Proposal id
        proposal: String,
    },
    /// Withdraw an open proposal: nothing is sent, and its step takes the exception port
    Withdraw {
        /// Proposal id
        proposal: String,
        /// Why, for those who were asked
        #[arg(long)]
        reason: String,
    },
    /// Comment on a proposal, ask somebody about it, or answer
    Comment {
        /// Proposal id
        proposal: String,
        /// What, as text
        text: String,
        /// A question, to person:…, team:… or role:…: they get a mail
        #[arg(long, value_name = "OWNER", conflicts_with = "answers")]
        ask: Option<String>,
        /// The answer to this question, by its comment's id
        #[arg(long, value_name = "COMMENT")]
        answers: Option<String>,
    },
    /// Keep a proposal out of your own list; it ends when it would have
    Snooze {
        /// Proposal id
        proposal: String,
        /// Until when, RFC 3339, before it ends
        #[arg(long, value_name = "TIME")]
        until: String,
    },
    /// Take a proposal back into your own list
    Wake {
        /// Proposal id
        proposal: String,
    },
    /// Decide about a proposal, as the person whose token this is
    Decide(DecideArgs),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DecideArgs {
    /// Proposal id
    pub(crate) proposal: String,
    /// Yes or no
    pub(crate) verdict: VerdictArg,
    /// Hash of what you looked at, as `show` prints it
    #[arg(long, value_name = "HASH")]
    pub(crate) shown: String,
    /// Why not: wrong_value, wrong_record, wrong_action, not_now, duplicate, business_changed or other
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Words; the reason `other` needs them
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// JSON file with the action's whole input instead, with `approve`; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) edit: Option<PathBuf>,
    /// The person you stand in for
    #[arg(long, value_name = "PERSON")]
    pub(crate) on_behalf_of: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictArg {
    /// Yes
    Approve,
    /// No
    Reject,
}
