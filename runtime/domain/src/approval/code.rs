//! The 6-digit code of somebody without a session: sent on request, bound to a person and a proposal, good for a few
//! tries and a few minutes. What is kept of it is a keyed digest, never the code.

use serde::{Deserialize, Serialize};

use crate::id::{PersonId, ProposalId};
use crate::time::Timestamp;

/// How long a code is good: 10 minutes, in milliseconds.
pub const CODE_MS: u64 = 10 * 60_000;
/// How long what it opens stays open: 10 minutes, in milliseconds.
pub const COOKIE_MS: u64 = 10 * 60_000;
/// Tries of one code.
pub const MAX_TRIES: u8 = 5;
/// Codes an hour for one person and proposal.
pub const MAX_CODES_AN_HOUR: usize = 3;
/// Codes an hour for one person, over all proposals: a thousand open ones are not three thousand codes to guess at.
pub const MAX_CODES_OF_A_PERSON: usize = 30;

const HOUR_MS: u64 = 3_600_000;

/// The six digits, from random bits.
pub fn code_text(random: u64) -> String {
    format!("{:06}", random % 1_000_000)
}

/// The codes of one person for one proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeState {
    /// Who may type it.
    pub person: PersonId,
    /// For what.
    pub proposal: ProposalId,
    /// When codes were asked for, within the last hour.
    pub requested_at: Vec<Timestamp>,
    /// The one that is good; a newer one ends it.
    pub issued: Option<Issued>,
}

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Hex digest under a key of the workspace, made by the caller.
    pub digest: String,
    /// When.
    pub at: Timestamp,
    /// Wrong tries so far.
    pub wrong: u8,
}

/// What a good code opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cookie {
    /// For whom.
    pub person: PersonId,
    /// Which proposal.
    pub proposal: ProposalId,
    /// Until before this time.
    pub until: Timestamp,
}

/// Why a code is not sent, or not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// Asked for too often.
    #[error("no more codes for now: the next one can be sent in {} min", minutes(*.after_ms))]
    TooMany {
        /// Milliseconds until the next may be sent.
        after_ms: u64,
    },
    /// There is none.
    #[error("ask for a code first")]
    NoCode,
    /// Its time is over.
    #[error("the code was good for 10 minutes: ask for a new one")]
    TooOld,
    /// Not it.
    #[error("that is not the code; tries left: {left}")]
    Wrong {
        /// Tries left.
        left: u8,
    },
    /// It was tried too often.
    #[error("the code was tried 5 times: ask for a new one")]
    UsedUp,
    /// It was sent to somebody else, or for something else.
    #[error("this code is for another person or another proposal")]
    Foreign,
}

const fn minutes(ms: u64) -> u64 {
    ms.div_ceil(60_000)
}

impl CodeRefused {
    /// The page of it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wrong { .. } | Self::NoCode => "TL0882",
            Self::UsedUp => "TL0883",
            Self::TooOld => "TL0884",
            Self::TooMany { .. } => "TL0885",
            Self::Foreign => "TL0886",
        }
    }
}

impl CodeState {
    /// Nothing was asked for.
    pub const fn new(person: PersonId, proposal: ProposalId) -> Self {
        Self { person, proposal, requested_at: Vec::new(), issued: None }
    }

    /// A code is asked for. `digest` is of the new code; `elsewhere`: when the same person asked for codes of other
    /// proposals within the last hour. On success the state is changed and the code is sent to the named recipient.
    pub fn request(
        &mut self,
        digest: String,
        elsewhere: &[Timestamp],
        now: Timestamp,
    ) -> Result<(), CodeRefused> {
        self.requested_at.retain(|at| within_an_hour(*at, now));
        let mut all: Vec<Timestamp> =
            elsewhere.iter().copied().filter(|at| within_an_hour(*at, now)).collect();
        all.extend(&self.requested_at);
        if let Some(after_ms) =
            wait(&self.requested_at, MAX_CODES_AN_HOUR, now).max(wait(&all, MAX_CODES_OF_A_PERSON, now))
        {
            return Err(CodeRefused::TooMany { after_ms });
        }
        self.requested_at.push(now);
        self.issued = Some(Issued { digest, at: now, wrong: 0 });
        Ok(())
    }

    /// A code was typed; `digest` is of it. The state changes on a wrong one too, so it is stored either way. A good
    /// code is good once.
    pub fn enter(
        &mut self,
        person: &PersonId,
        proposal: &ProposalId,
        digest: &str,
        now: Timestamp,
    ) -> Result<Cookie, CodeRefused> {
        if (&self.person, &self.proposal) != (person, proposal) {
            return Err(CodeRefused::Foreign);
        }
        let issued = self.issued.as_mut().ok_or(CodeRefused::NoCode)?;
        if issued.wrong >= MAX_TRIES {
            return Err(CodeRefused::UsedUp);
        }
        if now < issued.at || now >= issued.at.plus_ms(CODE_MS) {
            return Err(CodeRefused::TooOld);
        }
        if issued.digest != digest {
            issued.wrong += 1;
            let left = MAX_TRIES - issued.wrong;
            return Err(if left == 0 { CodeRefused::UsedUp } else { CodeRefused::Wrong { left } });
        }
        self.issued = None;
        let (person, proposal) = (person.clone(), proposal.clone());
        Ok(Cookie { person, proposal, until: now.plus_ms(COOKIE_MS) })
    }
}

/// A time ahead of the clock counts: a clock that was set back gives nobody more tries.
fn within_an_hour(at: Timestamp, now: Timestamp) -> bool {
    now < at.plus_ms(HOUR_MS)
}

/// Milliseconds until one more fits; `None`: it fits now.
fn wait(requests: &[Timestamp], most: usize, now: Timestamp) -> Option<u64> {
    let mut requests = requests.to_vec();
    requests.sort_unstable();
    let blocking = requests.len().checked_sub(most)?;
    let free_at = requests.get(blocking)?.plus_ms(HOUR_MS);
    Some(u64::try_from(free_at.0.saturating_sub(now.0)).unwrap_or(0).div_ceil(1_000))
}
