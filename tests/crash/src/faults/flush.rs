//! A flush of SQLite's files fails once: the server stops, because nobody knows what is on the disk, and starts again.

use std::ffi::OsString;
use std::time::Duration;

use super::round::Round;
use crate::Result;
use crate::server::{Server, Started};

/// The exit code that is documented with TL0508.
const STOPPED: i32 = 3;
/// How long load may take to come to the flush.
const PATIENCE: Duration = Duration::from_secs(15);

/// One start after the other, each on a disk that fails.
pub(super) async fn failures(round: &mut Round<'_>) -> Result<Server> {
    for _ in 0..round.bench.plan.size {
        let shim = round.bench.plan.shim.clone().ok_or("there is no shim")?;
        let nth = 1 + round.rng.below(60);
        let database = round.segment.place.dir.join("throughline.db");
        let environment = [
            ("LD_PRELOAD", shim.into_os_string()),
            ("DISK_SHIM_NTH", OsString::from(nth.to_string())),
            ("DISK_SHIM_UNDER", database.into_os_string()),
        ];
        let started = round.program().start_with(&round.segment.place, "", &environment).await?;
        let ended = match started {
            Started::Ended(status) => Some(status),
            Started::Ready(mut server) => {
                let load = round.load(&server.api);
                let ended = server.ended(PATIENCE).await?;
                drop(load);
                if ended.is_none() {
                    round.stop(*server, "no flush").await?;
                }
                ended
            }
        };
        match ended.map(|status| (status, status.code())) {
            None => {}
            Some((_, Some(STOPPED))) => round.outcome.struck("a flush failed"),
            Some((status, _)) => {
                round.outcome.struck("a flush failed");
                round.outcome.wrong(format!("after flush {nth} failed the server ended with {status}"));
            }
        }
    }
    let server = round.serve("").await?;
    round.recovers(&server.api, "a failed flush").await;
    Ok(server)
}
