//! What a campaign does, decided from its seed alone: which point, which hit, which shape, which faults beside it.

use std::time::Duration;

use throughline_simulators::{FailureMatch, FailureMode, FailureSpec};

use crate::driver::Work;
use crate::place::Store;
use crate::points::{Drive, Point, all};
use crate::proxy::Fate;
use crate::rng::Rng;
use crate::texts::Shape;

/// Of so many kills one is a kill -9 at a moment nobody chose.
const RANDOM_EACH: u64 = 6;

/// How a life ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// At the n-th hit of a point.
    Point(Point, u32),
    /// kill -9 after so many milliseconds of load.
    Kill(u64),
    /// Stopped past its lease, taken over, and let go on: PostgreSQL only.
    Zombie(u64),
}

/// One life of the server and its end.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its number in the lane.
    pub number: u64,
    /// How it ends.
    pub end: End,
    /// The workflow under load.
    pub shape: Shape,
    /// Faults of the systems.
    pub failures: Vec<FailureSpec>,
    /// Faults of connections.
    pub fates: Vec<Fate>,
    /// Events of the shape.
    pub events: u64,
    /// For what the driver decides while it works.
    pub rng: Rng,
}

impl Case {
    /// Load and nothing else, with faults of the systems now and then.
    pub fn load(seed: u64, lane: u64, number: u64) -> Self {
        let mut rng = Rng::new(seed, lane, number);
        let shape = rng.pick(&Shape::ALL);
        let events = 2 + rng.below(3);
        let (failures, fates) = (failures(&mut rng), fates(&mut rng));
        Self { number, end: End::Kill(0), shape, failures, fates, events, rng }
    }

    /// What must happen besides the load.
    pub const fn drive(&self) -> Drive {
        match self.end {
            End::Point(point, _) => point.drive,
            End::Kill(_) | End::Zombie(_) => Drive::Load,
        }
    }

    /// What the driver does meanwhile.
    pub fn work(&self) -> Work {
        Work {
            number: self.number,
            shape: self.shape,
            events: self.events,
            drive: self.drive(),
            rng: self.rng.clone(),
        }
    }

    /// The value of `FAILPOINTS`.
    pub fn failpoints(&self) -> String {
        match self.end {
            End::Point(point, 1) => format!("{}=return", point.name),
            End::Point(point, hit) => format!("{}={}*off->return", point.name, hit - 1),
            End::Kill(_) | End::Zombie(_) => String::new(),
        }
    }

    /// In words, for who wants to see it again.
    pub fn words(&self) -> String {
        let end = match self.end {
            End::Point(point, hit) => format!("{} hit {hit}", point.name),
            End::Kill(after) => format!("kill -9 after {after} ms"),
            End::Zombie(after) => format!("stopped after {after} ms, past its lease, then let go on"),
        };
        let failures: Vec<String> = self.failures.iter().map(|spec| format!("{:?}", spec.mode)).collect();
        format!("case {}: {end}, {}, {failures:?}, {:?}", self.number, self.shape, self.fates)
    }

    /// This case once more, with the next shape and the first hit.
    #[must_use]
    pub fn again(&self, number: u64) -> Self {
        let end = match self.end {
            End::Point(point, _) => End::Point(point, 1),
            End::Kill(_) | End::Zombie(_) => self.end,
        };
        let next = Shape::ALL
            .iter()
            .position(|shape| *shape == self.shape)
            .map_or(0, |at| (at + 1) % Shape::ALL.len());
        Self { number, end, shape: Shape::ALL[next], failures: Vec::new(), fates: Vec::new(), ..self.clone() }
    }
}

/// A campaign of a lane, as long as it is asked for.
#[derive(Clone, Debug)]
pub struct Campaign {
    seed: u64,
    store: Store,
    points: Vec<Point>,
    zombies: u64,
}

impl Campaign {
    /// The campaign of a seed on a store; `only`: points whose names contain it. On PostgreSQL one of `zombies` random
    /// kills is a zombie.
    pub fn new(seed: u64, store: Store, only: &str, zombies: u64) -> Self {
        let wanted = |name: &str| only.split(',').any(|part| name.contains(part));
        let points = all().into_iter().filter(|point| wanted(point.name)).collect();
        Self { seed, store, points, zombies }
    }

    /// Cases of points in one round over all of them.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The case of a number.
    pub fn case(&self, number: u64) -> Case {
        let mut rng = Rng::new(self.seed, self.store as u64, number);
        let random = number % RANDOM_EACH == RANDOM_EACH - 1 || self.points.is_empty();
        let turn = number - number / RANDOM_EACH;
        let count = self.points.len().max(1) as u64;
        let (at, round) = (turn % count, turn / count);
        let end = if random {
            let zombie =
                self.store == Store::Postgres && (number / RANDOM_EACH).is_multiple_of(self.zombies.max(1));
            if zombie && self.zombies > 0 {
                End::Zombie(20 + rng.below(250))
            } else {
                End::Kill(20 + rng.below(700))
            }
        } else {
            let point = self.points[usize::try_from(at).unwrap_or(0)];
            // The first round takes first hits: every point is reached as soon as it can be.
            let hit = if round == 0 { 1 } else { 1 + rng.below(u64::from(point.hits)) };
            End::Point(point, u32::try_from(hit).unwrap_or(1))
        };
        let shape = Shape::ALL[usize::try_from((at + round) % Shape::ALL.len() as u64).unwrap_or(0)];
        let mut case = Case {
            number,
            end,
            shape: if random { rng.pick(&Shape::ALL) } else { shape },
            failures: Vec::new(),
            fates: Vec::new(),
            events: 3 + rng.below(3),
            rng: rng.clone(),
        };
        if case.drive() == Drive::Load {
            case.failures = failures(&mut rng);
            case.fates = fates(&mut rng);
        }
        case.rng = rng;
        case
    }
}

/// A fault of a system for the next calls to a path.
pub fn failure(mode: FailureMode, path: &str, count: u32, delay_ms: Option<u64>) -> FailureSpec {
    let method = (path != "/v1").then(|| "POST".to_owned());
    let matching = FailureMatch { method, path_prefix: Some(path.to_owned()) };
    FailureSpec { count, delay_ms, matching, ..FailureSpec::next(mode) }
}

/// What must go wrong for a point to be reached.
pub fn fault(drive: Drive) -> Option<FailureSpec> {
    match drive {
        Drive::Slow | Drive::Drain => Some(failure(FailureMode::Slow, "/v1", 8, Some(500))),
        Drive::Look => Some(failure(FailureMode::TimeoutAfterApplying, "/v1/payments", 2, Some(0))),
        Drive::LookTwice => Some(failure(FailureMode::DropBeforeApplying, "/v1/payments", 2, Some(0))),
        Drive::Resend => Some(failure(FailureMode::TimeoutAfterApplying, "/v1/invoices", 2, Some(0))),
        Drive::Release | Drive::Evidence => {
            let method = Some("GET".to_owned());
            let matching = FailureMatch { method, path_prefix: Some("/v1/invoices/inv_0001".to_owned()) };
            Some(FailureSpec { count: 10_000, matching, ..FailureSpec::next(FailureMode::Unavailable) })
        }
        Drive::Load
        | Drive::Start
        | Drive::Birth
        | Drive::Reply
        | Drive::Large
        | Drive::Cancel
        | Drive::Ask
        | Drive::Resolve
        | Drive::Event
        | Drive::Poll
        | Drive::Fire
        | Drive::Publish
        | Drive::Install
        | Drive::Retry
        | Drive::Quarantine
        | Drive::Segments
        | Drive::Announce
        | Drive::Decide
        | Drive::Lane
        | Drive::Silence
        | Drive::Late
        | Drive::Act
        | Drive::Verify => None,
    }
}

/// Faults of the systems, now and then.
pub fn failures(rng: &mut Rng) -> Vec<FailureSpec> {
    if !rng.chance(35) {
        return Vec::new();
    }
    let modes = [
        FailureMode::TimeoutAfterApplying,
        FailureMode::DropBeforeApplying,
        FailureMode::ServerErrorAfterApplying,
        FailureMode::Slow,
        FailureMode::Unavailable,
    ];
    (0..=rng.below(3))
        .map(|_| {
            failure(
                rng.pick(&modes),
                rng.pick(&["/v1/invoices", "/v1/payments"]),
                1,
                Some(30 + rng.below(300)),
            )
        })
        .collect()
}

/// Faults of connections, now and then.
pub fn fates(rng: &mut Rng) -> Vec<Fate> {
    if !rng.chance(25) {
        return Vec::new();
    }
    let one = |rng: &mut Rng| match rng.below(4) {
        0 => Fate::CutRequest(rng.below(600)),
        1 => Fate::CutReply(rng.below(400)),
        2 => Fate::HalfOpen(rng.below(300)),
        _ => Fate::Delay(Duration::from_millis(20 + rng.below(300))),
    };
    (0..=rng.below(2)).map(|_| one(rng)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_says_it_all() {
        let campaign = Campaign::new(7, Store::Postgres, "", 2);
        for number in 0..200 {
            assert_eq!(campaign.case(number).words(), campaign.case(number).words());
        }
        assert_ne!(campaign.case(0).words(), Campaign::new(8, Store::Postgres, "", 2).case(0).words());
    }

    #[test]
    fn one_round_takes_every_point_once() {
        let campaign = Campaign::new(1, Store::Sqlite, "", 0);
        let mut names: Vec<&str> = (0..)
            .map(|number| campaign.case(number))
            .filter_map(|case| if let End::Point(point, _) = case.end { Some(point.name) } else { None })
            .take(all().len())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().len());
    }
}
