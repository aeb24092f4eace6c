//! TLS to PostgreSQL, as `sslmode` and its companions in the URL ask for it.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Result, StoreError};

/// What the URL says about TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TlsOptions {
    /// `sslmode`
    pub(super) mode: Mode,
    /// `sslrootcert`: who may have signed the server's certificate; otherwise the roots that browsers trust.
    pub(super) roots: Option<PathBuf>,
    /// `sslcert` and `sslkey`: who we are.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

/// What must be true of the connection; the words are PostgreSQL's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// Never TLS.
    Disable,
    /// TLS if the server has it.
    #[default]
    Prefer,
    /// TLS; whoever the server is.
    Require,
    /// TLS, and somebody who is trusted vouches for the server.
    VerifyCa,
    /// TLS, and somebody who is trusted vouches that the server has this name.
    VerifyFull,
}

impl Mode {
    pub(super) fn parse(word: &str) -> Result<Self> {
        Ok(match word {
            "disable" => Self::Disable,
            "allow" | "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            other => {
                return Err(StoreError::Database(format!(
                    "the database URL says sslmode={other}; it may be disable, prefer, require, verify-ca or verify-full"
                )));
            }
        })
    }

    pub(super) const fn wire(self) -> SslMode {
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            Self::Require | Self::VerifyCa | Self::VerifyFull => SslMode::Require,
        }
    }
}

/// How a connection becomes a TLS one; nothing: it does not.
pub(super) fn connector(options: &TlsOptions) -> Result<Option<MakeRustlsConnect>> {
    if options.mode == Mode::Disable {
        return Ok(None);
    }
    let provider = Arc::new(ring::default_provider());
    let roots = options.roots.as_ref();
    let verifier: Arc<dyn ServerCertVerifier> = match options.mode {
        Mode::Disable | Mode::Prefer | Mode::Require => {
            Arc::new(Lenient { strict: trusted(None, &provider)?, forgiven: Forgiven::Everything })
        }
        Mode::VerifyCa => Arc::new(Lenient { strict: trusted(roots, &provider)?, forgiven: Forgiven::Name }),
        Mode::VerifyFull => trusted(roots, &provider)?,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| unusable("TLS", &e))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match &options.client {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            let key = PrivateKeyDer::from_pem_file(key).map_err(|e| unusable("sslkey", &e))?;
            config
                .with_client_auth_cert(read(certificate, "sslcert")?, key)
                .map_err(|e| unusable("sslcert", &e))?
        }
    };
    Ok(Some(MakeRustlsConnect::new(config)))
}

fn trusted(file: Option<&PathBuf>, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    match file {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            for certificate in read(path, "sslrootcert")? {
                roots.add(certificate).map_err(|e| unusable("sslrootcert", &e))?;
            }
        }
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|e| unusable("sslrootcert", &e))
}

fn read(path: &PathBuf, what: &str) -> Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    certificates.map_err(|e| unusable(what, &e))
}

fn unusable(what: &str, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Database(format!("the database URL's {what} cannot be used: {error}"))
}

/// What a certificate may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forgiven {
    /// The server's name.
    Name,
    /// Everything: `require` promises that nobody listens, not who answers.
    Everything,
}

#[derive(Debug)]
struct Lenient {
    strict: Arc<WebPkiServerVerifier>,
    forgiven: Forgiven,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.forgiven == Forgiven::Everything {
            return Ok(ServerCertVerified::assertion());
        }
        match self.strict.verify_server_cert(certificate, between, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.strict.supported_verify_schemes()
    }
}
