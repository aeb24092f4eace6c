//! Mail: over SMTP with a real client, over HTTP with keys.

use std::time::Duration;

use lettre::message::{MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::Tls;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::json;
use throughline_simulators::{FailureMode, Kind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Bench, TOKEN};

fn client(bench: &Bench, password: &str) -> AsyncSmtpTransport<Tokio1Executor> {
    let address = bench.sim.smtp.unwrap();
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
        .port(address.port())
        .tls(Tls::None)
        .credentials(Credentials::new("anybody".to_owned(), password.to_owned()))
        .authentication(vec![Mechanism::Plain])
        .timeout(Some(Duration::from_secs(5)))
        .build()
}

fn message(subject: &str) -> Message {
    Message::builder()
        .from("Throughline <flow@example.com>".parse().unwrap())
        .to("Ada <ada@example.com>".parse().unwrap())
        .subject(subject)
        .message_id(Some("<one@example.com>".to_owned()))
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::plain("Grüße,\r\n.a line with a dot\r\n".to_owned()))
                .singlepart(SinglePart::html("<p>Grüße</p>".to_owned())),
        )
        .unwrap()
}

#[tokio::test]
async fn a_message_over_smtp_is_in_the_box_of_its_recipient() {
    let bench = Bench::new(Kind::Mail).await;
    client(&bench, TOKEN).send(message("Zwölf Angebote")).await.unwrap();
    let found = bench.get("/v1/messages?to=ada@example.com").await;
    let sent = &found.items()[0];
    assert_eq!(sent["via"], "smtp");
    assert_eq!(sent["from"], "flow@example.com");
    assert_eq!(sent["to"], json!(["ada@example.com"]));
    assert_eq!(sent["subject"], "Zwölf Angebote");
    assert_eq!(sent["text"].as_str().unwrap().trim_end(), "Grüße,\r\n.a line with a dot");
    assert_eq!(sent["html"], "<p>Grüße</p>");
    assert_eq!(sent["message_id"], "one@example.com");
    assert_eq!(bench.count("/v1/messages?to=bob@example.com").await, 0);
    let ledger = bench.sim.ledger().await.unwrap();
    assert!(ledger.iter().any(|entry| entry.method == "SMTP" && entry.applied && entry.status == Some(201)));
}

#[tokio::test]
async fn what_was_taken_outlives_a_restart_and_so_does_the_port() {
    let bench = Bench::new(Kind::Mail).await;
    let before = bench.sim.smtp;
    client(&bench, TOKEN).send(message("Kept")).await.unwrap();
    let bench = bench.restart().await;
    assert_eq!(bench.sim.smtp, before);
    assert_eq!(bench.count("/v1/messages?subject=Kept").await, 1);
}

#[tokio::test]
async fn nothing_is_taken_with_another_password() {
    let bench = Bench::new(Kind::Mail).await;
    let error = client(&bench, "another").send(message("No")).await.unwrap_err();
    assert_eq!(error.status().map(u16::from), Some(535));
    assert_eq!(bench.count("/v1/messages").await, 0);
}

#[tokio::test]
async fn failures_are_those_of_a_mail_server() {
    let bench = Bench::new(Kind::Mail).await;
    for (mode, code, arrives) in [
        (FailureMode::Unavailable, Some(451), false),
        (FailureMode::RateLimit, Some(451), false),
        (FailureMode::Reject, Some(550), false),
        (FailureMode::ServerErrorAfterApplying, Some(451), true),
        (FailureMode::DropBeforeApplying, None, false),
        (FailureMode::TimeoutAfterApplying, None, true),
    ] {
        let subject = format!("{mode:?}");
        bench.fail(mode);
        let error = client(&bench, TOKEN).send(message(&subject)).await.unwrap_err();
        assert_eq!(error.status().map(u16::from), code, "{subject}: {error}");
        let count = bench.count(&format!("/v1/messages?subject={subject}")).await;
        assert_eq!(count, usize::from(arrives), "{subject}");
    }
}

#[tokio::test]
async fn a_conversation_has_an_order_and_limits() {
    let bench = Bench::new(Kind::Mail).await;
    let mut stream = TcpStream::connect(bench.sim.smtp.unwrap()).await.unwrap();
    let mut say = async |words: &str| {
        stream.write_all(words.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let read =
            tokio::time::timeout(Duration::from_secs(5), stream.read(&mut answer)).await.unwrap().unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    assert!(say("").await.starts_with("220 "));
    assert!(say("MAIL FROM:<a@example.com>\r\n").await.starts_with("530 "), "a login is wanted first");
    let hello = say("EHLO there\r\n").await;
    assert!(hello.contains("250-AUTH PLAIN") && hello.ends_with("250 PIPELINING\r\n"), "{hello}");
    assert!(say("NONSENSE\r\n").await.starts_with("502 "));
    assert!(say("STARTTLS\r\n").await.starts_with("502 "));
    assert!(say("AUTH PLAIN bm90aGluZw==\r\n").await.starts_with("535 "));
    let login = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("\0u\0{TOKEN}"));
    assert!(say(&format!("AUTH PLAIN {login}\r\n")).await.starts_with("235 "));
    assert!(say("RCPT TO:<b@example.com>\r\n").await.starts_with("503 "), "nobody sends yet");
    assert!(say("DATA\r\n").await.starts_with("503 "), "nobody gets it yet");
    assert!(say("MAIL FROM:<a@example.com> SIZE=99999999\r\n").await.starts_with("552 "));
    // Several at once, as a client that pipelines sends them.
    let answers = say("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n").await;
    let answers = if answers.lines().count() < 3 { format!("{answers}{}", say("").await) } else { answers };
    assert!(answers.ends_with("354 go on, and end with a line of one dot\r\n"), "{answers}");
    assert!(say("Subject: by hand\r\n\r\nhello\r\n.\r\n").await.starts_with("250 "));
    assert!(say("QUIT\r\n").await.starts_with("221 "));
    assert_eq!(bench.count("/v1/messages?subject=by%20hand").await, 1);
}

#[tokio::test]
async fn over_http_a_key_makes_it_one_message() {
    let bench = Bench::new(Kind::Mail).await;
    let mail = json!({ "from": "flow@example.com", "to": ["ada@example.com"], "subject": "Hello", "text": "Hi", "marker": "lead-1" });
    let first = bench.post_with_key("/v1/messages", "key-1", &mail).await;
    let again = bench.post_with_key("/v1/messages", "key-1", &mail).await;
    assert_eq!((first.status, again.status, again.header("idempotent-replayed")), (201, 201, Some("true")));
    assert_eq!(first.body, again.body);
    let other = json!({ "from": "flow@example.com", "to": ["ada@example.com"], "text": "Other" });
    assert_eq!(bench.post_with_key("/v1/messages", "key-1", &other).await.code(), "idempotency_key_reused");
    assert_eq!(bench.count("/v1/messages?marker=lead-1").await, 1);
    let wrong = bench.post("/v1/messages", &json!({ "from": "nobody", "to": [] })).await;
    assert_eq!((wrong.status, wrong.issues()), (422, vec!["from", "to"]));
}
