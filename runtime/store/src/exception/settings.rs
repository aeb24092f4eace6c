//! Business calendars and routing rules of a workspace.

use throughline_domain::calendar::CalendarDefinition;
use throughline_domain::exception::Kind as About;
use throughline_domain::exception::route::Rule;
use throughline_domain::time::Timestamp;
use throughline_domain::workflow::{Due, Owner};

use super::{opt_read, opt_word};
use crate::Store;
use crate::db::{FromRow, Row, Sql, args, statements, to_json};
use crate::error::{Result, StoreError};
use crate::people::By;
use crate::scope::Scope;
use crate::writer::{Group, Kind};

/// A business calendar as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarRow {
    /// Its name: `default`.
    pub name: String,
    /// What it says.
    pub definition: CalendarDefinition,
    /// When it was changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

/// A routing rule as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleRow {
    /// Its place, from 1.
    pub position: u32,
    /// What it says.
    pub rule: Rule,
}

statements! {
    Tenant CALENDARS = Sql::same(
        "SELECT name, zone, hours, holidays, changed_at, changed_by FROM business_calendar
         WHERE workspace_id = $1 ORDER BY name",
    );
    Tenant SET_CALENDAR = Sql::same(
        "INSERT INTO business_calendar (workspace_id, name, zone, hours, holidays, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workspace_id, name) DO UPDATE SET zone = excluded.zone, hours = excluded.hours,
             holidays = excluded.holidays, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    );
    Tenant RULES = Sql::same(
        "SELECT position, workflow_id, kind, condition, owner, backups, due, ladder FROM routing_rule
         WHERE workspace_id = $1 ORDER BY position",
    );
    Tenant DROP_RULES = Sql::same("DELETE FROM routing_rule WHERE workspace_id = $1");
    Tenant ADD_RULE = Sql::same(
        "INSERT INTO routing_rule (workspace_id, position, workflow_id, kind, condition, owner, backups, due, ladder,
             changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    );
}

impl Store {
    /// The business calendars of a workspace, by name.
    pub async fn list_calendars(&self, scope: &Scope) -> Result<Vec<CalendarRow>> {
        self.all(&CALENDARS, args![scope]).await
    }

    /// Sets a business calendar.
    pub async fn set_calendar(
        &self,
        scope: &Scope,
        name: &str,
        definition: &CalendarDefinition,
        by: By<'_>,
    ) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        let (hours, holidays) = (to_json(&definition.hours)?, to_json(&definition.holidays)?);
        group.op(&SET_CALENDAR, args![scope, name, &definition.zone, hours, holidays, by.at, by.who]);
        self.commit_group(group).await?.done().map(drop)
    }

    /// The routing rules of a workspace, in their order.
    pub async fn list_routing_rules(&self, scope: &Scope) -> Result<Vec<RuleRow>> {
        self.all(&RULES, args![scope]).await
    }

    /// Sets all the routing rules of a workspace.
    pub async fn set_routing_rules(&self, scope: &Scope, rules: &[Rule], by: By<'_>) -> Result<()> {
        let mut group = Group::new(Kind::Admin);
        group.op(&DROP_RULES, args![scope]);
        for (position, rule) in (1u32..).zip(rules) {
            let (backups, due) = (to_json(&rule.backups)?, rule.due.as_ref().map(Due::to_string));
            let ladder = rule.ladder.as_ref().map(to_json).transpose()?;
            let (workflow, kind) = (&rule.workflow, opt_word(rule.kind.as_ref()));
            let about = args![scope, position, workflow, kind, &rule.when];
            let says = args![&rule.owner.0, backups, due, ladder, by.at, by.who];
            group.op(&ADD_RULE, about.into_iter().chain(says).collect());
        }
        self.commit_group(group).await?.done().map(drop)
    }
}

impl FromRow for CalendarRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        let name = row.text()?;
        let definition = CalendarDefinition { zone: row.text()?, hours: row.json()?, holidays: row.json()? };
        Ok(Self { name, definition, changed_at: row.time()?, changed_by: row.text()? })
    }
}

impl FromRow for RuleRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        let position = row.small()?;
        let (workflow, kind) = (row.opt_text()?, opt_read::<About>(row.opt_text()?)?);
        let (when, owner) = (row.opt_text()?, Owner(row.text()?));
        let backups = row.json()?;
        let due = row.opt_text()?.map(|text| Due::parse(&text)).transpose();
        let due = due.map_err(StoreError::Unreadable)?;
        let ladder = row.opt_json()?;
        Ok(Self { position, rule: Rule { workflow, kind, when, owner, backups, due, ladder } })
    }
}
