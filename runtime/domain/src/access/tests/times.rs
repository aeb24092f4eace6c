//! Sessions, throttles and links over time.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() }
}

fn fresh() -> SessionTimes {
    SessionTimes { created_at: at(0), used_at: at(0), revoked_at: None }
}

#[test]
fn a_session_ends_when_it_rests_too_long_and_when_it_is_old() {
    let life = SessionLife::default();
    let alive = life.check(&fresh(), at(1)).unwrap();
    assert_eq!(alive, Alive { touch: false, ends_at: at(12 * HOUR) });
    assert!(life.check(&fresh(), at(60_000)).unwrap().touch);
    assert!(life.check(&fresh(), at(12 * HOUR - 1)).is_ok());
    assert_eq!(life.check(&fresh(), at(12 * HOUR)), Err(SessionOver::Idle));
    let busy = SessionTimes { used_at: at(7 * DAY - 1), ..fresh() };
    assert_eq!(life.check(&busy, at(7 * DAY - 1)).unwrap().ends_at, at(7 * DAY));
    assert_eq!(life.check(&busy, at(7 * DAY)), Err(SessionOver::TooOld));
    let out = SessionTimes { revoked_at: Some(at(5)), ..fresh() };
    assert_eq!(life.check(&out, at(1)), Err(SessionOver::Revoked), "whatever the clock says");
}

#[test]
fn five_guesses_then_pauses_that_double() {
    let mut throttle = Throttle::default();
    for n in 0..5 {
        assert_eq!(throttle.attempt(&PAIR, at(n)), Ok(()));
    }
    let mut now = 5;
    for minutes in [1, 2, 4, 8, 15, 15] {
        let too_many = throttle.attempt(&PAIR, at(now)).unwrap_err();
        assert_eq!(too_many, TooMany { after_ms: minutes * 60_000 });
        assert!(throttle.attempt(&PAIR, at(now + too_many.after_ms - 1)).is_err());
        now += too_many.after_ms;
        for n in 0..5 {
            // Tries every 59 seconds leave no quiet minute.
            now += n.min(1) * 59_000;
            assert_eq!(throttle.attempt(&PAIR, at(now)), Ok(()));
        }
        now += 1;
    }
    assert_eq!(throttle.attempt(&PAIR, at(now + DAY)), Ok(()));
    assert_eq!((throttle.tries, throttle.pauses), (1, 0), "after a day it is forgotten");
}

#[test]
fn a_clock_set_back_makes_no_pause_longer() {
    let mut throttle = Throttle { until: Some(at(365 * DAY)), tried_at: at(0), tries: 0, pauses: 1 };
    let too_many = throttle.attempt(&PAIR, at(10)).unwrap_err();
    assert_eq!(too_many.after_ms, PAIR.longest_ms);
    assert!(throttle.attempt(&PAIR, at(10 + PAIR.longest_ms)).is_ok());
}

#[test]
fn a_link_works_once_and_not_for_long() {
    let link = SetupLink { kind: LinkKind::Setup, expires_at: at(LinkKind::Setup.life_ms()), ended_at: None };
    assert_eq!(link.check(false, at(1)), Ok(()));
    assert_eq!(link.check(true, at(1)), Err(LinkRefused::NotTheFirst));
    assert_eq!(link.check(false, at(DAY)), Err(LinkRefused::TooOld));
    let used = SetupLink { ended_at: Some(at(1)), ..link };
    assert_eq!(used.check(false, at(2)), Err(LinkRefused::Ended));
    let invitation = SetupLink { kind: LinkKind::Invitation, expires_at: at(7 * DAY), ..link };
    assert_eq!(invitation.check(true, at(6 * DAY)), Ok(()));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_session_lives_no_longer_than_it_may(
        idle_h in 1..48_u64, absolute_h in 1..400_u64, touch_s in 0..100_000_u64, gaps in vec(1..40_000_u64, 1..40)
    ) {
        let life = SessionLife { idle_ms: idle_h * HOUR, absolute_ms: absolute_h * HOUR, touch_ms: touch_s * 1_000 };
        let (mut times, mut now, mut last_use) = (fresh(), 0, 0);
        for gap in gaps {
            now += gap * 1_000;
            if let Ok(alive) = life.check(&times, at(now)) {
                prop_assert!(now < life.absolute_ms && now - last_use < life.idle_ms);
                prop_assert!(alive.ends_at > at(now) && alive.ends_at <= at(life.absolute_ms));
                if alive.touch {
                    times.used_at = at(now);
                }
                last_use = now;
            } else {
                // What was not written down is at most half an idle time: no session in use ends early by more.
                prop_assert!(now >= life.absolute_ms || now - last_use >= life.idle_ms.div_ceil(2));
                for later in [1, HOUR, 500 * HOUR] {
                    prop_assert!(life.check(&times, at(now + later)).is_err(), "it does not come back");
                }
                break;
            }
        }
    }

    #[test]
    fn guesses_an_hour_are_few_however_they_are_spread(
        limit in select(vec![PAIR, ADDRESS, ACCOUNT]), gaps in vec(0..30_000_u64, 1..2_000)
    ) {
        let (mut throttle, mut now, mut allowed) = (Throttle::default(), 0, Vec::new());
        for gap in gaps {
            now += gap;
            if throttle.attempt(&limit, at(now)).is_ok() {
                allowed.push(now);
            }
            prop_assert!(throttle.until.is_none_or(|until| until <= at(now + limit.longest_ms)));
            prop_assert!(throttle.tries <= limit.tries);
        }
        // No quiet time is long enough here to forget tries, so between two pauses there are at most `tries`; four
        // pauses are over an hour at the earliest for a pair: 1 + 2 + 4 + 8 + 15 minutes are 30.
        for (i, first) in allowed.iter().enumerate() {
            let hour = allowed[i..].iter().take_while(|later| **later < first + HOUR).count();
            let most = usize::try_from(limit.tries * 60).unwrap();
            prop_assert!(hour <= most);
            if limit == PAIR {
                prop_assert!(hour <= 5 * 8, "{} in an hour", hour);
            }
        }
    }

    #[test]
    fn who_waits_is_never_refused(gaps in vec(60_000..600_000_u64, 1..200)) {
        let (mut throttle, mut now) = (Throttle::default(), 0);
        for gap in gaps {
            now += gap;
            prop_assert_eq!(throttle.attempt(&PAIR, at(now)), Ok(()));
        }
    }

    #[test]
    fn the_wait_that_is_told_is_enough(limit in select(vec![PAIR, ADDRESS, ACCOUNT]), gaps in vec(0..5_000_u64, 1..600)) {
        let (mut throttle, mut now) = (Throttle::default(), 0);
        for gap in gaps {
            now += gap;
            if let Err(too_many) = throttle.attempt(&limit, at(now)) {
                prop_assert!(too_many.after_ms > 0 && too_many.after_ms <= limit.longest_ms);
                let mut then = throttle;
                prop_assert_eq!(then.attempt(&limit, at(now + too_many.after_ms)), Ok(()));
                prop_assert!(!throttle.is_forgotten(at(now + too_many.after_ms - 1)));
            }
        }
        prop_assert!(throttle.is_forgotten(at(now + 2 * DAY)));
    }

    #[test]
    fn own_logins_do_not_wipe_out_guesses_at_others(rounds in 1..400_usize) {
        // One guess and one login of an account of their own, in turn, all from one address.
        let (mut throttle, mut guesses) = (Throttle::default(), 0);
        for n in 0..rounds {
            let now = at(n as u64 * 10);
            if throttle.attempt(&ADDRESS, now).is_ok() {
                guesses += 1;
            }
            if throttle.attempt(&ADDRESS, now).is_ok() {
                throttle.succeeded();
            }
        }
        prop_assert!(guesses <= ADDRESS.tries, "{} guesses", guesses);
    }
}
