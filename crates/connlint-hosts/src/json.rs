//! What the JSON formats share.

use connlint_json::{Error, ErrorKind, Event, Reader, Token, encode_string, plain_len};
use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Run, Span};

use crate::HostIssueKind;

/// A place in the text that was read, where that is the file itself.
pub(crate) const fn raw(span: Span<Decoded>) -> Span<Raw> {
    Span::new(span.start(), span.end())
}

/// Writes a text inside a JSON string, each part with its place.
pub(crate) fn write_text(builder: &mut MapBuilder<'_>, text: &DecodedText<'_>) {
    for run in text.map().runs() {
        write_run(builder, run, text.text());
    }
}

fn write_run(builder: &mut MapBuilder<'_>, run: Run, text: &str) {
    let part = run.decoded.of(text);
    if !run.verbatim {
        return builder.replace(run.raw.range(), &encode_string(part));
    }
    let start = run.raw.range().start;
    let mut copied = 0;
    // All that JSON escapes is one byte.
    let next = |from: usize| from + plain_len(part.as_bytes().get(from..).unwrap_or_default());
    let mut at = next(0);
    while at < part.len() {
        let end = at + 1;
        let escaped = encode_string(&part[at..end]);
        builder.copy(start + copied..start + at);
        builder.replace(start + at..start + end, &escaped);
        copied = end;
        at = next(end);
    }
    builder.copy(start + copied..start + part.len());
}

/// The next token, of a text that cannot end here.
pub(crate) fn next<'a>(reader: &mut Reader<'a>) -> Result<Event<'a>, Error> {
    let end = u32::try_from(reader.text().len()).unwrap_or(u32::MAX);
    let ended = Error {
        kind: ErrorKind::ExpectedValue(connlint_json::Found::End),
        offset: end,
        span: Span::empty(end),
    };
    reader.next().unwrap_or(Err(ended))
}

/// Reads to the end of the value that starts with `first`; gives its place.
pub(crate) fn skip_value(reader: &mut Reader<'_>, first: &Event<'_>) -> Result<Span<Raw>, Error> {
    let mut depth = 0usize;
    let mut event = *first;
    loop {
        match event.token {
            Token::ObjectStart | Token::ArrayStart => depth += 1,
            Token::ObjectEnd | Token::ArrayEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Ok(raw(first.span.join(event.span)));
        }
        event = next(reader)?;
    }
}

/// What is wrong with a document that is not JSON.
pub(crate) const fn issue(error: &Error) -> (HostIssueKind, Span<Raw>) {
    let message = error.kind.fault();
    let kind = match error.kind {
        ErrorKind::TooDeep => HostIssueKind::Limit(message),
        _ => HostIssueKind::Syntax(message),
    };
    (kind, raw(error.span))
}
