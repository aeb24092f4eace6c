//! Both engines have the same schema, and every statement prepares on both.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use throughline_store::probe::{Arg, Reach, Sql, Value, migrations, statements};

use crate::place::Place;

/// A statement of a test's own.
pub(crate) fn sql(text: String) -> &'static Sql {
    let text: &'static str = text.leak();
    Box::leak(Box::new(Sql::same(text).named("test", Reach::Global)))
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(int) => int.to_string(),
        Value::Null | Value::Bytes(_) => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_prepares_on_sqlite() {
    let place = Place::sqlite().await;
    for statement in statements() {
        let many = statement.many.map(|many| many.sqlite(2));
        for text in std::iter::once(statement.sqlite.to_owned()).chain(many) {
            // A reader may not write, but it may say how it would.
            if let Err(error) = place.store.probe_read(sql(format!("EXPLAIN {text}")), Vec::new()).await {
                panic!("{}: {error}", statement.name);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_prepares_on_postgres() {
    let place = Place::postgres().await;
    let mut prepare = String::new();
    for (i, statement) in statements().into_iter().enumerate() {
        writeln!(prepare, "PREPARE s{i} AS {};", statement.postgres).unwrap();
        if let Some(many) = statement.many {
            writeln!(prepare, "PREPARE m{i} AS {};", many.postgres()).unwrap();
        }
    }
    place.database.as_ref().unwrap().query(&prepare);
}

#[test]
fn a_tenant_statement_takes_the_workspace_first() {
    for statement in statements() {
        // The lock of a correlation key touches no table; its name begins with the workspace.
        let tenant = statement.name == "LOCK_KEY"
            || (statement.sqlite.contains("workspace_id") && statement.sqlite.contains("$1"));
        match statement.reach {
            Reach::Tenant => assert!(tenant, "{} does not name its workspace", statement.name),
            Reach::All | Reach::Global => {}
        }
    }
}

#[test]
fn a_row_has_a_column_for_each_argument() {
    for statement in statements() {
        let Some(many) = statement.many else { continue };
        let arguments = (1..100).take_while(|n| statement.postgres.contains(&format!("${n}"))).count();
        assert_eq!(many.columns.split(", ").count(), arguments, "{}", statement.name);
        assert!(many.key.iter().all(|place| (1..arguments).contains(place)), "{}", statement.name);
    }
}

#[test]
fn both_folders_hold_the_same_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let files = |engine: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(root.join(engine)).unwrap().map(Result::unwrap);
        entries
            .map(|file| {
                let bytes = std::fs::read(file.path()).unwrap();
                assert!(
                    !bytes.contains(&b'\r'),
                    "{:?} has a carriage return: its checksum differs",
                    file.path()
                );
                assert!(bytes.starts_with(b"-- Why: "), "{:?} does not say why it is there", file.path());
                file.file_name().into_string().unwrap()
            })
            .collect()
    };
    let [sqlite, postgres] = migrations().map(|names| names.into_iter().collect::<BTreeSet<_>>());
    assert_eq!(files("sqlite"), files("postgres"));
    // A file that the list in migrate.rs does not name would never be applied.
    assert_eq!(files("sqlite"), sqlite);
    assert_eq!(sqlite, postgres);
}

async fn columns(place: &Place, query: &str) -> BTreeMap<(String, String), (String, String)> {
    let rows = place.store.probe_read(sql(query.to_owned()), Vec::new()).await.unwrap();
    rows.iter().map(|row| ((text(&row[0]), text(&row[1])), (text(&row[2]), text(&row[3])))).collect()
}

async fn names(place: &Place, query: &str) -> BTreeSet<String> {
    let rows = place.store.probe_read(sql(query.to_owned()), Vec::new()).await.unwrap();
    rows.iter().map(|row| text(&row[0])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_end_with_the_same_tables() {
    let (sqlite, postgres) = (Place::sqlite().await, Place::postgres().await);
    let loose = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
        AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'";
    assert!(names(&sqlite, loose).await.is_empty(), "every table is STRICT");
    let of_sqlite = columns(
        &sqlite,
        "SELECT t.name, c.name, replace(replace(lower(c.type), 'integer', 'bigint'), 'blob', 'bytea'), c.\"notnull\"
         FROM pragma_table_list t, pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.type = 'table'
             AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx_%'",
    )
    .await;
    let of_postgres = columns(
        &postgres,
        "SELECT c.table_name::text, c.column_name::text, c.data_type::text,
             CASE WHEN c.is_nullable = 'NO' THEN 1 ELSE 0 END
         FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name)
         WHERE t.table_type = 'BASE TABLE' AND c.table_schema = 'public' AND c.table_name <> '_sqlx_migrations'",
    )
    .await;
    assert!(of_sqlite.len() > 150);
    assert_eq!(of_sqlite, of_postgres);
    let of_sqlite =
        names(&sqlite, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").await;
    let of_postgres = names(
        &postgres,
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'
             AND tablename <> '_sqlx_migrations'",
    )
    .await;
    assert_eq!(of_sqlite, of_postgres);
    let locale = "SELECT a.attrelid::regclass::text || '.' || a.attname::text FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_collation AS l ON l.oid = a.attcollation
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND l.collname <> 'C'
            AND c.relname <> '_sqlx_migrations'";
    assert!(names(&postgres, locale).await.is_empty(), "texts are compared byte by byte on both engines");
}

/// Tables with rows for every run, event or wait there ever was.
const LONG: [&str; 25] = [
    "run",
    "run_log",
    "run_key",
    "run_reply",
    "run_signal",
    "run_snapshot",
    "run_wait",
    "late_result",
    "event",
    "dedupe",
    "effect",
    "exception",
    "exception_figure",
    "exception_step",
    "exception_transition",
    "ask",
    "correlated_event",
    "schedule_fire",
    "proposal",
    "proposal_lane",
    "proposal_asked",
    "proposal_decision",
    "deciding_code",
    "proposal_comment",
    "proposal_snooze",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_looks_through_a_long_table() {
    let place = Place::sqlite().await;
    let mut slow = Vec::new();
    for statement in statements() {
        let explain = sql(format!("EXPLAIN QUERY PLAN {}", statement.sqlite));
        // The limit of a claim is part of how SQLite plans it.
        let Ok(plan) = place.store.probe_read(explain, vec![Arg::Int(Some(50)); 20]).await else { continue };
        for row in plan {
            let step = text(&row[3]);
            let words: Vec<&str> = step.split(' ').collect();
            let long = words.get(1).is_some_and(|table| LONG.contains(table));
            // All rows, or all rows of a workspace. What is counted is in an index of open runs only.
            // What is not filed yet is in an index of its own, and never for long; so is what is open about a connection,
            // one row a cause.
            let counted = ["OPEN_COUNTS", "UNFILED", "IN_TROUBLE"].contains(&statement.name);
            if long && !counted && (words[0] == "SCAN" || step.ends_with("(workspace_id=?)")) {
                slow.push(format!("{}: {step}", statement.name));
            }
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tenant_table_leads_its_keys_with_the_workspace() {
    let place = Place::sqlite().await;
    // Expiry, age, lease, next-due and root key indexes serve sweeps across workspaces; what an account may is asked
    // before a workspace is known.
    let sweeps = [
        "member_role_person",
        "dedupe_expiry",
        "run_lease",
        "correlated_event_expiry",
        "poll_seen_age",
        "schedule_next",
        "poll_state_next",
        "workspace_key_root",
        "mail_out_due",
        "exception_step_unfiled",
        "exception_look",
        "exception_ended",
        "mail_out_settled",
        "proposal_due",
        "exception_notice_due",
        "ask_asked",
        "ask_due",
    ];
    let rows = place
        .store
        .probe_read(
            sql(
                "SELECT t.name, i.name, (SELECT x.name FROM pragma_index_info(i.name) AS x WHERE x.seqno = 0)
                 FROM pragma_table_list AS t, pragma_index_list(t.name) AS i
                 WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
                     AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) AS c WHERE c.name = 'workspace_id')"
                    .to_owned(),
            ),
            Vec::new(),
        )
        .await
        .unwrap();
    assert!(rows.len() > 40);
    for row in rows {
        let (table, index, first) = (text(&row[0]), text(&row[1]), text(&row[2]));
        if table != "api_token" && !sweeps.contains(&index.as_str()) {
            assert_eq!(first, "workspace_id", "{index} of {table}");
        }
    }
}

/// What reports are built on: a name that changes breaks them, and a column more is a new line here.
const VIEWS: [(&str, &str); 4] = [
    (
        "ops_exception",
        "workspace_id exception_id kind reason severity state workflow_id version run_id step connection owner person \
         backup assigned_by unrouted customer_visible money_hundredths occurrences reopened waiting_steps day opened_at \
         last_seen_at assigned_at acted_at due_at original_due_at breached_at rung waiting_on ended_at ended way outcome \
         strength auto_resolved met_deadline minutes assign_minutes assign_business_minutes act_minutes \
         act_business_minutes running_minutes running_business_minutes paused_minutes paused_business_minutes counted_at",
    ),
    (
        "ops_proposal",
        "workspace_id proposal_id run_id step workflow_id version system action state money_amount money_currency \
         replaces replaces_why replaced_by effect_id day opened_at expires_at closed_at decided_at applied_at minutes \
         decision_minutes apply_ms looked_seconds approvals edits rejections unopened rejected_why",
    ),
    (
        "ops_run",
        "workspace_id run_id workflow_id version status day created_at started_at ended_at minutes failure_code retry_of \
         parent_run_id proposals exceptions decisions resolutions answers touches straight_through",
    ),
    ("ops_straight_through", "workspace_id workflow_id day runs ended straight_through rate"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_of_figures_are_frozen() {
    let (sqlite, postgres) = (Place::sqlite().await, Place::postgres().await);
    for (view, frozen) in VIEWS {
        let of_sqlite = format!("SELECT name FROM pragma_table_info('{view}') ORDER BY cid");
        let of_postgres = format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{view}' ORDER BY ordinal_position"
        );
        for (place, query) in [(&sqlite, of_sqlite), (&postgres, of_postgres)] {
            let rows = place.store.probe_read(sql(query), Vec::new()).await.unwrap();
            let columns: Vec<String> = rows.iter().map(|row| text(&row[0])).collect();
            assert_eq!(columns.join(" "), frozen, "{view}");
            assert!(frozen.starts_with("workspace_id "), "{view}: who reads for one workspace filters by it");
        }
    }
    let views = "SELECT table_name::text FROM information_schema.views WHERE table_name LIKE 'ops_%'";
    assert_eq!(names(&postgres, views).await.len(), VIEWS.len(), "each view is written down here");
}
