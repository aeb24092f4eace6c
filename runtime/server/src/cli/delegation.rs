//! Arguments of `delegation`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum DelegationCommand {
    /// List delegations that are in force or will be, the first to end first
    List,
    /// Let somebody stand in: for yourself with a token of yours, else for a member with --for
    Add(DelegationArgs),
    /// End a delegation before its time
    End {
        /// Delegation id
        delegation: String,
        /// Of this member, by handle or person id; your own where absent
        #[arg(long = "for", value_name = "MEMBER")]
        of: Option<String>,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DelegationArgs {
    /// Who stands in: handle or person id; they need the right to decide themselves
    pub(crate) to: String,
    /// Until before this time, RFC 3339; at most 366 days
    #[arg(long, value_name = "TIME")]
    pub(crate) until: String,
    /// From this time, RFC 3339; from now where absent
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Whose decisions: a member, by handle or person id; your own where absent
    #[arg(long = "for", value_name = "MEMBER")]
    pub(crate) of: Option<String>,
    /// Only this workflow; can be given several times
    #[arg(long = "workflow", value_name = "WORKFLOW")]
    pub(crate) workflows: Vec<String>,
    /// Where money moves: up to this amount
    #[arg(long, value_name = "AMOUNT", requires = "currency", conflicts_with = "all_money")]
    pub(crate) up_to: Option<String>,
    /// Currency of the amount: GBP
    #[arg(long, value_name = "CODE", requires = "up_to")]
    pub(crate) currency: Option<String>,
    /// Where money moves: every amount
    #[arg(long)]
    pub(crate) all_money: bool,
    /// Also what cannot be undone
    #[arg(long)]
    pub(crate) irreversible: bool,
}
