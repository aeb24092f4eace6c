//! Webhooks: verify over the raw bytes, parse strictly, accept durably, then answer.

use std::time::Duration;

use serde_json::{Map, Value, json};
use throughline_domain::json::{self, JsonLimits};
use throughline_domain::workflow::Trigger;
use throughline_domain::workflow::duration;
use throughline_host::contract::{Inbound, Reply as PluginReply, Verdict};
use throughline_host::services::SecretUse;
use throughline_host::{Call, SecretRef};
use throughline_store::{Accepted, EventKind, Heard, Reply, ReplyWaiter, Scope};

use crate::Intake;
use crate::accept::Incoming;
use crate::catalog::Current;
use crate::config::{KEPT_HEADERS, MAX_BODY_BYTES, MAX_DEPTH, PROVIDER_IDS, ReplyMode, Shape, WebhookConfig};
use crate::error::IntakeError;

/// How long a caller of a synchronous webhook is kept waiting for the run's reply.
const REPLY_WITHIN: Duration = Duration::from_secs(30);
/// Looks for a reply that another node may have stored: the first after so long, each later one after twice the last.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LAST_LOOK: Duration = Duration::from_secs(2);

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct WebhookRequest {
    /// Method, upper case.
    pub method: String,
    /// Path and query as received.
    pub path_and_query: String,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Exact bytes.
    pub body: Vec<u8>,
}

/// What the sender gets.
#[derive(Clone, Debug, PartialEq)]
pub struct WebhookAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers besides the usual ones.
    pub headers: Vec<(String, String)>,
    /// Body: JSON unless `headers` say otherwise.
    pub body: Vec<u8>,
}

impl WebhookRequest {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// What the sender names the delivery by.
    fn provider_id(&self) -> Option<String> {
        PROVIDER_IDS.iter().find_map(|name| self.header(name)).filter(|id| !id.is_empty()).map(str::to_owned)
    }

    /// The headers that are kept, and those that the trigger's dedupe template may name.
    fn kept(&self, dedupe: Option<&str>) -> Map<String, Value> {
        self.headers
            .iter()
            .filter(|(name, _)| {
                KEPT_HEADERS.contains(&name.as_str())
                    || dedupe.is_some_and(|template| template.contains(name.as_str()))
            })
            .map(|(name, value)| (name.clone(), Value::String(value.clone())))
            .collect()
    }
}

impl Intake {
    /// Takes one webhook request to `/hooks/{scope}/{path}`.
    pub async fn webhook(
        &self,
        scope: &Scope,
        path: &str,
        request: WebhookRequest,
    ) -> Result<WebhookAnswer, IntakeError> {
        let route =
            self.catalog.route(scope, EventKind::Webhook, path).await?.ok_or(IntakeError::NoSuchPath)?;
        if !route.active {
            return Err(IntakeError::CannotVerify("the workflow is paused".to_owned()));
        }
        let current = self.catalog.current(scope, &route.workflow).await?;
        if request.body.len() > MAX_BODY_BYTES {
            return Err(IntakeError::TooLarge { limit: MAX_BODY_BYTES });
        }
        let trigger = current.version.workflow().trigger.clone();
        if trigger.on.connector == "webhook" {
            self.generic(scope, &current, &trigger, request).await
        } else {
            self.by_connector(scope, &current, &trigger, request).await
        }
    }

    async fn generic(
        &self,
        scope: &Scope,
        current: &Current,
        trigger: &Trigger,
        request: WebhookRequest,
    ) -> Result<WebhookAnswer, IntakeError> {
        let config = WebhookConfig::read(&trigger.with).map_err(IntakeError::CannotVerify)?;
        if !matches!(request.method.as_str(), "POST" | "PUT") {
            return Err(IntakeError::Method("POST and PUT"));
        }
        let limit = config.body_limit();
        if request.body.len() > limit {
            return Err(IntakeError::TooLarge { limit });
        }
        self.verify(scope, &config, &request).await?;
        let body = json::parse_strict(&request.body, JsonLimits { max_bytes: limit, max_depth: MAX_DEPTH })?;
        let content_window = match &config.content_window {
            Some(text) => {
                let ms = duration::parse_ms(text).map_err(IntakeError::CannotVerify)?;
                Some((json::sha256(&body), ms))
            }
            None => None,
        };
        let incoming = Incoming {
            headers: request.kept(trigger.dedupe.as_deref()),
            id: request.provider_id(),
            content_window,
            reply_wanted: config.reply == ReplyMode::Sync,
            ..Incoming::new(EventKind::Webhook, shaped(config.shape, &request, body))
        };
        let event = self.event(current, incoming)?;
        match config.reply {
            ReplyMode::Async => Ok(acknowledged(&self.accept_event(scope, event).await?)),
            ReplyMode::Sync => {
                // Before the run can be claimed.
                let waiter = self.store.wait_for_reply(scope, &event.run.id);
                let accepted = self.accept_event(scope, event).await?;
                if accepted.duplicate {
                    // The first delivery's caller waits; this one gets what there is.
                    return match self.store.reply(scope, &accepted.run).await? {
                        Some(reply) => self.answer(scope, reply).await,
                        None => Ok(acknowledged(&accepted)),
                    };
                }
                self.reply_of(scope, &accepted, waiter).await
            }
        }
    }

    /// Fails closed: a secret that cannot be had refuses the request.
    async fn verify(
        &self,
        scope: &Scope,
        config: &WebhookConfig,
        request: &WebhookRequest,
    ) -> Result<(), IntakeError> {
        let Some(verify) = &config.verify else { return Ok(()) };
        let reference = SecretRef::parse(verify.secret()).ok_or_else(|| {
            IntakeError::CannotVerify("its secret is not `vault:NAME`, `env:NAME` or `file:PATH`".to_owned())
        })?;
        let secret = self
            .secrets
            .resolve(scope.as_str(), &reference, SecretUse::Inbound)
            .await
            .map_err(|error| IntakeError::CannotVerify(error.to_string()))?;
        let now = self.clock.now();
        verify.check(secret.reveal().as_bytes(), |name| request.header(name), &request.body, now)?;
        Ok(())
    }

    /// A connector's own webhook: its plugin verifies and parses, without network.
    async fn by_connector(
        &self,
        scope: &Scope,
        current: &Current,
        trigger: &Trigger,
        request: WebhookRequest,
    ) -> Result<WebhookAnswer, IntakeError> {
        let Some(digest) = current.plugins.get(&trigger.on.connector) else {
            return Err(IntakeError::CannotVerify(format!(
                "connector `{}` is not installed",
                trigger.on.connector
            )));
        };
        let plugin = self.catalog.plugin(digest).await?;
        let mut call = Call::new(plugin, scope.as_str(), &trigger.on.name);
        if let Some(name) = &trigger.connection {
            call.connection = Some(self.catalog.connection(scope, name).await?);
        }
        call.trigger = Some(current.version.workflow().id.clone());
        let inbound = Inbound {
            method: request.method.clone(),
            path_and_query: request.path_and_query.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
        };
        // The path is the runner's.
        let config: Map<String, Value> = trigger
            .with
            .iter()
            .filter(|(name, _)| *name != "path")
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect();
        let config = Value::Object(config);
        let outcome = self.host.handle(call, &config, None, &inbound).await;
        let verdict = outcome.result.map_err(|failure| IntakeError::CannotVerify(failure.message))?;
        match verdict {
            Verdict::Reject { status } => Err(IntakeError::Rejected { status }),
            Verdict::Answer { reply } => Ok(plugin_answer(reply)),
            Verdict::Accept { events, reply } => {
                let mut accepted = Vec::with_capacity(events.len());
                for event in events {
                    let incoming = Incoming {
                        headers: request.kept(trigger.dedupe.as_deref()),
                        id: Some(event.id),
                        ..Incoming::new(EventKind::Webhook, event.data)
                    };
                    accepted.push(self.accept(scope, &current.version.workflow().id, incoming).await?);
                }
                Ok(reply.map_or_else(|| acknowledged_all(&accepted), plugin_answer))
            }
        }
    }

    /// The run's reply, once it is committed; 202 with where to ask when it takes longer.
    async fn reply_of(
        &self,
        scope: &Scope,
        accepted: &Accepted,
        waiter: ReplyWaiter,
    ) -> Result<WebhookAnswer, IntakeError> {
        match tokio::time::timeout(REPLY_WITHIN, self.hear_reply(scope, accepted, waiter)).await {
            Ok(Ok(Some(reply))) => self.answer(scope, reply).await,
            Ok(Ok(None)) | Err(_) => Ok(acknowledged(accepted)),
            Ok(Err(error)) => Err(error),
        }
    }

    /// `None`: the run ended without a reply.
    async fn hear_reply(
        &self,
        scope: &Scope,
        accepted: &Accepted,
        mut waiter: ReplyWaiter,
    ) -> Result<Option<Reply>, IntakeError> {
        let run = &accepted.run;
        // A run that another node drives is not heard of.
        let mut look = FIRST_LOOK;
        loop {
            match tokio::time::timeout(look, waiter.hear()).await {
                Ok(Heard::Reply(reply)) => return Ok(Some(*reply)),
                Ok(Heard::Look | Heard::Nothing) | Err(_) => {}
            }
            let ended = self.store.get_run(scope, run).await?.is_none_or(|run| run.ended_at.is_some());
            // Looked for after the end: the reply is committed with it, or before.
            let reply = self.store.reply(scope, run).await?;
            if ended || reply.is_some() {
                return Ok(reply);
            }
            look = (look * 2).clamp(FIRST_LOOK, LAST_LOOK);
        }
    }

    async fn answer(&self, scope: &Scope, reply: Reply) -> Result<WebhookAnswer, IntakeError> {
        fail::fail_point!("intake.before_reply", |_| std::process::abort());
        let body = self.store.load(scope, &reply.body).await?;
        let is_text = reply.headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("content-type") && !value.to_ascii_lowercase().contains("json")
        });
        let body = match body {
            Value::String(text) if is_text => text.into_bytes(),
            other => serde_json::to_vec(&other).unwrap_or_default(),
        };
        Ok(WebhookAnswer { status: reply.status, headers: reply.headers, body })
    }
}

fn shaped(shape: Shape, request: &WebhookRequest, body: Value) -> Value {
    match shape {
        Shape::Body => body,
        Shape::Request => {
            let (path, query) =
                request.path_and_query.split_once('?').unwrap_or((&request.path_and_query, ""));
            json!({
                "method": request.method,
                "path": path,
                "query": query,
                "headers": request.kept(None),
                "body": body,
            })
        }
    }
}

fn acknowledged(accepted: &Accepted) -> WebhookAnswer {
    let body = json!({
        "run_id": accepted.run,
        "event_id": accepted.event,
        "duplicate": accepted.duplicate,
        "status_url": format!("/api/v1/runs/{}", accepted.run),
    });
    WebhookAnswer { status: 202, headers: Vec::new(), body: serde_json::to_vec(&body).unwrap_or_default() }
}

fn acknowledged_all(accepted: &[Accepted]) -> WebhookAnswer {
    if let [one] = accepted {
        return acknowledged(one);
    }
    let runs: Vec<_> = accepted
        .iter()
        .map(|one| json!({ "run_id": one.run, "event_id": one.event, "duplicate": one.duplicate }))
        .collect();
    let body = serde_json::to_vec(&json!({ "accepted": runs })).unwrap_or_default();
    WebhookAnswer { status: 202, headers: Vec::new(), body }
}

fn plugin_answer(reply: PluginReply) -> WebhookAnswer {
    WebhookAnswer { status: reply.status, headers: reply.headers, body: reply.body }
}
