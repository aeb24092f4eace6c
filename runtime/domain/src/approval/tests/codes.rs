//! The 6-digit code.

use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000_000;

fn minutes(n: i64) -> Timestamp {
    Timestamp(at(0).0 + n * MINUTE)
}

fn fresh() -> CodeState {
    CodeState::new(per(1), id(1))
}

fn enter(state: &mut CodeState, digest: &str, now: Timestamp) -> Result<Cookie, CodeRefused> {
    state.enter(&per(1), &id(1), digest, now)
}

#[test]
fn a_good_code_opens_ten_minutes_once() {
    let mut state = fresh();
    assert_eq!(enter(&mut state, "a", minutes(0)), Err(CodeRefused::NoCode));
    assert_eq!(state.request("a".into(), &[], minutes(0)), Ok(()));
    let cookie = enter(&mut state, "a", minutes(9)).unwrap();
    assert_eq!(cookie, Cookie { person: per(1), proposal: id(1), until: minutes(19) });
    assert_eq!(enter(&mut state, "a", minutes(9)), Err(CodeRefused::NoCode));
    state.request("b".into(), &[], minutes(10)).unwrap();
    assert_eq!(enter(&mut state, "b", minutes(20)), Err(CodeRefused::TooOld));
    assert_eq!(enter(&mut state, "b", minutes(9)), Err(CodeRefused::TooOld), "a clock that was set back");
}

#[test]
fn five_tries_and_then_another_code() {
    let mut state = fresh();
    state.request("a".into(), &[], minutes(0)).unwrap();
    let left: Vec<_> = (0..4).map(|_| enter(&mut state, "x", minutes(1))).collect();
    assert_eq!(left, [4, 3, 2, 1].map(|left| Err(CodeRefused::Wrong { left })));
    assert_eq!(enter(&mut state, "x", minutes(1)), Err(CodeRefused::UsedUp));
    assert_eq!(enter(&mut state, "a", minutes(1)), Err(CodeRefused::UsedUp), "the right one comes too late");
    state.request("b".into(), &[], minutes(2)).unwrap();
    assert_eq!(
        enter(&mut state, "a", minutes(3)),
        Err(CodeRefused::Wrong { left: 4 }),
        "a newer one ends it"
    );
    assert!(enter(&mut state, "b", minutes(3)).is_ok());
}

#[test]
fn three_codes_an_hour() {
    let mut state = fresh();
    for minute in [0, 10, 20] {
        state.request("a".into(), &[], minutes(minute)).unwrap();
    }
    let refused = state.request("b".into(), &[], minutes(30)).unwrap_err();
    assert_eq!(refused, CodeRefused::TooMany { after_ms: 30 * 60_000 });
    assert_eq!(refused.to_string(), "no more codes for now: the next one can be sent in 30 min");
    assert_eq!(state.issued.as_ref().unwrap().at, minutes(20), "the one that was sent stays good");
    assert_eq!(state.request("b".into(), &[], minutes(60)), Ok(()));
    assert_eq!(state.requested_at, [minutes(10), minutes(20), minutes(60)]);
    // Over all proposals of a person.
    let elsewhere = vec![minutes(5); MAX_CODES_OF_A_PERSON];
    assert_eq!(fresh().request("a".into(), &elsewhere, minutes(6)).unwrap_err().code(), "TL0885");
    assert_eq!(fresh().request("a".into(), &elsewhere, minutes(65)), Ok(()));
}

#[test]
fn it_is_for_one_person_and_one_proposal() {
    let mut state = fresh();
    state.request("a".into(), &[], minutes(0)).unwrap();
    assert_eq!(state.enter(&per(2), &id(1), "a", minutes(1)), Err(CodeRefused::Foreign));
    assert_eq!(state.enter(&per(1), &id(2), "a", minutes(1)), Err(CodeRefused::Foreign));
    assert!(enter(&mut state, "a", minutes(1)).is_ok());
}

#[test]
fn it_has_six_digits() {
    assert_eq!(code_text(7), "000007");
    assert_eq!(code_text(1_999_999), "999999");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However somebody asks and guesses: within any hour there are at most 3 codes and 15 guesses that were looked at.
    #[test]
    fn guessing_is_bounded(steps in proptest::collection::vec((0i64..4, any::<bool>()), 1..200)) {
        let mut state = fresh();
        let (mut now, mut sent, mut tried) = (0i64, Vec::new(), Vec::new());
        for (wait, asks) in steps {
            now += wait;
            if asks {
                if state.request("good".into(), &[], minutes(now)).is_ok() {
                    sent.push(now);
                }
            } else {
                let before = state.issued.clone();
                prop_assert!(enter(&mut state, "guess", minutes(now)).is_err());
                if before != state.issued {
                    tried.push(now);
                }
            }
        }
        let within = |list: &[i64], from: i64| list.iter().filter(|at| (from..from + 60).contains(*at)).count();
        for from in 0..=now {
            prop_assert!(within(&sent, from) <= MAX_CODES_AN_HOUR);
            // A code of just before the hour may still be tried in it.
            prop_assert!(within(&tried, from) <= (MAX_CODES_AN_HOUR + 1) * usize::from(MAX_TRIES));
        }
        prop_assert!(tried.len() <= sent.len() * usize::from(MAX_TRIES));
    }
}
