//! Waking other nodes on PostgreSQL: one debounced NOTIFY a node on a connection of its own, never inside a run's
//! transaction. A notice may get lost, so correctness never depends on one: workers also look now and then.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPool};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::changes::{News, Watch};
use crate::db::postgres;
use crate::nodes;

const CHANNEL: &str = "throughline_due";
/// Between two notices of a node.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// Between two tries to reach the database.
const AGAIN: Duration = Duration::from_secs(1);

/// Tells other nodes of what `due` reports here, and reports here what they tell.
pub(crate) fn start(url: &PgConnectOptions, due: watch::Sender<u64>, changes: Watch) -> JoinHandle<()> {
    let (sending, listening) = (postgres::pool(url, 1, 5_000), postgres::pool(url, 1, 0));
    tokio::spawn(async move {
        // What a notice reports must not be told back to the others.
        let heard = watch::Sender::new(0_u64);
        let wanted = nodes::Wanted::new(None);
        tokio::join!(
            tell(sending.clone(), due.subscribe(), heard.subscribe()),
            nodes::want(sending.clone(), changes.clone()),
            nodes::tell(sending, changes.clone(), wanted.clone()),
            listen(listening, (&due, &heard), (&changes, &wanted)),
        );
    })
}

async fn tell(pool: PgPool, mut due: watch::Receiver<u64>, heard: watch::Receiver<u64>) {
    let mut told = 0;
    while due.changed().await.is_ok() {
        let own = due.borrow_and_update().wrapping_sub(*heard.borrow());
        if own == told {
            continue;
        }
        told = own;
        let node = i64::from(std::process::id());
        let notice = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(node.to_string());
        if let Err(error) = notice.execute(&pool).await {
            tracing::debug!(error = %error, "other nodes could not be told");
            tokio::time::sleep(AGAIN).await;
        }
        tokio::time::sleep(DEBOUNCE).await;
    }
}

async fn listen(
    pool: PgPool,
    (due, heard): (&watch::Sender<u64>, &watch::Sender<u64>),
    (changes, wanted): (&Watch, &nodes::Wanted),
) {
    let report = || {
        heard.send_modify(|count| *count = count.wrapping_add(1));
        due.send_modify(|count| *count = count.wrapping_add(1));
    };
    loop {
        let mut listener = match PgListener::connect_with(&pool).await {
            Ok(listener) => listener,
            Err(error) => {
                tracing::debug!(error = %error, "the database's notices cannot be heard");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        if listener.listen_all([CHANNEL, nodes::CHANNEL]).await.is_err() {
            tokio::time::sleep(AGAIN).await;
            continue;
        }
        while let Ok(notice) = listener.try_recv().await {
            match notice {
                Some(notice) if notice.channel() == nodes::CHANNEL => {
                    nodes::hear(notice.payload(), changes, wanted);
                }
                Some(_) => report(),
                // The connection was lost, and what was told meanwhile with it.
                None => {
                    report();
                    let _ = changes.heard.send(News::Missed);
                }
            }
        }
        report();
        let _ = changes.heard.send(News::Missed);
        tokio::time::sleep(AGAIN).await;
    }
}
