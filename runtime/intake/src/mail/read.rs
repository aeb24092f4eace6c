//! The bytes of a message as the data of an event, and its files.

use mail_parser::{Address, HeaderName, Message, MessageParser, MessagePart, MimeHeaders};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use throughline_domain::mail::inbound::{Signs, by_machine};
use throughline_smtp::Envelope;

/// Longest text, and longest HTML, in bytes; what is longer is cut there, and is a file as a whole.
const MAX_TEXT: usize = 256 << 10;
/// Most files of a message; one with more is no letter.
const MAX_FILES: usize = 200;
/// Most addresses of a header that the event names.
const MAX_ADDRESSES: usize = 200;
/// Longest name of a file, in characters.
const MAX_NAME: usize = 150;
/// Longest text of a header, in characters.
const MAX_HEADER: usize = 2_000;

/// Headers that the event shows, besides those with a field of their own.
const SHOWN: [&str; 8] = [
    "In-Reply-To",
    "References",
    "Sender",
    "Auto-Submitted",
    "Precedence",
    "List-Id",
    "Importance",
    "X-Priority",
];

/// A message, read.
pub(super) struct Arrived {
    /// `event`, without its files.
    pub(super) data: Value,
    /// `headers` of the trigger's templates.
    pub(super) headers: Map<String, Value>,
    /// Its files.
    pub(super) files: Vec<File>,
    /// What names it once: its `Message-ID`, else the hash of its bytes.
    pub(super) key: String,
    /// Who wrote it, by its own word.
    pub(super) sender: String,
    /// Mail servers it came by.
    pub(super) hops: usize,
    /// It has more parts than are kept.
    pub(super) too_many_files: bool,
}

/// A file of a message.
pub(super) struct File {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// Reads a message. What cannot be read of it is empty: that it came is the event.
pub(super) fn read(envelope: &Envelope, bytes: &[u8]) -> Arrived {
    // A message without a part is none to the parser.
    let parsed = MessageParser::default().parse(bytes).filter(|message| !message.parts.is_empty());
    let parsed = parsed
        .or_else(|| MessageParser::default().parse(b"Subject: \r\n\r\n".as_slice()))
        .unwrap_or_default();
    let headers = shown(&parsed);
    let header = |name: &str| headers.get(name).and_then(Value::as_str);
    let from = addresses(parsed.from());
    let sender = from.first().and_then(|from| from["address"].as_str()).unwrap_or(&envelope.from).to_owned();
    let message_id = parsed.message_id().map(str::trim).filter(|id| !id.is_empty() && id.len() <= 998);
    let auto = by_machine(Signs {
        no_return: envelope.from.is_empty(),
        report: parsed
            .content_type()
            .is_some_and(|kind| kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))),
        auto_submitted: header("auto-submitted"),
        precedence: header("precedence"),
        list: header("list-id").is_some() || parsed.header(HeaderName::ListUnsubscribe).is_some(),
    });
    let mut files = files(&parsed);
    let too_many_files = parsed.attachment_count() > MAX_FILES;
    let text =
        (0..parsed.text_body_count()).filter_map(|at| parsed.body_text(at)).collect::<Vec<_>>().join("\n");
    // What the sender wrote, not what a reader would make of a text.
    let html = parsed.html_bodies().find(|part| part.is_text_html()).and_then(MessagePart::text_contents);
    let text = cut(&text, "text.txt", "text/plain", &mut files);
    let html = html.map(|html| cut(html, "text.html", "text/html", &mut files));
    let data = json!({
        "message_id": message_id,
        "from": from.first().cloned().unwrap_or_else(|| json!({ "address": envelope.from, "name": null })),
        "to": addresses(parsed.to()),
        "cc": addresses(parsed.cc()),
        "reply_to": addresses(parsed.reply_to()),
        "recipients": envelope.to,
        "subject": parsed.subject().unwrap_or_default(),
        "date": parsed.date().map(mail_parser::DateTime::to_rfc3339),
        "text": text,
        "html": html,
        "headers": headers,
        "auto": auto,
        "attachments": [],
    });
    Arrived {
        key: message_id
            .map_or_else(|| format!("sha256:{}", hex::encode(Sha256::digest(bytes))), str::to_owned),
        data,
        headers,
        files,
        sender,
        hops: parsed.header_values(HeaderName::Received).count(),
        too_many_files,
    }
}

fn shown(message: &Message<'_>) -> Map<String, Value> {
    let find = |name: &str| {
        if message.parts.is_empty() {
            return None;
        }
        let (_, value) = message.headers_raw().find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        let words: Vec<&str> = value.split_whitespace().collect();
        Some(words.join(" ").chars().take(MAX_HEADER).collect::<String>())
    };
    let kept = SHOWN.iter().filter_map(|name| Some((name.to_ascii_lowercase(), Value::String(find(name)?))));
    kept.collect()
}

fn addresses(address: Option<&Address<'_>>) -> Vec<Value> {
    let all = address.into_iter().flat_map(Address::iter);
    all.filter_map(|one| Some(json!({ "address": one.address()?, "name": one.name() })))
        .take(MAX_ADDRESSES)
        .collect()
}

fn files(message: &Message<'_>) -> Vec<File> {
    let parts = message.attachments().take(MAX_FILES).enumerate();
    let file = |(at, part): (usize, &MessagePart<'_>)| {
        let content_type = part.content_type().map_or_else(
            || if part.is_message() { "message/rfc822".to_owned() } else { String::new() },
            |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()),
        );
        let content_type = plain_type(&content_type);
        let name = part.attachment_name().map(plain_name).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("attachment-{}", at + 1));
        File { name, content_type, bytes: part.contents().to_vec() }
    };
    parts.map(file).collect()
}

/// A media type in small letters; what is none is bytes.
fn plain_type(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    match text.split_once('/') {
        Some((kind, sub)) if token(kind) && token(sub) && text.len() <= 100 => text,
        _ => "application/octet-stream".to_owned(),
    }
}

/// The name of a file without a folder, and without what no file system takes.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    plain.trim().trim_start_matches('.').to_owned()
}

/// A text as the event holds it. One that is cut is a file besides.
fn cut(text: &str, name: &str, content_type: &str, files: &mut Vec<File>) -> String {
    if text.len() <= MAX_TEXT {
        return text.to_owned();
    }
    files.push(File {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        bytes: text.as_bytes().to_vec(),
    });
    text[..text.floor_char_boundary(MAX_TEXT)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(text: &str) -> Arrived {
        let envelope = Envelope { from: "back@example.com".into(), to: vec!["in@x.example".into()] };
        read(&envelope, text.replace('\n', "\r\n").as_bytes())
    }

    const MIXED: &str = "Received: by a\nReceived: by b\nMessage-ID: <m1@example.com>\nFrom: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\nTo: In <in@x.example>, b@x.example\nCc: c@x.example\nReply-To: office@example.com\nSubject: =?utf-8?b?UsOpc3Vtw6k=?=\nDate: Tue, 3 Mar 2026 10:00:00 +0100\nIn-Reply-To: <m0@example.com>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n--c\nContent-Type: text/html\n\n<p>Hello</p>\n--c--\n--b\nContent-Type: application/pdf; name=\"../../etc/a.pdf\"\nContent-Disposition: attachment; filename=\"../../etc/a.pdf\"\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--b--\n";

    #[test]
    fn a_message_is_read_whole() {
        let read = arrived(MIXED);
        let data = &read.data;
        assert_eq!(data["message_id"], "m1@example.com");
        assert_eq!(data["from"], json!({ "address": "joerg@example.com", "name": "J\u{f6}rg" }));
        assert_eq!(
            (&data["to"][1]["address"], &data["cc"][0]["address"]),
            (&json!("b@x.example"), &json!("c@x.example"))
        );
        assert_eq!(
            (&data["subject"], &data["date"]),
            (&json!("R\u{e9}sum\u{e9}"), &json!("2026-03-03T10:00:00+01:00"))
        );
        assert_eq!(data["text"].as_str().unwrap().trim(), "Gr\u{fc}\u{df}e");
        assert!(data["html"].as_str().unwrap().contains("<p>Hello</p>"));
        assert_eq!(
            (&data["headers"]["in-reply-to"], &data["auto"]),
            (&json!("<m0@example.com>"), &Value::Null)
        );
        let [file] = &read.files[..] else { panic!("{}", read.files.len()) };
        assert_eq!(
            (file.name.as_str(), file.content_type.as_str(), &file.bytes[..]),
            ("a.pdf", "application/pdf", &b"Hello"[..])
        );
        assert_eq!(
            (read.hops, read.sender.as_str(), read.key.as_str()),
            (2, "joerg@example.com", "m1@example.com")
        );
    }

    #[test]
    fn what_is_no_letter_is_an_event_all_the_same() {
        for text in [
            "",
            "\n",
            "hello",
            "Subject: x",
            "From: \nTo: <>\nContent-Type: multipart/mixed; boundary=\n\n--\n",
            "\u{0}\u{1}: \u{fffd}\n\n",
        ] {
            let read = arrived(text);
            assert!(
                read.key.starts_with("sha256:") && read.sender == "back@example.com",
                "{text:?}: {}",
                read.data
            );
        }
        assert_ne!(arrived("a").key, arrived("b").key);
        let bounce = read(&Envelope { from: String::new(), to: Vec::new() }, b"Subject: x\r\n\r\n");
        assert_eq!((&bounce.data["auto"], &bounce.data["from"]["address"]), (&json!("bounce"), &json!("")));
        let list = arrived("List-Id: <l.example>\nFrom: a@b.example\n\nx");
        assert_eq!(list.data["auto"], "list");
    }

    #[test]
    fn what_is_long_is_cut_and_kept_as_a_file() {
        let long = "\u{20ac}".repeat(200_000);
        let read = arrived(&format!(
            "From: a@b.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{long}"
        ));
        let text = read.data["text"].as_str().unwrap();
        assert!(text.len() <= MAX_TEXT && text.len() > MAX_TEXT - 4);
        assert_eq!((read.files[0].name.as_str(), read.files[0].bytes.len()), ("text.txt", long.len()));
        let mut many = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n".to_owned();
        for _ in 0..=MAX_FILES {
            many.push_str("--b\nContent-Type: application/x-y\nContent-Disposition: attachment\n\nx\n");
        }
        assert!(arrived(&many).too_many_files);
    }

    #[test]
    fn names_and_types_are_plain() {
        assert_eq!(plain_name("C:\\x\\..\\.b\u{7}ad.pdf"), "bad.pdf");
        assert_eq!(plain_name("..."), "");
        assert_eq!(plain_type("Image/PNG"), "image/png");
        for bad in ["", "png", "a/", "a b/c", "a/b\nc"] {
            assert_eq!(plain_type(bad), "application/octet-stream");
        }
    }
}
