//! TLS to PostgreSQL, as the URL asks for it: readers and whoever writes read it alike.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use throughline_store::{Location, Store, StoreOptions};
use throughline_test_support::postgres::{Down, OwnServer, query_at};

use crate::place::{accepted, scope};

/// Gives the server a certificate for `localhost`; the PEM file of who signed it.
fn certify(server: &OwnServer, folder: &Path) -> PathBuf {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let trusted = folder.join("ca.pem");
    std::fs::write(&trusted, authority.self_signed(&authority_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &Issuer::new(authority, authority_key))
        .unwrap();
    server.down(Down::Fast);
    let data = server.folder().join("data");
    let owner = std::fs::metadata(&data).unwrap();
    for (name, text) in [("server.crt", leaf.pem()), ("server.key", key.serialize_pem())] {
        let file = data.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let settings = data.join("postgresql.conf");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}\nssl = on\n")).unwrap();
    server.up();
    trusted
}

async fn open(url: String, folder: &Path) -> throughline_store::Result<Store> {
    Store::open(StoreOptions::new(Location::Postgres { url, blobs: folder.join("blobs") })).await
}

#[tokio::test]
async fn the_url_says_how_sure_one_must_be_of_the_server() {
    let server = OwnServer::start();
    let folder = tempfile::tempdir().unwrap();
    let trusted = certify(&server, folder.path());
    let trusted = trusted.display();
    let by_name = server.url().replace("127.0.0.1", "localhost");
    for url in [
        format!("{}?sslmode=require", server.url()),
        format!("{}?sslmode=prefer", server.url()),
        format!("{}?sslmode=verify-ca&sslrootcert={trusted}", server.url()),
        format!("{by_name}?sslmode=verify-full&sslrootcert={trusted}"),
    ] {
        let store = open(url, folder.path()).await.unwrap();
        let run = accepted(&store, &scope()).await;
        assert!(store.get_run(&scope(), &run).await.unwrap().is_some());
        let sessions =
            "SELECT count(*), count(*) FILTER (WHERE ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE application_name = 'throughline'";
        let counted = query_at(server.url(), sessions);
        let (all, safe) = counted.trim().split_once('|').unwrap();
        assert!(all.parse::<u32>().unwrap() >= 2, "one that writes and one that reads: {counted}");
        assert_eq!(all, safe);
        store.close().await;
    }
    for url in [
        format!("{}?sslmode=verify-full&sslrootcert={trusted}", server.url()),
        format!("{by_name}?sslmode=verify-full"),
        format!("{by_name}?sslmode=verify-ca"),
    ] {
        open(url, folder.path()).await.unwrap_err();
    }
}
