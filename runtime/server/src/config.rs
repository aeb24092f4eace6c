//! Settings: one table of keys, four sources, one precedence (flag, then environment, then file, then default).

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use throughline_host::OpenRange;

use crate::error::{CliError, Problem, Result, codes};

mod file;
mod keys;

pub(crate) use keys::{KEYS, Key};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File { path: PathBuf, line: u32 },
    Env(&'static str),
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Env(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Integer(u64),
    List(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

/// Ranges that the operator opened for one workspace in the settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenRanges {
    pub(crate) ranges: Vec<OpenRange>,
    pub(crate) origin: Origin,
}

/// What was given by arguments and environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Key, value, the flag's name.
    pub(crate) flags: Vec<(String, String, String)>,
    /// The environment, by name.
    pub(crate) env: BTreeMap<String, String>,
    /// The settings file named by the operator; else `throughline.toml` in the data directory, if it is there.
    pub(crate) file: Option<PathBuf>,
    /// The data directory.
    pub(crate) data: PathBuf,
}

/// Every setting with its value and origin.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    values: BTreeMap<&'static str, (Value, Origin)>,
    /// By workspace.
    pub(crate) egress: BTreeMap<String, OpenRanges>,
}

impl Settings {
    /// Takes each setting from the first source that has it. Every problem is reported, not only the first.
    pub(crate) fn resolve(given: &Given) -> Result<Self> {
        let mut problems = Vec::new();
        let from_file = file::read(given, &mut problems)?;
        let mut values = BTreeMap::new();
        for key in KEYS {
            let flag = given.flags.iter().rev().find(|(name, _, _)| name == key.name);
            let (value, origin) = if let Some((_, text, flag)) = flag {
                (key.parse(text), Origin::Flag(flag.clone()))
            } else if let Some(text) = given.env.get(key.env) {
                (key.parse(text), Origin::Env(key.env))
            } else if let Some((value, origin)) = from_file.values.get(key.name) {
                (Ok(value.clone()), origin.clone())
            } else {
                (key.parse(key.default), Origin::Default)
            };
            match value {
                Ok(value) => drop(values.insert(key.name, (value, origin))),
                Err(expected) => problems.push(wrong_value(key, &origin, &expected)),
            }
        }
        for (name, _, flag) in &given.flags {
            if keys::find(name).is_none() {
                problems.push(Problem { file: flag.clone(), ..unknown(name) });
            }
        }
        problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        if let Some(first) = problems.first() {
            let code = first.code.clone();
            let count = problems.len();
            let message = if count == 1 {
                "a setting is wrong".to_owned()
            } else {
                format!("{count} settings are wrong")
            };
            return Err(CliError::usage(code, message)
                .hint("`throughline doctor --settings` lists every setting with its meaning")
                .problems(problems));
        }
        Ok(Self { values, egress: from_file.egress })
    }

    /// The same with another text, for work beside the server's own.
    pub(crate) fn with_text(&self, name: &'static str, text: &str) -> Self {
        let mut settings = self.clone();
        let origin = Origin::Flag("this command".to_owned());
        settings.values.insert(name, (Value::Text(text.to_owned()), origin));
        settings
    }

    /// Every key with its value and origin, in the order of the table.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Key, &Value, &Origin)> {
        KEYS.iter().filter_map(|key| self.values.get(key.name).map(|(value, origin)| (key, value, origin)))
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).map(|(value, _)| value)
    }

    /// A text; empty where the setting has no value.
    pub(crate) fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// A text, or nothing where it is empty.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// A number.
    pub(crate) fn integer(&self, name: &str) -> u64 {
        match self.value(name) {
            Some(Value::Integer(number)) => *number,
            _ => 0,
        }
    }

    /// A number as a size in memory.
    pub(crate) fn size(&self, name: &str) -> usize {
        usize::try_from(self.integer(name)).unwrap_or(usize::MAX)
    }

    /// A list.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        }
    }

    /// A list of networks; what does not read was refused when the settings were read.
    pub(crate) fn networks(&self, name: &str) -> Vec<ipnet::IpNet> {
        self.list(name).iter().filter_map(|item| item.parse().ok()).collect()
    }

    /// Where to listen.
    pub(crate) fn listen(&self) -> Result<SocketAddr> {
        let text = self.text("listen");
        text.parse().map_err(|_| {
            CliError::usage(codes::BAD_SETTING, format!("listen: `{text}` is not an address with a port"))
        })
    }
}

fn wrong_value(key: &Key, origin: &Origin, expected: &str) -> Problem {
    Problem {
        file: origin.to_string(),
        code: codes::BAD_SETTING.to_owned(),
        message: format!("{} has a value that does not fit", key.name),
        expected: Some(expected.to_owned()),
        hint: Some(key.about.to_owned()),
        ..Problem::default()
    }
}

/// The problem of a key nobody knows, with the nearest that exists.
pub(crate) fn unknown(name: &str) -> Problem {
    let nearest = KEYS
        .iter()
        .map(|key| (distance(name, key.name), key.name))
        .min()
        .filter(|(distance, known)| *distance <= known.len() / 2);
    Problem {
        code: codes::UNKNOWN_SETTING.to_owned(),
        message: format!("there is no setting `{name}`"),
        hint: nearest.map(|(_, known)| format!("did you mean `{known}`?")),
        ..Problem::default()
    }
}

/// Edits from one text to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(file: &str) -> (tempfile::TempDir, Given) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("throughline.toml"), file).unwrap();
        let data = dir.path().to_owned();
        (dir, Given { data, ..Given::default() })
    }

    #[test]
    fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
        let (_dir, mut given) = given("[engine]\nworkers = 3\ndrain_ms = 5000\nlease_ms = 20000\n");
        given.env.insert("THROUGHLINE_ENGINE_WORKERS".to_owned(), "4".to_owned());
        given.env.insert("THROUGHLINE_ENGINE_DRAIN_MS".to_owned(), "6000".to_owned());
        given.flags.push(("engine.workers".into(), "5".into(), "--set".into()));
        let settings = Settings::resolve(&given).unwrap();
        assert_eq!(settings.integer("engine.workers"), 5);
        assert_eq!(settings.integer("engine.drain_ms"), 6000);
        assert_eq!(settings.integer("engine.lease_ms"), 20_000);
        assert_eq!(settings.text("listen"), "127.0.0.1:8790");
        let origin = |name: &str| settings.all().find(|(key, ..)| key.name == name).unwrap().2.to_string();
        assert_eq!(origin("engine.workers"), "flag --set");
        assert_eq!(origin("engine.drain_ms"), "environment THROUGHLINE_ENGINE_DRAIN_MS");
        assert!(origin("engine.lease_ms").ends_with("throughline.toml:4"), "{}", origin("engine.lease_ms"));
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let (_dir, given) = given(
            "listne = \"x\"\n[engine]\nworkers = \"many\"\n[log]\nformat = \"xml\"\n[egress.demo]\nopen = [\"nonsense\"]\n",
        );
        let error = Settings::resolve(&given).unwrap_err();
        let words = error.to_string();
        for part in [
            "throughline.toml:1:1",
            "did you mean `listen`?",
            "throughline.toml:3:11",
            "a whole number",
            "throughline.toml:5:10",
            "throughline.toml:7:",
        ] {
            assert!(words.contains(part), "{part} in\n{words}");
        }
        assert_eq!(error.problems.len(), 4);
    }

    #[test]
    fn a_file_that_is_not_toml_says_where() {
        let (_dir, given) = given("listen = \"x\"\n[engine\n");
        let error = Settings::resolve(&given).unwrap_err();
        assert_eq!(error.code, codes::SETTINGS_FILE);
        assert!(error.to_string().contains("throughline.toml:2:"), "{error}");
    }

    #[test]
    fn the_defaults_fit_their_own_rules() {
        for key in KEYS {
            assert!(key.parse(key.default).is_ok(), "{}", key.name);
            let env = format!("THROUGHLINE_{}", key.name.replace('.', "_").to_uppercase());
            assert!(key.env == env || key.name == "plugins.bundle", "{}", key.name);
        }
    }
}
