//! The one-way flow of the crates, as a failing test: an edge that is not in the table is a mistake,
//! or a decision that changes the table, `docs/architecture.md` and this file together.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use throughline_test_support::repository;

/// What each crate under `runtime/` and `sdk/` may import from this workspace.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("throughline-domain", &[]),
    ("throughline-store", &["throughline-domain"]),
    ("throughline-vault", &["throughline-domain", "throughline-store"]),
    ("throughline-host", &["throughline-domain"]),
    (
        "throughline-intake",
        &["throughline-domain", "throughline-store", "throughline-host", "throughline-smtp"],
    ),
    (
        "throughline-engine",
        &[
            "throughline-domain",
            "throughline-store",
            "throughline-host",
            "throughline-vault",
            "throughline-intake",
        ],
    ),
    (
        "throughline-api",
        &["throughline-domain", "throughline-store", "throughline-engine", "throughline-intake"],
    ),
    ("throughline-smtp", &[]),
    ("throughline-simulators", &["throughline-smtp"]),
    (
        "throughline-server",
        &[
            "throughline-domain",
            "throughline-store",
            "throughline-host",
            "throughline-vault",
            "throughline-intake",
            "throughline-engine",
            "throughline-api",
            "throughline-smtp",
            "throughline-simulators",
        ],
    ),
    ("throughline-sdk", &["throughline-sdk-macros"]),
    ("throughline-sdk-macros", &[]),
    (TEST_SUPPORT, &[]),
    // Measures the binary from outside, as any client would.
    ("throughline-bench", &[TEST_SUPPORT]),
    // The real planner against a model of everything else.
    ("throughline-simulation", &["throughline-domain"]),
    ("throughline-crash", &["throughline-simulators", TEST_SUPPORT]),
];

const TEST_SUPPORT: &str = "throughline-test-support";
const TESTS: &str = "throughline-tests";

/// A connector sees the SDK and nothing else of this repository.
const PLUGIN_MAY_IMPORT: &[&str] = &["throughline-sdk"];

/// Libraries that belong to the crates that are there for them.
const BELONGS_TO: &[(&str, &[&str])] = &[
    ("sqlx", &["throughline-store"]),
    // The bench fills databases beside a server that does not run: through the store it would take days.
    ("rusqlite", &["throughline-store", "throughline-bench"]),
    ("libsqlite3-sys", &["throughline-store"]),
    ("argon2", &["throughline-api"]),
    ("wasmtime", &["throughline-host"]),
    ("chacha20poly1305", &["throughline-vault"]),
];

/// Libraries that bring IO, a clock or threads: never in the pure core.
const NOT_IN_DOMAIN: &[&str] =
    &["tokio", "reqwest", "axum", "rustix", "getrandom", "rand", "futures", "tracing-subscriber", "uuid"];

struct Edge {
    from: String,
    to: String,
    development: bool,
    internal: bool,
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(repository().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata reads this workspace")
}

fn is_plugin(package: &Package) -> bool {
    package.manifest_path.strip_prefix(repository().join("plugins").to_string_lossy().as_ref()).is_ok()
}

fn edges(metadata: &Metadata) -> Vec<Edge> {
    metadata
        .packages
        .iter()
        .flat_map(|package| {
            package.dependencies.iter().map(|dependency| Edge {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                development: dependency.kind == DependencyKind::Development,
                internal: dependency.path.is_some(),
            })
        })
        .collect()
}

fn allowed<'table>(
    crates: &BTreeMap<&str, &'table [&'table str]>,
    plugins: &[String],
    crate_name: &str,
) -> Option<&'table [&'table str]> {
    if plugins.iter().any(|plugin| plugin == crate_name) {
        return Some(PLUGIN_MAY_IMPORT);
    }
    crates.get(crate_name).copied()
}

fn forbidden_internal_edges(edges: &[Edge], plugins: &[String]) -> Vec<String> {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    edges
        .iter()
        .filter(|edge| edge.internal && edge.from != TESTS)
        .filter(|edge| !(edge.development && edge.to == TEST_SUPPORT))
        .filter(|edge| {
            !allowed(&table, plugins, &edge.from).is_some_and(|targets| targets.contains(&edge.to.as_str()))
        })
        .map(|edge| {
            let kind = if edge.development { "dev-dependency" } else { "dependency" };
            format!("{} -> {} ({kind})", edge.from, edge.to)
        })
        .collect()
}

#[test]
fn crates_import_only_what_the_table_allows() {
    let metadata = metadata();
    let plugins: Vec<String> = metadata
        .packages
        .iter()
        .filter(|package| is_plugin(package))
        .map(|package| package.name.to_string())
        .collect();
    let forbidden = forbidden_internal_edges(&edges(&metadata), &plugins);
    assert!(forbidden.is_empty(), "not in the table of architecture.rs:\n  {}", forbidden.join("\n  "));
}

#[test]
fn every_crate_is_in_the_table() {
    let unknown: Vec<String> = metadata()
        .packages
        .iter()
        .filter(|package| !is_plugin(package) && package.name != TESTS)
        .filter(|package| !MAY_IMPORT.iter().any(|(name, _)| *name == package.name.as_str()))
        .map(|package| package.name.to_string())
        .collect();
    assert!(unknown.is_empty(), "give these a row in the table of architecture.rs: {unknown:?}");
}

#[test]
fn libraries_stay_in_their_crate() {
    let strays: Vec<String> = edges(&metadata())
        .into_iter()
        .filter(|edge| edge.from != TESTS)
        .filter(|edge| {
            BELONGS_TO
                .iter()
                .any(|(library, owners)| *library == edge.to && !owners.contains(&edge.from.as_str()))
                || (edge.from == "throughline-domain" && NOT_IN_DOMAIN.contains(&edge.to.as_str()))
        })
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert!(strays.is_empty(), "these libraries belong elsewhere:\n  {}", strays.join("\n  "));
}

#[test]
fn a_forbidden_edge_is_found() {
    let edge = |from: &str, to: &str, development| Edge {
        from: from.into(),
        to: to.into(),
        development,
        internal: true,
    };
    let plugins = ["acme".to_owned()];
    let found = forbidden_internal_edges(
        &[
            edge("throughline-domain", "throughline-store", false),
            edge("throughline-store", "throughline-engine", true),
            edge("acme", "throughline-domain", false),
            edge("throughline-sdk", "throughline-domain", false),
            edge("acme", "throughline-sdk", false),
            edge("throughline-store", TEST_SUPPORT, true),
            edge(TESTS, "throughline-engine", true),
        ],
        &plugins,
    );
    assert_eq!(found.len(), 4, "{found:?}");
}
