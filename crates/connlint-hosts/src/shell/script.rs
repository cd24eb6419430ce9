//! Scripts of the shell: which simple commands stand in them.

use connlint_text::{DecodedText, MapBuilder, Raw, Span};

use super::word::{WordReader, closing};
use crate::{Quoting, Word};

/// So many quotes may be left open before the rest of the script is given up.
const TOLERATED: usize = 16;

/// A simple command: words and redirections up to an operator or a line end.
#[derive(Debug)]
pub(crate) struct Simple<'a> {
    pub(crate) span: Span<Raw>,
    pub(crate) words: Vec<Word<'a>>,
    pub(crate) redirects: Vec<Redirect<'a>>,
    /// The operator that ends it; empty where the line end does.
    pub(crate) end: Span<Raw>,
}

impl Simple<'_> {
    /// A command without words.
    pub(crate) fn empty() -> Self {
        let (words, redirects) = Default::default();
        Self { span: Span::empty(0), words, redirects, end: Span::empty(0) }
    }
}

/// `> file`, `<<EOF`, `<<< text`.
#[derive(Debug)]
pub(crate) struct Redirect<'a> {
    pub(crate) kind: RedirectKind,
    /// The file; for a here-document its text.
    pub(crate) target: Word<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectKind {
    /// `>` and `>>`, of the standard output.
    Output,
    /// `<<` and `<<<`: the text itself.
    Text,
    /// Any other.
    Other,
}

/// A script that is being read.
///
/// ```text
/// script   = { { redirection | word } ( operator | line-end ) }
/// operator = "&" | "&&" | "|" | "||" | "|&" | ";" | ";;" | "(" | ")"
/// ```
///
/// Compound commands need no grammar: their words are told apart when a command is looked at.
pub(super) struct Script<'a> {
    text: &'a str,
    at: usize,
    pub(super) commands: Vec<Simple<'a>>,
    pub(super) comments: Vec<Span<Raw>>,
    /// Here-documents whose text begins at the next line.
    pending: Vec<Pending>,
    failures: usize,
}

/// A here-document that was announced.
struct Pending {
    command: usize,
    redirect: usize,
    end: String,
    is_quoted: bool,
    drops_tabs: bool,
}

impl<'a> Script<'a> {
    /// Reads all of `text`.
    pub(super) fn read(text: &'a str) -> Self {
        let (commands, comments, pending) = Default::default();
        let mut script = Self { text, at: 0, commands, comments, pending, failures: 0 };
        while script.at < text.len() && script.failures < TOLERATED {
            script.command();
        }
        script
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// What is still to be read.
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn starts_with(&self, what: &str) -> bool {
        self.rest().starts_with(what.as_bytes())
    }

    fn line_end(&self) -> usize {
        memchr::memchr(b'\n', self.rest()).map_or(self.text.len(), |len| self.at + len)
    }

    /// Blanks, and line ends that a `\` hides.
    fn skip_blanks(&mut self) {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.starts_with("\\\n") => self.at += 2,
                Some(b'\\') if self.starts_with("\\\r\n") => self.at += 3,
                _ => return,
            }
        }
    }

    /// One command, with what ends it.
    fn command(&mut self) {
        self.skip_blanks();
        let start = self.at;
        let index = self.commands.len();
        let mut command = Simple {
            span: Span::from_range(start..start),
            words: Vec::new(),
            redirects: Vec::new(),
            end: Span::from_range(start..start),
        };
        loop {
            let last = self.at;
            self.skip_blanks();
            let Some(byte) = self.byte(self.at) else {
                command.end = Span::from_range(last..last);
                break;
            };
            match byte {
                b'\n' => {
                    command.end = Span::from_range(last..last);
                    self.at += 1;
                    break;
                }
                b'#' => {
                    let end = self.line_end();
                    self.comments.push(Span::from_range(self.at..end));
                    self.at = end;
                    continue;
                }
                b'(' if self.is_array(&command, last) => {
                    // A list of texts: the variable is none that a program gets.
                    command.words.pop();
                    self.skip_brackets();
                    continue;
                }
                b'(' if command.words.is_empty() && self.starts_with("((") => {
                    self.skip_brackets();
                    continue;
                }
                b'&' if self.starts_with("&>") => {}
                b'&' | b'|' | b';' | b'(' | b')' => {
                    let operators = ["&&", "||", "|&", ";;"];
                    let long = operators.iter().any(|operator| self.starts_with(operator));
                    let end = self.at + 1 + usize::from(long);
                    command.end = Span::from_range(self.at..end);
                    self.at = end;
                    break;
                }
                _ => {}
            }
            let outcome = if matches!(byte, b'<' | b'>' | b'&') {
                self.redirection(&mut command, index)
            } else {
                self.word().map(|word| command.words.push(word))
            };
            if outcome.is_err() {
                // What is left open takes the rest of its line only, so that the others are read.
                self.failures += 1;
                self.at = self.line_end();
            }
            command.span = Span::from_range(start..self.at);
        }
        if !command.words.is_empty() || !command.redirects.is_empty() {
            self.commands.push(command);
        }
        if self.at > 0 && self.byte(self.at - 1) == Some(b'\n') {
            self.bodies();
        }
    }

    fn word(&mut self) -> Result<Word<'a>, &'static str> {
        let start = self.at;
        let mut word = WordReader::at(self.text, start);
        word.read()?;
        if word.at == start {
            // No word starts here; every step moves on.
            let len = self.text[start..].chars().next().map_or(0, char::len_utf8);
            self.at = start + len;
            return Err("no word");
        }
        self.at = word.at;
        Ok(word.finish(start))
    }

    /// Whether a bracket right behind `NAME=` opens a list.
    fn is_array(&self, command: &Simple<'_>, last: usize) -> bool {
        let is_open = |word: &Word<'_>| {
            word.span.range().end == self.at && word.span.of(self.text).ends_with('=')
        };
        last == self.at && command.words.last().is_some_and(is_open)
    }

    fn skip_brackets(&mut self) {
        let end = closing(self.text.as_bytes(), self.at, b')');
        self.failures += usize::from(end.is_none());
        self.at = end.unwrap_or_else(|| self.line_end());
    }

    /// ```text
    /// redirection = [ "&" ] ( "<" | ">" ) [ … ] word
    /// ```
    fn redirection(&mut self, command: &mut Simple<'a>, index: usize) -> Result<(), &'static str> {
        let text = self.text;
        let rest = &text[self.at..];
        let operators = ["<<<", "<<-", "&>>", "<<", "<&", "<>", ">>", ">&", ">|", "&>", "<", ">"];
        let operator = operators.iter().find(|operator| rest.starts_with(**operator));
        let operator = operator.copied().unwrap_or("<");
        if matches!(operator, "<" | ">") && rest[1..].starts_with('(') {
            // A process in place of a file.
            self.at = closing(text.as_bytes(), self.at + 1, b')').ok_or("no end")?;
            return Ok(());
        }
        // Digits right in front say which stream is meant.
        let is_number = |word: &Word<'_>| {
            word.span.range().end == self.at
                && word.span.of(text).bytes().all(|byte| byte.is_ascii_digit())
        };
        let stream = command.words.pop_if(|word| is_number(word));
        let is_output = stream.is_none_or(|stream| stream.text() == "1");
        self.at += operator.len();
        self.skip_blanks();
        let target = self.word()?;
        let kind = match operator {
            "<<" | "<<-" => {
                let raw = target.span.of(text);
                self.pending.push(Pending {
                    command: index,
                    redirect: command.redirects.len(),
                    end: target.text().to_owned(),
                    is_quoted: raw.contains(['\'', '"', '\\']),
                    drops_tabs: operator == "<<-",
                });
                RedirectKind::Text
            }
            "<<<" => RedirectKind::Text,
            ">" | ">>" | ">|" if is_output => RedirectKind::Output,
            _ => RedirectKind::Other,
        };
        command.redirects.push(Redirect { kind, target });
        Ok(())
    }

    /// The texts of the here-documents that were announced, which begin here.
    fn bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let mut end = start;
            loop {
                self.at = end;
                let line_end = self.line_end();
                let line = &self.text[end..line_end];
                let line = line.strip_suffix('\r').unwrap_or(line);
                let line = if pending.drops_tabs { line.trim_start_matches('\t') } else { line };
                self.at = (line_end + 1).min(self.text.len());
                if line == pending.end || end >= self.text.len() {
                    break;
                }
                end = self.at;
            }
            let body = body(self.text, start..end, &pending);
            let redirect = self
                .commands
                .get_mut(pending.command)
                .and_then(|command| command.redirects.get_mut(pending.redirect));
            if let Some(redirect) = redirect {
                redirect.target = body;
            }
        }
    }
}

/// The text of a here-document.
fn body<'a>(text: &'a str, range: std::ops::Range<usize>, pending: &Pending) -> Word<'a> {
    let span = Span::from_range(range.clone());
    let as_it_is = || Word {
        span,
        value: DecodedText::verbatim(text, span),
        unknown: Vec::new(),
        quoting: Quoting::Block,
    };
    if pending.is_quoted && !pending.drops_tabs {
        return as_it_is();
    }
    if !pending.drops_tabs {
        let mut reader = WordReader::at(&text[..range.end], range.start);
        if reader.body().is_err() {
            return as_it_is();
        }
        return Word { span, quoting: Quoting::ShellHeredoc, ..reader.finish(range.start) };
    }
    let mut builder = MapBuilder::new(text);
    let mut at = range.start;
    for line in text[range].split_inclusive('\n') {
        let tabs = line.len() - line.trim_start_matches('\t').len();
        builder.copy(at + tabs..at + line.len());
        at += line.len();
    }
    let value = builder.finish_at(span.range().start);
    if pending.is_quoted {
        return Word { span, value, unknown: Vec::new(), quoting: Quoting::Block };
    }
    let inner = value.text().to_owned();
    let mut reader = WordReader::at(&inner, 0);
    if reader.body().is_err() {
        return Word { span, value, unknown: Vec::new(), quoting: Quoting::Opaque };
    }
    let word = reader.finish(0);
    let both = value.then(word.value);
    let map = both.map().clone();
    let value = DecodedText::new(both.into_text().into_owned(), map);
    Word { span, value, unknown: word.unknown, quoting: Quoting::ShellHeredoc }
}
