//! Territorial reform: which areas became which, when, and in what parts.
//!
//! In goes one CSV table for the whole atlas, out come [`Successions`], and for each layer its [`Lineage`]: the former
//! areas behind its own. One row says that an area or a part of it became (part of) another on a day:
//!
//! ```csv
//! from;to;date;population;area;employees
//! 03358004;03358024;2020-01-01;;;
//! 03358022;03358024;2020-01-01;;;
//! ```
//!
//! A weight is the part of the former area's people, land or jobs that went into the new one; where an area went whole,
//! it may be left out. An area that goes on under its key after taking another in, or after giving a part away, has a
//! row from itself to itself. Keys are written in any spelling that has one meaning for the kind of key of a layer; rows
//! for other kinds of key do not concern it. The tables of the BBSR (Umrechnungsschlüssel) have just these columns.

mod lineage;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use lineage::{Former, Lineage, Node, Part};

use crate::delimited::{self, Delimited, DelimitedError};
use crate::message;
use crate::report::{Case, Finding, Report};
use crate::value::Date;

/// By what the figures of an area are shared out among those that it became.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Where its people went: for everything that is counted of people, and where nothing is said.
    #[default]
    Population,
    /// Where its land went.
    Area,
    /// Where its jobs went.
    Employees,
}

/// Shares of a former area that went into another, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    /// Of its people.
    pub population: Option<f64>,
    /// Of its land.
    pub area: Option<f64>,
    /// Of its jobs.
    pub employees: Option<f64>,
}

impl Shares {
    /// The share by one weight, if it is known.
    #[must_use]
    pub fn by(self, weight: Weight) -> Option<f64> {
        match weight {
            Weight::Population => self.population,
            Weight::Area => self.area,
            Weight::Employees => self.employees,
        }
    }
}

/// One area becoming (part of) another.
#[derive(Clone, Debug, PartialEq)]
pub struct Succession {
    /// Key of the former area, as it stands in the table.
    pub from: String,
    /// Key of the area that it went into, as it stands in the table.
    pub to: String,
    /// First day of the new state.
    pub date: Date,
    /// How much of it.
    pub shares: Shares,
    /// Line of the table.
    pub line: u64,
}

/// All successions of an atlas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Successions {
    /// The table; empty where the atlas has none.
    pub path: PathBuf,
    /// In the order of the table.
    pub rows: Vec<Succession>,
}

/// Columns with the weights, which a table may do without.
const WEIGHTS: [(&str, Weight); 3] =
    [("population", Weight::Population), ("area", Weight::Area), ("employees", Weight::Employees)];
/// How far from 1 the shares of an area may add up: tables give them with few decimals.
const SUM_TOLERANCE: f64 = 0.011;

/// Reads the table. Rows that cannot be used are left out and reported.
///
/// # Errors
/// If the file cannot be read, or lacks one of the columns `from`, `to` and `date`.
pub fn read(path: &Path, report: &mut Report) -> Result<Successions, DelimitedError> {
    let text = delimited::read_text(path, None)?;
    let table = Delimited::parse(&text, None, &["from", "to", "date"])?;
    let column = |name: &str| table.column(name);
    let weights: Vec<(Weight, usize)> =
        WEIGHTS.iter().filter_map(|(name, weight)| Some((*weight, column(name)?))).collect();
    let mut successions = Successions { path: path.to_path_buf(), rows: Vec::with_capacity(table.rows.len()) };
    let mut bad: Vec<Case> = Vec::new();
    for row in &table.rows {
        let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim());
        let (from, to) = (cell(column("from")).to_owned(), cell(column("to")).to_owned());
        if from.is_empty() && to.is_empty() {
            continue;
        }
        let Some(date) = Date::read(cell(column("date"))) else {
            let detail =
                message!("\"{text}\" is not a day such as 2020-01-01 or 01.01.2020", text = cell(column("date")));
            bad.push(Case::line(row.line).in_column("date").saying(detail));
            continue;
        };
        let shares = weights.iter().map(|(weight, at)| (*weight, cell(Some(*at)))).filter(|(_, text)| !text.is_empty());
        let mut read = Shares::default();
        let mut fits = !from.is_empty() && !to.is_empty();
        for (weight, text) in shares {
            let share = text.replace(',', ".").parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
            fits &= share.is_some();
            match weight {
                Weight::Population => read.population = share,
                Weight::Area => read.area = share,
                Weight::Employees => read.employees = share,
            }
        }
        if fits {
            successions.rows.push(Succession { from, to, date, shares: read, line: row.line });
        } else {
            bad.push(Case::line(row.line).saying("a row has from, to, and shares from 0 to 1"));
        }
    }
    if !bad.is_empty() {
        let finding = Finding::warning("succession-unreadable", "rows of the successions cannot be used");
        report.add(finding.in_file(path).advise("correct them, or take them out").at_all(bad));
    }
    successions.fill(report);
    report.fact(path.display().to_string(), message!("{n} succession[s]", n = successions.rows.len()));
    Ok(successions)
}

impl Successions {
    /// Gives a whole share to areas that went whole, and reports shares that do not add up to 1.
    fn fill(&mut self, report: &mut Report) {
        let mut groups: BTreeMap<(String, Date), Vec<usize>> = BTreeMap::new();
        for (position, row) in self.rows.iter().enumerate() {
            groups.entry((row.from.clone(), row.date)).or_default().push(position);
        }
        let (mut unequal, mut unknown) = (Vec::new(), Vec::new());
        for ((from, date), rows) in groups {
            let shares = |weight: Weight| rows.iter().map(move |row| (*row, weight));
            for (name, weight) in WEIGHTS {
                let given: Vec<f64> =
                    shares(weight).filter_map(|(row, weight)| self.rows.get(row)?.shares.by(weight)).collect();
                let sum: f64 = given.iter().sum();
                if given.is_empty() || given.len() < rows.len() {
                    continue;
                }
                if (sum - 1.0).abs() > SUM_TOLERANCE {
                    unequal.push(Case::key(&from).in_column(name).saying(format!("{date}: {sum:.3}")));
                }
            }
            match rows.as_slice() {
                [only] => {
                    if let Some(Succession { shares, .. }) = self.rows.get_mut(*only)
                        && *shares == Shares::default()
                    {
                        *shares = Shares { population: Some(1.0), area: Some(1.0), employees: Some(1.0) };
                    }
                }
                several => {
                    let none = |row: &usize| self.rows.get(*row).is_some_and(|row| row.shares == Shares::default());
                    if several.iter().any(none) {
                        unknown.push(Case::key(&from).saying(date.to_string()));
                    }
                }
            }
        }
        let mut say = |cases: Vec<Case>, code: &'static str, message: &str, advice: &str| {
            if !cases.is_empty() {
                report.add(Finding::warning(code, message).in_file(&self.path).advise(advice).at_all(cases));
            }
        };
        say(
            unequal,
            "succession-shares",
            "the shares of an area that was divided do not add up to 1",
            "correct them: what is missing or too much is so in every converted sum",
        );
        say(
            unknown,
            "succession-without-share",
            "areas were divided, and it is not said in what shares; their figures cannot be converted",
            "add the columns population, area or employees; if the area went whole, one row is enough",
        );
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read_text(text: &str) -> (Successions, Report) {
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
        file.write_all(text.as_bytes()).expect("is written");
        let mut report = Report::default();
        let successions = read(file.path(), &mut report).expect("reads");
        (successions, report)
    }

    #[test]
    fn an_area_that_went_whole_needs_no_share() {
        let (read, report) = read_text(
            "from;to;date;population\n03358004;03358024;2020-01-01;\n03358022;03358024;01.01.2020;\n03351001;03351001;2011-01-01;0,75\n03351001;03351002;2011-01-01;0,25\n",
        );
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        let shares: Vec<Option<f64>> = read.rows.iter().map(|row| row.shares.by(Weight::Population)).collect();
        assert_eq!(shares, [Some(1.0), Some(1.0), Some(0.75), Some(0.25)]);
        assert_eq!(read.rows[1].date, Date::start_of(2020));
        assert_eq!(read.rows[3].shares.by(Weight::Area), None);
    }

    #[test]
    fn rows_that_cannot_be_used_are_reported() {
        let (read, report) = read_text(
            "from;to;date;area\n1;2;soon;1\n1;3;2020-01-01;1,5\n4;5;2020-01-01;0,5\n4;6;2020-01-01;0,3\n7;8;2020-01-01;\n7;9;2020-01-01;\n",
        );
        assert_eq!(read.rows.len(), 4);
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["succession-unreadable", "succession-shares", "succession-without-share"]);
        assert_eq!(report.findings[1].cases[0].detail, "2020-01-01: 0.800");
    }
}
