//! Bad input: a finding or a refusal with its reason, in bounded memory and time, and nothing half-written.

use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use kreisel::import::Options;
use kreisel::report::{Report, Severity};
use kreisel::sheet::{self, Dialect};
use proptest::prelude::*;
use rust_xlsxwriter::{Formula, Workbook};

use crate::atlas::{cases, finding, heidekreis, import, import_into, shared, table};
use crate::files::{bytes, ods, with_entries, workbook, zip};

fn figures() -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, (key, value)) in (0..).zip([("AGS", "Plätze 2023"), ("03358002", "412"), ("03358008", "510")]) {
        sheet.write(row, 0, key).unwrap();
        sheet.write(row, 1, value).unwrap();
    }
    book
}

fn refusal(name: &str, content: &[u8]) -> (String, String) {
    let done = import(&bytes(name, content).path(), Options::default());
    assert!(done.refused, "{name}: {:#?}", done.facts);
    let error = done.report.findings.iter().find(|finding| finding.severity == Severity::Error).unwrap();
    (error.code.to_owned(), error.message.to_string())
}

#[test]
fn what_is_no_table_is_refused_with_what_it_is() {
    for (name, content, code, said) in [
        ("a.csv", &b""[..], "table-empty", "no cell with anything"),
        ("b.csv", b"%PDF-1.7 \x00\x01", "no-table", "PDF"),
        ("c.xls", b"<html><body><table><tr><td>1</td></tr></table>", "no-table", "web page"),
        ("d.xls", b"<?xml version=\"1.0\"?><Workbook/>", "no-table", "XML"),
        ("e.xlsx", b"PK\x03\x04 this is no zip", "file-damaged", "zip"),
        ("f.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "file-damaged", "container"),
        ("g.csv.gz", b"\x1f\x8b\x08\x00 broken", "file-damaged", "gzip"),
        ("h.csv", b"Name;Telefon\nMeier;0123\nSchulze;0456\n", "keys-missing", "no column holds keys of areas"),
        ("i.csv", b"AGS;Name\n03358002;Bispingen\n03358008;Bad Fallingbostel\n", "figures-missing", "holds figures"),
        ("j.csv", b"AGS;Plaetze\n03358002;4\n03358008;5\n", "period-missing", "--year"),
    ] {
        let (found, message) = refusal(name, content);
        assert_eq!(found, code, "{name}: {message}");
        assert!(message.contains(said), "{name}: {message}");
    }
    let two = zip(&[("a.csv", b"x"), ("b.csv", b"y"), ("LIESMICH.txt", b"z")]);
    let (code, message) = refusal("two.zip", &two);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("not-one-table", "holds 2 tables: a.csv, b.csv; unpack it and import one file after the other")
    );
    let (code, _) = refusal("nested.zip", &zip(&[("inner.csv", &zip(&[("a.csv", b"x")]))]));
    assert_eq!(code, "no-table");
}

#[test]
fn a_zip_bomb_is_refused_without_being_unpacked_into_memory() {
    let zeros = vec![b'0'; 1 << 20];
    let bomb = |name: &str| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        (0..1100).for_each(|_| writer.write_all(&zeros).unwrap());
        writer.finish().unwrap().into_inner()
    };
    let started = Busy::now();
    let (code, message) = refusal("bomb.zip", &bomb("a.csv"));
    assert_eq!(code, "archive-too-large", "{message}");
    let package = with_entries(&workbook("a.xlsx", figures()).path().pipe_read(), &[]);
    let mut zip = zip::ZipWriter::new_append(std::io::Cursor::new(package)).unwrap();
    zip.start_file("xl/media/image1.png", zip::write::SimpleFileOptions::default()).unwrap();
    (0..900).for_each(|_| zip.write_all(&zeros).unwrap());
    let (code, message) = refusal("bomb.xlsx", &zip.finish().unwrap().into_inner());
    assert_eq!(code, "archive-too-large", "{message}");
    assert!(started.elapsed() < Duration::from_mins(2), "{:?}", started.elapsed());
}

/// How long this thread has worked: on Linux without the time in which it was not let to, elsewhere by the clock.
struct Busy {
    began: Instant,
    worked: Option<Duration>,
}

impl Busy {
    fn now() -> Self {
        Self { began: Instant::now(), worked: worked() }
    }

    fn elapsed(&self) -> Duration {
        let since = |before: Duration| worked().map(|now| now.saturating_sub(before));
        self.worked.and_then(since).unwrap_or_else(|| self.began.elapsed())
    }
}

/// The first number of `schedstat`: nanoseconds on a processor (proc(5)).
fn worked() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

trait PipeRead {
    fn pipe_read(&self) -> Vec<u8>;
}

impl PipeRead for std::path::PathBuf {
    fn pipe_read(&self) -> Vec<u8> {
        fs::read(self).unwrap()
    }
}

#[test]
fn two_cells_at_the_ends_of_a_sheet_do_not_fill_the_memory() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "AGS").unwrap();
    sheet.write(1_048_575, 16_383, "1").unwrap();
    let done = import(&workbook("far.xlsx", book).path(), Options::default());
    assert!(done.refused);
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>";
    let rows = format!(
        "</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"/>{cell}<table:table-cell><text:p>"
    );
    let bomb = ods("a", &[&[("string", &rows)]]);
    let started = Busy::now();
    let done = import(&bytes("far.ods", &bomb).path(), Options::default());
    assert!(done.refused, "{:#?}", done.facts);
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
}

#[test]
fn formulas_without_results_are_told_and_links_and_macros_are_left_alone() {
    let mut book = figures();
    let sheet = book.worksheet_from_index(0).unwrap();
    sheet.write(3, 0, "03358016").unwrap();
    sheet.write(3, 1, Formula::new("=SUM(B2:B3)").set_result(" ")).unwrap();
    let package = workbook("a.xlsx", book).path().pipe_read();
    // the writer always puts a result: taken out, as programs do that do not compute
    let package = replace_in(&package, "xl/worksheets/sheet1.xml", "<v> </v>", "");
    let link = b"<externalLink xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>";
    let package = with_entries(
        &package,
        &[("xl/externalLinks/externalLink1.xml", link), ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")],
    );
    let atlas = heidekreis();
    let done = import_into(&bytes("formeln.xlsm", &package).path(), atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    assert_eq!(cases(finding(&done, "formula-without-result")), ["4|Plätze 2023||"]);
    assert_eq!(finding(&done, "workbook-macros").severity, Severity::Notice);
    assert_eq!(finding(&done, "workbook-links").severity, Severity::Warning);
    assert!(table(atlas.path(), "formeln").contains(&"03358002;2023;plaetze;412;exact".to_owned()));
}

fn replace_in(package: &[u8], part: &str, old: &str, new: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        std::io::copy(&mut entry, &mut content).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name == part {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(old), "{old} in {text}");
            content = text.replace(old, new).into_bytes();
        }
        entries.push((name, content));
    }
    let entries: Vec<(&str, &[u8])> =
        entries.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    self::zip(&entries)
}

#[test]
fn a_sheet_of_formulas_without_results_is_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "AGS").unwrap();
    sheet.write(0, 1, "Plätze 2023").unwrap();
    for (row, key) in (1..).zip(["03358002", "03358008"]) {
        sheet.write(row, 0, key).unwrap();
        sheet.write(row, 1, Formula::new("=A1").set_result(" ")).unwrap();
    }
    let package = replace_in(&workbook("a.xlsx", book).path().pipe_read(), "xl/worksheets/sheet1.xml", "<v> </v>", "");
    let (code, _) = refusal("formeln.xlsx", &package);
    assert_eq!(code, "figures-missing");
}

#[test]
fn a_number_that_lost_its_group_mark_is_told() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "AGS").unwrap();
    sheet.write(0, 1, "Einwohner 2023").unwrap();
    for (row, (key, value)) in (1..).zip([
        ("03358002", 640.0),
        ("03358004", 951.0),
        ("03358008", 1.204),
        ("03358016", 591.0),
        ("03358017", 570.0),
        ("03358019", 729.0),
    ]) {
        sheet.write(row, 0, key).unwrap();
        sheet.write(row, 1, value).unwrap();
    }
    let done = import(&workbook("a.xlsx", book).path(), Options::default());
    assert_eq!(cases(finding(&done, "number-group-lost")), ["4|einwohner|03358008|1,204"]);
}

#[test]
fn lines_in_two_encodings_are_read_each_in_its_own() {
    let mut content = "AGS;Name;Plätze 2023\n03358013;Häuslingen;4\n03358003;Böhme;5\n".as_bytes().to_vec();
    content.extend(b"03358002;K\xf6nig;6\n");
    let done = import(&bytes("a.csv", &content).path(), Options::default());
    assert!(!done.refused, "{:#?}", done.report);
    let mixed = finding(&done, "encoding-mixed");
    assert_eq!(mixed.cases.len(), 1);
    assert_eq!(mixed.cases[0].line, Some(4));
}

#[test]
fn a_text_with_too_many_cells_is_refused_before_the_memory_is_full() {
    // 21 million cells
    let line = "03358002;1;2;3;4;5;6;7;8;9\n";
    let content = "AGS;2001;2002;2003;2004;2005;2006;2007;2008;2009\n".to_owned() + &line.repeat(2_100_000);
    let started = Busy::now();
    let (code, message) = refusal("large.csv", content.as_bytes());
    assert_eq!(code, "table-too-large", "{message}");
    assert!(started.elapsed() < Duration::from_secs(90), "{:?}", started.elapsed());
}

/// Small real files and made ones, to be spoilt.
fn samples() -> Vec<Vec<u8>> {
    let mut samples = vec![
        workbook("a.xlsx", figures()).path().pipe_read(),
        ods("a", &[&[("string", "AGS"), ("string", "2023")], &[("string", "03358002"), ("float", "4")]]),
        "GENESIS-Tabelle: 1\nTitel;;;\n;;2015;2016\nDG;Deutschland;1;2\n03358;  Heidekreis;3;.\n\"© Statistische \"\"Ämter\"\"\"\n".as_bytes().to_vec(),
    ];
    samples.extend(shared("inkar/B_SVBeschaeftigte.xls").map(|path| fs::read(path).unwrap()));
    samples
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_files_are_read_or_refused_without_panic_and_soon(
        which in 0..4_usize, places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        thread_local!(static SAMPLES: Vec<Vec<u8>> = samples());
        let mut content = SAMPLES.with(|samples| samples[which.min(samples.len() - 1)].clone());
        for (place, value) in places {
            let at = place.index(content.len());
            content[at] = value;
        }
        if let Some(cut) = cut {
            content.truncate(cut.index(content.len()) + 1);
        }
        let made = bytes("spoilt", &content);
        let started = Busy::now();
        let _ = sheet::open(&made.path(), Dialect::default(), &mut Report::default());
        let _ = import(&made.path(), Options::default());
        prop_assert!(started.elapsed() < Duration::from_secs(20));
    }
}
