//! The table of settings: name, environment variable, default, kind, meaning.

use super::Value;

/// What a setting may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Address,
    Choice(&'static [&'static str]),
    Integer {
        min: u64,
        max: u64,
    },
    List,
    /// A list of networks: `10.0.0.0/8`.
    Networks,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) env: &'static str,
    pub(crate) default: &'static str,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
}

const fn key(
    name: &'static str,
    env: &'static str,
    default: &'static str,
    kind: Kind,
    about: &'static str,
) -> Key {
    Key { name, env, default, kind, about }
}

const fn integer(min: u64, max: u64) -> Kind {
    Kind::Integer { min, max }
}

/// Every setting there is, apart from `egress.WORKSPACE.open`.
pub(crate) const KEYS: &[Key] = &[
    key(
        "listen",
        "THROUGHLINE_LISTEN",
        "127.0.0.1:8790",
        Kind::Address,
        "Address and port to serve on; anything but loopback is reachable by others.",
    ),
    key(
        "public_url",
        "THROUGHLINE_PUBLIC_URL",
        "",
        Kind::Text,
        "URL under which others reach this server; connectors get callback addresses only where it is set.",
    ),
    key(
        "session.idle_hours",
        "THROUGHLINE_SESSION_IDLE_HOURS",
        "12",
        integer(1, 720),
        "A session ends after so many hours without a request.",
    ),
    key(
        "session.absolute_days",
        "THROUGHLINE_SESSION_ABSOLUTE_DAYS",
        "7",
        integer(1, 90),
        "A session ends after so many days, however busy.",
    ),
    key(
        "database.url",
        "THROUGHLINE_DATABASE_URL",
        "",
        Kind::Text,
        "postgres://… with the password, if one is needed; empty: SQLite in the data directory.",
    ),
    key(
        "database.wait_ms",
        "THROUGHLINE_DATABASE_WAIT_MS",
        "60000",
        integer(0, 3_600_000),
        "How long a starting server waits for a PostgreSQL that does not answer.",
    ),
    key(
        "log.format",
        "THROUGHLINE_LOG_FORMAT",
        "auto",
        Kind::Choice(&["auto", "pretty", "json"]),
        "auto: pretty on a terminal, JSON lines elsewhere.",
    ),
    key(
        "log.level",
        "THROUGHLINE_LOG_LEVEL",
        "info",
        Kind::Text,
        "error, warn, info, debug, trace, or a filter such as `info,throughline_engine=debug`.",
    ),
    key(
        "http.allowed_hosts",
        "THROUGHLINE_HTTP_ALLOWED_HOSTS",
        "",
        Kind::List,
        "Host names accepted besides localhost, the listen address and public_url.",
    ),
    key(
        "http.allowed_origins",
        "THROUGHLINE_HTTP_ALLOWED_ORIGINS",
        "",
        Kind::List,
        "Origins accepted besides the server's own.",
    ),
    key(
        "http.trusted_proxies",
        "THROUGHLINE_HTTP_TRUSTED_PROXIES",
        "127.0.0.0/8, ::1/128",
        Kind::Networks,
        "Networks of proxies whose X-Forwarded-For is believed: limits of forms and of tries to sign in count by its addresses.",
    ),
    key(
        "http.max_body_bytes",
        "THROUGHLINE_HTTP_MAX_BODY_BYTES",
        "1048576",
        integer(1024, 1 << 30),
        "Largest body of an API request.",
    ),
    key(
        "http.max_webhook_bytes",
        "THROUGHLINE_HTTP_MAX_WEBHOOK_BYTES",
        "8388608",
        integer(1024, 8 << 20),
        "Largest body of a webhook; a workflow may allow less.",
    ),
    key(
        "http.max_json_depth",
        "THROUGHLINE_HTTP_MAX_JSON_DEPTH",
        "64",
        integer(4, 120),
        "Deepest nesting of a JSON body of the API.",
    ),
    key(
        "engine.workers",
        "THROUGHLINE_ENGINE_WORKERS",
        "128",
        integer(1, 1024),
        "Runs that move at the same time.",
    ),
    key(
        "engine.lease_ms",
        "THROUGHLINE_ENGINE_LEASE_MS",
        "30000",
        integer(1000, 600_000),
        "How long a claim of a run holds without a sign of life.",
    ),
    key(
        "engine.drain_ms",
        "THROUGHLINE_ENGINE_DRAIN_MS",
        "20000",
        integer(0, 600_000),
        "How long a stopping server lets running steps finish.",
    ),
    key(
        "plugins.max_instances",
        "THROUGHLINE_PLUGINS_MAX_INSTANCES",
        "64",
        integer(1, 1000),
        "Plugin calls at the same time.",
    ),
    key(
        "plugins.bundle",
        "THROUGHLINE_BUNDLE",
        "",
        Kind::Text,
        "Folder with shipped plugins, packs and SDK; empty: found beside the binary.",
    ),
    key(
        "plugins.extra_roots",
        "THROUGHLINE_PLUGINS_EXTRA_ROOTS",
        "",
        Kind::List,
        "PEM files of certificate authorities to trust besides the public ones.",
    ),
    key(
        "mail.server",
        "THROUGHLINE_MAIL_SERVER",
        "",
        Kind::Text,
        "smtps://[USER@]HOST[:PORT], or smtp:// for a server with STARTTLS; empty: no mail is sent.",
    ),
    key(
        "mail.password",
        "THROUGHLINE_MAIL_PASSWORD",
        "",
        Kind::Text,
        "Where the mail server's password is: env:NAME or file:PATH.",
    ),
    key(
        "mail.from",
        "THROUGHLINE_MAIL_FROM",
        "",
        Kind::Text,
        "Sender of mail, such as Throughline <flow@example.com>.",
    ),
    key(
        "mail.lease_ms",
        "THROUGHLINE_MAIL_LEASE_MS",
        "180000",
        integer(1000, 3_600_000),
        "How long a mail that is being sent is left alone by other servers; longer than a conversation takes.",
    ),
    key(
        "mail.hold_ms",
        "THROUGHLINE_MAIL_HOLD_MS",
        "900000",
        integer(0, 86_400_000),
        "How long news of exceptions is held back, so that a burst is one mail.",
    ),
    key(
        "mail_in.listen",
        "THROUGHLINE_MAIL_IN_LISTEN",
        "",
        Kind::Text,
        "Address and port where mail for workflows is taken, such as 0.0.0.0:25; empty: no mail is taken.",
    ),
    key(
        "mail_in.domain",
        "THROUGHLINE_MAIL_IN_DOMAIN",
        "",
        Kind::Text,
        "Domain whose mail is taken: ADDRESS@DOMAIN in the workspace default, ADDRESS+WORKSPACE@DOMAIN elsewhere.",
    ),
    key(
        "mail_in.max_bytes",
        "THROUGHLINE_MAIL_IN_MAX_BYTES",
        "26214400",
        integer(65_536, 100 << 20),
        "Largest mail that is taken.",
    ),
    key(
        "retention.run_days",
        "THROUGHLINE_RETENTION_RUN_DAYS",
        "2555",
        integer(1, 36_500),
        "Longest time an ended run is kept; a workflow's own log.retention may be shorter.",
    ),
];

/// The key of a name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

impl Key {
    /// Reads a value from text, as flags and environment give it; `Err` says what was expected.
    pub(crate) fn parse(&self, text: &str) -> Result<Value, String> {
        match self.kind {
            Kind::Integer { .. } => {
                let number = text.trim().replace('_', "").parse().map_err(|_| self.expected())?;
                self.checked(Value::Integer(number))
            }
            Kind::List | Kind::Networks => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                self.checked(Value::List(items.map(str::to_owned).collect()))
            }
            Kind::Text | Kind::Address | Kind::Choice(_) => self.checked(Value::Text(text.to_owned())),
        }
    }

    /// The value, if it fits.
    pub(crate) fn checked(&self, value: Value) -> Result<Value, String> {
        let fits = match (self.kind, &value) {
            (Kind::Text, Value::Text(_)) | (Kind::List, Value::List(_)) => true,
            (Kind::Networks, Value::List(items)) => {
                items.iter().all(|item| item.parse::<ipnet::IpNet>().is_ok())
            }
            (Kind::Address, Value::Text(text)) => text.parse::<std::net::SocketAddr>().is_ok(),
            (Kind::Choice(words), Value::Text(text)) => words.contains(&text.as_str()),
            (Kind::Integer { min, max }, Value::Integer(number)) => (min..=max).contains(number),
            _ => false,
        };
        if fits { Ok(value) } else { Err(self.expected()) }
    }

    /// What fits, in words.
    pub(crate) fn expected(&self) -> String {
        match self.kind {
            Kind::Text => "a text".to_owned(),
            Kind::Address => "an address with a port, such as 127.0.0.1:8790 or [::1]:8790".to_owned(),
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Kind::List => "a list of texts".to_owned(),
            Kind::Networks => "a list of networks, such as 127.0.0.0/8 or 10.1.2.3/32".to_owned(),
        }
    }
}
