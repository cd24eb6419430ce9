//! `source .env` in bash: assignments as the shell reads them, and nothing else of its language.

use super::template::name_end;
use super::tokenizer::{Entry, Line, Scan};
use crate::command::quoting_of;
use crate::shell::word::WordReader;
use crate::{Consumer, HostIssueKind, Name, Quoting};

const COMMAND: &str = "the shell runs this as a command";

/// ```text
/// command    = { assignment } | "export" { assignment }   ; alone up to a line end or ";"
/// assignment = name "=" word
/// ```
///
/// An assignment with a command behind it holds for that command only, and is left out.
pub(super) fn statement(scan: &mut Scan<'_>) {
    scan.skip_while(|char| matches!(char, ' ' | '\t' | '\n' | ';'));
    if scan.at_end() {
        return;
    }
    if scan.peek() == Some(b'#') {
        let start = scan.pos;
        scan.pos = scan.line_end(start);
        return scan.comment(start, scan.pos);
    }
    let start = scan.pos;
    let exports = scan.rest().strip_prefix("export").is_some_and(|it| it.starts_with([' ', '\t']));
    if exports {
        scan.pos += "export".len();
    }
    let first = scan.entries.len();
    if let Err(why) = command(scan, start, exports) {
        scan.entries.truncate(first);
        scan.give_up(start, HostIssueKind::Syntax(why));
    }
}

/// The words of the command at `start`, up to its end.
fn command(scan: &mut Scan<'_>, start: usize, exports: bool) -> Result<(), &'static str> {
    let first = scan.entries.len();
    let mut is_command = false;
    loop {
        skip_blanks(scan);
        match scan.peek() {
            None | Some(b'\n' | b';' | b'#') => break,
            Some(b'&' | b'|' | b'<' | b'>' | b'(' | b')') => {
                // A list, a pipeline or a redirection: what it assigns to may be another shell.
                is_command = true;
                scan.pos += 1;
                continue;
            }
            Some(_) => {}
        }
        if let Some(name) = assignment_name(scan.text, scan.pos) {
            let entry = assignment(scan, name, start)?;
            scan.entries.push(entry);
            continue;
        }
        // `export` takes names without a value, and complains about other words only.
        is_command |= !exports;
        let mut word = WordReader::at(scan.text, scan.pos);
        word.read()?;
        scan.pos = word.at;
    }
    if is_command {
        scan.entries.truncate(first);
        scan.refuse(start, scan.pos, COMMAND);
    }
    if scan.peek() == Some(b'#') {
        let start = scan.pos;
        scan.pos = scan.line_end(start);
        scan.comment(start, scan.pos);
    }
    Ok(())
}

/// Blanks, and line ends that a `\` hides.
fn skip_blanks(scan: &mut Scan<'_>) {
    loop {
        scan.skip_while(|char| matches!(char, ' ' | '\t'));
        if !scan.rest().starts_with("\\\n") {
            return;
        }
        scan.pos += 2;
    }
}

/// The name in front of an `=` at `at`.
fn assignment_name(text: &str, at: usize) -> Option<Line> {
    let bytes = text.as_bytes();
    let end = name_end(bytes, at, bytes.len());
    let starts_well = bytes.get(at).is_some_and(|byte| !byte.is_ascii_digit());
    (starts_well && end > at && bytes.get(end) == Some(&b'=')).then_some(Line { start: at, end })
}

fn assignment<'a>(
    scan: &mut Scan<'a>,
    name: Line,
    start: usize,
) -> Result<Entry<'a>, &'static str> {
    let value_start = name.end + 1;
    let mut word = WordReader::at(scan.text, value_start);
    word.read()?;
    scan.pos = word.at;
    let word = word.finish(value_start);
    let value_span = Line { start: value_start, end: scan.pos };
    let quoting = match quoting_of(value_span.of(scan.text)).0 {
        Quoting::ShellSingle => Quoting::DotenvSingle(Consumer::Shell),
        Quoting::ShellDouble => Quoting::DotenvDouble(Consumer::Shell),
        Quoting::ShellBare => Quoting::DotenvBare(Consumer::Shell),
        _ => Quoting::Opaque,
    };
    Ok(Entry {
        name: Name { text: name.of(scan.text).into(), span: name.span() },
        span: Line { start, end: scan.pos }.span(),
        value_span: value_span.span(),
        value: word.value,
        unknown: word.unknown,
        quoting,
    })
}
