//! Standing in for somebody: made, ended, listed, and told to both.

use std::collections::BTreeMap;

use throughline_domain::approval::{Delegation, DelegationScope, MoneyScope, check_delegation};
use throughline_domain::id::{DelegationId, MailId, PersonId};
use throughline_domain::time::Timestamp;
use throughline_store::{By, DelegationRow, MailKind, MemberRow, NewMail, Scope};

use super::CommandError;
use crate::Engine;
use crate::gateway::propose::people;
use crate::letters::readable;
use crate::shared::Shared;

/// Delegations of one person that are not over, at most.
const MOST: usize = 50;

/// A delegation to make.
#[derive(Clone, Debug)]
pub struct NewDelegation {
    /// Whose decisions.
    pub from: PersonId,
    /// Who stands in.
    pub to: PersonId,
    /// From when; from now where it is in the past.
    pub starts_at: Timestamp,
    /// Until before this time.
    pub ends_at: Timestamp,
    /// For what.
    pub scope: DelegationScope,
}

/// A delegation with the names of those in it.
#[derive(Clone, Debug)]
pub struct DelegationView {
    /// The delegation.
    pub row: DelegationRow,
    /// Name of the person whose decisions they are.
    pub from: String,
    /// Name of the person who stands in.
    pub to: String,
}

/// What is told to both.
#[derive(Clone, Copy)]
enum News {
    Made,
    Ended,
}

impl Engine {
    /// Lets somebody stand in. Refused where one of them could not decide, or everybody would wait for the next.
    pub async fn delegate(
        &self,
        scope: &Scope,
        new: NewDelegation,
        by: &str,
    ) -> Result<DelegationView, CommandError> {
        let (shared, now) = (&self.shared, self.shared.clock.now());
        let (people, members) = people(shared, scope, now).await?;
        let own = people.delegations().iter().filter(|one| one.from == new.from).count();
        if own >= MOST {
            let words = format!(
                "{} has {MOST} delegations that are not over: end some of them first",
                people.name(&new.from)
            );
            return Err(CommandError::Conflict(words));
        }
        let NewDelegation { from, to, starts_at, ends_at, scope: covers } = new;
        let terms = Delegation { from, to, starts_at: starts_at.max(now), ends_at, scope: covers };
        check_delegation(&terms, &people)?;
        let id = DelegationId::new(shared.now_millis(), shared.random_wide());
        let row = DelegationRow {
            delegation: id.clone(),
            terms,
            created_at: now,
            created_by: by.to_owned(),
            ended_at: None,
        };
        let view = view(row, &names(&members));
        let mails = mails(shared, &view, News::Made, &members, now);
        let who = By { who: by, at: now };
        shared.store.add_delegation(scope, (&id, &view.row.terms), &mails, who).await?;
        if !mails.is_empty() {
            shared.post.notify_one();
        }
        tracing::info!(workspace.id = %scope, delegation.id = %id, account.name = by, "somebody stands in");
        Ok(view)
    }

    /// Ends a delegation before its time. `of`: only one of this person.
    pub async fn end_delegation(
        &self,
        scope: &Scope,
        id: &DelegationId,
        of: Option<&PersonId>,
        by: &str,
    ) -> Result<DelegationView, CommandError> {
        let (shared, now) = (&self.shared, self.shared.clock.now());
        let missing = || CommandError::NotFound { what: "delegation", id: id.to_string() };
        let row = shared.store.get_delegation(scope, id).await?;
        let mut row = row.filter(|row| of.is_none_or(|of| row.terms.from == *of)).ok_or_else(missing)?;
        let over = || CommandError::Conflict(format!("delegation `{id}` is over already"));
        if row.ended_at.is_some() || row.terms.ends_at <= now {
            return Err(over());
        }
        row.ended_at = Some(now);
        let members = shared.store.list_members_ever(scope).await?;
        let view = view(row, &names(&members));
        let mails = mails(shared, &view, News::Ended, &members, now);
        if !shared.store.end_delegation(scope, id, &mails, By { who: by, at: now }).await? {
            return Err(over());
        }
        if !mails.is_empty() {
            shared.post.notify_one();
        }
        tracing::info!(workspace.id = %scope, delegation.id = %id, account.name = by, "a delegation was ended");
        Ok(view)
    }

    /// The delegations of a workspace that are in force or will be, the first to end first. `of`: those this person is in.
    pub async fn delegations(
        &self,
        scope: &Scope,
        of: Option<&PersonId>,
    ) -> Result<Vec<DelegationView>, CommandError> {
        let rows = self.shared.store.list_delegations(scope, self.shared.clock.now()).await?;
        let names = names(&self.shared.store.list_members_ever(scope).await?);
        let is_in = |row: &DelegationRow| of.is_none_or(|of| row.terms.from == *of || row.terms.to == *of);
        Ok(rows.into_iter().filter(is_in).map(|row| view(row, &names)).collect())
    }
}

fn names(members: &[MemberRow]) -> BTreeMap<PersonId, String> {
    members.iter().map(|row| (row.member.person.clone(), row.member.name.clone())).collect()
}

fn view(row: DelegationRow, names: &BTreeMap<PersonId, String>) -> DelegationView {
    let name = |id: &PersonId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    DelegationView { from: name(&row.terms.from), to: name(&row.terms.to), row }
}

/// One to each of the two; none where no mail server is set.
fn mails(
    shared: &Shared,
    view: &DelegationView,
    news: News,
    members: &[MemberRow],
    now: Timestamp,
) -> Vec<NewMail> {
    if shared.mailer.is_none() {
        return Vec::new();
    }
    let terms = &view.row.terms;
    let both = members.iter().filter(|row| [&terms.from, &terms.to].contains(&&row.member.person));
    both.filter(|row| row.member.active).map(|row| mail(shared, view, news, row, now)).collect()
}

fn mail(shared: &Shared, view: &DelegationView, news: News, to: &MemberRow, now: Timestamp) -> NewMail {
    let (id, terms) = (&view.row.delegation, &view.row.terms);
    let (word, subject, first) = match news {
        News::Made => ("made", "stands in for", "stands in for"),
        News::Ended => ("ended", "stands in no more for", "does not stand in any more for"),
    };
    let mut lines = vec![format!("Hello {},", to.member.name), String::new()];
    lines.push(format!("{} {first} {} in decisions about changes.", view.to, view.from));
    lines.push(String::new());
    if matches!(news, News::Made) {
        lines.push(format!("From:      {}", readable(terms.starts_at)));
        lines.push(format!("Until:     {}", readable(terms.ends_at)));
        lines.push(format!("For:       {}", covers(&terms.scope)));
        lines.push(String::new());
        lines.push(format!("{} decides no more than {} could, and it ends by itself.", view.to, view.from));
    }
    let base = shared.config.page_url.as_deref().unwrap_or_default().trim_end_matches('/');
    lines.push("If that is not right, end it or say so to who looks after the workspace:".to_owned());
    lines.push(format!("{base}/account"));
    NewMail {
        mail: MailId::about(id.as_str(), &format!("{word}\n{}", to.member.person)),
        kind: MailKind::Account,
        about: Some(id.to_string()),
        to: to.mail.as_str().to_owned(),
        name: Some(to.member.name.clone()),
        subject: format!("{} {subject} {}", view.to, view.from).chars().take(200).collect(),
        text: lines.join("\n"),
        html: None,
        queued_at: now,
        not_before: now,
        until: terms.ends_at.max(now.plus_ms(1)),
    }
}

/// What a delegation is for, in words.
pub fn covers(scope: &DelegationScope) -> String {
    let workflows = match &scope.workflows {
        None => "every workflow".to_owned(),
        Some(some) => some.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    };
    let money = match &scope.money {
        MoneyScope::None => "no money".to_owned(),
        MoneyScope::UpTo { ceiling } => format!("money up to {ceiling}"),
        MoneyScope::All => "money".to_owned(),
    };
    let undone = if scope.irreversible { "also what cannot be undone" } else { "only what can be undone" };
    format!("{workflows}; {money}; {undone}")
}
