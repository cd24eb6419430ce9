use connlint_linter::Severity;

/// How a terminal is written to. Which of it the terminal can do, its user decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to set colours.
    pub color: bool,
    /// Whether to make links that can be clicked (OSC 8).
    pub links: bool,
    /// How many columns a line of prose may have.
    pub width: usize,
}

impl Style {
    /// Text that can go into a file: no colours, no links.
    pub const PLAIN: Self = Self { color: false, links: false, width: 100 };

    /// `text` set off in that way.
    pub(crate) fn paint(self, paint: Paint, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code())
        } else {
            text.to_owned()
        }
    }

    /// `text` as a link.
    pub(crate) fn link(self, url: &str, text: &str) -> String {
        if self.links {
            format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
        } else {
            text.to_owned()
        }
    }

    /// A paragraph with a word in front, its further lines indented as far as its first.
    pub(crate) fn paragraph(self, paint: Paint, word: &str, text: &str) -> String {
        let lead = format!("  {word}: ");
        let width = self.width.saturating_sub(lead.len()).max(20);
        let indent = " ".repeat(lead.len());
        let mut out = format!("  {} ", self.paint(paint, &format!("{word}:")));
        for (nr, line) in textwrap::wrap(text, width).iter().enumerate() {
            if nr > 0 {
                out.push_str(&indent);
            }
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}

/// What a stretch of text stands for, on a terminal with colours.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Paint {
    /// A severity.
    Severity(Severity),
    /// What the eye should find first.
    Strong,
    /// What may be passed over.
    Faint,
    /// Advice.
    Help,
    /// A line that goes.
    Removed,
    /// A line that comes.
    Added,
}

impl Paint {
    const fn code(self) -> &'static str {
        match self {
            Self::Severity(Severity::Error) => "1;31",
            Self::Severity(Severity::Warning) => "1;33",
            Self::Severity(Severity::Info) => "1;36",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Help => "36",
            Self::Removed => "31",
            Self::Added => "32",
        }
    }
}
