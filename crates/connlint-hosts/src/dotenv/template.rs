//! Variables in values, as compose-go's template package substitutes them.

use connlint_text::{DecodedText, MapBuilder, Span};

use super::tokenizer::{Unknown, decode_again};

/// Defaults within defaults are followed so far.
const DEEPEST: usize = 32;

const INVALID: &str = "invalid variable reference";

/// Substitutes the variables of `value` as if none were set.
pub(crate) fn substitute(
    value: DecodedText<'_>,
) -> Result<(DecodedText<'_>, Unknown), &'static str> {
    if memchr::memchr(b'$', value.text().as_bytes()).is_none() {
        return Ok((value, Vec::new()));
    }
    let mut unknown = Vec::new();
    let mut outcome = Ok(());
    let value = decode_again(&value, |text, builder| {
        let mut template = Template { text, builder, unknown: &mut unknown };
        outcome = template.range(0, text.len(), 0);
    });
    outcome?;
    unknown.sort_unstable();
    Ok((value, unknown))
}

struct Template<'t, 'b, 's> {
    text: &'t str,
    builder: &'b mut MapBuilder<'s>,
    unknown: &'b mut Unknown,
}

impl Template<'_, '_, '_> {
    /// ```text
    /// reference = "$$"                                      ; a "$"
    ///           | "$" name | "${" name "}"
    ///           | "${" name [ ":" ] ( "-" | "+" | "?" ) text "}"
    /// name      = ( "_" | letter ) { "_" | letter | digit }
    /// ```
    ///
    /// Any other `${` is an error, any other `$` is itself.
    fn range(&mut self, start: usize, end: usize, depth: usize) -> Result<(), &'static str> {
        if depth > DEEPEST {
            return Err("variable defaults are nested too deeply");
        }
        let bytes = self.text.as_bytes();
        let mut braces = LastBrace::default();
        let (mut copied, mut at) = (start, start);
        while let Some(found) = memchr::memchr(b'$', &bytes[at..end]) {
            let dollar = at + found;
            at = match bytes[dollar + 1..end].first() {
                Some(b'$') => {
                    self.builder.copy(copied..dollar);
                    self.builder.replace(dollar..dollar + 2, "$");
                    dollar + 2
                }
                Some(b'{') => {
                    self.builder.copy(copied..dollar);
                    self.braced(dollar, end, &mut braces, depth)?
                }
                Some(byte) if is_name_start(*byte) => {
                    self.builder.copy(copied..dollar);
                    let behind = name_end(bytes, dollar + 1, end);
                    self.vanish(dollar, behind);
                    behind
                }
                _ => {
                    at = dollar + 1;
                    continue;
                }
            };
            copied = at;
        }
        self.builder.copy(copied..end);
        Ok(())
    }

    /// The reference at `dollar`; gives the offset behind it.
    fn braced(
        &mut self,
        dollar: usize,
        end: usize,
        braces: &mut LastBrace,
        depth: usize,
    ) -> Result<usize, &'static str> {
        let bytes = self.text.as_bytes();
        let name = dollar + 2;
        if !bytes[name..end].first().is_some_and(|&byte| is_name_start(byte)) {
            return Err(INVALID);
        }
        let behind = name_end(bytes, name, end);
        if bytes[behind..end].first() == Some(&b'}') {
            self.vanish(dollar, behind + 1);
            return Ok(behind + 1);
        }
        let colon = usize::from(bytes[behind..end].first() == Some(&b':'));
        let operator = bytes[behind + colon..end].first().filter(|byte| b"-+?".contains(byte));
        let operator = *operator.ok_or(INVALID)?;
        let text = behind + colon + 1;
        let last = braces.behind(bytes, text, end).ok_or(INVALID)?;
        let close = closing_brace(&bytes[dollar..=last]).map_or(last, |len| dollar + len);
        if operator != b'-' {
            // `+` gives nothing while unset; `?` refuses the file then.
            self.vanish(dollar, close + 1);
            return Ok(close + 1);
        }
        let start = self.builder.len();
        self.builder.replace(dollar..text, "");
        self.range(text, close, depth + 1)?;
        self.builder.replace(close..close + 1, "");
        self.unknown.push(Span::new(start, self.builder.len()));
        Ok(close + 1)
    }

    /// Takes `start..end` for a variable that is not set.
    fn vanish(&mut self, start: usize, end: usize) {
        self.unknown.push(Span::empty(self.builder.len()));
        self.builder.replace(start..end, "");
    }
}

/// The last `}` of the line, looked for once a line.
#[derive(Default)]
struct LastBrace {
    line_end: usize,
    brace: Option<usize>,
}

impl LastBrace {
    /// The last `}` of the line at `from`, at or behind `from`.
    fn behind(&mut self, bytes: &[u8], from: usize, end: usize) -> Option<usize> {
        if from >= self.line_end {
            let rest = &bytes[from..end];
            let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.line_end = from + line;
            self.brace = memchr::memrchr(b'}', &rest[..line]).map(|at| from + at);
        }
        self.brace.filter(|&brace| brace >= from)
    }
}

/// The `}` that closes the `{` of a reference, found as compose-go finds it: the byte behind each
/// `{` is not looked at.
fn closing_brace(reference: &[u8]) -> Option<usize> {
    let mut open = 0usize;
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'{', b'}', reference.get(at..)?) {
        at += found;
        if reference[at] == b'{' {
            open += 1;
            at += 2;
            continue;
        }
        open = open.saturating_sub(1);
        if open == 0 {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// The end of the name that starts at `from`.
pub(crate) fn name_end(bytes: &[u8], from: usize, end: usize) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    from + bytes[from..end].iter().take_while(|byte| is_name(byte)).count()
}
