//! Clocks, read from the log of transitions, never counted: the same log at the same time gives the same figures,
//! whoever reads it and however often.
//!
//! The clock runs while an exception is open, stands still while it waits on a customer or a vendor, and rests while
//! it is over. Time allowed is business time where the deadline is business time, else wall time.

mod ladder;
mod spans;

use super::life::{Event, Life, Transition};
use crate::calendar::{Calendar, due_at};
use crate::time::Timestamp;
use crate::workflow::Due;

pub use ladder::{BadLadder, Ladder, Recipient, Rung};
pub use spans::{Pace, Span, spans};

/// What a clock goes by.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// When the exception opened.
    pub opened_at: Timestamp,
    /// Time allowed, from its opening or its last reopening.
    pub due: &'a Due,
    /// When whom to tell.
    pub ladder: Ladder,
    /// The workspace's business calendar now.
    pub calendar: &'a Calendar,
    /// The calendar as it was when the due time passed: what was late stays late, whatever the calendar becomes.
    pub frozen: Option<&'a Calendar>,
}

/// A time measured both ways, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elapsed {
    /// On the wall.
    pub calendar_us: i64,
    /// In business hours.
    pub business_us: i64,
}

impl Elapsed {
    /// Whole minutes on the wall.
    pub const fn calendar_minutes(self) -> i64 {
        self.calendar_us / 60_000_000
    }

    /// Whole business minutes.
    pub const fn business_minutes(self) -> i64 {
        self.business_us / 60_000_000
    }

    fn plus(self, other: Self) -> Self {
        Self {
            calendar_us: self.calendar_us + other.calendar_us,
            business_us: self.business_us + other.business_us,
        }
    }
}

/// What a clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Since the exception first opened; always the sum of the three below.
    pub whole: Elapsed,
    /// Open and counted.
    pub running: Elapsed,
    /// Waiting on a customer or a vendor.
    pub paused: Elapsed,
    /// Over, until it was reopened.
    pub at_rest: Elapsed,
    /// Counted since the last reopening, in microseconds of the deadline's own time.
    pub used_us: i64,
    /// Allowed, in the same.
    pub allowed_us: i64,
    /// When it is or was due; `None` while the clock stands still and that moves.
    pub due_at: Option<Timestamp>,
    /// When the due time passed; `None`: it is not late.
    pub breached_at: Option<Timestamp>,
}

impl Reading {
    /// Share of the time allowed that is used, in whole percent.
    pub fn percent(&self) -> i64 {
        if self.allowed_us <= 0 {
            100
        } else {
            i64::try_from(i128::from(self.used_us) * 100 / i128::from(self.allowed_us)).unwrap_or(i64::MAX)
        }
    }
}

/// What a sweep finds at an exception.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Rungs reached and not yet acted on, in order, each with the instant it was reached.
    pub reached: Vec<(Rung, Timestamp)>,
    /// The wait has lasted as long as it may.
    pub wait_over: bool,
    /// The snooze is over.
    pub snooze_over: bool,
    /// The due time has passed: keep the calendar as it is now.
    pub freeze: bool,
    /// When to look again, always in the future; `None`: only something that happens changes anything.
    pub next: Option<Timestamp>,
}

/// An exception's clock at a moment.
#[derive(Clone, Debug)]
pub struct Clock<'a> {
    terms: Terms<'a>,
    spans: Vec<Span>,
    /// Since when the time allowed counts: the opening, or the last reopening.
    start: Timestamp,
    now: Timestamp,
    by_wall: bool,
    allowed_us: i64,
}

impl<'a> Clock<'a> {
    /// Reads the log as of `now`; what happened later does not count.
    pub fn new(terms: Terms<'a>, log: &[Transition], now: Timestamp) -> Self {
        let reopened = |entry: &&Transition| matches!(entry.event, Event::Reopened { .. }) && entry.at <= now;
        let start = log.iter().rev().find(reopened).map_or(terms.opened_at, |entry| entry.at);
        let spans = spans(terms.opened_at, log, now);
        let mut clock = Self { terms, spans, start, now, by_wall: false, allowed_us: 0 };
        let due = clock.promised();
        clock.by_wall = match clock.terms.due {
            Due::After { .. } => true,
            // A time before opening has no business minutes in it.
            Due::BusinessTime { .. } | Due::NextBusinessDay { .. } => {
                clock.calendar().business_us(start, due) == 0
            }
        };
        clock.allowed_us = clock.measure(start, due);
        clock
    }

    fn calendar(&self) -> &'a Calendar {
        self.terms.frozen.unwrap_or(self.terms.calendar)
    }

    /// The due time, if the clock never stands still.
    fn promised(&self) -> Timestamp {
        due_at(self.terms.due, self.start, self.calendar())
    }

    fn measure(&self, from: Timestamp, until: Timestamp) -> i64 {
        if self.by_wall { (until.0 - from.0).max(0) } else { self.calendar().business_us(from, until) }
    }

    fn advance(&self, from: Timestamp, us: i64) -> Timestamp {
        let wall = Timestamp(from.0.saturating_add(us));
        if self.by_wall { wall } else { self.calendar().after_business_us(from, us).unwrap_or(wall) }
    }

    fn current(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(|span| span.from >= self.start)
    }

    /// What the clock shows.
    pub fn read(&self) -> Reading {
        let of = |pace: Pace| {
            let spans = self.spans.iter().filter(|span| span.pace == pace);
            spans.map(|span| self.both(span.from, span.until)).fold(Elapsed::default(), Elapsed::plus)
        };
        let due_at = self.reaches(Rung::Due);
        Reading {
            whole: self.both(self.terms.opened_at, self.now),
            running: of(Pace::Running),
            paused: of(Pace::Paused),
            at_rest: of(Pace::AtRest),
            used_us: self.used_us(),
            allowed_us: self.allowed_us,
            due_at,
            breached_at: due_at.filter(|due| *due <= self.now),
        }
    }

    fn both(&self, from: Timestamp, until: Timestamp) -> Elapsed {
        Elapsed {
            calendar_us: (until.0 - from.0).max(0),
            business_us: self.calendar().business_us(from, until),
        }
    }

    fn used_us(&self) -> i64 {
        let running = self.current().filter(|span| span.pace == Pace::Running);
        running.map(|span| self.measure(span.from, span.until)).sum()
    }

    /// When a rung is or was reached; `None` while the clock stands still before it.
    pub fn reaches(&self, rung: Rung) -> Option<Timestamp> {
        // Without a pause it is the promised time to the letter: the next opening, not the closing before.
        let still = self.current().find(|span| span.pace != Pace::Running);
        if rung == Rung::Due && still.is_none_or(|span| self.promised() <= span.from) {
            return Some(self.promised());
        }
        let target = share(self.allowed_us, self.terms.ladder.percent(rung));
        let mut used = 0;
        for span in self.current().filter(|span| span.pace == Pace::Running) {
            let whole = self.measure(span.from, span.until);
            if used + whole >= target {
                let at = self.instant(rung, span.from, target - used);
                if at <= span.until {
                    return Some(at);
                }
            }
            used += whole;
        }
        let from = Timestamp(self.now.0.max(self.start.0));
        (self.pace() == Pace::Running).then(|| self.instant(rung, from, (target - used).max(0)))
    }

    /// The instant at which so much more is used. A deadline that ends with an opening is not due at the closing
    /// before it, though no business minute lies between.
    fn instant(&self, rung: Rung, from: Timestamp, us: i64) -> Timestamp {
        let at = self.advance(from, us);
        let ends_with_opening = self.promised() > self.advance(self.start, self.allowed_us);
        if rung == Rung::Due && ends_with_opening { self.advance(at, 0) } else { at }
    }

    /// What the clock does now.
    fn pace(&self) -> Pace {
        self.current().last().map_or(Pace::Running, |span| span.pace)
    }

    /// What a sweep has to do for an exception in this state, and when to come again.
    pub fn look(&self, life: &Life) -> Look {
        let mut look = Look::default();
        let mut ahead: Vec<Timestamp> = life.closes_at().into_iter().collect();
        if life.state.is_open() {
            for rung in Rung::ALL.into_iter().filter(|rung| life.rung.is_none_or(|reached| *rung > reached)) {
                match self.reaches(rung) {
                    Some(at) if at <= self.now => look.reached.push((rung, at)),
                    Some(at) => ahead.push(at),
                    None => {}
                }
            }
            let wait = life.waiting.map(|wait| wait.until);
            look.wait_over = wait.is_some_and(|until| until <= self.now);
            look.snooze_over = life.snooze_until.is_some_and(|until| until <= self.now);
            ahead.extend(wait.into_iter().chain(life.snooze_until));
        }
        look.freeze =
            self.terms.frozen.is_none() && self.reaches(Rung::Due).is_some_and(|due| due <= self.now);
        look.next = ahead.into_iter().filter(|at| *at > self.now).min();
        look
    }
}

/// `percent` of a whole, without overflow.
fn share(whole: i64, percent: u32) -> i64 {
    i64::try_from(i128::from(whole) * i128::from(percent) / 100).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
