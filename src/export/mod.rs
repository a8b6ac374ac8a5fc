//! A release → the whole pyramid of its tiles in one archive.
//!
//! The tiles that can hold something are walked in the archive's order ([`walk`]), rendered and packed on
//! all cores a chunk at a time ([`render`]), and written one after the other ([`mod@write`]). What is finished
//! goes into a work file beside the target ([`journal`]), so that an interrupted export goes on where it
//! stopped. The archive itself is written under another name and renamed when it is whole.
//!
//! In memory lie a few chunks of packed tiles and, for each distinct tile, its hash and its place: less
//! than 100 bytes. Same release and options, same bytes: nothing depends on the clock, on the number of cores
//! or on how often the export was interrupted.

mod error;
mod journal;
mod plan;
mod progress;
mod render;
mod summary;
mod walk;
mod write;

pub use error::ExportError;
pub use plan::{Options, Plan};
pub use progress::Progress;
pub use summary::{LargestTile, Summary, ZoomSummary};

use std::sync::mpsc;
use std::time::Instant;

use crate::export::journal::Journal;
use crate::export::render::{Chunk, Renderer};
use crate::export::walk::Walk;
use crate::export::write::Writer;
use crate::release::Release;

/// Stretches that are rendered together. Small enough that a few chunks of large tiles fit in memory, large
/// enough that waiting for the last tile of each costs nothing on many cores.
const CHUNK: usize = 512;

/// Chunks that may wait for the writer.
const WAITING: usize = 2;

/// Exports as planned. `progress` is told how far it is.
///
/// # Errors
/// If a file cannot be read or written; the target is then as it was before, and what is finished is kept
/// for the next try.
pub fn run(release: &Release, plan: &Plan, progress: &mut Progress) -> Result<Summary, ExportError> {
    let started = Instant::now();
    progress.begin(Walk::count(release, plan));
    let (mut journal, found) = Journal::open(plan)?;
    progress.say(&found.told());
    let mut writer = Writer::create(plan)?;
    let mut walk = Walk::new(release, plan);
    let mut resumed = 0;
    while let Some(chunk) = journal.next(&mut walk)? {
        progress.advance(chunk.tiles());
        resumed += chunk.tiles();
        writer.take(&chunk, None)?;
    }
    let renderer = Renderer::new(release, plan, writer.known());
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Chunk>(WAITING);
        scope.spawn(move || {
            loop {
                let stretches: Vec<_> = walk.by_ref().take(CHUNK).collect();
                // nobody listens any more where writing failed
                if stretches.is_empty() || sender.send(renderer.render(stretches)).is_err() {
                    return;
                }
            }
        });
        for chunk in receiver {
            writer.take(&chunk, Some(&mut journal))?;
            progress.advance(chunk.tiles());
        }
        Ok::<(), ExportError>(())
    })?;
    let mut summary = writer.finish()?;
    summary.resumed = resumed;
    summary.seconds = started.elapsed().as_secs_f64();
    journal.remove()?;
    progress.end();
    Ok(summary)
}
