use std::borrow::Cow;

use connlint_text::{Message, Raw, Span, message};

use crate::rules::file::{invalid_utf8, unreadable_file};
use crate::{Finding, Rule};

/// What stands for a byte that is no UTF-8, so that offsets stay what they are.
const SUBSTITUTE: u8 = 0x1A;

/// The text of a file, whatever its bytes.
///
/// Airflow and every reader of the files around it want UTF-8. Bytes that are none are replaced
/// one by one, so that what stands around them can still be read and pointed at.
///
/// ```
/// use connlint_linter::Source;
///
/// let source = Source::of(b"A=\xff\nB=1");
/// assert_eq!(source.text(), "A=\u{1a}\nB=1");
/// assert!(!source.is_utf8());
/// ```
#[derive(Clone)]
pub struct Source<'a> {
    text: Cow<'a, str>,
    invalid: Vec<Span<Raw>>,
}

impl<'a> Source<'a> {
    /// Reads the bytes of a file.
    pub fn of(bytes: &'a [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Self { text: Cow::Borrowed(text), invalid: Vec::new() };
        }
        let mut text = String::with_capacity(bytes.len());
        let mut invalid = Vec::new();
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                let start = text.len();
                text.extend(chunk.invalid().iter().map(|_| char::from(SUBSTITUTE)));
                invalid.push(Span::from_range(start..text.len()));
            }
        }
        Self { text: Cow::Owned(text), invalid }
    }

    /// The text; each byte that is no UTF-8 is U+001A.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file is the text, byte for byte.
    pub const fn is_utf8(&self) -> bool {
        self.invalid.is_empty()
    }

    /// What is wrong with the bytes, if anything.
    pub(crate) fn finding(&self) -> Option<Finding> {
        let first = *self.invalid.first()?;
        let mut finding =
            Finding::about_file(&invalid_utf8::RULE, first, message!["the file is not UTF-8"]);
        finding.label = Some(message!["no character starts with this byte"]);
        finding.help = Some(message!["save the file as UTF-8"]);
        finding.notes.push(message![
            "Airflow and the readers of `.env` files decode UTF-8 and raise UnicodeDecodeError; the rest of the file was looked at all the same"
        ]);
        Some(finding)
    }
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("invalid", &self.invalid).finish_non_exhaustive()
    }
}

impl Finding {
    /// A finding of a rule that looks at no site.
    pub(crate) fn about_file(rule: &'static Rule, span: Span<Raw>, message: Message) -> Self {
        Self {
            rule,
            severity: rule.severity,
            confidence: rule.confidence,
            span,
            site: None,
            message,
            label: None,
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// The finding about a file that cannot be read, for a reason in plain words.
    pub fn unreadable(reason: &'static str) -> Self {
        let message = message!["the file cannot be read: ", reason];
        let mut finding = Self::about_file(&unreadable_file::RULE, Span::empty(0), message);
        finding.help = Some(message!["make it readable, or leave it out"]);
        finding
    }
}
