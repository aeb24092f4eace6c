//! Mail in batches, bulk on what was seen, releases under a limit.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::exception::batch::{HOLD_MS, MAX_IN_MAIL, Notice, outgoing};
use crate::exception::bulk::{SetChanged, Snapshot, each};
use crate::exception::life::tests::{MONDAY, Story, hours, opening, person};
use crate::exception::life::{Event, Life, Opening, Refused, Request, Standing, State};
use crate::exception::release::{Limit, Release, release};
use crate::id::ExceptionId;
use crate::time::Timestamp;

const MINUTE: u64 = 60_000;

fn notice(id: u64, to: &str, minute: u64) -> Notice {
    Notice { id: id.to_string(), to: to.into(), made_at: MONDAY.plus_ms(minute * MINUTE), holds: true }
}

fn minute(minute: u64) -> Timestamp {
    MONDAY.plus_ms(minute * MINUTE)
}

#[test]
fn a_burst_is_one_mail_fifteen_minutes_after_its_first_notice() {
    let mut pending = vec![notice(2, "anna", 3), notice(1, "anna", 0), notice(3, "ben", 10)];
    let early = outgoing(&pending, minute(14), HOLD_MS);
    assert_eq!((early.mails.len(), early.next), (0, Some(minute(15))));
    pending.push(notice(4, "anna", 15));
    let now = outgoing(&pending, minute(15), HOLD_MS);
    assert_eq!(now.mails.len(), 1);
    assert_eq!((now.mails[0].to.as_str(), now.mails[0].notices.join(" ")), ("anna", "1 2 4".to_owned()));
    assert_eq!(now.next, Some(minute(25)));
    // What resolved itself meanwhile is told to nobody.
    let gone = Notice { holds: false, ..notice(5, "ben", 0) };
    let quiet = outgoing(&[gone], minute(60), HOLD_MS);
    assert_eq!((quiet.mails.len(), quiet.dropped, quiet.next), (0, vec!["5".to_owned()], None));
}

#[test]
fn a_flood_is_one_mail_that_can_be_read() {
    let pending: Vec<Notice> = (0..500).map(|id| notice(id, "anna", 0)).collect();
    let out = outgoing(&pending, minute(15), HOLD_MS);
    let [mail] = &out.mails[..] else { panic!("{out:?}") };
    assert_eq!((mail.notices.len(), mail.more.len(), out.next), (MAX_IN_MAIL, 300, None));
}

#[test]
fn a_changed_set_is_refused_with_both_counts() {
    let ids = |range: std::ops::Range<u64>| range.map(|n| ExceptionId::new(n, 1)).collect::<Vec<_>>();
    let seen = Snapshot::of(&ids(0..41));
    assert_eq!(seen.check(&Snapshot::of(ids(0..41).iter().rev())), Ok(()));
    let changed = seen.check(&Snapshot::of(&ids(0..43))).unwrap_err();
    assert_eq!(changed, SetChanged { stated: 41, now: 43 });
    let words = "you confirmed 41 of them, and now there are 43: look again, nothing was changed";
    assert_eq!(changed.to_string(), words);
    let other = seen.check(&Snapshot::of(&ids(1..42))).unwrap_err();
    assert!(other.to_string().contains("not the same ones"), "{other}");
}

#[test]
fn in_bulk_each_has_its_own_result() {
    let one = Life::open(opening());
    let mut two = Story::new(Opening { id: ExceptionId::new(2, 2), ..opening() });
    two.does(Event::Dismissed { reason: "a test".into() }, person("anna"), hours(1));
    let results = each(&[one, two.life], |_| Request {
        event: Event::Dismissed { reason: "a test".into() },
        who: person("anna"),
        at: hours(2),
        standing: Standing::FIT,
        due_at: None,
    });
    assert_eq!(results[0].1.as_ref().unwrap().to, State::Dismissed);
    assert!(matches!(results[1].1, Err(Refused::DoesNotFit { .. })));
}

#[test]
fn what_waited_is_released_as_the_limit_allows() {
    let limit = Limit { count: 10, window_ms: MINUTE };
    assert_eq!(release(400, &[], limit, minute(0)), Release { count: 10, next: Some(minute(1)) });
    assert_eq!(
        release(390, &[minute(0); 10], limit, minute(1)),
        Release { count: 10, next: Some(minute(2)) }
    );
    assert_eq!(release(5, &[], limit, minute(0)), Release { count: 5, next: None });
    let half = Timestamp(minute(0).0 + 30_000_000);
    assert_eq!(release(5, &[minute(0); 8], limit, half), Release { count: 2, next: Some(minute(1)) });
    assert_eq!(release(0, &[minute(0); 10], limit, half), Release { count: 0, next: None });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// A mailer that looks when it is told to sends each notice once, in time, and nobody gets two mails at once.
    #[test]
    fn each_notice_is_told_once_and_in_time(
        made in prop::collection::vec((0u64..200, 0usize..3), 0..60),
    ) {
        let people = ["anna", "ben", "cora"];
        let mut to_come: Vec<Notice> =
            made.iter().enumerate().map(|(id, (minute, who))| notice(id as u64, people[*who], *minute)).collect();
        to_come.sort_by_key(|notice| std::cmp::Reverse(notice.made_at));
        let mut pending: Vec<Notice> = Vec::new();
        let mut told: BTreeMap<String, Timestamp> = BTreeMap::new();
        let mut mails: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
        let (mut now, mut turns) = (MONDAY, 0);
        loop {
            while to_come.last().is_some_and(|notice| notice.made_at <= now) {
                pending.extend(to_come.pop());
            }
            let out = outgoing(&pending, now, HOLD_MS);
            prop_assert!(out.next.is_none_or(|next| next > now));
            for mail in out.mails {
                mails.entry(mail.to.clone()).or_default().push(now);
                for id in mail.notices.into_iter().chain(mail.more) {
                    let found = pending.iter().position(|notice| notice.id == id && notice.to == mail.to);
                    let found = pending.swap_remove(found.unwrap());
                    prop_assert!(now <= found.made_at.plus_ms(HOLD_MS));
                    prop_assert!(told.insert(id, now).is_none());
                }
            }
            let arrives = to_come.last().map(|notice| notice.made_at);
            prop_assert!(pending.is_empty() || out.next.is_some());
            match out.next.into_iter().chain(arrives).min() {
                Some(next) => now = next,
                None => break,
            }
            turns += 1;
            prop_assert!(turns < 500);
        }
        prop_assert_eq!(told.len(), made.len());
        for times in mails.values() {
            prop_assert!(times.windows(2).all(|pair| pair[0].plus_ms(HOLD_MS) <= pair[1]));
        }
    }

    #[test]
    fn a_snapshot_is_its_set(one in prop::collection::vec(0u64..12, 0..10), two in prop::collection::vec(0u64..12, 0..10)) {
        let ids = |list: &[u64]| list.iter().map(|n| ExceptionId::new(*n, 7)).collect::<Vec<_>>();
        let same = one.iter().collect::<BTreeSet<_>>() == two.iter().collect::<BTreeSet<_>>();
        let (a, b) = (Snapshot::of(&ids(&one)), Snapshot::of(&ids(&two)));
        prop_assert_eq!(a.check(&b).is_ok(), same);
    }

    /// A releaser that comes when it is told never breaks the limit, and lets everything go.
    #[test]
    fn releases_never_break_the_limit(waiting in 0usize..120, count in 0u32..12, window_ms in 1u64..100_000) {
        let limit = Limit { count, window_ms };
        let (mut left, mut now, mut released) = (waiting, MONDAY, Vec::new());
        for _ in 0..=waiting {
            let step = release(left, &released, limit, now);
            left -= step.count;
            released.extend(std::iter::repeat_n(now, step.count));
            let Some(next) = step.next else { break };
            prop_assert!(next > now && left > 0);
            now = next;
        }
        prop_assert_eq!(left, 0);
        let most = count.max(1) as usize;
        for (index, at) in released.iter().enumerate() {
            let within = released[index..].iter().filter(|other| **other < at.plus_ms(window_ms)).count();
            prop_assert!(within <= most);
        }
    }
}
