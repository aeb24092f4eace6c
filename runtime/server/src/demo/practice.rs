//! The simulated systems as a server offers them to practise with, connected by whoever looks after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use throughline_api::{Practice, PracticeSystem};
use throughline_simulators::Kind;

use super::Systems;
use crate::error::Result;

/// What jobs are about, in turn.
const WORK: [(&str, &str); 4] = [
    ("Boiler swap", "1840.00"),
    ("Valve set, flat 12", "96.40"),
    ("Underfloor loop", "2410.00"),
    ("Tank and stand", "784.20"),
];
/// A customer that the systems begin with.
const CUSTOMER: &str = "cus_0003";

/// Simulated systems beside a server.
pub(crate) struct Beside {
    systems: Arc<Systems>,
    /// Where the server answers.
    server: String,
    completed: AtomicUsize,
}

impl Beside {
    pub(crate) fn new(systems: &Arc<Systems>, server: &str) -> Self {
        Self { systems: Arc::clone(systems), server: server.to_owned(), completed: AtomicUsize::new(0) }
    }

    async fn complete(&self, hook: &str, with_proof: bool) -> Result<Value> {
        self.systems.subscribe(&self.server, hook).await?;
        let (title, price) = WORK[self.completed.fetch_add(1, Ordering::Relaxed) % WORK.len()];
        let job = json!({
            "title": title, "customer_id": CUSTOMER,
            "lines": [{ "description": title, "quantity": "1", "unit_price": price }],
        });
        let job = self.systems.call(Kind::Projects, "POST", "/v1/jobs", Some(job)).await?;
        let path = format!("/v1/jobs/{}", job["id"].as_str().unwrap_or_default());
        if with_proof {
            let proof = json!({ "photos": ["before.jpg", "after.jpg"], "signature": "S. Marsh" });
            self.systems.call(Kind::Projects, "PATCH", &path, Some(proof)).await?;
        }
        self.systems.call(Kind::Projects, "POST", &format!("{path}/complete"), Some(json!({}))).await
    }
}

impl Practice for Beside {
    fn systems(&self) -> Vec<PracticeSystem> {
        self.systems.to_connect()
    }

    fn complete_job(
        &self,
        hook: String,
        with_proof: bool,
    ) -> BoxFuture<'_, std::result::Result<Value, String>> {
        async move { self.complete(&hook, with_proof).await.map_err(|error| error.message) }.boxed()
    }
}
