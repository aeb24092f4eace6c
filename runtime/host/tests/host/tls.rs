//! HTTPS with an authority of the operator's own.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use throughline_domain::failure::FailureKind;
use throughline_host::contract::RunInput;
use throughline_host::{Call, Sent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::guests::relay;
use crate::support::{bench, bench_with, call, open};

/// A server for `localhost` with a certificate of a new authority, and the authority's PEM.
async fn server() -> (SocketAddr, String) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let leaf =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\ntrue")
                .await;
            let _ = stream.shutdown().await;
        }
    });
    (address, pem)
}

#[tokio::test]
async fn only_a_trusted_certificate_is_talked_to() {
    let (address, pem) = server().await;
    let origin = format!("https://localhost:{}", address.port());
    let wasm = relay(&json!([{ "origin": origin }]), &json!({ "p1nnn": { "effect": "write_once" } }));
    let url = json!(format!("{origin}/"));

    let strangers = bench();
    let plugin = strangers.load(&wasm).await;
    let to_server = Call { egress: open(address), ..call(&plugin, "p1nnn") };
    let outcome = strangers.host.run(to_server, RunInput::new(&url)).await;
    let failure = outcome.result.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Permanent);
    assert!(failure.message.contains("certificate"), "{}", failure.message);
    assert_eq!(outcome.report.unsafe_sent, Sent::No, "nothing is sent before the certificate is checked");

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("authority.pem");
    std::fs::write(&file, pem).unwrap();
    let friends = bench_with(|config| config.extra_roots.push(file));
    let plugin = friends.load(&wasm).await;
    let to_server = Call { egress: open(address), ..call(&plugin, "p1nnn") };
    let outcome = friends.host.run(to_server, RunInput::new(&url)).await;
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    assert_eq!(outcome.report.unsafe_status, Some(200));
}
