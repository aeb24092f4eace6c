//! What people say about a proposal beside deciding it: comments, questions, answers; and who put it off.

use std::collections::BTreeMap;

use throughline_domain::id::{PersonId, ProposalId};
use throughline_domain::time::Timestamp;

use super::change::ASK;
use crate::Store;
use crate::changes::Subject;
use crate::db::{Arg, FromRow, Row, Sql, args, statements};
use crate::error::Result;
use crate::mail::{NewMail, mail_op};
use crate::scope::Scope;
use crate::writer::{Group, Kind, Outcome};

/// A comment on a proposal; perhaps a question to somebody, or the answer to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalComment {
    /// Its id; writing it again changes nothing.
    pub id: String,
    /// Who, by handle.
    pub by: String,
    /// What.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// A question: whom it is put to, `person:…`, `team:…` or `role:…`.
    pub asks: Option<String>,
    /// A question: when somebody answered it first.
    pub answered_at: Option<Timestamp>,
    /// An answer: to which question.
    pub answers: Option<String>,
}

/// A question that nobody has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// About which.
    pub proposal: ProposalId,
    /// Whom it is put to.
    pub asks: String,
    /// Who asks, by handle.
    pub by: String,
}

struct Snooze {
    proposal: ProposalId,
    until: Timestamp,
}

statements! {
    Tenant COMMENT = Sql::same(
        "INSERT INTO proposal_comment (workspace_id, proposal_id, comment_id, written_by, text, written_at, answers)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, proposal_id, comment_id) DO NOTHING",
    );
    Tenant QUESTION = Sql::same(
        "INSERT INTO proposal_comment (workspace_id, proposal_id, comment_id, written_by, text, written_at, asks)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, proposal_id, comment_id) DO NOTHING",
    );
    Tenant ANSWERED = Sql::same(
        "UPDATE proposal_comment SET answered_at = $4
         WHERE workspace_id = $1 AND proposal_id = $2 AND comment_id = $3 AND answered_at IS NULL",
    );
    Tenant SAID = Sql::same(
        "UPDATE proposal SET said = said + 1 WHERE workspace_id = $1 AND proposal_id = $2",
    );
    // Nobody is asked about what is decided, and nobody puts it off: its row is held while it is looked at.
    Tenant SAID_WHILE_OPEN = Sql::same(
        "UPDATE proposal SET said = said + 1 WHERE workspace_id = $1 AND proposal_id = $2 AND state = 'open'",
    );
    Tenant COMMENTS = Sql::same(
        "SELECT comment_id, written_by, text, written_at, asks, answered_at, answers FROM proposal_comment
         WHERE workspace_id = $1 AND proposal_id = $2 ORDER BY written_at DESC, comment_id DESC LIMIT 500",
    );
    Tenant COMMENT_BY_ID = Sql::same(
        "SELECT comment_id, written_by, text, written_at, asks, answered_at, answers FROM proposal_comment
         WHERE workspace_id = $1 AND proposal_id = $2 AND comment_id = $3",
    );
    // What was said goes along with what takes the place.
    Tenant COMMENTS_ON = Sql::same(
        "INSERT INTO proposal_comment (workspace_id, proposal_id, comment_id, written_by, text, written_at, asks, answered_at,
             answers)
         SELECT workspace_id, CAST($3 AS TEXT), comment_id, written_by, text, written_at, asks, answered_at, answers
         FROM proposal_comment WHERE workspace_id = $1 AND proposal_id = $2
         ON CONFLICT (workspace_id, proposal_id, comment_id) DO NOTHING",
    );
    Tenant ASKED_ON = Sql::same(
        "INSERT INTO proposal_asked (workspace_id, owner, proposal_id)
         SELECT DISTINCT workspace_id, asks, CAST($3 AS TEXT) FROM proposal_comment
         WHERE workspace_id = $1 AND proposal_id = $2 AND asks IS NOT NULL AND answered_at IS NULL
         ON CONFLICT (workspace_id, owner, proposal_id) DO NOTHING",
    );
    Tenant OPEN_QUESTIONS = Sql::same(
        "SELECT proposal_id, asks, written_by FROM proposal_comment
         WHERE workspace_id = $1 AND proposal_id IN (SELECT key FROM json_each($2)) AND asks IS NOT NULL
             AND answered_at IS NULL
         ORDER BY proposal_id, written_at, comment_id",
    );
    Tenant SNOOZE = Sql::same(
        "INSERT INTO proposal_snooze (workspace_id, proposal_id, person_id, snoozed_until)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, proposal_id, person_id) DO UPDATE SET snoozed_until = excluded.snoozed_until",
    );
    Tenant WAKE = Sql::same(
        "DELETE FROM proposal_snooze WHERE workspace_id = $1 AND proposal_id = $2 AND person_id = $3",
    );
    Tenant WAKE_OTHERS = Sql::same(
        "DELETE FROM proposal_snooze WHERE workspace_id = $1 AND proposal_id = $2 AND person_id <> $3",
    );
    Tenant SNOOZES = Sql::same(
        "SELECT proposal_id, snoozed_until FROM proposal_snooze
         WHERE workspace_id = $1 AND proposal_id IN (SELECT key FROM json_each($2)) AND person_id = $3",
    );
}

impl Store {
    /// Writes a comment and queues the mails that tell of it. Whoever put the proposal off sees it again, but for its
    /// writer. False: it is a question, and nobody is asked about this proposal any more.
    pub async fn comment_proposal(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        (comment, writer): (&ProposalComment, Option<&PersonId>),
        mails: &[NewMail],
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Decision);
        let ProposalComment { id, by, text, at, asks, answers, .. } = comment;
        if let Some(asks) = asks {
            group.fence(&SAID_WHILE_OPEN, args![scope, proposal]);
            group.op(&QUESTION, args![scope, proposal, id, by, text, *at, asks]);
            // It stands in the list of whoever is asked, as long as the proposal is open.
            group.op(&ASK, args![scope, asks, proposal]);
        } else {
            group.op(&SAID, args![scope, proposal]);
            group.op(&COMMENT, args![scope, proposal, id, by, text, *at, answers.as_deref()]);
        }
        if let Some(question) = answers {
            group.op(&ANSWERED, args![scope, proposal, question, *at]);
        }
        group.op(&WAKE_OTHERS, args![scope, proposal, writer.map_or("", PersonId::as_str)]);
        for mail in mails {
            mail_op(&mut group, scope, mail);
        }
        self.say(group, scope, proposal).await
    }

    /// Comments on a proposal, oldest first; the last 500.
    pub async fn proposal_comments(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
    ) -> Result<Vec<ProposalComment>> {
        let mut comments: Vec<ProposalComment> = self.all(&COMMENTS, args![scope, proposal]).await?;
        comments.reverse();
        Ok(comments)
    }

    /// One comment on a proposal.
    pub async fn proposal_comment(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        comment: &str,
    ) -> Result<Option<ProposalComment>> {
        self.one(&COMMENT_BY_ID, args![scope, proposal, comment]).await
    }

    /// The questions about some proposals that nobody has answered.
    pub async fn open_questions(
        &self,
        scope: &Scope,
        proposals: &[&ProposalId],
    ) -> Result<Vec<OpenQuestion>> {
        if proposals.is_empty() {
            return Ok(Vec::new());
        }
        let keys = Arg::keys(proposals.iter().map(|id| id.as_str()));
        self.all(&OPEN_QUESTIONS, vec![Arg::from(scope), keys]).await
    }

    /// Keeps a proposal out of somebody's own list until a time, or no longer. False: it is not open any more.
    pub async fn snooze_proposal(
        &self,
        scope: &Scope,
        proposal: &ProposalId,
        person: &PersonId,
        until: Option<Timestamp>,
    ) -> Result<bool> {
        let mut group = Group::new(Kind::Decision);
        if let Some(until) = until {
            group.fence(&SAID_WHILE_OPEN, args![scope, proposal]);
            group.op(&SNOOZE, args![scope, proposal, person, until]);
        } else {
            group.op(&SAID, args![scope, proposal]);
            group.op(&WAKE, args![scope, proposal, person]);
        }
        self.say(group, scope, proposal).await
    }

    /// Until when somebody put off some proposals.
    pub async fn snoozes(
        &self,
        scope: &Scope,
        proposals: &[&ProposalId],
        person: &PersonId,
    ) -> Result<BTreeMap<ProposalId, Timestamp>> {
        if proposals.is_empty() {
            return Ok(BTreeMap::new());
        }
        let keys = Arg::keys(proposals.iter().map(|id| id.as_str()));
        let rows: Vec<Snooze> = self.all(&SNOOZES, vec![Arg::from(scope), keys, Arg::from(person)]).await?;
        Ok(rows.into_iter().map(|row| (row.proposal, row.until)).collect())
    }

    async fn say(&self, mut group: Group, scope: &Scope, proposal: &ProposalId) -> Result<bool> {
        group.changes().touch(scope, Subject::Proposal, proposal.as_str());
        Ok(matches!(self.commit_group(group).await?, Outcome::Committed(_)))
    }
}

/// What was said about one proposal, and who is still asked, goes along to the one that takes its place.
pub(crate) fn go_along_ops(group: &mut Group, scope: &Scope, old: &ProposalId, new: &ProposalId) {
    group.op(&COMMENTS_ON, args![scope, old, new]);
    group.op(&ASKED_ON, args![scope, old, new]);
}

impl FromRow for ProposalComment {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.text()?,
            by: row.text()?,
            text: row.text()?,
            at: row.time()?,
            asks: row.opt_text()?,
            answered_at: row.opt_time()?,
            answers: row.opt_text()?,
        })
    }
}

impl FromRow for OpenQuestion {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { proposal: row.parse()?, asks: row.text()?, by: row.text()? })
    }
}

impl FromRow for Snooze {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { proposal: row.parse()?, until: row.time()? })
    }
}
