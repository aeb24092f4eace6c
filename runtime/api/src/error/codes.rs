//! The codes of the API, each with a page under `docs/errors`.

/// No token and no session.
pub(crate) const NOT_SIGNED_IN: &str = "TL0701";
/// The token or session is unknown, expired or revoked.
pub(crate) const BAD_CREDENTIALS: &str = "TL0702";
/// The `Host` is not one this server answers to.
pub(crate) const BAD_HOST: &str = "TL0704";
/// A page of another origin asked for a change.
pub(crate) const BAD_ORIGIN: &str = "TL0705";
/// No such path.
pub(crate) const NO_PATH: &str = "TL0706";
/// The path has no such method.
pub(crate) const NO_METHOD: &str = "TL0707";
/// The body does not read, or does not have the fields it needs.
pub(crate) const BAD_BODY: &str = "TL0708";
/// The body's content type is another one.
pub(crate) const BAD_TYPE: &str = "TL0709";
/// The body is too large.
pub(crate) const TOO_LARGE: &str = "TL0710";
/// The body did not arrive in time.
pub(crate) const TOO_SLOW: &str = "TL0711";
/// A parameter of path or query does not fit.
pub(crate) const BAD_PARAMETER: &str = "TL0712";
/// A workspace must be named.
pub(crate) const WHICH_WORKSPACE: &str = "TL0713";
/// No such thing.
pub(crate) const MISSING: &str = "TL0715";
/// The sign-in code is used, expired or wrong.
pub(crate) const BAD_CODE: &str = "TL0716";
/// A fault of the server.
pub(crate) const INTERNAL: &str = "TL0717";
/// Address or headers are too long.
pub(crate) const HEAD_TOO_LONG: &str = "TL0719";
/// None of somebody's roles allows this.
pub(crate) const NO_RIGHT: &str = "TL0820";
/// The `Idempotency-Key` is empty, too long or not plain text.
pub(crate) const BAD_KEY: &str = "TL0720";
/// Something else was asked for under this `Idempotency-Key`.
pub(crate) const OTHER_REQUEST: &str = "TL0721";
/// The first request with this `Idempotency-Key` has no answer.
pub(crate) const UNANSWERED: &str = "TL0722";
/// It was done under this `Idempotency-Key`, and its answer is not kept.
pub(crate) const ANSWER_NOT_KEPT: &str = "TL0723";
/// Too many streams of changes at once.
pub(crate) const TOO_MANY_STREAMS: &str = "TL0724";
/// A draft is another one by now.
pub(crate) const DRAFT_MOVED: &str = "TL0725";
/// What ships beside the program cannot be read.
pub(crate) const NOT_SHIPPED: &str = "TL0726";
/// Nothing to practise with, or it does not answer.
pub(crate) const PRACTICE: &str = "TL0727";
/// A second person agrees to every version here.
pub(crate) const PUBLISH_BY_TWO: &str = "TL0728";
/// Not the second person.
pub(crate) const SECOND_PERSON: &str = "TL0729";
/// The token of the data directory is nobody's account.
pub(crate) const NOBODYS: &str = "TL0830";
/// Not as a member of this workspace.
pub(crate) const NOT_AS_MEMBER: &str = "TL0831";

/// Every code, for the test that looks for its page.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    NOT_SIGNED_IN,
    BAD_CREDENTIALS,
    BAD_HOST,
    BAD_ORIGIN,
    NO_PATH,
    NO_METHOD,
    BAD_BODY,
    BAD_TYPE,
    TOO_LARGE,
    TOO_SLOW,
    BAD_PARAMETER,
    WHICH_WORKSPACE,
    MISSING,
    BAD_CODE,
    INTERNAL,
    HEAD_TOO_LONG,
    BAD_KEY,
    OTHER_REQUEST,
    UNANSWERED,
    ANSWER_NOT_KEPT,
    TOO_MANY_STREAMS,
    DRAFT_MOVED,
    NOT_SHIPPED,
    PRACTICE,
    PUBLISH_BY_TWO,
    SECOND_PERSON,
    NO_RIGHT,
    NOBODYS,
    NOT_AS_MEMBER,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_page() {
        for code in ALL {
            let page = format!("{}/../../docs/errors/{code}.md", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&page).unwrap();
            assert!(text.starts_with(&format!("# {code}")), "{page}");
        }
    }
}
