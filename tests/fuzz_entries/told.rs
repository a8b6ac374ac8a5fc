//! What a report promises, whatever was read: every sentence stands in both languages, and programs can read it.

use kreisel::report::{Language, Manner, Message, Report};

/// Holds a report to its promises.
pub(crate) fn assert_told(report: &Report) {
    for finding in &report.findings {
        assert!(!finding.code.is_empty());
        assert_said(&finding.message);
    }
    for language in [Language::De, Language::En] {
        report.write_text(&mut std::io::sink(), Manner::plain(language)).expect("a sink takes everything");
    }
    serde_json::to_string(&report.to_json()).expect("is JSON");
}

/// Holds one message to them.
pub(crate) fn assert_said(message: &Message) {
    for language in [Language::De, Language::En] {
        assert!(!message.in_language(language).is_empty(), "says nothing in {language:?}");
    }
}
