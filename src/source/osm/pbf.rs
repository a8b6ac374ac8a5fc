//! An OpenStreetMap extract (`.osm.pbf`) → its blocks, on all cores, in the file's order.
//!
//! Format: OpenStreetMap wiki, "PBF Format". The frame is walked first, which costs no unpacking: a file that is cut
//! off, empty or something else is refused before anything is read. A block unpacks to at most 32 MiB, and no more
//! than one per core is held. The reader below trusts indices in a block; one that breaks its rules is refused all the
//! same.

use std::fs::File;
use std::io::{BufReader, Read, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use osmpbf::{BlobDecode, BlobReader, BlobType, PrimitiveBlock};
use rayon::prelude::*;

use crate::message;
use crate::report::Message;
use crate::source::SourceError;

/// What a reader must be able to do for this program to take a file.
const UNDERSTOOD: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// Bytes of the first block's header at most: its type and its length.
const HEAD_BYTES: usize = 16;

/// What a block is.
enum Block<T> {
    Made(T),
    /// The header of the extract: what it needs of a reader.
    Head(Vec<String>),
    Other,
}

/// A file whose frame is whole.
pub(super) struct Extract {
    path: PathBuf,
}

impl Extract {
    /// Looks at the frame of a file.
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let extract = Self { path: path.to_path_buf() };
        let mut file = File::open(path).map_err(|error| extract.unreadable(error))?;
        let bytes = file.metadata().map_err(|error| extract.unreadable(error))?.len();
        let mut head = [0; HEAD_BYTES];
        let count = file.read(&mut head).map_err(|error| extract.unreadable(error))?;
        if let Some(what) = foreign(head.get(..count).unwrap_or_default()) {
            return Err(extract.refused(what));
        }
        extract.walk(bytes)?;
        Ok(extract)
    }

    fn walk(&self, bytes: u64) -> Result<(), SourceError> {
        let mut reader = self.reader()?;
        let (mut at, mut blocks) = (0, 0_u64);
        while let Some(next) = reader.next_header_skip_blob() {
            let (header, _) = next.map_err(|error| self.damaged(&error))?;
            let size = u64::try_from(header.get_blob_size()).ok();
            if size.is_none_or(|size| size > osmpbf::MAX_BLOB_MESSAGE_SIZE) {
                return Err(self.refused(message!("block {n} says that it has an impossible size", n = blocks + 1)));
            }
            if blocks == 0 && header.blob_type() != BlobType::OsmHeader {
                return Err(self.refused("it does not begin with the header of an extract"));
            }
            let end = reader.seek_raw(SeekFrom::Current(0)).map_err(|error| self.damaged(&error))?;
            if end > bytes {
                return Err(self.cut_off());
            }
            (at, blocks) = (end, blocks + 1);
        }
        match at {
            at if at != bytes => Err(self.cut_off()),
            _ if blocks < 2 => Err(self.refused("there is nothing in it")),
            _ => Ok(()),
        }
    }

    /// What is made of each block, in the file's order.
    pub(super) fn scan<T: Send>(
        &self,
        make: impl Fn(&PrimitiveBlock) -> osmpbf::Result<T> + Sync,
    ) -> Result<Vec<T>, SourceError> {
        let made = |(number, blob): (usize, osmpbf::Result<osmpbf::Blob>)| {
            let blob = blob.map_err(|error| self.damaged(&error))?;
            let made = catch_unwind(AssertUnwindSafe(|| match blob.decode()? {
                BlobDecode::OsmData(block) => Ok(Block::Made(make(&block)?)),
                BlobDecode::OsmHeader(header) => Ok(Block::Head(header.required_features().to_vec())),
                BlobDecode::Unknown(_) => Ok(Block::Other),
            }));
            match made {
                Ok(Ok(Block::Made(made))) => Ok(Some((number, made))),
                Ok(Ok(Block::Other)) => Ok(None),
                Ok(Ok(Block::Head(needed))) => {
                    let unknown = needed.into_iter().find(|name| !UNDERSTOOD.contains(&name.as_str()));
                    unknown.map_or(Ok(None), |name| Err(self.refused(message!("it needs a reader for {name}", name))))
                }
                Ok(Err(error)) => Err(self.damaged(&error)),
                Err(_) => Err(self.refused(message!("block {n} breaks the rules of the format", n = number + 1))),
            }
        };
        let blobs = self.reader()?.enumerate().par_bridge();
        let mut all: Vec<(usize, T)> = blobs.map(made).filter_map(Result::transpose).collect::<Result<_, _>>()?;
        all.sort_by_key(|(number, _)| *number);
        Ok(all.into_iter().map(|(_, made)| made).collect())
    }

    fn reader(&self) -> Result<BlobReader<BufReader<File>>, SourceError> {
        BlobReader::from_path(&self.path).map_err(|error| self.damaged(&error))
    }

    fn unreadable(&self, error: std::io::Error) -> SourceError {
        SourceError::Read { file: self.path.clone(), error }
    }

    fn refused(&self, reason: impl Into<Message>) -> SourceError {
        SourceError::NotAnExtract { file: self.path.clone(), reason: reason.into() }
    }

    fn cut_off(&self) -> SourceError {
        self.refused("it is cut off; download or copy it again")
    }

    fn damaged(&self, error: &osmpbf::Error) -> SourceError {
        use osmpbf::{BlobError, ErrorKind};
        match error.kind() {
            ErrorKind::Blob(BlobError::Empty) => self.refused(
                "it is packed by something else than zlib; `osmium cat FILE -o NEW.osm.pbf` packs it as usual",
            ),
            _ => self.refused(message!("it is damaged: {error}", error)),
        }
    }
}

/// What a file is that does not begin as an extract does.
fn foreign(head: &[u8]) -> Option<&'static str> {
    match head {
        [] => Some("it is empty"),
        [b'P', b'K', ..] => Some("it is a zip archive; unpack it"),
        [0x1f, 0x8b, ..] => Some("it is packed by gzip; unpack it"),
        [b'B', b'Z', b'h', ..] => {
            Some("it is packed by bzip2; `osmium cat FILE -o NEW.osm.pbf` makes an extract of it")
        }
        [b'<', ..] | [0xef, 0xbb, 0xbf, b'<', ..] => {
            Some("it is XML; `osmium cat FILE -o NEW.osm.pbf` makes an extract of it")
        }
        // the first four bytes are the length of a small header
        [0, 0, _, _, 0x0a, ..] => None,
        _ => Some("it does not begin with the header of an extract"),
    }
}
