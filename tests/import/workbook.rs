//! Workbooks and texts as departments make them.

use kreisel::import::Options;
use rust_xlsxwriter::{Format, Note, Workbook};

use crate::atlas::{cases, fact, finding, heidekreis, import, import_into, table};
use crate::files::{bytes, ods, workbook, zip};

/// A department's sheet: a merged title, a merged header over years, keys as numbers, numbers as text, symbols, a note,
/// colours, sums, footnotes, and a hidden sheet with figures that were put away.
fn department() -> Workbook {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Kitas").unwrap();
    let (plain, red) = (Format::new(), Format::new().set_background_color("#FF0000"));
    sheet.merge_range(0, 0, 0, 4, "Kindertageseinrichtungen im Landkreis Heidekreis", &plain).unwrap();
    sheet.write(1, 0, "Fachbereich Kinder, Jugend, Familie").unwrap();
    sheet.merge_range(3, 0, 4, 0, "AGS", &plain).unwrap();
    sheet.merge_range(3, 1, 4, 1, "Gemeinde", &plain).unwrap();
    sheet.merge_range(3, 2, 3, 4, "Plätze", &plain).unwrap();
    for (column, year) in [(2, 2022), (3, 2023), (4, 2024)] {
        sheet.write(4, column, year).unwrap();
    }
    let mut row = |at: u32, key: u32, name: &str, figures: [&str; 3]| {
        sheet.write(at, 0, key).unwrap();
        sheet.write(at, 1, name).unwrap();
        for (column, text) in (2..).zip(figures) {
            // what is written with a leading ' in a spreadsheet is a text
            match text.parse::<f64>() {
                Ok(number) if !text.contains('.') => sheet.write_with_format(at, column, number, &red).unwrap(),
                _ => sheet.write(at, column, text).unwrap(),
            };
        }
    };
    row(5, 3_358_002, "Bispingen", ["405", "412", "418"]);
    row(6, 3_358_008, "Bad Fallingbostel, Stadt", ["1.204", "1.234", "*"]);
    row(7, 3_358_016, "Munster", ["-", "x", "geschlossen"]);
    row(8, 3_358_017, "Neuenkirchen", ["k.A.", "80 p", "(85)"]);
    sheet.write(9, 1, "Summe").unwrap();
    for (column, sum) in [(2, 1609), (3, 1700), (4, 503)] {
        sheet.write(9, column, sum).unwrap();
    }
    sheet.write(11, 0, "1) ohne Kindertagespflege").unwrap();
    sheet.write(12, 0, "Quelle: Landkreis Heidekreis, Fachbereich Kinder, Jugend, Familie").unwrap();
    sheet.insert_note(7, 4, &Note::new("seit August zu")).unwrap();
    let old = book.add_worksheet().set_name("alt").unwrap();
    old.set_hidden(true);
    old.write(0, 0, "AGS").unwrap();
    old.write(0, 1, "2021").unwrap();
    for row in 1..200 {
        old.write(row, 0, 3_358_002).unwrap();
        old.write(row, 1, 1).unwrap();
    }
    book
}

#[test]
fn a_departments_workbook_is_read_as_a_person_reads_it() {
    let (made, atlas) = (workbook("Kitaplaetze.xlsx", department()), heidekreis());
    let done = import_into(&made.path(), atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    assert_eq!(
        table(atlas.path(), "kitaplaetze"),
        [
            "03358002;2022;plaetze;405;exact",
            "03358002;2023;plaetze;412;exact",
            "03358002;2024;plaetze;418;exact",
            "03358008;2022;plaetze;1204;exact",
            "03358008;2023;plaetze;1234;exact",
            "03358008;2024;plaetze;;suppressed",
            "03358016;2022;plaetze;0;zero",
            "03358016;2023;plaetze;;not_applicable",
            "03358017;2023;plaetze;80;provisional",
            "03358017;2024;plaetze;85;estimated",
        ]
    );
    assert_eq!(fact(&done, "header"), "row 4, 5");
    assert_eq!(cases(finding(&done, "cell-unreadable")), ["8|Plätze|03358016|\"geschlossen\""]);
    assert_eq!(cases(finding(&done, "cell-note")), ["8|E||\"seit August zu\""]);
    assert_eq!(cases(finding(&done, "sheet-hidden")), ["|||\"alt\""]);
    assert_eq!(cases(finding(&done, "row-sum")), ["10|||\"Summe\""]);
    // 412 + 1234 + 80 are 1726
    assert_eq!(cases(finding(&done, "sum-row-differs")), ["10|||\"Summe\" says 1700, the rows add up to 1726"]);
    assert_eq!(finding(&done, "key-zero").message, "4 keys had lost the leading zero and got it back");
    let description = std::fs::read_to_string(atlas.path().join("indicators/plaetze.toml")).unwrap();
    // every one of the four is its own association: one layer is enough
    assert!(description.contains("layers = [\"municipalities\"]"), "{description}");
    assert!(
        description.contains("source = \"Landkreis Heidekreis, Fachbereich Kinder, Jugend, Familie\""),
        "{description}"
    );
    assert!(description.contains("measure = \"count\""), "{description}");
}

#[test]
fn names_are_matched_with_the_atlas_and_unknown_ones_are_listed_with_the_nearest() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ("Gemeinde", "Quote 2023 in %"),
        ("Walsrode, Stadt", "12,5"),
        ("Munster", "9,1"),
        ("Schneverdigen", "7"),
        ("Osterheide, gem.fr. Bezirk", "-"),
        ("Landkreis", "10,4"),
    ];
    for (row, (name, value)) in (0..).zip(rows) {
        sheet.write(row, 0, name).unwrap();
        sheet.write(row, 1, value).unwrap();
    }
    let (made, atlas) = (workbook("quote.xlsx", book), heidekreis());
    let done = import_into(&made.path(), atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    let lines = table(atlas.path(), "quote");
    assert!(lines.contains(&"03358022;2023;quote_in;12,5;exact".to_owned()), "{lines:?}");
    assert!(lines.contains(&"03358501;2023;quote_in;0;zero".to_owned()), "{lines:?}");
    // the town is an area of two layers
    assert_eq!(
        cases(finding(&done, "key-unreadable")),
        ["4|||\"Schneverdigen\" is no area key, nearest: 033580019 Schneverdingen, 03358019 Schneverdingen"]
    );
    let without = import(&made.path(), Options::default());
    assert!(finding(&without, "keys-missing").message.contains("add --into"));
}

#[test]
fn school_years_are_kept_and_one_date_a_year_is_a_year() {
    let text =
        "AGS;Schuljahr;Übergänge\n03358002;2022/23;12\n03358002;2023/24;14\n03358008;2022/23;9\n03358008;2023/24;11\n";
    let done = import(&bytes("schule.csv", text.as_bytes()).path(), Options::default());
    assert_eq!(fact(&done, "period"), "2022/23 to 2023/24 (2 periods), from column \"Schuljahr\"");
    let text = "AGS;Stichtag;Plätze\n03358002;31.12.2022;12\n03358002;31.12.2023;14\n03358008;31.12.2022;9\n03358008;31.12.2023;11\n";
    let done = import(&bytes("stichtag.csv", text.as_bytes()).path(), Options::default());
    assert_eq!(fact(&done, "period"), "2022 to 2023 (2 periods), from column \"Stichtag\"");
}

#[test]
fn shares_that_a_spreadsheet_shows_as_per_cent_are_per_cent() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let percent = Format::new().set_num_format("0.0%");
    for (row, (key, share)) in (1..).zip([("03358002", 0.149), ("03358008", 0.07), ("03358016", 0.285)]) {
        sheet.write(row, 0, key).unwrap();
        sheet.write_with_format(row, 1, share, &percent).unwrap();
    }
    sheet.write(0, 0, "AGS").unwrap();
    sheet.write(0, 1, "Betreuungsquote 2023").unwrap();
    let (made, atlas) = (workbook("quote.xlsx", book), heidekreis());
    let done = import_into(&made.path(), atlas.path());
    assert!(
        table(atlas.path(), "quote").contains(&"03358002;2023;betreuungsquote;14,9;exact".to_owned()),
        "{:#?}",
        done.report
    );
    let description = std::fs::read_to_string(atlas.path().join("indicators/betreuungsquote.toml")).unwrap();
    assert!(description.contains("unit = \"%\"") && description.contains("measure = \"ratio\""), "{description}");
}

/// A workbook as the employment agency's small-area service delivers it, built after its published description (month, key
/// of eight digits, division of the town with nine, abbreviated headers, `*`, `keine Angabe`): no real file is at hand.
#[test]
fn small_area_workbooks_of_the_employment_agency_give_the_towns_figures_from_their_sum_rows() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Daten").unwrap();
    let rows = [
        ["Berichtsmonat", "AGS", "Stadtteil", "Alo", "SvB"],
        ["202306", "03358021", "033580211", "120", "2100"],
        ["202306", "03358021", "033580212", "*", "900"],
        ["202306", "03358021", "keine Angabe", "4", "30"],
        ["202306", "03358021", "SUM", "131", "3030"],
        ["202306", "03358022", "033580221", "90", "1800"],
        ["202306", "03358022", "033580222", "60", "*"],
        ["202306", "03358022", "SUM", "150", "2500"],
        ["202312", "03358021", "033580211", "118", "2110"],
        ["202312", "03358021", "033580212", "9", "910"],
        ["202312", "03358021", "SUM", "127", "3020"],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            sheet.write(row, column, text).unwrap();
        }
    }
    let (made, atlas) = (workbook("klein.xlsx", book), heidekreis());
    let done = import_into(&made.path(), atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    let lines: Vec<String> =
        table(atlas.path(), "klein").into_iter().filter(|line| line.starts_with("03358")).collect();
    let town: Vec<&String> =
        lines.iter().filter(|line| line.starts_with("03358021;") || line.starts_with("03358022;")).collect();
    assert_eq!(
        town,
        [
            "03358021;2023-06-30;alo;131;exact",
            "03358021;2023-06-30;svb;3030;exact",
            "03358021;2023;alo;127;exact",
            "03358021;2023;svb;3020;exact",
            "03358022;2023-06-30;alo;150;exact",
            "03358022;2023-06-30;svb;2500;exact",
        ]
    );
    assert_eq!(cases(finding(&done, "row-unassigned")), ["|||\"keine Angabe\": 1 row"]);
}

/// GENESIS-Online's flat file: columns as in "Das neue Flatfile CSV-Format (ffcsv)" of Destatis.
#[test]
fn a_flat_file_of_genesis_is_read_out_of_its_zip() {
    let header = "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label;value_q";
    let row = |time: &str, key: &str, name: &str, sex: &str, value: &str| {
        let code = if sex.is_empty() { "" } else { "GESM" };
        format!(
            "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;{time};GEMEIN;Gemeinden;{key};{name};GES;Geschlecht;{code};{sex};{value};Anzahl;BEVSTD;Bevölkerungsstand;e"
        )
    };
    let rows = [
        row("2022-12-31", "03358002", "Bispingen", "Insgesamt", "6527"),
        row("2022-12-31", "03358002", "Bispingen", "männlich", "3260"),
        row("2022-12-31", "03358008", "Bad Fallingbostel", "Insgesamt", "12049"),
        row("2022-12-31", "03358008", "Bad Fallingbostel", "männlich", "."),
        row("2021-12-31", "03358002", "Bispingen", "Insgesamt", "6430"),
        row("2021-12-31", "03358002", "Bispingen", "männlich", "3201"),
        row("2021-12-31", "03358008", "Bad Fallingbostel", "Insgesamt", "11837"),
        row("2021-12-31", "03358008", "Bad Fallingbostel", "männlich", "..."),
    ];
    let text = format!("{header}\n{}\n", rows.join("\n"));
    let (made, atlas) =
        (bytes("12411-0001_de.zip", &zip(&[("12411-0001_de_flat.csv", text.as_bytes())])), heidekreis());
    let done = import_into(&made.path(), atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    assert_eq!(fact(&done, "recognised"), "flat file of a statistics office (ffcsv)");
    let lines: Vec<String> =
        table(atlas.path(), "table_12411_0001_de_flat").into_iter().filter(|line| line.starts_with("03358")).collect();
    assert!(lines.contains(&"03358002;2022;insgesamt;6527;exact".to_owned()), "{lines:?}");
    assert!(lines.contains(&"03358008;2022;maennlich;;suppressed".to_owned()), "{lines:?}");
    assert!(lines.contains(&"03358008;2021;maennlich;;pending".to_owned()), "{lines:?}");
}

#[test]
fn the_measure_that_the_indicator_shows_can_be_named() {
    let text = "AGS;Jahr;Plätze;Kinder mit Mittagessen\n03358002;2023;40;30\n03358008;2023;51;20\n";
    let (made, atlas) = (bytes("kitas.csv", text.as_bytes()), heidekreis());
    let named = |measure: &str| Options {
        into: Some(atlas.path().into()),
        indicator: Some("mittag".into()),
        measures: vec![measure.into()],
        ..Options::default()
    };
    assert!(
        finding(&import(&made.path(), named("abendessen")), "measure-missing")
            .message
            .contains("kinder_mit_mittagessen")
    );
    let done = import(&made.path(), named("kinder mittagessen"));
    assert!(!done.refused, "{:#?}", done.report);
    let lines = table(atlas.path(), "mittag");
    assert!(lines.contains(&"03358002;2023;mittag;30;exact".to_owned()), "{lines:?}");
    let description = std::fs::read_to_string(atlas.path().join("indicators/mittag.toml")).unwrap();
    assert!(description.contains("title = \"Kinder mit Mittagessen\""), "{description}");
}

#[test]
fn open_document_spreadsheets_are_read_as_workbooks_are() {
    let rows: &[&[(&str, &str)]] = &[
        &[("string", "AGS"), ("string", "Name"), ("string", "Kitas"), ("string", "")],
        &[("string", ""), ("string", ""), ("float", "2022"), ("float", "2023")],
        &[("string", "03358002"), ("string", "Bispingen"), ("float", "4"), ("float", "5")],
        &[("float", "3358008"), ("string", "Bad Fallingbostel"), ("string", "-"), ("string", "7")],
    ];
    let (made, atlas) = (bytes("kitas.ods", &ods("Tabelle1", rows)), heidekreis());
    let done = import_into(&made.path(), atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    let lines = table(atlas.path(), "kitas");
    for line in [
        "03358002;2022;kitas;4;exact",
        "03358002;2023;kitas;5;exact",
        "03358008;2022;kitas;0;zero",
        "03358008;2023;kitas;7;exact",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} in {lines:?}");
    }
}

#[test]
fn texts_of_any_dialect_give_the_same_table() {
    let rows =
        [["AGS", "Name", "Plätze 2023"], ["03358002", "Bispingen", "412"], ["03358008", "Bad Fallingbostel", "1234"]];
    let text = |separator: &str| rows.iter().map(|row| row.join(separator)).collect::<Vec<_>>().join("\r\n");
    let latin: Vec<u8> = text(";").chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text("\t").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, text("|").as_bytes()).unwrap();
    let variants: [(&str, Vec<u8>); 7] = [
        ("a.csv", text(";").into_bytes()),
        ("b.csv", text(",").into_bytes()),
        ("c.txt", text("\t").into_bytes()),
        ("d.csv", format!("\u{feff}sep=;\r\n{}", text(";")).into_bytes()),
        ("e.csv", latin),
        ("f.csv", wide),
        ("g.csv.gz", packed.finish().unwrap()),
    ];
    for (name, content) in variants {
        let atlas = heidekreis();
        let done = import_into(&bytes(name, &content).path(), atlas.path());
        assert!(!done.refused, "{name}: {:#?}", done.report);
        let table_name = if name.starts_with('g') { "g" } else { &name[..1] };
        let lines = table(atlas.path(), table_name);
        assert!(lines.contains(&"03358008;2023;plaetze;1234;exact".to_owned()), "{name}: {lines:?}");
    }
}
