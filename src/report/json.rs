//! A report for programs: stable codes, the English sentences, and the German ones beside them (`…_de`).

use serde_json::{Map, Value, json};

use super::{Case, Finding, Language, Message, Report, Severity};

impl Report {
    /// The report for programs, complete: `summary`, `facts` and `findings`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let facts = self.facts.iter().map(|fact| {
            let mut members = Map::new();
            put(&mut members, "subject", &fact.subject);
            put(&mut members, "text", &fact.text);
            Value::Object(members)
        });
        json!({
            "summary": {
                "errors": self.count(Severity::Error),
                "warnings": self.count(Severity::Warning),
                "notices": self.count(Severity::Notice),
            },
            "facts": facts.collect::<Vec<_>>(),
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    }
}

fn finding(finding: &Finding) -> Value {
    let mut members = Map::new();
    members.insert("severity".to_owned(), json!(finding.severity));
    members.insert("code".to_owned(), json!(finding.code));
    if let Some(file) = &finding.file {
        members.insert("file".to_owned(), json!(file.display().to_string()));
    }
    put(&mut members, "message", &finding.message);
    put(&mut members, "advice", &finding.advice);
    if !finding.cases.is_empty() {
        members.insert("cases".to_owned(), finding.cases.iter().map(case).collect());
    }
    Value::Object(members)
}

fn case(case: &Case) -> Value {
    let mut members = Map::new();
    if let Some(line) = case.line {
        members.insert("line".to_owned(), json!(line));
    }
    for (name, text) in [("column", &case.column), ("key", &case.key)] {
        if let Some(text) = text {
            members.insert(name.to_owned(), json!(text));
        }
    }
    put(&mut members, "detail", &case.detail);
    Value::Object(members)
}

/// Both texts of a message; none of one that is empty.
fn put(members: &mut Map<String, Value>, name: &str, message: &Message) {
    if !message.is_empty() {
        members.insert(name.to_owned(), json!(&**message));
        members.insert(format!("{name}_de"), json!(message.in_language(Language::De)));
    }
}
