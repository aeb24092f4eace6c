//! What `doctor` says of the database: asked of the live server, else looked at without changing anything.

use std::time::Duration;

use serde_json::Value;
use throughline_store::{Look, look, wal_alarm};

use super::Finding;
use crate::config::Settings;
use crate::data_dir::{DataDir, Holder};
use crate::error::CliError;
use crate::stack::{named_location, of_store};

/// Name of these findings.
const NAME: &str = "database";
/// Name of the findings about the write-ahead log.
const LOG: &str = "database log";

/// Looks at the database.
pub(crate) async fn examine(dir: &DataDir, settings: &Settings) -> Vec<Finding> {
    // Held while looking: a start in between would change what is looked at. A directory that is not there is not made.
    let _held = match dir.exists().then(|| dir.try_lock()).transpose() {
        Ok(Some(Ok(locked))) => Some(locked),
        Ok(None) => None,
        Ok(Some(Err(Holder::Server(server)))) => return ask_server(&server.url).await,
        Ok(Some(Err(Holder::Other))) | Err(_) => {
            return vec![Finding::warning(NAME, "another command uses it", "try again when it is done")];
        }
    };
    let (kind, location) = named_location(dir, settings);
    if let Some(known) = dir.known_database().filter(|known| known != kind) {
        return vec![of_error(dir.other_database(&known, kind))];
    }
    match look(&location).await {
        Ok(look) => findings(&look),
        Err(error) => vec![of_error(of_store(error))],
    }
}

fn of_error(error: CliError) -> Finding {
    Finding::bad(NAME, format!("[{}] {}", error.code, error.message), error.hint.unwrap_or_default())
}

fn findings(look: &Look) -> Vec<Finding> {
    let Look { engine, known, .. } = look;
    let mut found = vec![match (look.schema, &look.damage) {
        (_, Some(damage)) => Finding::bad(
            NAME,
            format!("[TL0503] {engine}'s file is damaged ({damage})"),
            "restore a backup; the file was left as it is",
        ),
        (None, None) => {
            Finding::good(NAME, format!("{engine} has no schema yet; the first start makes it ({known})"))
        }
        (Some(schema), None) if schema > *known => Finding::bad(
            NAME,
            format!("[TL0504] schema {schema}, this program knows {known}"),
            "use the newer release that wrote it",
        ),
        (Some(schema), None) if schema < *known => Finding::warning(
            NAME,
            format!("schema {schema}, this program knows {known}: run migrate"),
            "`throughline migrate` brings it up to date, and so does a start; back it up first",
        ),
        (Some(schema), None) => {
            Finding::good(NAME, format!("{engine} answers and is sound, schema {schema}"))
        }
    }];
    if let Some(words) = wal_alarm(look.wal_bytes) {
        found.push(Finding::warning(LOG, words, "the next start folds it into the database"));
    } else if look.wal_bytes > 0 {
        let words =
            format!("{} KiB that the last end left; the next start recovers them", look.wal_bytes >> 10);
        found.push(Finding::good(LOG, words));
    }
    found
}

async fn ask_server(url: &str) -> Vec<Finding> {
    let asked = async {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?;
        let response = client.get(format!("{url}/readyz")).send().await?;
        let status = response.status();
        Ok::<_, reqwest::Error>((status, response.json::<Value>().await.unwrap_or_default()))
    };
    let (status, said) = match asked.await {
        Ok(answer) => answer,
        Err(error) => {
            let words = format!("the live server does not answer: {}", error.without_url());
            return vec![Finding::bad(NAME, words, "its log says more")];
        }
    };
    let texts = |key: &str| -> Vec<String> {
        said[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut found = vec![if status.is_success() {
        Finding::good(NAME, "the live server says that it is ready")
    } else {
        let words = format!("the live server is not ready ({status}): {}", texts("reasons").join("; "));
        Finding::bad(NAME, words, "its log says more")
    }];
    let hint = "end long reads, check the disk's speed; a restart folds the log into the database";
    found.extend(texts("alarms").into_iter().map(|words| Finding::warning(LOG, words, hint)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(schema: Option<i64>) -> Look {
        Look { engine: "SQLite", schema, known: 6, damage: None, wal_bytes: 0 }
    }

    #[test]
    fn an_older_schema_is_named_and_left_to_migrate() {
        let said = |schema| serde_json::to_value(&findings(&look(schema))[0]).unwrap();
        assert_eq!(said(Some(5))["words"], "schema 5, this program knows 6: run migrate");
        assert_eq!((&said(Some(5))["state"], &said(Some(6))["state"]), (&"warning".into(), &"good".into()));
        assert_eq!((&said(Some(7))["state"], &said(None)["state"]), (&"bad".into(), &"good".into()));
    }
}
