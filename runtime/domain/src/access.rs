//! People and their rights: accounts, teams, roles, sessions, tokens.
//!
//! Whether somebody may do something is one pure function, [`authorize`]. Its answer is a [`Proof`], which nothing else
//! makes: a function that asks for one cannot be reached without the decision.

mod authorize;
mod handle;
mod link;
mod mail;
mod member;
mod password;
mod principal;
mod right;
mod role;
mod session;
mod throttle;
mod token;

pub use authorize::{Denied, Place, Proof, authorize, authorize_each, authorize_own, may};
pub use handle::{BadName, Handle, person_name};
pub use link::{LinkKind, LinkRefused, SetupLink};
pub use mail::Mail;
pub use member::{LastAdmin, Member, check_last_admin};
pub use password::{About, MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, Password, PasswordRefused, WrongPassword};
pub use principal::{Principal, Rights, TokenLimits, Who};
pub use right::{Build, Connect, Decide, Needs, Operate, People, Resolve, Reveal, Right, See, Server, Watch};
pub use role::{NoRole, Role};
pub use session::{Alive, SessionLife, SessionOver, SessionTimes};
pub use throttle::{ACCOUNT, ADDRESS, Limit, PAIR, Throttle, TooMany};
pub use token::{NoScope, TokenScope, rights_of};

#[cfg(test)]
mod tests;
