use std::path::{Path, PathBuf};

use super::*;

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if !path.exists() {
        eprintln!("passed over: {} is not here", path.display());
    }
    path.exists().then_some(path)
}

#[test]
fn real_workbooks_and_texts_give_the_cells_that_stand_in_them() {
    let open_file = |name: &str| shared(name).map(|path| open(&path, Dialect::default(), &mut Report::default()).expect("it opens"));
    // the cells as xlrd and openpyxl give them
    if let Some(book) = open_file("indicators/inkar/A_Arbeitslosigkeit.xls") {
        let sheet = &book.sheets[0];
        assert_eq!((sheet.name.as_str(), sheet.height(), sheet.width()), ("Daten", 10_992, 27));
        let row = sheet.row(2).expect("a row");
        let texts: Vec<_> = row.cells().take(5).map(|cell| (cell.kind, cell.text.to_owned())).collect();
        assert_eq!(texts[0], (Kind::Text, "01001000".to_owned()));
        assert_eq!(texts[3], (Kind::Number, "5784".to_owned()));
        assert_eq!(row.number, 3);
    }
    if let Some(book) = open_file("indicators/gvisys/31122013_Auszug_GV.xlsx") {
        let sheet = &book.sheets[1];
        let row = sheet.rows().find(|row| row.number == 10).expect("a row");
        let texts: Vec<&str> = row.cells().map(|cell| cell.text).collect();
        assert_eq!(texts[..10], ["60", "61", "01", "0", "01", "0000", "000", "Flensburg, Stadt", "56.74", "83971"]);
    }
    if let Some(book) = open_file("indicators/genesis/12411-01-01-5_00.csv.gz") {
        assert_eq!(book.format, Format::Text { delimiter: b';', encoding: "UTF-8" });
        let row = book.sheets[0].rows().find(|row| row.cell(0).text == "03358").expect("Heidekreis");
        assert_eq!(row.cell(2).text, "140264");
    }
    if let Some(book) = open_file("indicators/gisd/GISD_Bund_Kreis.csv") {
        assert_eq!(book.format, Format::Text { delimiter: b',', encoding: "UTF-8" });
    }
}
