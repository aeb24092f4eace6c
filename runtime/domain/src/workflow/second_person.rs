//! Publishing by two: whoever writes a version asks, another person agrees to exactly that text.

use crate::id::PersonId;

/// Why somebody is not the second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSecondPerson {
    /// A token of the data directory is nobody's.
    #[error("two people with accounts publish together: a token of the data directory is nobody's")]
    Nobody,
    /// Nobody is their own second person.
    #[error("you asked for a second person yourself: somebody else looks at it")]
    Themselves,
}

/// The second person to a request, by whose account asked and who is there now. What nobody's account asked for has no second
/// person: it could be the same human.
pub fn second_person<'a>(
    asked_by: &str,
    there: Option<&'a PersonId>,
) -> Result<&'a PersonId, NoSecondPerson> {
    let person = there.filter(|_| asked_by.parse::<PersonId>().is_ok()).ok_or(NoSecondPerson::Nobody)?;
    if person.as_str() == asked_by { Err(NoSecondPerson::Themselves) } else { Ok(person) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_else_and_somebody_at_all() {
        let (ada, ben) = (PersonId::new(1, 1), PersonId::new(2, 2));
        assert_eq!(second_person(ada.as_str(), Some(&ben)), Ok(&ben));
        assert_eq!(second_person("admin", Some(&ben)), Err(NoSecondPerson::Nobody));
        assert_eq!(second_person(ben.as_str(), Some(&ben)), Err(NoSecondPerson::Themselves));
        assert_eq!(second_person(ada.as_str(), None), Err(NoSecondPerson::Nobody));
        assert_eq!(second_person("admin", None), Err(NoSecondPerson::Nobody));
    }
}
