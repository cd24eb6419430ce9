use std::borrow::Cow;
use std::ops::Range;

use connlint_text::{Decoded, Span};

use crate::Str;
use crate::lexer::{Kind, Lexer, Token};

/// How deep brackets are followed; what is nested deeper is [`Value::Other`].
pub const MAX_DEPTH: usize = 64;

/// What a text holds.
#[derive(Debug, Clone)]
pub struct File<'a> {
    /// The attributes and blocks.
    pub body: Body<'a>,
    /// The comments, in order.
    pub comments: Vec<Span<Decoded>>,
    /// What is wrong, in order; the rest was read.
    pub errors: Vec<Error>,
}

/// Something wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    /// What it is, in a few words.
    pub what: &'static str,
    /// Where.
    pub span: Span<Decoded>,
}

/// What stands between the braces of a block or an object, or in a file.
#[derive(Debug, Clone)]
pub struct Body<'a> {
    /// The members, in order, with repeated keys.
    pub members: Vec<Member<'a>>,
    /// Where it stands, with its braces where it has some.
    pub span: Span<Decoded>,
}

/// `key = value`, or a block, whose value is its body.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// The key, or the type of the block.
    pub key: Key<'a>,
    /// The labels of a block.
    pub labels: Vec<Key<'a>>,
    /// The value.
    pub value: Expr<'a>,
    /// Whether it is written as a block, without `=`.
    pub is_block: bool,
}

impl Member<'_> {
    /// From the key to the end of the value.
    pub fn span(&self) -> Span<Decoded> {
        self.key.span.join(self.value.span)
    }
}

/// A key or a label.
#[derive(Debug, Clone)]
pub struct Key<'a> {
    /// Where it stands, with its quotes.
    pub span: Span<Decoded>,
    text: Option<Cow<'a, str>>,
    string: Option<Str<'a>>,
}

impl<'a> Key<'a> {
    /// What it says; empty where it is an expression.
    pub fn name(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// What HCL 1 reads, in which a `${…}` is text.
    pub fn literal(&self) -> Cow<'a, str> {
        let name = || self.text.clone().unwrap_or_default();
        self.string.map_or_else(name, |string| string.literal().into_text())
    }
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr<'a> {
    /// Where it stands.
    pub span: Span<Decoded>,
    /// What it says.
    pub value: Value<'a>,
}

/// What an expression says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A string.
    Str(Str<'a>),
    /// A number as it is written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `[…]`.
    Tuple(Vec<Expr<'a>>),
    /// `{…}`.
    Object(Body<'a>),
    /// `name(…)`.
    Call {
        /// The name of the function.
        name: &'a str,
        /// What it is called with.
        arguments: Vec<Expr<'a>>,
    },
    /// What only an evaluation can tell.
    Other,
}

impl<'a> Body<'a> {
    /// The last member of that key.
    pub fn last(&self, key: &str) -> Option<&Member<'a>> {
        self.members.iter().rev().find(|member| member.key.name() == key)
    }
}

/// Reads a text.
///
/// ```text
/// body   = *( member / "," / line-end )
/// member = key ( "=" / ":" ) expr / word *label "{" body "}"
/// expr   = primary [ operator … ]
/// primary = string / number / word / word "(" exprs ")" / "[" exprs "]" / "{" body "}" / "(" expr ")"
/// ```
///
/// ```
/// let file = connlint_hcl::parse("a = 1\nb = [\"x\"");
/// assert_eq!(file.body.members.len(), 2);
/// assert_eq!(file.errors.len(), 1);
/// ```
pub fn parse(text: &str) -> File<'_> {
    let mut parser = Parser::new(text, 0..text.len());
    let members = parser.members(None, 0);
    let span = Span::from_range(0..text.len());
    let Lexer { comments, mut errors, .. } = parser.lexer;
    errors.sort_by_key(|error| error.span);
    File { body: Body { members, span }, comments, errors }
}

/// Reads one expression.
pub(crate) fn expression(text: &str, range: Range<usize>) -> Expr<'_> {
    let mut parser = Parser::new(text, range);
    parser.skip_newlines();
    let mut expr = parser.expr(0);
    parser.skip_newlines();
    if !matches!(parser.peek.kind, Kind::End) {
        expr.value = Value::Other;
    }
    expr
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    peek: Token<'a>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, range: Range<usize>) -> Self {
        let mut lexer = Lexer::new(text, range);
        let peek = lexer.next();
        Self { lexer, peek }
    }

    fn next(&mut self) -> Token<'a> {
        let next = self.lexer.next();
        std::mem::replace(&mut self.peek, next)
    }

    /// Whether a label follows behind this line end, or else the `{` that may stand behind labels.
    fn is_in_block_head(&self, is_first: bool) -> bool {
        let rest = self.lexer.text().get(self.peek.span.range().end..).unwrap_or_default();
        let rest = rest.trim_start();
        rest.starts_with('"') || (rest.starts_with('{') && !is_first)
    }

    fn skip_newlines(&mut self) {
        while matches!(self.peek.kind, Kind::Newline) {
            self.next();
        }
    }

    fn error(&mut self, what: &'static str, span: Span<Decoded>) {
        self.lexer.errors.push(Error { what, span });
    }

    fn slice(&self, span: Span<Decoded>) -> &'a str {
        span.of(self.lexer.text())
    }

    /// The members up to the closing brace, which is left, or up to the end.
    fn members(&mut self, open: Option<Span<Decoded>>, depth: usize) -> Vec<Member<'a>> {
        let mut members = Vec::new();
        loop {
            match self.peek.kind {
                Kind::Newline => {
                    self.next();
                }
                Kind::Comma => {
                    let span = self.next().span;
                    self.skip_newlines();
                    if members.is_empty() || matches!(self.peek.kind, Kind::Comma) {
                        self.error("a comma too many", span);
                    }
                }
                Kind::Close(b'}') if open.is_some() => return members,
                Kind::End => {
                    if let Some(open) = open {
                        self.error("a brace that is not closed", open);
                    }
                    return members;
                }
                Kind::Close(_) => {
                    let span = self.next().span;
                    self.error("a closing bracket without an opening one", span);
                }
                _ => members.extend(self.member(depth)),
            }
        }
    }

    fn member(&mut self, depth: usize) -> Option<Member<'a>> {
        let key = self.key()?;
        let mut labels = Vec::new();
        loop {
            match self.peek.kind {
                Kind::Equals | Kind::Colon => {
                    self.next();
                    self.skip_newlines();
                    let value = self.expr(depth);
                    return Some(Member { key, labels, value, is_block: false });
                }
                Kind::Open(b'{') => {
                    let value = self.braces(depth);
                    return Some(Member { key, labels, value, is_block: true });
                }
                Kind::Word | Kind::Str(_) => labels.push(self.key()?),
                // HCL of version 1 lets labels and the brace stand in the next line.
                Kind::Newline if self.is_in_block_head(labels.is_empty()) => {
                    self.skip_newlines();
                }
                _ => {
                    self.error("neither an attribute nor a block", key.span);
                    self.skip(true);
                    return None;
                }
            }
        }
    }

    fn key(&mut self) -> Option<Key<'a>> {
        let token = self.next();
        let text = match token.kind {
            Kind::Word | Kind::Number => Some(Cow::Borrowed(self.slice(token.span))),
            Kind::Str(string) if string.has_template => None,
            Kind::Str(string) => Some(string.literal().into_text()),
            Kind::Open(b'(') => {
                self.rest_of_bracket();
                None
            }
            _ => {
                self.error("neither an attribute nor a block", token.span);
                self.skip(true);
                return None;
            }
        };
        let string = if let Kind::Str(string) = token.kind { Some(string) } else { None };
        let (mut text, mut span) = (text, token.span);
        // A reference such as `var.name` is no name.
        while matches!(self.peek.kind, Kind::Operator) && self.slice(self.peek.span) == "." {
            self.next();
            if matches!(self.peek.kind, Kind::Word) {
                span = span.join(self.next().span);
            }
            text = None;
        }
        Some(Key { span, text, string })
    }

    /// ```text
    /// expr = primary [ operator … ]
    /// ```
    fn expr(&mut self, depth: usize) -> Expr<'a> {
        let primary = self.primary(depth);
        let goes_on = match self.peek.kind {
            Kind::Operator => true,
            Kind::Open(b'[' | b'(') => !matches!(primary.value, Value::Str(_)),
            _ => false,
        };
        if !goes_on {
            return primary;
        }
        let end = self.skip(true);
        Expr { span: primary.span.join(end), value: Value::Other }
    }

    fn primary(&mut self, depth: usize) -> Expr<'a> {
        let token = self.peek;
        let value = match token.kind {
            Kind::Open(b'{') => return self.braces(depth),
            Kind::Open(b'[') => {
                let (items, end) = self.list(b']', depth);
                return Expr {
                    span: token.span.join(end),
                    value: items.map_or(Value::Other, Value::Tuple),
                };
            }
            Kind::Open(b'(') => {
                let (items, end) = self.list(b')', depth);
                let only = items.filter(|items| items.len() == 1).and_then(|mut items| items.pop());
                let value = only.map_or(Value::Other, |item| item.value);
                return Expr { span: token.span.join(end), value };
            }
            Kind::Str(string) => Value::Str(string),
            Kind::Number => Value::Number(self.slice(token.span)),
            Kind::Word => match self.slice(token.span) {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                name => {
                    self.next();
                    if !matches!(self.peek.kind, Kind::Open(b'(')) {
                        return Expr { span: token.span, value: Value::Other };
                    }
                    let (items, end) = self.list(b')', depth);
                    let call = |arguments| Value::Call { name, arguments };
                    return Expr {
                        span: token.span.join(end),
                        value: items.map_or(Value::Other, call),
                    };
                }
            },
            Kind::Operator => {
                self.next();
                let operand = self.primary_behind_sign(depth, token.span);
                return Expr { span: token.span.join(operand.span), value: operand.value };
            }
            _ => {
                let at = Span::empty(token.span.start());
                self.error("a value is missing", at);
                return Expr { span: at, value: Value::Other };
            }
        };
        self.next();
        Expr { span: token.span, value }
    }

    /// A number behind `-`, or what nothing is known of.
    fn primary_behind_sign(&mut self, depth: usize, sign: Span<Decoded>) -> Expr<'a> {
        let is_minus = self.slice(sign) == "-";
        if is_minus && matches!(self.peek.kind, Kind::Number) {
            let token = self.next();
            let is_joined = token.span.start() == sign.end();
            let text = self.slice(sign.join(token.span));
            let value = if is_joined { Value::Number(text) } else { Value::Other };
            return Expr { span: token.span, value };
        }
        let end = if matches!(self.peek.kind, Kind::Operator) || depth >= MAX_DEPTH {
            self.skip(true)
        } else {
            self.primary(depth + 1).span
        };
        Expr { span: end, value: Value::Other }
    }

    /// What stands between the brace that comes next and its closing one.
    fn braces(&mut self, depth: usize) -> Expr<'a> {
        let open = self.next().span;
        if depth >= MAX_DEPTH {
            let end = self.rest_of_bracket();
            return Expr { span: open.join(end), value: Value::Other };
        }
        self.skip_newlines();
        if self.is_for() {
            let end = self.rest_of_bracket();
            return Expr { span: open.join(end), value: Value::Other };
        }
        let members = self.members(Some(open), depth + 1);
        // The closing brace, or the end of the text.
        let span = open.join(self.next().span);
        Expr { span, value: Value::Object(Body { members, span }) }
    }

    /// Whether a `for` expression begins here, and not a member of that name.
    fn is_for(&mut self) -> bool {
        if !matches!(self.peek.kind, Kind::Word) || self.slice(self.peek.span) != "for" {
            return false;
        }
        let behind = self.lexer.text().get(self.peek.span.range().end..).unwrap_or_default();
        behind.trim_start().starts_with(|char: char| char.is_alphabetic() || char == '_')
    }

    /// The expressions up to `close`, and where that stands; none where it is a `for` expression.
    fn list(&mut self, close: u8, depth: usize) -> (Option<Vec<Expr<'a>>>, Span<Decoded>) {
        let open = self.next().span;
        self.skip_newlines();
        if depth >= MAX_DEPTH || self.is_for() {
            return (None, self.rest_of_bracket());
        }
        let mut items = Vec::new();
        loop {
            match self.peek.kind {
                Kind::Newline | Kind::Comma => {
                    self.next();
                }
                Kind::Close(found) if found == close => return (Some(items), self.next().span),
                Kind::End | Kind::Close(_) => {
                    self.error("a bracket that is not closed", open);
                    return (Some(items), Span::empty(self.peek.span.start()));
                }
                _ => {
                    let mut item = self.expr(depth + 1);
                    self.skip_newlines();
                    match self.peek.kind {
                        Kind::Comma | Kind::Close(_) | Kind::End => {}
                        Kind::Str(_) | Kind::Word | Kind::Number | Kind::Open(_) => {
                            let at = Span::empty(item.span.end());
                            self.error("a comma is missing", at);
                        }
                        _ => {
                            let end = self.skip(false);
                            item = Expr { span: item.span.join(end), value: Value::Other };
                        }
                    }
                    items.push(item);
                }
            }
        }
    }

    /// Skips to the end of the bracket that was opened last; gives where that stands.
    fn rest_of_bracket(&mut self) -> Span<Decoded> {
        let mut open = 1usize;
        loop {
            let token = self.next();
            match token.kind {
                Kind::Open(_) => open += 1,
                Kind::Close(_) => open -= 1,
                Kind::End => return token.span,
                _ => {}
            }
            if open == 0 {
                return token.span;
            }
        }
    }

    /// Skips to a comma, a closing bracket or, if asked to, a line end, outside of brackets; gives
    /// the last token that was skipped.
    fn skip(&mut self, to_newline: bool) -> Span<Decoded> {
        let mut open = 0usize;
        let mut last = Span::empty(self.peek.span.start());
        loop {
            match self.peek.kind {
                Kind::End => return last,
                Kind::Newline if open == 0 && to_newline => return last,
                Kind::Comma | Kind::Close(_) if open == 0 => return last,
                Kind::Open(_) => open += 1,
                Kind::Close(_) => open -= 1,
                _ => {}
            }
            last = self.next().span;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value in a notation of its own: what cannot be told is `?`.
    fn shown(value: &Value<'_>) -> String {
        let list = |items: &[Expr<'_>]| {
            items.iter().map(|item| shown(&item.value)).collect::<Vec<_>>().join(",")
        };
        match value {
            Value::Str(string) => format!("{:?}", string.decode().text.text()),
            Value::Number(text) => (*text).to_owned(),
            Value::Bool(bool) => bool.to_string(),
            Value::Null => "null".to_owned(),
            Value::Tuple(items) => format!("[{}]", list(items)),
            Value::Object(body) => body_shown(body),
            Value::Call { name, arguments } => format!("{name}({})", list(arguments)),
            Value::Other => "?".to_owned(),
        }
    }

    fn body_shown(body: &Body<'_>) -> String {
        let members = body.members.iter().map(|member| {
            let labels = member
                .labels
                .iter()
                .fold(String::new(), |labels, label| labels + " " + label.name());
            let sign = if member.is_block { "" } else { "=" };
            format!("{}{labels}{sign}{}", member.key.name(), shown(&member.value.value))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    #[test]
    fn values() {
        for (text, expected) in [
            ("1", "1"),
            ("-1.5", "-1.5"),
            ("true", "true"),
            ("null", "null"),
            (r#""a\n\"\u00e9\\""#, r#""a\n\"é\\""#),
            (r#""a${b}c""#, r#""ac""#),
            (r#""a${"}"}c""#, r#""ac""#),
            (r#""a$${b}%%{c}$""#, r#""a${b}%{c}$""#),
            (r#""a%{ if b }c%{ endif }""#, r#""ac""#),
            ("<<EOT\n  a\\n\n b\nEOT", r#""  a\\n\n b\n""#),
            ("<<-EOT\n    a\n\n      b ${c}\n    EOT", r#""a\n\n  b \n""#),
            ("[1, 2,]", "[1,2]"),
            ("[\n  1,\n  2\n]", "[1,2]"),
            ("[]", "[]"),
            ("{a = 1, \"b\" : 2}", "{a=1,b=2}"),
            ("{\n  a = 1 # c\n  /* d */ b = 2 // e\n}", "{a=1,b=2}"),
            ("jsonencode({a = [1]})", "jsonencode({a=[1]})"),
            ("f(a.b, \"c\")", "f(?,\"c\")"),
            ("(\"a\")", "\"a\""),
            ("var.a", "?"),
            ("var.a[0].b", "?"),
            ("\"a\" == \"b\" ? {\n c = 1 } : 2", "?"),
            ("1 + 2", "?"),
            ("!true", "?"),
            ("[for x in y : x]", "?"),
            ("{for k, v in x : k => v}", "?"),
            ("{for = 1}", "{for=1}"),
            ("{(var.a) = 1}", "{=1}"),
            ("[1 + 2, 3]", "[?,3]"),
        ] {
            let text = format!("k = {text}\nz = 0\n");
            let file = parse(&text);
            assert!(file.errors.is_empty(), "{text}: {:?}", file.errors);
            let expected = format!("{{k={expected},z=0}}");
            assert_eq!(body_shown(&file.body), expected, "{text}");
        }
    }

    #[test]
    fn blocks() {
        for (text, expected) in [
            ("a {}", "{a{}}"),
            ("a \"b\" c {\n d = 1\n e {}\n}", "{a b c{d=1,e{}}}"),
            (
                "path \"x\" { policy = \"read\" capabilities = [\"list\"] }",
                "{path x{policy=\"read\",capabilities=[\"list\"]}}",
            ),
        ] {
            let file = parse(text);
            assert!(file.errors.is_empty(), "{text}: {:?}", file.errors);
            assert_eq!(body_shown(&file.body), expected, "{text}");
        }
    }

    #[test]
    fn errors_cost_no_more_than_they_must() {
        for (text, what, place, expected) in [
            ("a = \"b\nc = 1", "a string without its closing quote", "\"", "{a=\"b\",c=1}"),
            ("a\nc = 1", "neither an attribute nor a block", "a", "{c=1}"),
            ("a =\n", "a value is missing", "", "{a=?}"),
            ("a {\n b = 1\n", "a brace that is not closed", "{", "{a{b=1}}"),
            ("}\na = 1", "a closing bracket without an opening one", "}", "{a=1}"),
            ("a = [1\n", "a bracket that is not closed", "[", "{a=[1]}"),
            ("a = [1 2]", "a comma is missing", "", "{a=[1,2]}"),
            ("a = <<E\nb\n", "a here-document without its end", "<<E\n", "{a=\"b\\n\"}"),
        ] {
            let file = parse(text);
            let [error] = file.errors[..] else { panic!("{text:?}: {:?}", file.errors) };
            assert_eq!((error.what, error.span.of(text)), (what, place), "{text:?}");
            assert_eq!(body_shown(&file.body), expected, "{text:?}");
        }
    }

    #[test]
    fn depth_is_limited() {
        for (open, close) in [("[", "]"), ("{a=", "}"), ("f(", ")"), ("-", ""), ("!", "")] {
            let text = format!("a = {}1{}\nb = 2", open.repeat(5000), close.repeat(5000));
            let file = parse(&text);
            assert_eq!(file.body.members.len(), 2, "{open}");
            assert_eq!(file.body.members[1].key.name(), "b");
        }
        let text = "a {".repeat(5000);
        assert_eq!(parse(&text).body.members.len(), 1);
    }

    #[test]
    fn a_string_of_one_template_has_an_expression() {
        let file = parse(r#"a = "${jsonencode({ b = 1 })}""#);
        let Value::Str(string) = &file.body.members[0].value.value else { panic!() };
        let inner = string.sole_expression().unwrap();
        assert_eq!(shown(&inner.value), "jsonencode({b=1})");
        for text in [r#"a = "${b}${c}""#, r#"a = "x${b}""#, r#"a = "b""#] {
            let file = parse(text);
            let Value::Str(string) = &file.body.members[0].value.value else { panic!() };
            assert!(string.sole_expression().is_none(), "{text}");
        }
    }
}
