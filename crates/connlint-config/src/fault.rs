use connlint_text::{Message, Raw, Span};

/// A mistake in a configuration, and where it is.
///
/// It holds no text of the file but keys and words that stand for rules, formats and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place.
    pub span: Span<Raw>,
    /// What is wrong, in a clause.
    pub message: Message,
    /// The reason at the place, in a few words.
    pub label: Option<Message>,
    /// What to do.
    pub help: Option<Message>,
    /// Whether the lines around may be shown: what is no TOML may be anything.
    pub is_shown: bool,
}

impl Fault {
    pub(crate) fn new(span: std::ops::Range<usize>, message: impl Into<Message>) -> Self {
        let span = Span::from_range(span);
        Self { span, message: message.into(), label: None, help: None, is_shown: true }
    }

    pub(crate) fn label(self, label: impl Into<Message>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    pub(crate) fn help(self, help: impl Into<Message>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
