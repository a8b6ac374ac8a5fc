//! A sentence that the program says about a file, in both languages.
//!
//! The English text stands in the code, as a template with named arguments, and is its own name: `de.toml` has the
//! German one beside it. What has no German text is said in English; `tests/messages.rs` finds it.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;

use super::Language;
use super::catalogue;
use super::count::counted;

/// A sentence: lower case, no full stop. As text it is English; [`Self::in_language`] says it in the other one too.
/// Two messages are the same if they read the same.
#[derive(Clone, Debug, Default)]
pub struct Message {
    english: String,
    /// What it was made of; `None` where that is a text without arguments, or one that is the same in every language,
    /// such as a name. Boxed, as errors carry messages.
    form: Option<Box<Form>>,
}

/// What a message was made of.
#[derive(Clone, Debug)]
enum Form {
    /// A template and its arguments.
    Filled(&'static str, Vec<(&'static str, Argument)>),
    /// Several, one behind the other, with a text between them.
    Joined(Vec<Message>, &'static str),
    /// A name with its German form.
    Named(String),
}

/// What is put into a template.
#[derive(Clone, Debug)]
pub enum Argument {
    /// The same in every language: a name, a path, what stands in a cell.
    Text(String),
    /// A number. One named `n` chooses between the forms in `[one|many]`; see [`counted`].
    Count(u64),
    /// A message inside a message.
    Message(Message),
}

/// The argument named `n` chooses the forms.
const COUNT: &str = "n";

impl Message {
    /// A filled template. [`crate::message!`] writes this.
    #[must_use]
    pub fn of(template: &'static str, arguments: Vec<(&'static str, Argument)>) -> Self {
        let english = fill(template, &arguments, Language::En);
        Self { english, form: Some(Box::new(Form::Filled(template, arguments))) }
    }

    /// Several messages, one behind the other, with a text between them.
    pub fn joined(messages: impl IntoIterator<Item = Message>, between: &'static str) -> Self {
        let messages: Vec<Message> = messages.into_iter().collect();
        let english = messages.iter().map(|message| &*message.english).collect::<Vec<_>>().join(between);
        Self { english, form: Some(Box::new(Form::Joined(messages, between))) }
    }

    /// A name that the program itself has in both languages, such as that of a measure of the catalogue.
    #[must_use]
    pub fn both(german: impl Into<String>, english: impl Into<String>) -> Self {
        Self { english: english.into(), form: Some(Box::new(Form::Named(german.into()))) }
    }

    /// The sentence without the argument that it begins with, for a place that names it already.
    #[must_use]
    pub fn without(self, name: &'static str) -> Self {
        let Some(Form::Filled(template, mut arguments)) = self.form.as_deref().cloned() else { return self };
        for (_, argument) in arguments.iter_mut().filter(|(known, _)| *known == name) {
            *argument = Argument::Text(String::new());
        }
        Self::of(template, arguments)
    }

    /// The sentence in a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        match (language, self.form.as_deref()) {
            (Language::En, _) => self.english.clone(),
            (Language::De, None) => catalogue::german(&self.english).unwrap_or(&self.english).to_owned(),
            (Language::De, Some(Form::Filled(template, arguments))) => {
                fill(catalogue::german(template).unwrap_or(template), arguments, language)
            }
            (Language::De, Some(Form::Named(german))) => german.clone(),
            (Language::De, Some(Form::Joined(messages, between))) => {
                messages.iter().map(|message| message.in_language(language)).collect::<Vec<_>>().join(between)
            }
        }
    }
}

/// Puts arguments in the place of `{name}`. What stands in an argument is not looked at again.
fn fill(template: &str, arguments: &[(&'static str, Argument)], language: Language) -> String {
    let count = arguments.iter().find_map(|(name, argument)| match argument {
        Argument::Count(count) if *name == COUNT => Some(*count),
        _ => None,
    });
    let chosen = count.map(|count| counted(count, template));
    let mut rest = chosen.as_deref().unwrap_or(template);
    let mut out = String::with_capacity(rest.len());
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let named = behind.split_once('}').and_then(|(name, after)| {
            let (_, argument) = arguments.iter().find(|(known, _)| *known == name)?;
            Some((argument, after))
        });
        if let Some((argument, after)) = named {
            match argument {
                Argument::Text(text) => out.push_str(text),
                Argument::Count(count) => out.push_str(&count.to_string()),
                Argument::Message(message) => out.push_str(&message.in_language(language)),
            }
            rest = after;
        } else {
            out.push('{');
            rest = behind;
        }
    }
    out.push_str(rest);
    // what stood behind a name that has been taken out
    match out.trim_start_matches([':', ' ']) {
        trimmed if template.starts_with('{') && trimmed.len() < out.len() => trimmed.to_owned(),
        _ => out,
    }
}

/// As text, a message is English.
impl Deref for Message {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for Message {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<String> for Message {
    fn from(english: String) -> Self {
        Self { english, form: None }
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.english == other.english
    }
}

impl Eq for Message {}

impl PartialOrd for Message {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Message {
    fn cmp(&self, other: &Self) -> Ordering {
        self.english.cmp(&other.english)
    }
}

impl PartialEq<str> for Message {
    fn eq(&self, other: &str) -> bool {
        self.english == other
    }
}

impl PartialEq<&str> for Message {
    fn eq(&self, other: &&str) -> bool {
        self.english == *other
    }
}

/// A value that is to become an argument. Messages stay messages and counts counts; everything else that can be
/// shown becomes text, by [`Shown`].
#[derive(Debug)]
pub struct Given<'a, T: ?Sized>(pub &'a T);

impl Given<'_, Message> {
    /// The argument.
    #[must_use]
    pub fn argument(&self) -> Argument {
        Argument::Message(self.0.clone())
    }
}

impl Given<'_, &Message> {
    /// The argument.
    #[must_use]
    pub fn argument(&self) -> Argument {
        Argument::Message((*self.0).clone())
    }
}

impl Given<'_, u64> {
    /// The argument.
    #[must_use]
    pub fn argument(&self) -> Argument {
        Argument::Count(*self.0)
    }
}

impl Given<'_, usize> {
    /// The argument.
    #[must_use]
    pub fn argument(&self) -> Argument {
        Argument::Count(*self.0 as u64)
    }
}

/// What can be shown becomes text.
pub trait Shown {
    /// The argument.
    fn argument(&self) -> Argument;
}

impl<T: fmt::Display + ?Sized> Shown for Given<'_, T> {
    fn argument(&self) -> Argument {
        Argument::Text(self.0.to_string())
    }
}

/// A [`Message`] from its English template and named arguments: `message!("{n} row[s] in
/// {file}", n, file = path.display())`. An argument named `n` that is a `usize` or `u64` chooses the forms in
/// brackets; a message as an argument is said in the same language as the whole.
#[macro_export]
macro_rules! message {
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::report::Message::of(
            $template,
            vec![$((stringify!($name), $crate::message!(@given $name $(= $value)?))),*],
        )
    };
    (@given $name:ident) => {
        $crate::message!(@given $name = $name)
    };
    (@given $name:ident = $value:expr) => {{
        #[allow(unused_imports, reason = "not needed where the argument is a message or a count")]
        use $crate::report::Shown as _;
        $crate::report::Given(&$value).argument()
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_its_english_text_with_the_arguments_in_place() {
        let (n, file) = (2_usize, "a {n}.csv");
        let message = message!("{n} row[s] [is|are] in {file}, {unknown} stays", n, file);
        assert_eq!(message, "2 rows are in a {n}.csv, {unknown} stays");
        assert_eq!(message!("a [section] is no form", n = "text"), "a [section] is no form");
    }

    #[test]
    fn german_chooses_its_own_forms_and_reaches_into_messages_inside() {
        let errors = |n: usize| message!("{n} error[s]", n);
        assert_eq!(errors(1).in_language(Language::De), "1 Fehler");
        let row = |n: usize| message!("{n} warning[s]", n);
        assert_eq!(
            (&*row(1).in_language(Language::De), &*row(3).in_language(Language::De)),
            ("1 Warnung", "3 Warnungen")
        );
        let both = message!("{a}: {b}", a = row(1), b = Message::joined([errors(2), row(2)], ", "));
        assert_eq!(both.in_language(Language::De), "1 Warnung: 2 Fehler, 2 Warnungen");
        assert_eq!(&*both, "1 warning: 2 errors, 2 warnings");
    }

    #[test]
    fn what_has_no_german_text_is_said_in_english() {
        assert_eq!(Message::from("nobody has translated this").in_language(Language::De), "nobody has translated this");
    }
}
