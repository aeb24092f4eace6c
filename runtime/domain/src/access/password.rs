//! Passwords: long, not the obvious ones, and no rules beyond that. They are never shown, compared or stored in clear.

/// Fewest characters of a new password.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Most bytes of any password: hashing must not be a way to keep the server busy.
pub const MAX_PASSWORD_BYTES: usize = 1024;
/// Fewest different characters of a new password.
const MIN_DIFFERENT: usize = 5;

/// What everybody tries first. A long list would hold little more of 12 characters.
const OBVIOUS: [&str; 9] = [
    "password",
    "passwort",
    "throughline",
    "qwertyuiop",
    "administrator",
    "letmein",
    "welcome",
    "changeme",
    "1234567890",
];

/// A password in clear, for as long as it takes to hash it. It has no `Debug`, `Display` or `Serialize`, so that it cannot
/// come into a log or an answer.
pub struct Password(String);

/// Whose password it is: what it must not be made of.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Before the `@` of their address.
    pub local: &'a str,
    /// Their name.
    pub name: &'a str,
}

/// Why a password is not taken. The password is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too few characters.
    #[error("a password has at least {MIN_PASSWORD_CHARS} characters; a few words in a row are a good one")]
    TooShort,
    /// Too many bytes.
    #[error("a password has at most {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// The same few characters again and again, or in a row.
    #[error("this password repeats a few characters or counts them up: choose one that is harder to guess")]
    TooPlain,
    /// What everybody tries first, or their own name.
    #[error(
        "this password is little more than a word that is tried first: choose one that is harder to guess"
    )]
    Obvious,
}

/// One answer for an address nobody has, a wrong password and a disabled account: who guesses learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address or the password is wrong")]
pub struct WrongPassword;

impl WrongPassword {
    /// The page of it.
    pub const CODE: &'static str = "TL0821";
}

impl PasswordRefused {
    /// The page of it.
    pub const CODE: &'static str = "TL0827";
}

impl Password {
    /// As typed.
    pub fn typed(text: String) -> Result<Self, PasswordRefused> {
        if text.len() > MAX_PASSWORD_BYTES { Err(PasswordRefused::TooLong) } else { Ok(Self(text)) }
    }

    /// For hashing.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Can it become somebody's password?
    pub fn check_new(&self, about: About<'_>) -> Result<(), PasswordRefused> {
        let chars: Vec<char> = self.0.chars().collect();
        if chars.len() < MIN_PASSWORD_CHARS {
            return Err(PasswordRefused::TooShort);
        }
        let different: std::collections::BTreeSet<char> = chars.iter().copied().collect();
        if different.len() < MIN_DIFFERENT || is_a_row(&chars) {
            return Err(PasswordRefused::TooPlain);
        }
        let lower = self.0.to_lowercase();
        let own = about.name.split_whitespace().chain([about.local, about.name]).map(str::to_lowercase);
        let known = OBVIOUS.iter().map(|word| (*word).to_owned()).chain(own);
        if known.filter(|word| word.chars().count() >= 4).any(|word| is_little_more(&lower, &word)) {
            return Err(PasswordRefused::Obvious);
        }
        Ok(())
    }
}

/// Each character follows the one before it, up or down: `abcdefghijkl`, `987654321098` in its parts.
fn is_a_row(chars: &[char]) -> bool {
    let steps = chars.windows(2).filter(|pair| u32::from(pair[0]).abs_diff(u32::from(pair[1])) <= 1).count();
    steps * 10 >= (chars.len() - 1) * 8
}

/// Without the word, fewer than 6 characters are left to guess.
fn is_little_more(password: &str, word: &str) -> bool {
    password.contains(word) && password.replace(word, "").chars().count() < 6
}
