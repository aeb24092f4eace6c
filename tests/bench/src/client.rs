//! One kept-alive HTTP/1.1 connection: for load, set-up and the checks alike.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Longer than the 30 seconds after which a synchronous webhook is answered with 202.
const PATIENCE: Duration = Duration::from_mins(1);

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The first cookie it sets, with its name.
    pub(crate) cookie: Option<String>,
    pub(crate) body: Bytes,
}

/// A connection; opened again when the other side has closed it between two requests.
pub(crate) struct Connection {
    address: SocketAddr,
    host: String,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        Ok(Self { address, host: address.to_string(), sender: connect(address).await? })
    }

    /// Sends one request and reads its answer to the end.
    pub(crate) async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Result<Answer> {
        request.headers_mut().insert(header::HOST, self.host.parse()?);
        if self.sender.ready().await.is_err() {
            self.sender = connect(self.address).await?;
        }
        let answered = async {
            let response = self.sender.send_request(request).await?;
            let status = response.status();
            let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
            let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
            Ok::<_, hyper::Error>(Answer {
                status,
                cookie,
                body: response.into_body().collect().await?.to_bytes(),
            })
        };
        tokio::time::timeout(PATIENCE, answered)
            .await
            .with_context(|| format!("no answer from {} within {PATIENCE:?}", self.address))?
            .with_context(|| format!("the connection to {} broke", self.address))
    }
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // What ends it is seen by the next request.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}
