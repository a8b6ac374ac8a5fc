//! Chunks → the archive, one after the other; and what is counted on the way.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::archive::ArchiveWriter;
use crate::export::ExportError;
use crate::export::journal::Journal;
use crate::export::plan::Plan;
use crate::export::render::{Chunk, Content, Known};
use crate::export::summary::{LargestTile, Summary};

pub(super) struct Writer {
    archive: ArchiveWriter,
    part: PathBuf,
    target: PathBuf,
    known: Known,
    summary: Summary,
}

impl Writer {
    pub(super) fn create(plan: &Plan) -> Result<Self, ExportError> {
        let part = plan.beside(".part");
        Ok(Self {
            archive: ArchiveWriter::create(&part, plan.format, &plan.imprint)?,
            part,
            target: plan.target.clone(),
            known: Arc::new(RwLock::new(HashMap::new())),
            summary: Summary::new(&plan.target, plan.zooms()),
        })
    }

    /// Contents that lie in the archive.
    pub(super) fn known(&self) -> Known {
        Arc::clone(&self.known)
    }

    /// Writes a chunk, and first into the journal.
    pub(super) fn take(&mut self, chunk: &Chunk, journal: Option<&mut Journal>) -> Result<(), ExportError> {
        if let Some(journal) = journal {
            journal.append(chunk)?;
        }
        for rendered in &chunk.0 {
            let Some(content) = &rendered.content else { continue };
            let number = self.number(content);
            let (archive, summary) = (&mut self.archive, &mut self.summary);
            summary.count(rendered.stretch.zoom, rendered.stretch.tiles());
            rendered.stretch.each(&mut |coord| archive.add(coord, number.0, &content.packed))?;
            if number.1 {
                let tile = LargestTile::new(rendered.stretch.first(), content.len, content.packed.len());
                summary.count_content(&tile);
            }
        }
        Ok(())
    }

    /// Number of a content, and whether it is new.
    fn number(&mut self, content: &Content) -> (u64, bool) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let next = known.len() as u64;
        let number = *known.entry(content.hash).or_insert(next);
        (number, number == next)
    }

    /// Ends the archive and gives it its name.
    pub(super) fn finish(self) -> Result<Summary, ExportError> {
        self.archive.finish()?;
        let file = |error| ExportError::file(&self.part, error);
        let part = std::fs::File::open(&self.part).map_err(file)?;
        // the name must not come before the bytes where the power fails
        part.sync_all().map_err(file)?;
        let mut summary = self.summary;
        summary.bytes = part.metadata().map_err(file)?.len();
        drop(part);
        std::fs::rename(&self.part, &self.target).map_err(|error| ExportError::file(&self.target, error))?;
        Ok(summary)
    }
}
