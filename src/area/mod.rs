//! Areas and their keys: every spelling of German official keys, and the areas that exist.
//!
//! The official key of an area is text with its leading zeros, never a number ([`AreaKey`]). What stands in a key
//! column is first understood by its shape alone ([`readings`]): which kinds of key may it be, and what had to be done
//! to read it. A [`Directory`] of the areas that exist then says which of them are meant, or that several may be, or
//! none, with the nearest. Nothing is guessed silently: a reading carries its [`Manner`].
//!
//! Sources: the composition of keys as in the Gemeindeverzeichnis (GV-ISys): ARS = Land 2, Regierungsbezirk 1, Kreis 2,
//! Verband 4, Gemeinde 3; AGS = ARS without the Verband. The spellings of the regional statistics offices were counted
//! in their tables (regionalstatistik.de, 12411-01-01-5).

mod directory;
mod feature_id;
mod key;
mod name;
mod nearest;
mod nuts;
mod reading;

pub use directory::{Directory, Found, Listed, Place, Resolved, Stranger};
pub use feature_id::FeatureId;
pub use key::{AreaKey, AreaKeyError, KeyKind, Level, ReadKey};
pub use nearest::Nearest;
pub(crate) use nearest::digits_apart;
pub use reading::{Manner, Reading, Readings, Spelling, readings};
