//! The work file beside the target: finished chunks, so that an interrupted export can go on.
//!
//! It begins with a line that says what is exported; each chunk follows with its length and hash. What the
//! hash does not confirm, because writing was interrupted, is cut off. A chunk holds for each stretch of the
//! walk what its tiles hold; the stretches themselves come from the walk, which is the same each time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_64;

use crate::archive::tile_number;
use crate::export::ExportError;
use crate::export::plan::Plan;
use crate::export::render::{Chunk, Content, Rendered};
use crate::export::walk::Walk;
use crate::report::Message;

/// Length and hash before a chunk.
const FRAME_BYTES: usize = 16;

/// What was there when an export began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// The work file of the same export.
    Same,
    /// The work file of another release or of other options.
    Other,
}

impl Found {
    /// What people are told; nothing where all is as usual.
    pub(super) fn told(self) -> Message {
        match self {
            Self::Nothing => Message::default(),
            Self::Same => Message::from("going on where the last export to this file stopped"),
            Self::Other => Message::from(
                "the last export to this file was interrupted, but was of another release or had other options: starting anew",
            ),
        }
    }
}

pub(super) struct Journal {
    path: PathBuf,
    file: BufReader<File>,
    /// End of the last whole chunk.
    end: u64,
}

impl Journal {
    pub(super) fn open(plan: &Plan) -> Result<(Self, Found), ExportError> {
        let path = plan.beside(".resume");
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = open.map_err(|error| ExportError::file(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ExportError::UnderWay { target: plan.target.clone() }),
            Err(TryLockError::Error(error)) => return Err(ExportError::file(&path, error)),
        }
        let mut journal = Self { path, file: BufReader::new(file), end: 0 };
        let head = format!("kreisel export 1: {}\n", plan.fingerprint);
        let found = journal.begin(head.as_bytes()).map_err(|error| ExportError::file(&journal.path, error))?;
        Ok((journal, found))
    }

    fn begin(&mut self, head: &[u8]) -> std::io::Result<Found> {
        let mut known = Vec::new();
        self.file.by_ref().take(head.len() as u64).read_to_end(&mut known)?;
        self.end = head.len() as u64;
        if known == head {
            return Ok(Found::Same);
        }
        let file = self.file.get_mut();
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(head)?;
        Ok(if known.is_empty() { Found::Nothing } else { Found::Other })
    }

    /// The next finished chunk, and the walk behind it; `None` after the last.
    pub(super) fn next(&mut self, walk: &mut Walk<'_>) -> Result<Option<Chunk>, ExportError> {
        let payload = self.payload().map_err(|error| ExportError::file(&self.path, error))?;
        let mut ahead = walk.clone();
        let chunk = payload.as_ref().and_then(|payload| decode(payload, &mut ahead));
        if chunk.is_some() {
            *walk = ahead;
            self.end += (FRAME_BYTES + payload.map_or(0, |payload| payload.len())) as u64;
        } else {
            let file = self.file.get_mut();
            let cut = file.set_len(self.end).and_then(|()| file.seek(SeekFrom::Start(self.end)));
            cut.map_err(|error| ExportError::file(&self.path, error))?;
        }
        Ok(chunk)
    }

    /// The bytes of the next chunk if they are whole.
    fn payload(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut frame = Vec::new();
        self.file.by_ref().take(FRAME_BYTES as u64).read_to_end(&mut frame)?;
        let Ok(frame) = <[u8; FRAME_BYTES]>::try_from(frame) else { return Ok(None) };
        let [len, hash] =
            [0, 8].map(|at| frame[at..at + 8].iter().rev().fold(0, |long, byte| long << 8 | u64::from(*byte)));
        let mut payload = Vec::new();
        self.file.by_ref().take(len).read_to_end(&mut payload)?;
        let whole = payload.len() as u64 == len && xxh3_64(&payload) == hash;
        Ok(whole.then_some(payload))
    }

    /// Adds a finished chunk.
    pub(super) fn append(&mut self, chunk: &Chunk) -> Result<(), ExportError> {
        let payload = encode(chunk);
        let mut frame = Vec::with_capacity(FRAME_BYTES + payload.len());
        frame.extend((payload.len() as u64).to_le_bytes());
        frame.extend(xxh3_64(&payload).to_le_bytes());
        frame.extend(payload);
        self.end += frame.len() as u64;
        self.file.get_mut().write_all(&frame).map_err(|error| ExportError::file(&self.path, error))
    }

    /// Removes the file: the export is whole.
    pub(super) fn remove(self) -> Result<(), ExportError> {
        std::fs::remove_file(&self.path).map_err(|error| ExportError::file(&self.path, error))
    }
}

/// Number of stretches and of the first tile; then for each its hash (0 = nothing), length, packed length
/// and packed bytes.
fn encode(chunk: &Chunk) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend((chunk.0.len() as u64).to_le_bytes());
    bytes.extend(chunk.0.first().map_or(0, |first| tile_number(first.stretch.first())).to_le_bytes());
    for rendered in &chunk.0 {
        let Some(content) = &rendered.content else {
            bytes.extend([0; 16]);
            continue;
        };
        bytes.extend(content.hash.to_le_bytes());
        bytes.extend(content.len.to_le_bytes());
        bytes.extend(u32::try_from(content.packed.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(&content.packed);
    }
    bytes
}

/// The way back, with the stretches that the walk gives; `None` if they do not fit together.
fn decode(bytes: &[u8], walk: &mut Walk<'_>) -> Option<Chunk> {
    let mut rest = bytes;
    let count = u64::from_le_bytes(take(&mut rest)?);
    let first = u64::from_le_bytes(take(&mut rest)?);
    let mut chunk = Chunk::default();
    for at in 0..count {
        let stretch = walk.next()?;
        if at == 0 && tile_number(stretch.first()) != first {
            return None;
        }
        let hash = u128::from_le_bytes(take(&mut rest)?);
        let content = if hash == 0 {
            None
        } else {
            let len = u32::from_le_bytes(take(&mut rest)?);
            let packed_len = u32::from_le_bytes(take(&mut rest)?) as usize;
            let packed = rest.get(..packed_len)?.to_vec();
            rest = &rest[packed_len..];
            Some(Content { hash, len, packed })
        };
        chunk.0.push(Rendered { stretch, content });
    }
    rest.is_empty().then_some(chunk)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}
