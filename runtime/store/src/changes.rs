//! What was committed, told in process after the commit; on PostgreSQL other nodes' commits too, while somebody here watches.

use std::sync::Arc;

use throughline_domain::id::RunId;
use tokio::sync::{broadcast, watch};

use crate::Store;
use crate::scope::Scope;

/// Batches that a slow reader may lag behind.
const LAG: usize = 1_024;

/// Something about a run was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunChange {
    /// Workspace.
    pub scope: Scope,
    /// Run.
    pub run: RunId,
    /// It ended.
    pub ended: bool,
    /// Its reply is stored.
    pub replied: bool,
    /// A signal for it was stored.
    pub signalled: bool,
}

impl RunChange {
    pub(crate) fn new(scope: &Scope, run: &RunId) -> Self {
        Self { scope: scope.clone(), run: run.clone(), ended: false, replied: false, signalled: false }
    }
}

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A run.
    Run,
    /// A proposal.
    Proposal,
    /// An exception.
    Exception,
    /// A question.
    Ask,
    /// A connection.
    Connection,
    /// A workflow.
    Workflow,
    /// A request to publish.
    PublishRequest,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Run,
        Self::Proposal,
        Self::Exception,
        Self::Ask,
        Self::Connection,
        Self::Workflow,
        Self::PublishRequest,
    ];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Proposal => "proposal",
            Self::Exception => "exception",
            Self::Ask => "ask",
            Self::Connection => "connection",
            Self::Workflow => "workflow",
            Self::PublishRequest => "publish_request",
        }
    }

    /// From how it is written.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.as_str() == word)
    }
}

/// Something was changed by a commit. Nothing of its content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Touched {
    /// Workspace.
    pub scope: Scope,
    /// What kind of thing.
    pub subject: Subject,
    /// Its id; of a proposal perhaps that of its write.
    pub id: String,
}

/// What a watcher hears.
#[derive(Clone, Debug)]
pub enum News {
    /// These were changed on this node, in the order of their commits.
    Touched(Arc<[Touched]>),
    /// The same of another node; perhaps of this one, once more.
    Elsewhere(Arc<[Touched]>),
    /// Something may have been missed: look at everything again.
    Missed,
}

/// Where commits are told, and how many watch.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    pub(crate) heard: broadcast::Sender<News>,
    pub(crate) watchers: watch::Sender<usize>,
}

impl Default for Watch {
    fn default() -> Self {
        Self { heard: broadcast::Sender::new(LAG), watchers: watch::Sender::new(0) }
    }
}

/// While it lives, other nodes tell this one what they commit.
#[derive(Debug)]
pub struct Watching(watch::Sender<usize>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Store {
    /// What is committed on this node from now on, and on others while one [`Watching`] lives.
    pub fn heard(&self) -> broadcast::Receiver<News> {
        self.inner.watch.heard.subscribe()
    }

    /// Has other nodes tell what they commit. What they commit before they know is told as [`News::Missed`].
    pub fn watch_others(&self) -> Watching {
        let watchers = self.inner.watch.watchers.clone();
        watchers.send_modify(|count| *count = count.saturating_add(1));
        Watching(watchers)
    }
}

/// What a group tells when it is committed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// A run became, or may have become, claimable.
    pub(crate) due: bool,
    pub(crate) runs: Vec<RunChange>,
    /// What else it changes.
    pub(crate) touched: Vec<Touched>,
}

impl Changes {
    pub(crate) fn touch(&mut self, scope: &Scope, subject: Subject, id: &str) {
        self.touched.push(Touched { scope: scope.clone(), subject, id: id.to_owned() });
    }

    /// All that is changed, runs among it.
    pub(crate) fn take_touched(&mut self) -> Vec<Touched> {
        let runs = self.runs.iter().map(|change| Touched {
            scope: change.scope.clone(),
            subject: Subject::Run,
            id: change.run.as_str().to_owned(),
        });
        runs.chain(std::mem::take(&mut self.touched)).collect()
    }
}
