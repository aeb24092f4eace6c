//! Who is there, what the rules say, and when a workspace is open: read once for everything done in one go.

use std::collections::BTreeSet;
use std::sync::Arc;

use throughline_domain::access::Right;
use throughline_domain::calendar::{Calendar, CalendarDefinition};
use throughline_domain::exception::clock::Ladder;
use throughline_domain::exception::life::{Standing, Who};
use throughline_domain::exception::reason::Role;
use throughline_domain::exception::route::{Table, Workspace};
use throughline_domain::id::PersonId;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::Owner;
use throughline_store::{ChannelRow, MemberRow, Scope, Store, StoreError};

use crate::command::person_behind;
use crate::shared::Shared;

/// The calendar a workspace has without a row.
pub(crate) const DEFAULT_CALENDAR: &str = "default";

/// What routing and clocks of one workspace need.
pub(crate) struct Room {
    pub(crate) table: Table,
    pub(crate) calendar: Calendar,
    pub(crate) definition: CalendarDefinition,
    pub(crate) workspace: Workspace,
    pub(crate) members: Vec<MemberRow>,
    /// With those who left.
    ever: Vec<MemberRow>,
    /// Who leads which team.
    leads: Vec<(String, PersonId)>,
    /// Where the workspace is told besides.
    pub(crate) channels: Arc<Vec<ChannelRow>>,
}

impl Room {
    pub(crate) async fn enter(shared: &Shared, scope: &Scope) -> Result<Self, StoreError> {
        let rules = shared.store.list_routing_rules(scope).await?;
        let rules = rules.into_iter().map(|row| row.rule).collect();
        let table = Table::new(rules).unwrap_or_else(|problems| {
            // They were checked when they were saved; a release may read one otherwise.
            tracing::error!(workspace.id = %scope, ?problems, "the routing rules do not read: exceptions go by default");
            Table::default()
        });
        let definition = stored_definition(&shared.store, scope).await?;
        let calendar = calendar_of(&definition, shared.clock.now());
        let ever = shared.store.list_members_ever(scope).await?;
        let members = ever.iter().filter(|row| row.removed_at.is_none()).cloned().collect();
        let leads = shared.store.list_team_leads(scope).await?;
        let workspace = Workspace { owner: Role::Admin.owner(), ladder: Ladder::default() };
        let channels = shared.channels(scope).await?;
        Ok(Self { table, calendar, definition, workspace, members, ever, leads, channels })
    }

    /// May they own an exception? Where nobody has been added yet, whoever the workflow names may.
    pub(crate) fn standing(&self, owner: &Owner) -> Standing {
        if self.members.is_empty() {
            return Standing::FIT;
        }
        let who = self.of(owner);
        let active = || who.iter().filter(|row| row.member.active);
        Standing {
            active: active().next().is_some(),
            access: active().any(|row| row.member.roles.iter().any(|role| role.allows(Right::Resolve))),
        }
    }

    /// Is this person a member, or was one?
    pub(crate) fn knew(&self, owner: &Owner) -> bool {
        let handle = owner.0.strip_prefix("person:").unwrap_or_default();
        self.ever.iter().any(|row| row.member.handle == handle)
    }

    /// Handles of those who are or were members and may not own anything any more.
    pub(crate) fn absent(&self) -> Vec<String> {
        let unfit = |handle: &str| !self.standing(&Owner(format!("person:{handle}"))).is_fit();
        let handles: BTreeSet<&str> = self.ever.iter().map(|row| row.member.handle.as_str()).collect();
        handles.into_iter().filter(|handle| unfit(handle)).map(str::to_owned).collect()
    }

    /// The members an owner stands for.
    pub(crate) fn of(&self, owner: &Owner) -> Vec<&MemberRow> {
        let (kind, name) = owner.0.split_once(':').unwrap_or(("", ""));
        let role = |row: &MemberRow| {
            row.member.roles.iter().any(|role| role.as_str() == name) || row.member.duties.contains(name)
        };
        let fits = |row: &&MemberRow| match kind {
            "person" => row.member.handle == name,
            "team" => row.member.teams.contains(name),
            "role" => role(row),
            _ => false,
        };
        self.members.iter().filter(fits).collect()
    }

    /// The teams whose leads answer for an owner: a team's own, or all of a person.
    pub(crate) fn teams_of(&self, owner: &Owner) -> BTreeSet<String> {
        match owner.0.split_once(':') {
            Some(("team", team)) => [team.to_owned()].into(),
            Some(("person", _)) => self
                .of(owner)
                .iter()
                .flat_map(|row| row.member.teams.iter().map(ToString::to_string))
                .collect(),
            _ => BTreeSet::new(),
        }
    }

    /// The people who hear what is told to an owner, or to a team's leads: those who are there.
    pub(crate) fn people(&self, recipient: &str) -> Vec<String> {
        if let Some(team) = recipient.strip_prefix("lead:team:") {
            let leads = |row: &&MemberRow| {
                self.leads.iter().any(|(of, person)| of == team && *person == row.member.person)
            };
            let there = self.members.iter().filter(leads).filter(|row| row.member.active);
            return there.map(|row| row.member.handle.clone()).collect();
        }
        let all = self.of(&Owner(recipient.to_owned()));
        all.iter().filter(|row| row.member.active).map(|row| row.member.handle.clone()).collect()
    }

    /// Whoever asks, by their handle where they are a member.
    pub(crate) fn who(&self, by: &str) -> Who {
        Who::Person { id: self.handle(by), on_behalf_of: None }
    }

    /// The handle of somebody, where they are a member.
    pub(crate) fn handle(&self, by: &str) -> String {
        let found =
            self.members.iter().find(|row| row.member.person.as_str() == by || row.member.handle == by);
        found.map_or_else(|| by.to_owned(), |row| row.member.handle.clone())
    }

    /// The account of whoever asks; a program and the token of the data directory have none.
    pub(crate) fn person(&self, by: &str) -> Option<PersonId> {
        let found = self.members.iter().find(|row| row.member.handle == by);
        person_behind(by).or_else(|| found.map(|row| row.member.person.clone()))
    }

    /// May whoever asks take an exception? They were let in to ask; only a member may have been disabled since.
    pub(crate) fn standing_of(&self, by: &str) -> Standing {
        let found =
            self.members.iter().find(|row| row.member.person.as_str() == by || row.member.handle == by);
        found.map_or(Standing::FIT, |row| self.standing(&Owner(format!("person:{}", row.member.handle))))
    }
}

/// The business calendar of a workspace; the default one where none was set.
pub(crate) async fn stored_definition(
    store: &Store,
    scope: &Scope,
) -> Result<CalendarDefinition, StoreError> {
    let calendars = store.list_calendars(scope).await?;
    let stored = calendars.into_iter().find(|row| row.name == DEFAULT_CALENDAR);
    Ok(stored.map_or_else(default_definition, |row| row.definition))
}

/// Monday to Friday, 09:00 to 17:00, UTC.
pub(crate) fn default_definition() -> CalendarDefinition {
    let day = |name: &str| (name.to_owned(), "09:00-17:00".to_owned());
    let hours = ["monday", "tuesday", "wednesday", "thursday", "friday"].into_iter().map(day).collect();
    CalendarDefinition { zone: "UTC".to_owned(), hours, holidays: BTreeSet::new() }
}

/// A calendar that was checked when it was saved. One whose days have all passed is open as by default.
pub(crate) fn calendar_of(definition: &CalendarDefinition, now: Timestamp) -> Calendar {
    let today = Calendar::default().date(now).unwrap_or_default();
    definition.calendar(today).unwrap_or_default()
}
