//! The door of the mail simulator for SMTP.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use subtle::ConstantTimeEq;
use throughline_smtp::{Envelope, Limits, Receive, Reply, serve};
use tokio::net::TcpListener;

use crate::core::{Answer, Core};
use crate::mail;
use crate::service::SimulatorError;

/// Remembers the port: whoever was told it goes on reaching the simulator.
const PORT_FILE: &str = "smtp.port";

struct Door(Arc<Core>);

/// Listens on the port of before, else on a free one.
pub(crate) async fn listen(core: &Arc<Core>, dir: &Path, ip: IpAddr) -> Result<SocketAddr, SimulatorError> {
    let file = dir.join(PORT_FILE);
    let known = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse::<u16>().ok());
    let bind = |port| TcpListener::bind(SocketAddr::new(ip, port));
    let failed = |source| SimulatorError::Listen { address: SocketAddr::new(ip, 0), source };
    let listener = match bind(known.unwrap_or(0)).await {
        Ok(listener) => listener,
        Err(_) => bind(0).await.map_err(failed)?,
    };
    let address = listener.local_addr().map_err(failed)?;
    std::fs::write(&file, address.port().to_string())
        .map_err(|source| SimulatorError::Io { path: file, source })?;
    let (door, stop) = (Arc::new(Door(Arc::clone(core))), core.stopping.clone());
    core.tasks.spawn(serve(listener, door, Limits::new("mail.demo.example"), stop));
    Ok(address)
}

impl Receive for Door {
    fn wants_login(&self) -> bool {
        true
    }

    fn login(&self, _user: &str, password: &str) -> bool {
        password.as_bytes().ct_eq(self.0.token.as_bytes()).into()
    }

    async fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> Option<Reply> {
        let call = mail::call_of(&envelope, &bytes);
        match self.0.answer(&call).await {
            Answer::Dropped => None,
            Answer::Reply(reply) => Some(match reply.status {
                200..=299 => Reply::KEPT,
                429 | 500..=599 => Reply::said(451, &format!("4.3.0 {}", words(&reply.body))),
                _ => Reply::said(550, &format!("5.7.1 {}", words(&reply.body))),
            }),
        }
    }
}

fn words(body: &serde_json::Value) -> &str {
    body["message"].as_str().unwrap_or("refused")
}
