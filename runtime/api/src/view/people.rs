//! Accounts, members, teams and sessions.

use serde::Serialize;
use throughline_domain::access::Role;
use throughline_domain::approval::PersonKind;
use throughline_domain::id::SessionId;
use throughline_store::{AccountRow, MemberRow, SessionRow, TeamMemberRow, TeamRow};
use utoipa::ToSchema;

use super::at;

/// Who asks, and what they may.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    /// Person; null: the token of the data directory, which is nobody's account.
    pub(crate) person_id: Option<String>,
    /// Name for other people.
    pub(crate) name: Option<String>,
    /// Address.
    pub(crate) mail: Option<String>,
    /// How they came in: `admin_token`, `token` or `session`.
    pub(crate) by: &'static str,
    /// Their name in records: `admin`, `per_…`, `tok_…`.
    pub(crate) recorded_as: String,
    /// When they last typed their password; null for tokens.
    pub(crate) confirmed_at: Option<String>,
    /// Looks after the whole server.
    pub(crate) server_admin: bool,
    /// Rights on the whole server.
    pub(crate) server_rights: Vec<&'static str>,
    /// What they may in each workspace that is visible.
    pub(crate) workspaces: Vec<MyWorkspaceView>,
}

/// What somebody may in one workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MyWorkspaceView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Their own roles there.
    pub(crate) roles: Vec<&'static str>,
    /// What these, and the token if they came by one, allow.
    pub(crate) rights: Vec<&'static str>,
}

/// An account of the server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// Person.
    pub(crate) person_id: String,
    /// Address: what they sign in with.
    pub(crate) mail: String,
    /// Name for other people.
    pub(crate) name: String,
    /// Looks after the whole server.
    pub(crate) server_admin: bool,
    /// `invited` until there is a password, `active`, `disabled`.
    pub(crate) state: &'static str,
    /// When it was made.
    pub(crate) created_at: String,
    /// By whom.
    pub(crate) created_by: String,
    /// When the password was set.
    pub(crate) password_at: Option<String>,
    /// When it was disabled.
    pub(crate) disabled_at: Option<String>,
}

/// A link that works once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LinkView {
    /// `invitation` or `reset`.
    pub(crate) kind: &'static str,
    /// Path of the link on this server. It is shown this once.
    pub(crate) path: String,
    /// What goes before the path where others reach the server: the setting `public_url`.
    pub(crate) base: Option<String>,
    /// Until when it works.
    pub(crate) expires_at: String,
}

/// An account that was just made, with the link that gives it a password.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct InvitedView {
    /// The account.
    #[serde(flatten)]
    pub(crate) account: AccountView,
    /// Its invitation.
    pub(crate) link: LinkView,
}

/// A signed-in browser.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Session.
    pub(crate) session_id: String,
    /// What the browser calls itself.
    pub(crate) client: String,
    /// When they signed in.
    pub(crate) created_at: String,
    /// When it was last used, to the minute.
    pub(crate) used_at: String,
    /// It is the one of this request.
    pub(crate) current: bool,
}

/// A member of a workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MemberView {
    /// Workspace.
    pub(crate) workspace: String,
    /// Person.
    pub(crate) person_id: String,
    /// What stands in workflows: `person:office`.
    pub(crate) handle: String,
    /// Name for other people.
    pub(crate) name: String,
    /// Address.
    pub(crate) mail: String,
    /// `account`, or `external`: a mail address and nothing else.
    pub(crate) kind: &'static str,
    /// False while the account is disabled.
    pub(crate) active: bool,
    /// Roles: what they may do.
    pub(crate) roles: Vec<&'static str>,
    /// What else a workflow may call them: `role:field_lead`. Gives no right.
    pub(crate) duties: Vec<String>,
    /// Teams.
    pub(crate) teams: Vec<String>,
    /// Since when.
    pub(crate) added_at: String,
}

/// A team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TeamView {
    /// Workspace.
    pub(crate) workspace: String,
    /// What stands in workflows: `team:billing`.
    pub(crate) team: String,
    /// For people.
    pub(crate) title: String,
    /// When it was made.
    pub(crate) created_at: String,
    /// Who is in it.
    pub(crate) members: Vec<TeamMemberView>,
}

/// Somebody in a team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TeamMemberView {
    /// Person.
    pub(crate) person_id: String,
    /// Hears of what is due beside its owner.
    pub(crate) lead: bool,
    /// Since when.
    pub(crate) added_at: String,
}

impl From<AccountRow> for AccountView {
    fn from(row: AccountRow) -> Self {
        let state = match (row.disabled_at, row.password_at) {
            (Some(_), _) => "disabled",
            (None, Some(_)) => "active",
            (None, None) => "invited",
        };
        Self {
            person_id: row.person.into(),
            mail: row.mail.into(),
            name: row.name,
            server_admin: row.server_admin,
            state,
            created_at: at(row.created_at),
            created_by: row.created_by,
            password_at: row.password_at.map(at),
            disabled_at: row.disabled_at.map(at),
        }
    }
}

impl SessionView {
    /// From its row; `current`: the session of the request.
    pub(crate) fn new(row: SessionRow, current: Option<&SessionId>) -> Self {
        Self {
            current: current == Some(&row.session),
            session_id: row.session.into(),
            client: row.client,
            created_at: at(row.times.created_at),
            used_at: at(row.times.used_at),
        }
    }
}

impl MemberView {
    /// From its row.
    pub(crate) fn new(workspace: &str, row: MemberRow) -> Self {
        let member = row.member;
        Self {
            workspace: workspace.to_owned(),
            person_id: member.person.into(),
            handle: member.handle,
            name: member.name,
            mail: row.mail.into(),
            kind: match member.kind {
                PersonKind::Account => "account",
                PersonKind::External => "external",
            },
            active: member.active,
            roles: member.roles.into_iter().map(Role::as_str).collect(),
            duties: member.duties.into_iter().collect(),
            teams: member.teams.into_iter().collect(),
            added_at: at(row.added_at),
        }
    }
}

impl TeamView {
    /// From its row and who is in it.
    pub(crate) fn new(workspace: &str, row: TeamRow, members: Vec<TeamMemberRow>) -> Self {
        Self {
            workspace: workspace.to_owned(),
            team: row.team,
            title: row.title,
            created_at: at(row.created_at),
            members: members.into_iter().map(TeamMemberView::from).collect(),
        }
    }
}

impl From<TeamMemberRow> for TeamMemberView {
    fn from(row: TeamMemberRow) -> Self {
        Self { person_id: row.person.into(), lead: row.lead, added_at: at(row.added_at) }
    }
}
