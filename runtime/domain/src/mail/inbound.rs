//! Mail that starts workflows: whose mailbox an address is, and from whom it takes mail.

/// The workspace whose addresses name no workspace.
pub const DEFAULT_WORKSPACE: &str = "default";
/// After so many mail servers a message goes in a circle.
pub const MAX_HOPS: usize = 50;

/// The mailbox of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// What stands before the `@`, without the workspace.
    pub address: String,
    /// Workspace.
    pub workspace: String,
}

impl Mailbox {
    /// `invoices@domain` is of the workspace `default`, `invoices+client@domain` of `client`. Other domains are not ours.
    pub fn of(recipient: &str, domain: &str) -> Option<Self> {
        let (local, host) = recipient.trim().rsplit_once('@')?;
        if !host.eq_ignore_ascii_case(domain) {
            return None;
        }
        let local = local.to_ascii_lowercase();
        let (address, workspace) = local.split_once('+').unwrap_or((local.as_str(), DEFAULT_WORKSPACE));
        let named = !address.is_empty() && !workspace.is_empty();
        named.then(|| Self { address: address.to_owned(), workspace: workspace.to_owned() })
    }

    /// The address under a domain.
    pub fn at(address: &str, workspace: &str, domain: &str) -> String {
        if workspace == DEFAULT_WORKSPACE {
            format!("{address}@{domain}")
        } else {
            format!("{address}+{workspace}@{domain}")
        }
    }
}

/// Whether mail of this sender is taken: everybody's where nobody is named; else an address, or everybody at a domain
/// (`@example.com`). It keeps order, not intruders: anybody can write any sender.
pub fn allows(allowed: &[String], sender: &str) -> bool {
    let sender = sender.trim();
    allowed.is_empty()
        || allowed.iter().map(|entry| entry.trim()).any(|entry| {
            if entry.starts_with('@') {
                let at = sender.rfind('@').map(|at| &sender[at..]);
                at.is_some_and(|domain| domain.eq_ignore_ascii_case(entry))
            } else {
                sender.eq_ignore_ascii_case(entry)
            }
        })
}

/// What tells that no person wrote a mail.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signs<'h> {
    /// The envelope names nobody to answer.
    pub no_return: bool,
    /// It is a report of a mail server.
    pub report: bool,
    /// `Auto-Submitted`.
    pub auto_submitted: Option<&'h str>,
    /// `Precedence`.
    pub precedence: Option<&'h str>,
    /// It has a `List-Id` or a `List-Unsubscribe`.
    pub list: bool,
}

/// `bounce`, `auto`, `list`, or nothing: a person wrote it, as far as one can see. Who answers mail by itself asks this.
pub fn by_machine(signs: Signs<'_>) -> Option<&'static str> {
    let word = |text: Option<&str>| {
        text.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    };
    let (auto, precedence) = (word(signs.auto_submitted), word(signs.precedence));
    if signs.no_return || signs.report {
        return Some("bounce");
    }
    if !auto.is_empty() && auto != "no" {
        return Some("auto");
    }
    (signs.list || matches!(precedence.as_str(), "bulk" | "list" | "junk")).then_some("list")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_mailbox_and_workspace() {
        let of = |text: &str| Mailbox::of(text, "in.example.com").map(|it| (it.address, it.workspace));
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(of("Invoices@IN.example.com"), pair("invoices", "default"));
        assert_eq!(of("invoices+client@in.example.com"), pair("invoices", "client"));
        assert_eq!(of("a+b+c@in.example.com"), pair("a", "b+c"), "no workspace has such a name");
        for other in [
            "invoices@example.com",
            "invoices",
            "@in.example.com",
            "+x@in.example.com",
            "x+@in.example.com",
            "",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(Mailbox::at("a", "default", "x.example"), "a@x.example");
        assert_eq!(Mailbox::at("a", "client", "x.example"), "a+client@x.example");
    }

    #[test]
    fn senders_are_named_by_address_or_domain() {
        let allowed = ["Ada@example.com".to_owned(), "@trusted.example".to_owned()];
        for (sender, may) in [
            ("ada@EXAMPLE.com", true),
            ("bob@example.com", false),
            ("x@trusted.example", true),
            ("x@sub.trusted.example", false),
            ("x@nottrusted.example", false),
            ("", false),
            ("x@trusted.example@evil.example", false),
        ] {
            assert_eq!(allows(&allowed, sender), may, "{sender}");
        }
        assert!(allows(&[], ""));
    }

    #[test]
    fn machines_are_told_from_people() {
        let signs = Signs::default();
        assert_eq!(by_machine(signs), None);
        assert_eq!(by_machine(Signs { auto_submitted: Some("no"), ..signs }), None);
        assert_eq!(by_machine(Signs { auto_submitted: Some("Auto-Replied; x=y"), ..signs }), Some("auto"));
        assert_eq!(by_machine(Signs { no_return: true, list: true, ..signs }), Some("bounce"));
        assert_eq!(by_machine(Signs { report: true, ..signs }), Some("bounce"));
        assert_eq!(by_machine(Signs { list: true, ..signs }), Some("list"));
        assert_eq!(by_machine(Signs { precedence: Some("Bulk"), ..signs }), Some("list"));
    }
}
