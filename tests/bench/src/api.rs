//! The public API of our server, as set-up and checks use it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, header};
use serde_json::Value;

use crate::client::{Answer, Connection};

/// A kept connection with the admin token, or of somebody whose browser is signed in.
pub(crate) struct Api {
    connection: Connection,
    /// By which header it says who it is, and how.
    credentials: (header::HeaderName, String),
}

impl Api {
    pub(crate) async fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let credentials = (header::AUTHORIZATION, format!("Bearer {token}"));
        Ok(Self { connection: Connection::open(address).await?, credentials })
    }

    /// As somebody whose browser has this cookie.
    pub(crate) async fn open_as(address: SocketAddr, cookie: &str) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(address).await?,
            credentials: (header::COOKIE, cookie.to_owned()),
        })
    }

    /// Sends a form as a page of the server does; the cookie that it gives.
    pub(crate) async fn form(&mut self, path: &str, form: String) -> Result<String> {
        let kind = "application/x-www-form-urlencoded";
        let answer = self.send(Method::POST, path, kind, Bytes::from(form)).await?;
        answer.cookie.with_context(|| format!("POST {path} answers {} and gives no cookie", answer.status))
    }

    /// Posts JSON below `/api/v1`; whatever the answer.
    pub(crate) async fn tried(&mut self, path: &str, body: &Value) -> Result<StatusCode> {
        let bytes = Bytes::from(body.to_string());
        let answer = self.send(Method::POST, &format!("/api/v1{path}"), "application/json", bytes).await?;
        Ok(answer.status)
    }

    /// The JSON of an address below `/api/v1`.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Value> {
        let answer =
            self.send(Method::GET, &format!("/api/v1{path}"), "application/json", Bytes::new()).await?;
        if !answer.status.is_success() {
            bail!("GET {path} answers {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        serde_json::from_slice(&answer.body)
            .with_context(|| format!("GET {path} answers something else than JSON"))
    }

    /// Posts JSON below `/api/v1`.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let bytes = Bytes::from(body.to_string());
        let answer = self.send(Method::POST, &format!("/api/v1{path}"), "application/json", bytes).await?;
        if !answer.status.is_success() {
            bail!("POST {path} answers {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Puts JSON below `/api/v1`.
    pub(crate) async fn put(&mut self, path: &str, body: &Value) -> Result<()> {
        let bytes = Bytes::from(body.to_string());
        let answer = self.send(Method::PUT, &format!("/api/v1{path}"), "application/json", bytes).await?;
        if !answer.status.is_success() {
            bail!("PUT {path} answers {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(())
    }

    /// Installs a connector, with consent to what it asks for: it is one that ships.
    pub(crate) async fn install(&mut self, wasm: Bytes) -> Result<()> {
        let path = "/api/v1/plugins";
        let answer = self.send(Method::POST, path, "application/wasm", wasm.clone()).await?;
        let answer = if answer.status == StatusCode::CONFLICT {
            let refusal: Value = serde_json::from_slice(&answer.body)?;
            let hint = refusal["error"]["hint"].as_str().unwrap_or_default();
            let (_, digest) = hint.split_once("?accept=").context("the refusal names no consent to give")?;
            self.send(Method::POST, &format!("{path}?accept={digest}"), "application/wasm", wasm).await?
        } else {
            answer
        };
        if !answer.status.is_success() {
            bail!("a connector cannot be installed: {}", String::from_utf8_lossy(&answer.body));
        }
        Ok(())
    }

    /// The figures of `/metrics`; those with labels are summed up.
    pub(crate) async fn metrics(&mut self) -> Result<BTreeMap<String, f64>> {
        let answer = self.send(Method::GET, "/metrics", "text/plain", Bytes::new()).await?;
        if !answer.status.is_success() {
            bail!("/metrics answers {}", answer.status);
        }
        Ok(figures(&String::from_utf8_lossy(&answer.body)))
    }

    /// Any address as a browser asks for it; whatever the answer.
    pub(crate) async fn look(&mut self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, "text/plain", Bytes::new()).await
    }

    /// Sends an event to a webhook, `workspace/path`.
    pub(crate) async fn hook(&mut self, path: &str, body: &Value) -> Result<StatusCode> {
        let bytes = Bytes::from(body.to_string());
        let answer = self.send(Method::POST, &format!("/hooks/{path}"), "application/json", bytes).await?;
        Ok(answer.status)
    }

    async fn send(&mut self, method: Method, path: &str, kind: &str, body: Bytes) -> Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(&self.credentials.0, &self.credentials.1)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, kind)
            .body(Full::new(body))?;
        self.connection.send(request).await
    }
}

fn figures(text: &str) -> BTreeMap<String, f64> {
    let mut figures = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, value)) = line.rsplit_once(' ') else { continue };
        let name = name.split('{').next().unwrap_or(name);
        if let Ok(value) = value.parse::<f64>() {
            *figures.entry(name.to_owned()).or_insert(0.0) += value;
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_with_labels_are_summed_up() {
        let figures = figures(
            "# HELP a b\na 1\nopen{workspace=\"x y\",status=\"queued\"} 2\nopen{status=\"running\"} 3\n",
        );
        assert_eq!(figures["a"].to_bits(), 1.0_f64.to_bits());
        assert_eq!(figures["open"].to_bits(), 5.0_f64.to_bits());
    }
}
