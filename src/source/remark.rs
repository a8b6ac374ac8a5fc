//! What is said about single records: left out or repaired, with the reason, counted.

use std::collections::BTreeMap;
use std::path::Path;

use crate::message;
use crate::report::{Case, Finding, Message, Report, Severity};

/// One reason why a record is left out or was repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remark {
    /// Left out: a record without geometry.
    NullGeometry,
    /// Left out: the table marks the row as deleted.
    Deleted,
    /// Left out: the record cannot be read.
    Broken,
    /// Left out: the file ends before the record does.
    CutOff,
    /// Left out: a line, several points or a mixture.
    NotAShape,
    /// Left out: a coordinate is no number or no place on earth.
    BadCoordinate,
    /// Left out: far away from where its CRS is meant for.
    OutsideArea,
    /// Left out: at 0/0, which is what a missing coordinate becomes.
    NullIsland,
    /// Left out: a table row without coordinates.
    NoCoordinates,
    /// Left out: a table row without a street.
    NoAddress,
    /// Left out: a table row whose address is not in the address list.
    AddressNotFound,
    /// Left out: an OpenStreetMap feature whose nodes the extract does not have.
    OutsideExtract,
    /// Left out: an OpenStreetMap relation that is no outline.
    OtherRelation,
    /// Left out: no ring has three distinct vertices.
    NoArea,
    /// Repaired: a ring with fewer than three distinct vertices was dropped.
    RingDropped,
    /// Repaired: a ring did not end where it starts.
    RingClosed,
    /// Repaired: a ring's winding and its place contradict each other.
    RingTurned,
    /// Repaired: a cell that is no number in a column of numbers.
    BadNumber,
    /// Repaired: a row with more or fewer cells than the header.
    RowLength,
    /// Repaired: a table row that was placed by the address that its own is nearly.
    AddressNear,
    /// Repaired: an outline of which the extract has a part.
    OutlineCut,
}

impl Remark {
    fn is_loss(self) -> bool {
        self <= Self::NoArea
    }

    fn code(self) -> &'static str {
        match self {
            Self::NullGeometry => "null-geometry",
            Self::Deleted => "deleted-record",
            Self::Broken => "broken-record",
            Self::CutOff => "cut-off-record",
            Self::NotAShape => "not-an-area-or-place",
            Self::BadCoordinate => "bad-coordinate",
            Self::OutsideArea => "outside-crs-area",
            Self::NullIsland => "null-island",
            Self::NoCoordinates => "no-coordinates",
            Self::NoAddress => "no-address",
            Self::AddressNotFound => "address-not-found",
            Self::AddressNear => "address-near",
            Self::OutsideExtract => "outside-extract",
            Self::OtherRelation => "relation-without-outline",
            Self::NoArea => "no-area",
            Self::RingDropped => "ring-dropped",
            Self::RingClosed => "ring-closed",
            Self::RingTurned => "ring-turned",
            Self::BadNumber => "bad-number",
            Self::RowLength => "row-length",
            Self::OutlineCut => "outline-cut",
        }
    }

    fn severity(self) -> Severity {
        match self {
            Self::Deleted | Self::RingClosed | Self::OtherRelation => Severity::Notice,
            _ => Severity::Warning,
        }
    }

    /// What happened, after a count of records.
    fn happened(self) -> &'static str {
        match self {
            Self::NullGeometry => "without geometry left out",
            Self::Deleted => "marked as deleted left out",
            Self::Broken => "that cannot be read left out",
            Self::CutOff => "beyond the end of the file left out",
            Self::NotAShape => "that are neither an area nor one place left out",
            Self::BadCoordinate => "with coordinates that are no place on earth left out",
            Self::OutsideArea => "far outside of the area of their CRS left out",
            Self::NullIsland => "at 0/0 left out",
            Self::NoCoordinates => "without coordinates left out",
            Self::NoAddress => "without a street left out",
            Self::AddressNotFound => "whose address is not in the address list left out",
            Self::AddressNear => "whose address is nearly one of the address list; they were placed there",
            Self::OutsideExtract => "drawn outside of the extract left out",
            Self::OtherRelation => "that are relations without an outline left out",
            Self::NoArea => "without a ring of three distinct vertices left out",
            Self::RingDropped => "with rings of fewer than three distinct vertices, which were dropped",
            Self::RingClosed => "with rings that do not end where they start, which were closed",
            Self::RingTurned => "with rings whose winding contradicts their place, which decided",
            Self::BadNumber => "with text in a column of numbers, which was kept as text",
            Self::RowLength => "with another number of cells than the header; missing cells are empty",
            Self::OutlineCut => "of which the extract has a part; they stand in the middle of that",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::NullGeometry => "draw the missing shapes, or delete the records",
            Self::Deleted => "pack the table if they are not wanted; undelete them if they are",
            Self::Broken => "open and save the file in QGIS, or ask for a new copy",
            Self::CutOff => "copy or download the file again: it is shorter than it says",
            Self::NotAShape => "an area is a polygon, a facility is one point; convert or delete the others",
            Self::BadCoordinate => "check the coordinates and the CRS",
            Self::OutsideArea => "check the coordinates, or the CRS in the .prj or the layer file",
            Self::NullIsland | Self::NoCoordinates => "look up the coordinates and fill them in",
            Self::NoAddress => "look up the addresses and fill them in",
            Self::AddressNotFound => "correct the addresses, or add them to the address list",
            Self::AddressNear => "look at each of them, and correct the address in the table or in the address list",
            Self::OutsideExtract | Self::OutlineCut => {
                "take an extract that reaches beyond the district; `osmium extract --strategy smart` keeps outlines whole"
            }
            Self::OtherRelation => "nothing needs to be done; their members are facilities of their own",
            Self::NoArea | Self::RingDropped => "check the shapes; such rings enclose nothing",
            Self::RingClosed | Self::RingTurned => "nothing needs to be done; saving the file in QGIS mends it",
            Self::BadNumber => "correct the cells",
            Self::RowLength => "check for separators or line breaks inside of cells",
        }
    }
}

/// All remarks on the records of one file.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    cases: BTreeMap<Remark, Vec<Case>>,
}

impl Remarks {
    /// Notes a record. `row` counts from 1; `detail` may be empty.
    pub(super) fn add(&mut self, remark: Remark, row: u64, detail: impl Into<Message>) {
        self.cases.entry(remark).or_default().push(Case::line(row).saying(detail));
    }

    /// The reasons of losses with their counts, such as `: 3 without geometry left out`.
    pub(super) fn losses(&self) -> Message {
        let losses = self.cases.iter().filter(|(remark, _)| remark.is_loss());
        let texts: Vec<Message> = losses
            .map(|(remark, cases)| {
                message!("{count} {what}", count = cases.len(), what = Message::from(remark.happened()))
            })
            .collect();
        if texts.is_empty() { Message::default() } else { message!(": {texts}", texts = Message::joined(texts, ", ")) }
    }

    /// One finding per reason.
    pub(super) fn report(self, file: &Path, report: &mut Report) {
        for (remark, cases) in self.cases {
            let message = message!(
                "{records} {happened}",
                records = message!("{n} record[s]", n = cases.len()),
                happened = Message::from(remark.happened())
            );
            let finding = Finding::new(remark.severity(), remark.code(), message).in_file(file);
            report.add(finding.advise(remark.advice()).at_all(cases));
        }
    }
}
