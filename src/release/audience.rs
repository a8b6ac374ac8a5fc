//! Who may see what.

use std::fmt;

/// Who an answer is for. It is part of every cache key. Named circles (a department, a partner) with
/// keys of their own will stand beside `Public`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Everybody.
    #[default]
    Public,
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
        }
    }
}
