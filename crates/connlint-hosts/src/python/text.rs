//! The text that an expression of Python gives, as far as it stands in the file.

use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Span};
use ruff_python_ast::str::Quote;
use ruff_python_ast::{
    Arguments, Expr, FStringPart, InterpolatedStringElement, Number, Operator, StringFlags,
    StringLiteral,
};
use ruff_python_parser::parse_expression;
use ruff_text_size::{Ranged, TextRange};

use crate::Quoting;
use crate::fields::JsonText;

/// A place of the tree as a place of the file.
pub(super) fn raw(range: TextRange) -> Span<Raw> {
    Span::new(range.start().into(), range.end().into())
}

/// A text, and what of it is not known.
pub(super) struct Text<'a> {
    pub(super) value: DecodedText<'a>,
    pub(super) unknown: Vec<Span<Decoded>>,
    pub(super) quoting: Quoting,
    /// The quoting around that.
    pub(super) outer: Vec<Quoting>,
    pub(super) span: Span<Raw>,
}

impl<'a> Text<'a> {
    /// The text, where it is known as a whole.
    pub(super) fn known(self) -> Option<DecodedText<'a>> {
        self.unknown.is_empty().then_some(self.value)
    }
}

/// The text that `expr` gives: literals, what stands beside them, and `json.dumps` of literals.
///
/// ```text
/// text = term { "+" term }
/// term = string { string } | "json.dumps" "(" literal ")" | expression   ; one string at least
/// ```
///
/// Expressions, and what stands between the braces of an f-string, are unknown.
pub(super) fn text<'a>(file: &'a str, expr: &Expr) -> Option<Text<'a>> {
    if let Expr::Call(call) = expr {
        return is_dumps(&call.func).then(|| dumps(file, &call.arguments)).flatten();
    }
    let mut draft =
        Draft { file, builder: MapBuilder::new(file), unknown: Vec::new(), kinds: Vec::new() };
    let mut has_text = false;
    let mut terms = vec![expr];
    while let Some(term) = terms.pop() {
        match term {
            Expr::BinOp(sum) if sum.op == Operator::Add => terms.extend([&*sum.right, &*sum.left]),
            Expr::StringLiteral(string) => {
                has_text = true;
                for part in &string.value {
                    draft.literal(part)?;
                }
            }
            Expr::FString(string) => {
                has_text = true;
                for part in string.value.as_slice() {
                    draft.part(part)?;
                }
            }
            other => draft.unknown(raw(other.range())),
        }
    }
    if !has_text {
        return None;
    }
    let span = raw(expr.range());
    let (quoting, outer) = draft.quoting();
    let value = draft.builder.finish_at(span.range().start);
    Some(Text { value, unknown: draft.unknown, quoting, outer, span })
}

/// How a part of a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    quote: Quote,
    is_raw: bool,
    is_format: bool,
}

struct Draft<'a> {
    file: &'a str,
    builder: MapBuilder<'a>,
    unknown: Vec<Span<Decoded>>,
    kinds: Vec<Kind>,
}

impl Draft<'_> {
    fn unknown(&mut self, place: Span<Raw>) {
        self.unknown.push(Span::empty(self.builder.len()));
        self.builder.replace(place.range(), "");
    }

    fn part(&mut self, part: &FStringPart) -> Option<()> {
        let string = match part {
            FStringPart::Literal(literal) => return self.literal(literal),
            FStringPart::FString(string) => string,
        };
        let is_raw = string.flags.prefix().is_raw();
        let kind = Kind { quote: string.flags.quote_style(), is_raw, is_format: true };
        self.kinds.push(kind);
        for element in &string.elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    self.body(raw(literal.range()), kind)?;
                }
                InterpolatedStringElement::Interpolation(part) => self.unknown(raw(part.range())),
            }
        }
        Some(())
    }

    fn literal(&mut self, literal: &StringLiteral) -> Option<()> {
        let is_raw = literal.flags.prefix().is_raw();
        let kind = Kind { quote: literal.flags.quote_style(), is_raw, is_format: false };
        self.kinds.push(kind);
        let place = raw(literal.range());
        let (open, close) = (literal.flags.opener_len(), literal.flags.closer_len());
        let content = Span::new(place.start() + u32::from(open), place.end() - u32::from(close));
        self.file.get(content.range())?;
        self.body(content, kind)
    }

    /// What stands at `place` between quotes.
    fn body(&mut self, place: Span<Raw>, kind: Kind) -> Option<()> {
        let range = place.range();
        let text = self.file.get(range.clone())?;
        let is_special = |byte: &u8| match byte {
            b'\\' => !kind.is_raw,
            b'{' | b'}' => kind.is_format,
            b'\r' => true,
            _ => false,
        };
        let (mut copied, mut at) = (0, 0);
        while let Some(found) = text.as_bytes()[at..].iter().position(is_special) {
            let start = at + found;
            let rest = &text[start..];
            let (len, decoded) = match rest.as_bytes() {
                [b'\\', ..] => {
                    let Some(found) = escape(rest)? else {
                        // A `\` that is no escape stands for itself, and so does what follows.
                        at = start + 1;
                        continue;
                    };
                    found
                }
                [b'\r', b'\n', ..] => (2, Some('\n')),
                [b'\r', ..] => (1, Some('\n')),
                [b'{', b'{', ..] => (2, Some('{')),
                [b'}', b'}', ..] => (2, Some('}')),
                _ => {
                    at = start + 1;
                    continue;
                }
            };
            self.builder.copy(range.start + copied..range.start + start);
            at = start + len;
            let place = range.start + start..range.start + at;
            match decoded {
                Some(char) => self.builder.replace_char(place, char),
                None => self.builder.replace(place, ""),
            }
            copied = at;
        }
        self.builder.copy(range.start + copied..range.end);
        Some(())
    }

    /// How to write into the text, where all its parts are written alike.
    fn quoting(&self) -> (Quoting, Vec<Quoting>) {
        let Some((first, rest)) = self.kinds.split_first() else {
            return (Quoting::Opaque, Vec::new());
        };
        if first.is_raw || rest.iter().any(|kind| kind != first) {
            return (Quoting::Opaque, Vec::new());
        }
        let quoting = match first.quote {
            Quote::Single => Quoting::PythonSingle,
            Quote::Double => Quoting::PythonDouble,
        };
        if first.is_format { (Quoting::Braces, vec![quoting]) } else { (quoting, Vec::new()) }
    }
}

/// The length of the escape at the start of `rest`, and the character it stands for, if any.
///
/// ```text
/// escape = "\" ( line-end | "\" | "'" | '"' | "abfnrtv" | octal | "x" 2hex | "u" 4hex | "U" 8hex
///                | "N{" name "}" )
/// ```
///
/// `Some(None)` where it is no escape, `None` where the text cannot be one of an environment.
#[expect(clippy::option_option, reason = "the answers are: no text, no escape, an escape")]
fn escape(rest: &str) -> Option<Option<(usize, Option<char>)>> {
    let bytes = rest.as_bytes();
    let hex = |len: usize| {
        let digits = rest.get(2..2 + len)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        // A lone surrogate is a character to Python, but cannot be encoded.
        Some(Some((2 + len, Some(char::from_u32(code)?))))
    };
    let char = match bytes.get(1)? {
        b'\r' if bytes.get(2) == Some(&b'\n') => return Some(Some((3, None))),
        b'\n' | b'\r' => return Some(Some((2, None))),
        b'\\' => '\\',
        b'\'' => '\'',
        b'"' => '"',
        b'a' => '\x07',
        b'b' => '\x08',
        b'f' => '\x0C',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'v' => '\x0B',
        b'N' => {
            let (len, char) = named(rest)?;
            return Some(Some((len, Some(char))));
        }
        b'x' => return hex(2),
        b'u' => return hex(4),
        b'U' => return hex(8),
        b'0'..=b'7' => {
            let len = bytes[1..].iter().take(3).take_while(|it| matches!(it, b'0'..=b'7')).count();
            let code = u32::from_str_radix(&rest[1..=len], 8).ok()?;
            return Some(Some((1 + len, Some(char::from_u32(code)?))));
        }
        _ => return Some(None),
    };
    Some(Some((2, Some(char))))
}

/// The character that `\N{NAME}` at the start of `rest` stands for; the parser knows the names.
fn named(rest: &str) -> Option<(usize, char)> {
    let name = rest.strip_prefix("\\N{")?;
    let name = &name[..name.find('}')?];
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -".contains(&byte));
    let literal = is_name.then(|| format!("'\\N{{{name}}}'"))?;
    let parsed = parse_expression(&literal).ok()?;
    let mut chars = parsed.expr().as_string_literal_expr()?.value.chars();
    let char = chars.next()?;
    Some((name.len() + 4, char)).filter(|_| chars.next().is_none())
}

/// Whether `func` is `json.dumps`, or a `dumps` that was imported.
fn is_dumps(func: &Expr) -> bool {
    match func {
        Expr::Attribute(attribute) => {
            &*attribute.attr == "dumps"
                && attribute.value.as_name_expr().is_some_and(|it| &*it.id == "json")
        }
        Expr::Name(name) => &*name.id == "dumps",
        _ => false,
    }
}

fn dumps<'a>(file: &'a str, arguments: &Arguments) -> Option<Text<'a>> {
    let [argument] = &*arguments.args else { return None };
    if !matches!(argument, Expr::Dict(_) | Expr::List(_)) {
        return None;
    }
    let mut draft = JsonText::new(file, raw(argument.range()).start());
    json(file, &mut draft, argument)?;
    let (value, unknown) = draft.finish();
    let span = raw(argument.range());
    Some(Text { value, unknown, quoting: Quoting::Opaque, outer: Vec::new(), span })
}

/// What `json.dumps` makes of an expression; `None` where a key is unknown.
pub(super) fn json(file: &str, draft: &mut JsonText<'_>, expr: &Expr) -> Option<()> {
    let place = raw(expr.range());
    draft.move_to(place.start());
    match expr {
        Expr::Dict(dict) => {
            draft.insert("{");
            for (index, item) in dict.items.iter().enumerate() {
                if index > 0 {
                    draft.insert(",");
                }
                let key = text(file, item.key.as_ref()?)?.known()?;
                draft.key(key.text(), key.raw());
                json(file, draft, &item.value)?;
            }
            draft.insert("}");
        }
        Expr::List(list) => items(file, draft, &list.elts)?,
        Expr::Tuple(tuple) => items(file, draft, &tuple.elts)?,
        Expr::BooleanLiteral(literal) => draft.insert(if literal.value { "true" } else { "false" }),
        Expr::NoneLiteral(_) => draft.insert("null"),
        Expr::NumberLiteral(number)
            if !matches!(number.value, Number::Complex { .. })
                && connlint_json::parse(place.of(file)).is_ok() =>
        {
            draft.literal(place);
        }
        _ => match text(file, expr) {
            Some(text) => draft.string(&text.value, &text.unknown),
            None => draft.unknown_string(place),
        },
    }
    Some(())
}

fn items(file: &str, draft: &mut JsonText<'_>, items: &[Expr]) -> Option<()> {
    draft.insert("[");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            draft.insert(",");
        }
        json(file, draft, item)?;
    }
    draft.insert("]");
    Some(())
}
