//! Arguments of `account`, `member`, `team` and `session`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// List accounts, newest first
    List,
    /// Make an account and print its invitation: a link that works once, for a week
    Create {
        /// Address they sign in with
        mail: String,
        /// Name for other people
        #[arg(long)]
        name: String,
        /// Looks after the whole server: workspaces, connectors, accounts
        #[arg(long)]
        server_admin: bool,
    },
    /// Change an account; what is not given stays
    Change {
        /// Address or person id
        account: String,
        /// Another address
        #[arg(long)]
        mail: Option<String>,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        /// Looks after the whole server, or not any more
        #[arg(long, value_name = "true|false")]
        server_admin: Option<bool>,
    },
    /// Print a link for a new password: it works once, for an hour; the one before it works no more
    Link {
        /// Address or person id
        account: String,
    },
    /// Disable an account: its sessions, tokens and links end at once
    Disable {
        /// Address or person id
        account: String,
    },
    /// Enable an account again; what ended stays ended
    Enable {
        /// Address or person id
        account: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum MemberCommand {
    /// List the members of a workspace
    List,
    /// Add an account with roles, or an external approver with a name and a mail address
    Add(MemberArgs),
    /// Change a member; what is not given stays
    Change {
        /// Handle or person id
        member: String,
        /// Another handle
        #[arg(long)]
        handle: Option<String>,
        /// Exactly these roles
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// No role at all
        #[arg(long, conflicts_with = "roles")]
        no_roles: bool,
        /// Exactly these duties
        #[arg(long = "duty", value_name = "NAME")]
        duties: Vec<String>,
    },
    /// Remove a member, with roles, duties and teams; what they did keeps their name
    Remove {
        /// Handle or person id
        member: String,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct MemberArgs {
    /// What stands in workflows: `office` for `person:office`
    pub(crate) handle: String,
    /// Account: its address or person id
    #[arg(long, value_name = "MAIL", conflicts_with_all = ["name", "mail"])]
    pub(crate) account: Option<String>,
    /// Name of somebody from outside
    #[arg(long, requires = "mail")]
    pub(crate) name: Option<String>,
    /// Mail address of somebody from outside: codes and mails go there
    #[arg(long, requires = "name")]
    pub(crate) mail: Option<String>,
    /// admin, builder, approver, operator or viewer; can be given several times
    #[arg(long = "role", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
    /// What else a workflow may call them: `field_lead` for `role:field_lead`; gives no right
    #[arg(long = "duty", value_name = "NAME")]
    pub(crate) duties: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TeamCommand {
    /// List teams with who is in them
    List,
    /// Make a team
    Create {
        /// What stands in workflows: `billing` for `team:billing`
        team: String,
        /// For people
        #[arg(long)]
        title: String,
    },
    /// Delete a team; what it owns falls to the backup of each workflow
    Delete {
        /// Team
        team: String,
    },
    /// Put a member into a team
    Join {
        /// Team
        team: String,
        /// Handle or person id
        member: String,
        /// Hears of what is due beside its owner
        #[arg(long)]
        lead: bool,
    },
    /// Take a member out of a team
    Leave {
        /// Team
        team: String,
        /// Handle or person id
        member: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SessionCommand {
    /// List the sessions of an account, or those that links of the data directory's token began
    List {
        /// Address or person id
        #[arg(long, value_name = "MAIL")]
        account: Option<String>,
    },
    /// End all sessions of an account
    EndAll {
        /// Address or person id
        account: String,
    },
    /// End one session that a link of the data directory's token began
    End {
        /// Session id
        session: String,
    },
}
