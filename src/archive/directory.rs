//! A directory of a PMTiles archive: where which tiles lie (version 3 §4).
//!
//! Read here and not by the crate that writes, because a directory that comes from elsewhere has to be
//! unpacked and decoded within limits.

/// One line: a run of equal tiles, or a leaf directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Number of the first tile.
    pub(super) first: u64,
    /// How many tiles in a row are this one; 0 for a leaf directory.
    pub(super) run: u32,
    /// Offset in the part with tiles, or in that with leaf directories.
    pub(super) offset: u64,
    /// Bytes.
    pub(super) length: u32,
}

/// The lines of one directory, ascending by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directory {
    entries: Vec<Entry>,
}

impl Directory {
    /// Decodes an unpacked directory; says what is wrong with one that cannot be.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut numbers = Numbers { bytes };
        let count = numbers.next()?;
        // each line takes four numbers of one byte or more
        if count > bytes.len() as u64 / 4 {
            return Err(format!("says that it has {count} entries, but has only {} bytes", bytes.len()));
        }
        let count = usize::try_from(count).map_err(|error| error.to_string())?;
        let mut entries = vec![Entry { first: 0, run: 0, offset: 0, length: 0 }; count];
        let mut first = 0_u64;
        for (at, entry) in entries.iter_mut().enumerate() {
            let step = numbers.next()?;
            if step == 0 && at > 0 {
                return Err(format!("names tile {first} twice"));
            }
            first = first.checked_add(step).ok_or("has a tile number that is too large")?;
            entry.first = first;
        }
        for entry in &mut entries {
            entry.run = numbers.next_u32("run")?;
        }
        for entry in &mut entries {
            entry.length = numbers.next_u32("length")?;
        }
        let mut end = None;
        for entry in &mut entries {
            entry.offset = match (numbers.next()?, end) {
                (0, None) => return Err("begins with an entry that has no offset".to_owned()),
                (0, Some(end)) => end,
                (given, _) => given - 1,
            };
            end = Some(entry.offset.checked_add(u64::from(entry.length)).ok_or("has an offset that is too large")?);
        }
        Ok(Self { entries })
    }

    /// The line in which a tile stands, if it is in this directory or below it.
    pub(super) fn find(&self, number: u64) -> Option<Entry> {
        let at = self.entries.partition_point(|entry| entry.first <= number).checked_sub(1)?;
        let entry = self.entries[at];
        (entry.run == 0 || number - entry.first < u64::from(entry.run)).then_some(entry)
    }
}

/// Variable-length numbers, one after the other.
struct Numbers<'a> {
    bytes: &'a [u8],
}

impl Numbers<'_> {
    fn next(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for at in 0..10 {
            let byte = *self.bytes.get(at).ok_or("ends in the middle of an entry")?;
            let bits = u64::from(byte & 0x7f);
            if at == 9 && bits > 1 {
                break;
            }
            number |= bits << (7 * at);
            if byte & 0x80 == 0 {
                self.bytes = &self.bytes[at + 1..];
                return Ok(number);
            }
        }
        Err("has a number of more than 64 bits".to_owned())
    }

    fn next_u32(&mut self, what: &str) -> Result<u32, String> {
        let number = self.next()?;
        u32::try_from(number).map_err(|_| format!("has a {what} of {number}, which is too large"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two runs and a leaf, written by hand after the specification.
    const THREE: [u8; 13] = [3, 5, 2, 100, 2, 1, 0, 10, 20, 30, 1, 0, 8];

    #[test]
    fn entries_are_decoded_as_the_specification_writes_them() {
        let directory = Directory::decode(&THREE).unwrap();
        let entry = |first, run, offset, length| Entry { first, run, offset, length };
        assert_eq!(directory.entries, [entry(5, 2, 0, 10), entry(7, 1, 10, 20), entry(107, 0, 7, 30)]);
        let found = [4, 5, 6, 7, 8, 106, 107, 1_000_000].map(|number| directory.find(number).map(|entry| entry.first));
        assert_eq!(found, [None, Some(5), Some(5), Some(7), None, None, Some(107), Some(107)]);
    }

    #[test]
    fn a_directory_that_cannot_be_is_refused_with_what_is_wrong() {
        for (bytes, said) in [
            (&[][..], "ends in the middle"),
            (&THREE[..12], "ends in the middle"),
            (&[0xff, 0xff, 0xff, 0xff, 0x7f][..], "entries, but has only"),
            (&[2, 1, 0, 1, 1, 1, 1, 1, 1], "twice"),
            (&[1, 1, 1, 1, 0], "no offset"),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "64 bits"),
        ] {
            let error = Directory::decode(bytes).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
