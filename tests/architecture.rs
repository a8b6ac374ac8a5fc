//! The rules of ARCHITECTURE.md that a machine can judge.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Modules in the order of `src/lib.rs`: from `geo` down, a module imports only what stands above it.
const ORDER: &[&str] = &[
    "report",
    "geo",
    "area",
    "attribute",
    "delimited",
    "filter",
    "tags",
    "value",
    "succession",
    "formula",
    "catalogue",
    "config",
    "archive",
    "sheet",
    "source",
    "table",
    "indicator",
    "store",
    "release",
    "tile",
    "texts",
    "tileset",
    "export",
    "download",
    "cache",
    "http",
    "reload",
    "init",
    "import",
    "bundled",
];

fn sources() -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).expect("a source file is UTF-8");
                let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("lies inside").to_path_buf();
                files.insert(inside, text);
            }
        }
    }
    files
}

/// The top-level module a file belongs to; `None` for `lib.rs` and the binary.
fn module_of(path: &Path) -> Option<String> {
    let mut parts = path.components().skip(1).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let first = parts.next()?;
    let name = first.trim_end_matches(".rs").to_owned();
    (!["lib", "main"].contains(&name.as_str())).then_some(name)
}

/// The code of a file without its tests and comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Modules of this crate that a text names as `crate::module`, also inside `crate::{…}`.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let names: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        if !names.is_empty() {
            found.push(names);
        } else if let Some(group) = rest.strip_prefix('{').and_then(|group| group.split('}').next()) {
            found.extend(group.split(',').filter_map(|part| Some(part.trim().split("::").next()?.to_owned())));
        }
    }
    found
}

fn rank(module: &str) -> usize {
    ORDER.iter().position(|known| *known == module).unwrap_or_else(|| {
        panic!("module \"{module}\" is not in the order of this test: add it here, in lib.rs and in ARCHITECTURE.md")
    })
}

#[test]
fn a_module_imports_only_what_stands_above_it() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(module) = module_of(&path) else { continue };
        for import in imports(&code(&text)) {
            let is_module = ORDER.contains(&import.as_str());
            if is_module && rank(&import) > rank(&module) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the direction of the data: {wrong:#?}");
}

#[test]
fn store_and_indicator_do_not_know_each_other() {
    for (path, text) in sources() {
        let module = module_of(&path).unwrap_or_default();
        let imports = imports(&code(&text));
        assert!(module != "store" || !imports.contains(&"indicator".to_owned()), "{}", path.display());
        assert!(module != "indicator" || !imports.contains(&"store".to_owned()), "{}", path.display());
    }
}

#[test]
fn raw_values_are_named_nowhere_behind_the_gate() {
    // `table::` covers RawValue, which serde_json has too
    const RAW: &[&str] = &["RawCell", "RawSeries", "table::", "indicator::join"];
    // `import` reads what departments deliver and writes tables; `http` stands above it and cannot name it
    let before_the_gate = ["table", "indicator", "release", "import"];
    let reads_tables = |module: &str| before_the_gate.contains(&module);
    for (path, text) in sources() {
        let Some(module) = module_of(&path) else { continue };
        if reads_tables(&module) {
            continue;
        }
        for raw in RAW {
            let named =
                code(&text).contains(&format!("crate::{raw}")) || (!raw.ends_with("::") && code(&text).contains(raw));
            assert!(!named, "{} names {raw}", path.display());
        }
    }
}

/// Crates that only one room of the house may know.
#[test]
fn each_outside_crate_is_known_in_its_own_room_only() {
    let rooms: &[(&str, &[&str])] = &[
        ("axum::", &["http"]),
        ("tower_http::", &["http"]),
        ("moka::", &["cache"]),
        ("mvt::", &["tile"]),
        ("pmtiles::", &["archive"]),
        ("rusqlite::", &["archive", "download", "source"]),
        ("rust_xlsxwriter::", &["download"]),
        ("shapefile::", &["source"]),
        ("rstar::", &["store"]),
        // `source` has a file of that name
        ("csv::", &["delimited", "download", "source"]),
        ("zip::", &["source", "sheet"]),
        ("calamine::", &["sheet"]),
        ("quick_xml::", &["sheet"]),
        ("osmpbf::", &["source"]),
        ("opening_hours_syntax::", &["release"]),
    ];
    for (path, text) in sources() {
        let Some(module) = module_of(&path) else { continue };
        let code = code(&text);
        for (name, allowed) in rooms {
            let used = code.match_indices(name).any(|(at, _)| {
                !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
            });
            assert!(!used || allowed.contains(&module.as_str()), "{} uses {name}", path.display());
        }
    }
}

#[test]
fn the_calculating_rooms_do_no_input_or_output() {
    for (path, text) in sources() {
        let module = module_of(&path).unwrap_or_default();
        if ["geo", "store", "indicator", "tile"].contains(&module.as_str()) {
            let code = code(&text);
            for word in ["std::fs", "std::net", "tokio::", "async fn"] {
                assert!(!code.contains(word), "{} uses {word}", path.display());
            }
        }
    }
}

#[test]
fn every_module_says_what_it_is() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{} does not start with //!", path.display());
    }
}
