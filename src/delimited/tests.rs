use super::*;

fn text(text: &str) -> TextFile {
    TextFile { path: PathBuf::from("x.csv"), text: text.to_owned(), encoding: UTF_8, malformed: false }
}

#[test]
fn the_header_is_found_below_title_lines() {
    let parsed = Delimited::parse(&text("Bevölkerung\n\nAGS;Name;2015\n03358002;Bispingen;6404\n"), None, &["AGS"]);
    let parsed = parsed.expect("has a header");
    assert_eq!((parsed.header_line, parsed.delimiter), (3, b';'));
    assert_eq!(parsed.rows, vec![Row { line: 4, cells: vec!["03358002".into(), "Bispingen".into(), "6404".into()] }]);
}

#[test]
fn a_decimal_comma_does_not_become_a_separator() {
    let parsed = Delimited::parse(&text("key\tvalue\n1\t1,5\n2\t2,5\n3\t3,5\n"), None, &["key"]).expect("parses");
    assert_eq!(parsed.delimiter, b'\t');
}

#[test]
fn a_missing_column_is_named_together_with_what_is_there() {
    let error = Delimited::parse(&text("Schluessel,Wert\n1,2\n"), None, &["AGS"]).expect_err("has no such column");
    assert_eq!(
        error.to_string(),
        "x.csv has no column \"AGS\" in its first 50 lines; the likeliest header is line 1: Schluessel, Wert"
    );
}

#[test]
fn only_the_missing_columns_are_named_with_what_was_probably_meant() {
    let source = "Kitas im Landkreis\n\nSchlüssel;Jahr;;Wert\n03358002;2024;x;1,5\n03358008;2024;y;2,5\n";
    let error = Delimited::parse(&text(source), None, &["Schluessel", "period", "wert"]).expect_err("lacks two");
    assert_eq!(
        error.to_string(),
        "x.csv has no columns \"Schluessel\" (did you mean \"Schlüssel\"?), \"period\" in its first 50 lines; the \
         likeliest header is line 3: Schlüssel, Jahr, Wert"
    );
}

#[test]
fn the_likeliest_header_is_the_line_with_the_most_filled_cells() {
    let source = "Bevölkerung;;;;;;;\nStand;2024;;;;;;\nAGS;Name;2023;2024\n03358002;Bispingen;1,5;2,5\n";
    let Err(DelimitedError::HeaderNotFound { line, columns, .. }) =
        Delimited::parse(&text(source), None, &["key", "value"])
    else {
        panic!("has no such columns");
    };
    assert_eq!((line, columns.join(" ")), (3, "AGS Name 2023 2024".to_owned()));
    assert_eq!(Delimited::parse(&text(source), None, &[]).expect("parses").header_line, 3);
}

#[test]
fn a_separator_that_hides_the_header_is_told() {
    let error = Delimited::parse(&text("AGS;Wert\n1;2\n"), Some(b','), &["AGS"]).expect_err("is hidden");
    assert!(error.to_string().ends_with("has its columns between \";\": leave delimiter out"), "{error}");
}

#[test]
fn windows_1252_is_recognised_where_utf_8_fails() {
    assert_eq!(guess(b"M\xfcnster;H\xe4uslingen"), WINDOWS_1252);
    assert_eq!(guess("Häuslingen".as_bytes()), UTF_8);
}

#[test]
fn line_numbers_are_those_of_an_editor() {
    let source = "\n\nkey;name\r\n\r\n1;\"two\r\nlines\"\r\n\n;;\n2;b\n";
    let parsed = Delimited::parse(&text(source), None, &["key"]).expect("parses");
    let lines: Vec<u64> = parsed.rows.iter().map(|row| row.line).collect();
    assert_eq!((parsed.header_line, lines), (3, vec![5, 9]));
    assert_eq!(parsed.rows[0].cells[1], "two\r\nlines");
}

#[test]
fn a_line_that_names_the_separator_is_obeyed_and_is_no_header() {
    let parsed = Delimited::parse(&text("sep=,\nkey,note\n1,a;b;c\n"), None, &[]).expect("parses");
    assert_eq!((parsed.delimiter, parsed.header_line, parsed.columns.len()), (b',', 2, 2));
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_noticed() {
    let file = text("key;name\n1;a\n2;\"b\n3;c\n4;d\n");
    let mut rows = Header::find(&file, None, &["key"]).expect("has a header").rows(&file);
    assert_eq!(rows.by_ref().count(), 2);
    assert!(rows.quote_left_open());
    let file = text("key;name\n1;a\n2;\"b\n c\"\n");
    let mut rows = Header::find(&file, None, &["key"]).expect("has a header").rows(&file);
    assert_eq!(rows.by_ref().count(), 2);
    assert!(!rows.quote_left_open());
}

#[test]
fn column_names_are_found_in_any_case_with_umlauts() {
    let parsed = Delimited::parse(&text("SCHL\u{dc}SSEL;Wert\n1;2\n"), None, &["schl\u{fc}ssel"]).expect("parses");
    assert_eq!(parsed.column("Schl\u{fc}ssel"), Some(0));
}

#[test]
fn a_workbook_with_the_ending_csv_is_refused_by_its_name() {
    let path = Path::new("x.csv");
    let refused = |bytes: &[u8]| decode(path, bytes.to_vec(), None).map(|file| file.text).map_err(|e| e.to_string());
    let excel = "x.csv is not a text file but an Excel workbook; save the sheet as \"CSV UTF-8\"";
    assert_eq!(refused(b"PK\x03\x04....[Content_Types].xml rest"), Err(excel.to_owned()));
    let other = "x.csv is not a text file but a LibreOffice document; save the sheet as CSV (UTF-8)";
    let head = b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK";
    assert_eq!(refused(head), Err(other.to_owned()));
    assert!(refused(b"PK\x03\x04rest").is_err_and(|said| said.ends_with("a zip archive; unpack it")));
    assert!(refused(b"\xd0\xcf\x11\xe0rest").is_err());
    assert!(refused(b"key;\0value").is_err());
    assert_eq!(refused(b"k\0;\0v\0"), Ok("k;v".to_owned()));
    assert_eq!(refused(b"\xff\xfek\0;\0v\0"), Ok("k;v".to_owned()));
    assert_eq!(refused(b"\xef\xbb\xbfk;v"), Ok("k;v".to_owned()));
    assert_eq!(refused(b"M\xfcnster"), Ok("M\u{fc}nster".to_owned()));
}

#[test]
fn a_packed_file_is_unpacked() {
    use std::io::Write;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.csv.gz");
    let mut packer = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
    packer.write_all(b"key;v\n1;2\n").unwrap();
    packer.finish().unwrap();
    assert_eq!(read_text(&path, None).expect("reads").text, "key;v\n1;2\n");
}
