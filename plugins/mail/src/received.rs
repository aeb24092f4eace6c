//! Mail that arrives: the runner itself receives it.

use throughline::prelude::*;

/// Which mail is taken.
#[data]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// What stands before the @ of the runner's mail domain
    ///
    /// The workflow's id where there is none. In a workspace other than `default` the address is ADDRESS+WORKSPACE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"invoices")]
    pub address: Option<String>,
    /// Senders whose mail is taken: addresses, or domains as @example.com
    ///
    /// Everybody's where nobody is named. Anybody can write any sender: it keeps order, not intruders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
}

/// Who a mail is from, or goes to.
#[data]
pub struct Correspondent {
    /// Mail address
    pub address: String,
    /// Name
    pub name: Option<String>,
}

/// A file of a mail.
#[data]
pub struct Attachment {
    /// Name
    pub name: String,
    /// Media type
    pub content_type: String,
    /// Size in bytes
    pub bytes: u64,
    /// The file, for other steps
    pub content: Value,
}

/// A mail that arrived.
#[data]
pub struct ReceivedMail {
    /// What its sender names it by
    pub message_id: Option<String>,
    /// Who wrote it, by its own word
    pub from: Correspondent,
    /// To whom
    pub to: Vec<Correspondent>,
    /// In copy to whom
    pub cc: Vec<Correspondent>,
    /// Where an answer is wanted
    pub reply_to: Vec<Correspondent>,
    /// Addresses it was brought to
    pub recipients: Vec<String>,
    /// Subject
    pub subject: String,
    /// When it was written, by its own word
    pub date: Option<String>,
    /// Text
    pub text: String,
    /// HTML, if it was written so
    pub html: Option<String>,
    /// A few headers, names in small letters
    pub headers: Value,
    /// `bounce`, `auto` or `list` where no person wrote it
    pub auto: Option<String>,
    /// Files
    pub attachments: Vec<Attachment>,
}

/// Mail received
///
/// A mail came to this workflow's address. Who sent it is not verified.
#[trigger(native, sample = "samples/received.json")]
pub(crate) fn received(config: Mailbox) -> ReceivedMail;
