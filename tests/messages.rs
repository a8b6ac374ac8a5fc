//! Every sentence that the program says of files has a German text that fits, and every German text a sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kreisel::config::schema;
use kreisel::report::german_texts;
use serde_json::Value;

/// Where sentences stand: behind these, as the first text that follows.
const MARKS: [&str; 8] = [
    "message!(",
    "Finding::error(",
    "Finding::warning(",
    "Finding::notice(",
    ".advise(",
    ".saying(",
    "Case::detail(",
    "Message::from(",
];

/// Functions that are tables of sentences: every text in them that has a blank is one.
const TABLES: [(&str, &str); 7] = [
    ("src/config/file.rs", "fn said"),
    ("src/config/problem.rs", "fn told"),
    ("src/report/groups.rs", "fn verdict"),
    ("src/report/groups.rs", "fn meaning"),
    ("src/source/remark.rs", "fn happened"),
    ("src/source/remark.rs", "fn advice"),
    ("src/table/faults.rs", "fn texts"),
];

fn sources() -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).expect("a source file is UTF-8");
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("lies inside").to_path_buf();
                files.insert(inside, lines.collect::<Vec<_>>().join("\n"));
            }
        }
    }
    files
}

/// The text literal at the front of some code, as the compiler reads it, and what follows it.
fn literal(code: &str) -> Option<(String, &str)> {
    let mut rest = code.strip_prefix('"')?;
    let mut text = String::new();
    loop {
        let letter = rest.chars().next()?;
        rest = &rest[letter.len_utf8()..];
        match letter {
            '"' => return Some((text, rest)),
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                match escaped {
                    'n' => text.push('\n'),
                    '\n' => rest = rest.trim_start(),
                    other => text.push(other),
                }
            }
            other => text.push(other),
        }
    }
}

/// Sentences that are filled in before they are messages, and so cannot be said in German.
fn filled_too_early(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for mark in MARKS {
        for behind in code.split(mark).skip(1) {
            let argument = first_sentence(mark, behind);
            let template = argument.strip_prefix("format!(").or_else(|| argument.strip_prefix("counted("));
            let text = template.and_then(|template| literal(template.trim_start())).map(|(text, _)| text);
            found.extend(text.filter(|text| has_words(text) && text.contains(' ')));
        }
    }
    found
}

/// The code where the sentence should stand: a finding has its code before it.
fn first_sentence<'c>(mark: &str, behind: &'c str) -> &'c str {
    let argument = behind.trim_start();
    match literal(argument) {
        Some((_, after)) if mark.starts_with("Finding::") => after.trim_start_matches(',').trim_start(),
        _ => argument,
    }
}

/// All text literals of some code.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find('"') {
        // the letter '"'
        if rest[..at].ends_with('\'') && rest[at + 1..].starts_with('\'') {
            rest = &rest[at + 2..];
            continue;
        }
        let Some((text, after)) = literal(&rest[at..]) else { break };
        found.push(text);
        rest = after;
    }
    found
}

/// The sentences of a file that are known for such by where they stand.
fn sentences(file: &Path, code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for mark in MARKS {
        for behind in code.split(mark).skip(1) {
            let argument = first_sentence(mark, behind);
            if let Some((text, _)) = literal(argument) {
                found.insert(text);
            }
        }
    }
    for (table, function) in TABLES {
        if file == Path::new(table) {
            let (_, body) = code.split_once(function).unwrap_or_else(|| panic!("{table} has no {function}"));
            let body = body.split("\n    }\n").next().unwrap_or_default().split("\n}\n").next().unwrap_or_default();
            found.extend(literals(body).into_iter().filter(|text| text.contains(' ')));
        }
    }
    found.retain(|text| text.contains(char::is_alphabetic));
    found
}

/// Names in `{braces}` that are placeholders, not examples.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let names = text.split('{').skip(1).filter_map(|behind| Some(behind.split_once('}')?.0));
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    names.filter(is_name).collect()
}

#[test]
fn every_sentence_has_a_german_text() {
    let german: BTreeMap<_, _> = german_texts().collect();
    let mut missing = Vec::new();
    for (path, code) in sources() {
        let unknown = sentences(&path, &code).into_iter().filter(|text| !german.contains_key(text.as_str()));
        // texts that are names or symbols in every language
        let unknown = unknown.filter(|text| placeholders(text).is_empty() || has_words(text));
        missing.extend(unknown.map(|text| format!("{}: {text}", path.display())));
        missing.extend(filled_too_early(&code).into_iter().map(|text| format!("{}: format!({text})", path.display())));
    }
    assert!(missing.is_empty(), "{} sentences are not in src/report/de.toml:\n{}", missing.len(), missing.join("\n"));
}

/// Whether anything is left to translate when the placeholders are taken out.
fn has_words(text: &str) -> bool {
    let outside: String = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after)).collect();
    outside.contains(char::is_alphabetic)
}

#[test]
fn a_german_text_has_the_placeholders_of_its_sentence() {
    for (english, german) in german_texts() {
        let (wanted, given) = (placeholders(english), placeholders(german));
        // where German has no plural for it, the number may be said in words
        assert_eq!(wanted, given, "{english} = {german}");
        assert!(!german.is_empty() && !german.ends_with('.'), "{english} = {german}");
    }
}

/// What a schema says of its keys: a key that is missing is told with it.
fn descriptions(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let own = members.get("description").and_then(Value::as_str);
            found.extend(own.map(|text| text.trim_end_matches('.').to_owned()));
            members.values().for_each(|member| descriptions(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| descriptions(item, found)),
        _ => {}
    }
}

/// Descriptions of keys that have bounds or are required: what is out of them, or lacks, is told with the description.
fn bounded(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let bounds = ["minimum", "maximum", "exclusiveMinimum", "minItems", "maxItems"];
            if bounds.iter().any(|bound| members.contains_key(*bound)) {
                let own = members.get("description").and_then(Value::as_str);
                found.extend(own.map(|text| text.trim_end_matches('.').to_owned()));
            }
            let required = members.get("required").and_then(Value::as_array).into_iter().flatten();
            for key in required.filter_map(Value::as_str) {
                let own = members.get("properties").and_then(|keys| keys.get(key)?.get("description")?.as_str());
                found.extend(own.map(|text| text.trim_end_matches('.').to_owned()));
            }
            members.values().for_each(|member| bounded(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| bounded(item, found)),
        _ => {}
    }
}

#[test]
fn facts_and_sentences_with_a_name_are_filled_in_when_they_are_said() {
    let german: BTreeMap<_, _> = german_texts().collect();
    let mut early = Vec::new();
    for (file, code) in sources() {
        for mark in ["let message = ", "let advice = ", "let detail = "] {
            let plain = code.split(mark).skip(1).filter_map(literal).map(|(text, _)| text);
            let plain = plain.filter(|text| has_words(text) && !german.contains_key(text.as_str()));
            early.extend(plain.map(|text| format!("{}, without German: {text}", file.display())));
            let filled = code.split(mark).skip(1).filter(|behind| behind.starts_with("format!("));
            early.extend(filled.filter_map(literal_behind).map(|text| format!("{}: {text}", file.display())));
        }
        for behind in code.split(".fact(").skip(1) {
            let call = &behind[..behind.find(";\n").unwrap_or(behind.len())];
            let filled = ["format!(", "counted("].into_iter().filter_map(|mark| call.split(mark).nth(1));
            early.extend(filled.filter_map(literal_behind).map(|text| format!("{}: {text}", file.display())));
        }
    }
    assert!(early.is_empty(), "use message!(…): {early:#?}");
}

/// The first text in some code, if it is more than marks.
fn literal_behind(code: &str) -> Option<String> {
    let (text, _) = literal(&code[code.find('"')?..])?;
    (has_words(&text) && text.contains(' ')).then_some(text)
}

#[test]
fn what_is_told_of_a_key_that_lacks_or_is_out_of_bounds_has_a_german_text() {
    let german: BTreeMap<_, _> = german_texts().collect();
    let mut said = BTreeSet::new();
    for (_, schema) in schema::all() {
        bounded(&schema, &mut said);
    }
    assert!(said.len() > 20, "{said:?}");
    said.retain(|text| !german.contains_key(text.as_str()));
    assert!(said.is_empty(), "not in src/report/de.toml: {said:#?}");
}

#[test]
fn every_german_text_belongs_to_a_sentence() {
    let mut said: BTreeSet<String> = sources().values().flat_map(|code| literals(code)).collect();
    for (_, schema) in schema::all() {
        descriptions(&schema, &mut said);
    }
    let unused: Vec<&str> = german_texts().map(|(english, _)| english).filter(|text| !said.contains(*text)).collect();
    assert!(unused.is_empty(), "nobody says any more: {unused:#?}");
}
