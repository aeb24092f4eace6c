//! What other nodes commit, on PostgreSQL: told by NOTIFY, and only while some node says that somebody watches there. A notice
//! may get lost, and then everybody who watches is told to look again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgPool;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::changes::{News, Subject, Touched, Watch};
use crate::scope::Scope;

/// The channel of what was changed.
pub(crate) const CHANNEL: &str = "throughline_changes";
/// Between two notices of a node.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// How often a node says that somebody watches there, and how long that holds.
const AGAIN: Duration = Duration::from_secs(4);
const HOLDS: Duration = Duration::from_secs(12);
/// After the first word of a node: what others committed before they knew is looked at again.
const SETTLES: Duration = Duration::from_millis(500);
/// PostgreSQL takes 8,000 bytes.
const MOST_BYTES: usize = 7_500;
/// Notices of one debounce at most; beyond, everybody looks again.
const MOST_NOTICES: usize = 20;

const WANT: &str = "w";
const MISSED: &str = "m";

/// Until when some other node wants to be told.
pub(crate) type Wanted = watch::Sender<Option<Instant>>;

/// Says that somebody watches here, as long as somebody does.
pub(crate) async fn want(pool: PgPool, watch: Watch) {
    let mut watchers = watch.watchers.subscribe();
    let mut before = 0;
    loop {
        let now = *watchers.borrow_and_update();
        if now > 0 {
            notify(&pool, WANT.to_owned()).await;
            if before == 0 {
                tokio::time::sleep(SETTLES).await;
                let _ = watch.heard.send(News::Missed);
            }
        }
        before = now;
        tokio::select! {
            changed = watchers.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(AGAIN), if now > 0 => {}
        }
    }
}

/// Tells the others what is committed here, while they want to know.
pub(crate) async fn tell(pool: PgPool, watch: Watch, wanted: Wanted) {
    let mut wanted_until = wanted.subscribe();
    loop {
        let Some(until) = wanted_until.borrow_and_update().filter(|until| *until > Instant::now()) else {
            if wanted_until.changed().await.is_err() {
                return;
            }
            continue;
        };
        let mut heard = watch.heard.subscribe();
        tell_until(&pool, &mut heard, &mut wanted_until, until).await;
    }
}

async fn tell_until(
    pool: &PgPool,
    heard: &mut Receiver<News>,
    wanted: &mut watch::Receiver<Option<Instant>>,
    mut until: Instant,
) {
    loop {
        let mut all = BTreeSet::new();
        let mut missed = false;
        tokio::select! {
            first = heard.recv() => match first {
                Ok(News::Touched(some)) => all.extend(some.iter().cloned()),
                // What others commit or miss is theirs to say.
                Ok(News::Elsewhere(_) | News::Missed) => continue,
                Err(RecvError::Lagged(_)) => missed = true,
                Err(RecvError::Closed) => return,
            },
            () = tokio::time::sleep_until(until) => {
                match wanted.borrow_and_update().filter(|until| *until > Instant::now()) {
                    Some(later) => until = later,
                    None => return,
                }
                continue;
            }
        }
        tokio::time::sleep(DEBOUNCE).await;
        loop {
            match heard.try_recv() {
                Ok(News::Touched(some)) => all.extend(some.iter().cloned()),
                Ok(News::Elsewhere(_) | News::Missed) => {}
                Err(TryRecvError::Lagged(_)) => missed = true,
                Err(_) => break,
            }
        }
        let notices = notices(&all);
        if missed || notices.len() > MOST_NOTICES {
            notify(pool, MISSED.to_owned()).await;
        } else {
            for notice in notices {
                notify(pool, notice).await;
            }
        }
    }
}

/// The ids, in as few notices as they fit in.
fn notices(all: &BTreeSet<Touched>) -> Vec<String> {
    let mut notices: Vec<String> = Vec::new();
    for one in all {
        let line = format!("{} {} {}\n", one.subject.as_str(), one.scope, one.id);
        match notices.last_mut().filter(|last| last.len() + line.len() <= MOST_BYTES) {
            Some(last) => last.push_str(&line),
            None => notices.push(format!("c\n{line}")),
        }
    }
    notices
}

async fn notify(pool: &PgPool, words: String) {
    let notice = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(words);
    if let Err(error) = notice.execute(pool).await {
        tracing::debug!(error = %error, "other nodes could not be told what changed");
    }
}

/// What a notice says.
pub(crate) fn hear(words: &str, watch: &Watch, wanted: &Wanted) {
    match words.split_once('\n') {
        Some(("c", lines)) => {
            let some: Arc<[Touched]> = lines.lines().filter_map(read).collect();
            let _ = watch.heard.send(News::Elsewhere(some));
        }
        _ if words == WANT => {
            wanted.send_replace(Some(Instant::now() + HOLDS));
        }
        _ => {
            let _ = watch.heard.send(News::Missed);
        }
    }
}

fn read(line: &str) -> Option<Touched> {
    let mut parts = line.splitn(3, ' ');
    let (subject, scope, id) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Touched { subject: Subject::parse(subject)?, scope: Scope::new(scope).ok()?, id: id.to_owned() })
}
