//! Mail in over real SMTP: a message becomes an event once, and a sender is told the truth.

use std::net::SocketAddr;
use std::sync::Arc;

use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde_json::{Value, json};
use throughline_domain::run::event::BlobRef;
use throughline_domain::time::Timestamp;
use throughline_intake::MailDoor;
use throughline_smtp::{Limits, serve};
use throughline_store::{EventKind, EventRow, NewPlugin, PageRequest, RunStatus, Scope};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::Ground;
use crate::world::{PATIENCE, World, on_both, text};

on_both!(a_mail_starts_one_run_in_each_workspace, who_is_not_taken_is_told, what_cannot_be_kept_comes_again);

const MESSAGE: &str = "Message-ID: <m1@example.com>\r\nFrom: Ada <ada@example.com>\r\nTo: invoices@in.test\r\nSubject: Our invoice\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlease pay.\r\n.leading dot\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"invoice 7.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--b--\r\n";

/// A world whose mail server listens.
struct Post {
    world: World,
    address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Post {
    async fn start(ground: &Ground) -> Self {
        let world = Box::pin(World::open(ground)).await;
        for name in ["main", "default"] {
            world.store.create_workspace(&scope(name), name, Timestamp::default()).await.unwrap();
        }
        let manifest = json!({ "contract": "0.1", "id": "mail", "version": "0.1.0", "name": "Mail", "triggers": {
            "received": { "title": "Mail received", "kind": "native", "output": {}, "sample": {} } } });
        let plugin = NewPlugin {
            connector: "mail".to_owned(),
            digest: format!("sha256:{}", "5".repeat(64)),
            version: "0.1.0".to_owned(),
            manifest: manifest.to_string().into_bytes(),
            permissions: Vec::new(),
            installed_at: Timestamp::default(),
            installed_by: "test".to_owned(),
        };
        world.store.install_plugin(&plugin).await.unwrap();
        world.engine.start().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let door = Arc::new(MailDoor::new(world.intake.clone(), "in.test"));
        tasks.spawn(serve(listener, door, Limits::new("in.test"), stop.clone()));
        Self { world, address, stop, tasks }
    }

    async fn publish(&self, workspace: &str, with: &str) {
        let trigger = format!("on: mail.received, with: {{ {with} }}");
        let text = text("inbox", &trigger, "- { id: noted, set: { about: \"{{ event.subject }}\" } }");
        self.world.engine.publish_workflow(&scope(workspace), &text, "tester").await.unwrap();
    }

    /// Sends a message; the code of the answer.
    async fn send(&self, from: &str, to: &[&str], message: &str) -> u16 {
        let to = to.iter().map(|to| to.parse().unwrap()).collect();
        let envelope = Envelope::new(Some(from.parse().unwrap()), to).unwrap();
        let transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.address.ip().to_string())
                .port(self.address.port())
                .build();
        let code = match transport.send_raw(&envelope, message.as_bytes()).await {
            Ok(answer) => answer.code(),
            Err(error) => error.status().unwrap_or_else(|| panic!("{error:?}")),
        };
        u16::from(code)
    }

    async fn events(&self, workspace: &str) -> Vec<EventRow> {
        let page = PageRequest::first(50);
        self.world.store.list_events(&scope(workspace), Some("inbox"), &page).await.unwrap().items
    }

    async fn data(&self, workspace: &str, event: &EventRow) -> Value {
        let bytes = self.world.store.event_payload(&scope(workspace), &event.event).await.unwrap().unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.world.stop().await;
    }
}

fn scope(name: &str) -> Scope {
    Scope::new(name).unwrap()
}

async fn a_mail_starts_one_run_in_each_workspace(ground: Ground) {
    let post = Post::start(&ground).await;
    post.publish("default", "address: invoices").await;
    post.publish("main", "address: invoices, from: [ \"@example.com\" ]").await;
    let to = ["invoices@in.test", "Invoices+main@IN.TEST"];
    for _ in 0..2 {
        assert_eq!(post.send("back@bounces.example", &to, MESSAGE).await, 250);
    }
    for workspace in ["default", "main"] {
        let events = post.events(workspace).await;
        let [event] = &events[..] else { panic!("{workspace}: {events:?}") };
        assert_eq!((event.kind, event.dedupe_key.as_deref()), (EventKind::Mail, Some("m1@example.com")));
        let data = post.data(workspace, event).await;
        assert_eq!(data["from"], json!({ "address": "ada@example.com", "name": "Ada" }));
        assert_eq!(
            (&data["subject"], data["text"].as_str().unwrap().trim()),
            (&json!("Our invoice"), "Please pay.\r\n.leading dot")
        );
        let file = &data["attachments"][0];
        assert_eq!((&file["name"], &file["bytes"]), (&json!("invoice 7.pdf"), &json!(5)));
        let reference = file["content"]["$blob"].as_str().unwrap();
        let blob = BlobRef { sha256: reference.split('.').next().unwrap().to_owned(), size: 5 };
        assert_eq!(post.world.store.read_blob(&scope(workspace), &blob).await.unwrap(), b"Hello");
        let began = tokio::time::Instant::now();
        loop {
            let row = post.world.store.get_run(&scope(workspace), &event.run).await.unwrap().unwrap();
            if row.status == RunStatus::Succeeded {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "{row:?}");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
    // Without an id the bytes say whether it is the same.
    let bare = MESSAGE.replace("Message-ID: <m1@example.com>\r\n", "");
    for _ in 0..2 {
        assert_eq!(post.send("back@bounces.example", &to[..1], &bare).await, 250);
    }
    assert_eq!((post.events("default").await.len(), post.events("main").await.len()), (2, 1));
    post.stop().await;
}

async fn who_is_not_taken_is_told(ground: Ground) {
    let post = Post::start(&ground).await;
    post.publish("default", "from: [ bob@example.com ]").await;
    for unknown in ["nobody@in.test", "inbox+main@in.test", "inbox+nowhere@in.test", "inbox@elsewhere.test"] {
        assert_eq!(post.send("ada@example.com", &[unknown], MESSAGE).await, 550, "{unknown}");
    }
    assert_eq!(post.send("ada@example.com", &["inbox@in.test"], MESSAGE).await, 550, "not on the list");
    let circle = "Received: by x\r\n".repeat(51) + &MESSAGE.replace("ada@", "bob@");
    assert_eq!(post.send("bob@example.com", &["inbox@in.test"], &circle).await, 554);
    assert_eq!(post.events("default").await.len(), 0);
    let large = MESSAGE
        .replace("ada@", "bob@")
        .replace("Please pay.", &format!("{}\r\n", "x".repeat(70)).repeat(160_000));
    assert_eq!(post.send("bob@example.com", &["inbox@in.test"], &large).await, 552);
    assert_eq!(post.send("bob@example.com", &["inbox@in.test"], &MESSAGE.replace("ada@", "bob@")).await, 250);
    assert_eq!(post.events("default").await.len(), 1);
    post.stop().await;
}

async fn what_cannot_be_kept_comes_again(ground: Ground) {
    let post = Post::start(&ground).await;
    post.publish("default", "").await;
    let all = scope("default");
    assert!(post.world.store.pause_workflow(&all, "inbox", true, Timestamp::default()).await.unwrap());
    assert_eq!(post.send("ada@example.com", &["inbox@in.test"], MESSAGE).await, 451);
    assert!(post.world.store.pause_workflow(&all, "inbox", false, Timestamp::default()).await.unwrap());
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(post.send("ada@example.com", &["inbox@in.test"], MESSAGE).await, 250);
    assert_eq!(post.events("default").await.len(), 1);
    let other = MESSAGE.replace("m1@", "m2@");
    // The mailbox is known, and the database takes nothing any more.
    assert!(post.world.engine.drain(PATIENCE).await);
    post.world.store.close().await;
    assert_eq!(post.send("ada@example.com", &["inbox@in.test"], &other).await, 451);
    post.stop.cancel();
    post.tasks.close();
    post.tasks.wait().await;
}
