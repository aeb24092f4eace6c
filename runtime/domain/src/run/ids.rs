//! Ids of what a run makes, derived from where it is made: planning again gives the same id, so recording it
//! twice is an upsert and never a second effect, question or exception.

use sha2::{Digest, Sha256};

use crate::id::{AskId, EffectId, ExceptionId, MailId, RunId};
use crate::run::event::StepPath;

impl EffectId {
    /// The effect of one sending of a step. Sorts at its run's time.
    pub fn derived(run: &RunId, path: &StepPath, logical_attempt: u32, sending: u32) -> Self {
        Self::derive(run.as_str(), &format!("{path}\n{logical_attempt}\n{sending}"))
    }
}

impl ExceptionId {
    /// The exception a step parks on in one logical attempt.
    pub fn derived(run: &RunId, path: &StepPath, logical_attempt: u32) -> Self {
        Self::derive(run.as_str(), &format!("{path}\n{logical_attempt}"))
    }

    /// The exception of a run that took its worker down too often. The generation of the claim tells one quarantine
    /// from the next: a run may be set aside again after the same number of claims, and a person must be asked again.
    pub fn quarantine(run: &RunId, generation: u64) -> Self {
        Self::derive(run.as_str(), &format!("quarantine\n{generation}"))
    }
}

impl ExceptionId {
    /// The exception of a mail that does not go out.
    pub fn undelivered(mail: &MailId) -> Self {
        Self::derive(mail.as_str(), "undelivered")
    }
}

impl AskId {
    /// The question of a step in one logical attempt.
    pub fn derived(run: &RunId, path: &StepPath, logical_attempt: u32) -> Self {
        Self::derive(run.as_str(), &format!("{path}\n{logical_attempt}"))
    }
}

/// 64 bits that look random and are the same each time: seeds of code, jitter of retries decided in a replay.
pub(crate) fn derived_u64(run: &RunId, path: &StepPath, logical_attempt: u32, attempt: u32) -> u64 {
    let digest = Sha256::digest(format!("{run}\n{path}\n{logical_attempt}\n{attempt}"));
    digest.iter().take(8).fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_valid_the_same_and_apart() {
        let run = RunId::new(1_700_000_000_000, 42);
        let path = StepPath("lines[3]/price".into());
        let first = EffectId::derived(&run, &path, 1, 1);
        assert_eq!(first, EffectId::derived(&run, &path, 1, 1));
        assert_ne!(first, EffectId::derived(&run, &path, 2, 1));
        assert_ne!(first, EffectId::derived(&run, &path, 1, 2));
        assert_ne!(ExceptionId::quarantine(&run, 4), ExceptionId::quarantine(&run, 9));
        assert_eq!(first.as_str().parse(), Ok(first.clone()));
        assert_eq!(first.as_str()[3..14], run.as_str()[3..14]);
    }
}
