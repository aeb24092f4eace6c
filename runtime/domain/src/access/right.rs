//! What there is to be allowed: a closed list, each also as a type, so that a proof says what it proves.

/// Each right with its type, where it is held, and what it is for, behind "may not".
macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $of_server:literal, $words:literal;)*) => {
        /// One thing that may be done. Each is held by itself: none includes another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Right { $($(#[$doc])* $name),* }

        impl Right {
            /// Every right.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word it is shown as.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What it allows, behind "may not".
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// Held for the whole server; the others are held workspace by workspace.
            pub const fn is_of_server(self) -> bool {
                match self { $(Self::$name => $of_server),* }
            }
        }

        $(
            #[doc = concat!("The type of [`Right::", stringify!($name), "`].")]
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $name;

            impl sealed::Sealed for $name {}
            impl Needs for $name {
                const RIGHT: Right = Right::$name;
            }
        )*
    };
}

mod sealed {
    pub trait Sealed {}
}

/// A right as a type. The list is closed: nobody proves something that is not in it.
pub trait Needs: sealed::Sealed + Send + Sync + 'static {
    /// The right.
    const RIGHT: Right;
}

rights! {
    /// See everything of a workspace but its secrets.
    See = "see", false, "see this workspace";
    /// Start, cancel and retry runs, publish events.
    Operate = "operate", false, "start or stop runs";
    /// Answer questions, own and resolve exceptions.
    Resolve = "resolve", false, "resolve exceptions";
    /// Decide proposals, where their policy asks for this person.
    Decide = "decide", false, "decide proposals";
    /// Publish workflows.
    Build = "build", false, "publish workflows";
    /// See what is hidden of runs; each time is recorded.
    Reveal = "reveal", false, "see hidden values";
    /// Connections, and the addresses that are open to connectors.
    Connect = "connect", false, "change connections";
    /// Members, roles, teams and tokens of a workspace.
    People = "people", false, "change people and their rights";
    /// See the figures of the whole server.
    Watch = "watch", true, "see the figures of the whole server";
    /// Workspaces, connectors and accounts.
    Server = "server", true, "change what belongs to the whole server";
}

impl std::fmt::Display for Right {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
