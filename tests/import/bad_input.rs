//! What departments get wrong: every mistake is named where it is, what can be read is read, and nothing is half there.

use std::fs;
use std::io::Write;
use std::path::Path;

use kreisel::import::{Imported, Options};
use kreisel::report::Severity;

use crate::atlas::{cases, finding, heidekreis, import, import_into, table};
use crate::files::bytes;

/// Imports a text into a new atlas: what was said, and the lines of the table.
fn imported(text: &str) -> (Imported, Vec<String>) {
    let atlas = heidekreis();
    let done = import_into(&bytes("tabelle.csv", text.as_bytes()).path(), atlas.path());
    let lines = if done.refused { Vec::new() } else { table(atlas.path(), "tabelle") };
    assert_eq!(done.refused, !atlas.path().join("recipes/tabelle.toml").exists());
    assert_eq!(done.refused, !atlas.path().join("data/values/tabelle.csv").exists());
    (done, lines)
}

fn codes(done: &Imported) -> Vec<&str> {
    done.report.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_file_without_a_separator_is_refused_and_told() {
    let (done, _) = imported("AGS Plätze2023\n03358002 45\n03358008 5\n");
    assert!(done.refused);
    assert_eq!(codes(&done), ["separator-missing", "keys-missing"]);
}

#[test]
fn a_row_with_another_separator_is_left_out_and_named() {
    let text = "AGS;Gemeinde;Plätze 2023\n03358002;Bispingen;45\n03358008,Bad Fallingbostel,5\n03358016;Munster;7\nStand: 1.3.2024, vorläufig\n";
    let (done, lines) = imported(text);
    assert_eq!(lines, ["03358002;2023;plaetze;45;exact", "03358016;2023;plaetze;7;exact"]);
    assert_eq!(cases(finding(&done, "row-undivided")), ["3|||\"03358008,Bad Fallingbostel,5\""]);
    assert_eq!(finding(&done, "row-note").severity, Severity::Notice);
}

#[test]
fn a_delivery_with_another_separator_than_its_recipe_says_is_refused() {
    let atlas = heidekreis();
    let first = "AGS,Jahr,Kinder\n03358002,2022,4\n03358008,2022,6\n";
    assert!(!import_into(&bytes("kinder.csv", first.as_bytes()).path(), atlas.path()).refused);
    let before = table(atlas.path(), "kinder");
    let recipe = Some(atlas.path().join("recipes/kinder.toml"));
    let next = bytes("kinder.csv", first.replace(',', ";").replace("2022", "2023").as_bytes());
    let done = import(&next.path(), Options { into: Some(atlas.path().into()), recipe, ..Options::default() });
    assert!(done.refused);
    assert_eq!(codes(&done), ["separator-missing", "layout-changed"]);
    assert_eq!(table(atlas.path(), "kinder"), before);
}

#[test]
fn two_rows_for_one_key_are_named_and_the_first_counts() {
    let (done, lines) =
        imported("AGS;Jahr;Kinder\n03358002;2023;4\n03358002;2023;6\n03358008;2023;7\n03358008;2023;7\n");
    assert_eq!(lines, ["03358002;2023;kinder;4;exact", "03358008;2023;kinder;7;exact"]);
    assert_eq!(
        cases(finding(&done, "duplicate-value")),
        [
            "3|Kinder|03358002|kinder 2023 is in line 2 already (another figure)",
            "5|Kinder|03358008|kinder 2023 is in line 4 already (the same figure)",
        ]
    );
}

#[test]
fn a_year_in_the_future_is_named_and_one_that_cannot_be_is_left_out() {
    let (done, lines) = imported("AGS;Jahr;Kinder\n03358002;2023;4\n03358008;2099;6\n03358016;2999;7\n");
    assert_eq!(lines, ["03358002;2023;kinder;4;exact", "03358008;2099;kinder;6;exact"]);
    assert_eq!(cases(finding(&done, "period-future")), ["|||2099"]);
    assert_eq!(cases(finding(&done, "period-unreadable")), ["4|Jahr|03358016|\"2999\""]);
}

#[test]
fn a_share_of_130_per_cent_is_named_and_imported_as_it_is() {
    let (done, lines) = imported("AGS;Jahr;Betreuungsquote (%)\n03358002;2023;130\n03358008;2023;20,5\n");
    assert_eq!(cases(finding(&done, "share-implausible")), ["2|betreuungsquote|03358002|130"]);
    assert_eq!(lines, ["03358002;2023;betreuungsquote;130;exact", "03358008;2023;betreuungsquote;20,5;exact"]);
}

#[test]
fn a_negative_count_is_named_unless_it_is_a_balance() {
    let text = "AGS;Jahr;Fälle;Wanderungssaldo\n03358002;2023;4;-17\n03358008;2023;-6;3\n03358016;2023;7;1\n";
    let (done, lines) = imported(text);
    assert_eq!(cases(finding(&done, "count-negative")), ["3|faelle|03358008|-6"]);
    assert!(lines.contains(&"03358002;2023;wanderungssaldo;-17;exact".to_owned()), "{lines:?}");
}

#[test]
fn text_in_a_column_of_numbers_is_left_out_and_named() {
    let (done, lines) = imported(
        "AGS;Jahr;Fälle\n03358002;2023;4\n03358008;2023;sechs\n03358016;2023;7\n03358017;2023;9\n03358019;2023;ca. 5\n",
    );
    assert_eq!(cases(finding(&done, "cell-unreadable")), ["3|Fälle|03358008|\"sechs\"", "6|Fälle|03358019|\"ca. 5\""]);
    assert_eq!(lines.len(), 3);
}

/// The most memory that a running process had, in bytes; `None` off Linux.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// A table of 300 MB, nearly all of it remarks.
fn large(path: &Path) {
    let mut file = std::io::BufWriter::new(fs::File::create(path).unwrap());
    let remark = "ohne Anmerkung ".repeat(200);
    writeln!(file, "AGS;Jahr;Anmerkung;Plätze").unwrap();
    for area in 0..10_000 {
        let key = format!("{:02}{:03}{:03}", 1 + area / 625, 1 + area / 25 % 25, 1 + area % 25);
        for year in 2014..2024 {
            writeln!(file, "{key};{year};{remark};{}", area % 7).unwrap();
        }
    }
    file.into_inner().unwrap().sync_all().unwrap();
}

#[test]
fn a_csv_of_300_mb_is_read_or_refused_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gross.csv");
    large(&path);
    let size = fs::metadata(&path).unwrap().len();
    assert!(size > 300_000_000, "{size}");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_kreisel"))
        .args(["import".as_ref(), path.as_os_str()])
        .env("LC_ALL", "en_GB.UTF-8")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(child.id()).unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}");
    assert!(said.contains("100000 figures on 10000 areas"), "{said}");
    // the file, its text, and the cells
    assert!(most < 4 * size, "{most} bytes for a file of {size}");
}
