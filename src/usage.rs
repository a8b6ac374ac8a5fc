//! What is wrong with a command line, in the language of the environment. `--help` speaks English.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use kreisel::message;
use kreisel::report::{Language, Message};

/// The refusal with its hint and the usage; `None` for what `clap` says better itself, such as `--help`.
pub(crate) fn told(error: &clap::Error, language: Language) -> Option<String> {
    if language == Language::En {
        return None;
    }
    let text = |kind| said(error.get(kind)?);
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::UnknownArgument => message!("there is no option \"{argument}\" here", argument),
        ErrorKind::InvalidSubcommand => {
            let command = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            message!("there is no command \"{command}\"", command)
        }
        ErrorKind::MissingRequiredArgument => message!("it takes {argument} as well", argument),
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(other) if other != argument => message!("{argument} and {other} exclude each other", argument, other),
            _ => message!("{argument} can only be given once", argument),
        },
        ErrorKind::InvalidValue if value.is_empty() => message!("{argument} has no value", argument),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            message!("{argument} cannot be \"{value}\"", argument, value)
        }
        _ => return None,
    };
    let mut lines = vec![format!("kreisel: {}", message.in_language(language))];
    let known = text(ContextKind::ValidValue).or_else(|| text(ContextKind::ValidSubcommand));
    let near = text(ContextKind::SuggestedArg)
        .or_else(|| text(ContextKind::SuggestedSubcommand))
        .or_else(|| text(ContextKind::SuggestedValue));
    let hints = [
        known.map(|known| message!("possible are: {known}", known)),
        near.map(|near| message!("meant is perhaps: {near}", near)),
    ];
    lines.extend(hints.into_iter().flatten().map(|hint: Message| hint.in_language(language)));
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim_start_matches("Usage:").trim();
        lines.push(message!("usage: {usage}", usage).in_language(language));
    }
    lines.push(message!("all options: --help").in_language(language));
    Some(lines.join("\n"))
}

fn said(value: &ContextValue) -> Option<String> {
    match value {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) if !texts.is_empty() => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}
