//! A YAML file as a tree of nodes, each with its place.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use connlint_text::{DecodedText, Raw, Span};
use granit_parser::{Event, Parser, ScalarStyle, Span as YamlSpan, StrInput, StructureStyle, Tag};

use crate::templates::{mask, restore};
use crate::yaml_regular;
use crate::yaml_scalar::{Resolved, collection_fault, decode, kind, kind_of_key};
use crate::{HostIssueKind, Quoting};

/// How deep nodes may be nested.
pub(crate) const DEEPEST: usize = 64;

pub(crate) const TOO_DEEP: HostIssueKind =
    HostIssueKind::Limit("nested deeper than connlint follows");

const MALFORMED: HostIssueKind = HostIssueKind::Syntax("not well-formed YAML from here on");
const TAB: HostIssueKind = HostIssueKind::Syntax("a tab where only blanks may stand");
const SECOND_ANCHOR: HostIssueKind =
    HostIssueKind::Syntax("an anchor of that name stands above: PyYAML refuses the file");

const ANCHOR: HostIssueKind =
    HostIssueKind::Limit("an anchor, alias or tag whose name does not end with a blank");
const COMMENT: HostIssueKind = HostIssueKind::Limit("a comment right behind a value");
const MARGIN: HostIssueKind = HostIssueKind::Limit("the sign of a block scalar at the left margin");
const QUESTION: HostIssueKind =
    HostIssueKind::Limit("a question mark in front of a word between brackets");
const LAST_TAB: HostIssueKind = HostIssueKind::Limit("a tab in a blank line");
const LINE_END: HostIssueKind =
    HostIssueKind::Limit("U+0085, U+2028 and U+2029 end lines in YAML 1.1 only");
const BYTE_ORDER_MARK: HostIssueKind = HostIssueKind::Limit("a byte order mark inside of the file");
const DIRECTIVE: HostIssueKind = HostIssueKind::Limit("a directive that YAML does not define");

/// Why reading ended early, and where.
pub(crate) struct Stop(pub(crate) HostIssueKind, pub(crate) Span<Raw>);

/// The text of a YAML file, and what of it is for the YAML parser to see.
pub(crate) struct Source<'a> {
    file: &'a str,
    seen: Cow<'a, str>,
}

impl<'a> Source<'a> {
    /// A file that is YAML as it stands.
    pub(crate) const fn plain(file: &'a str) -> Self {
        Self { file, seen: Cow::Borrowed(file) }
    }

    /// A file in which `{{ … }}` and `{% … %}` are filled in before it is YAML. The parser sees a
    /// word of the same length, or nothing where the template has its lines to itself.
    pub(crate) fn templated(file: &'a str) -> Self {
        Self { file, seen: mask(file) }
    }

    const fn is_masked(&self) -> bool {
        matches!(self.seen, Cow::Owned(_))
    }
}

/// What a YAML file holds. Where it is malformed, what stands before that is here.
pub(crate) struct Yaml<'s, 'a> {
    source: &'s Source<'a>,
    pub(crate) documents: Vec<Root<'s>>,
    anchors: HashMap<usize, Node<'s>>,
    pub(crate) comments: Vec<Span<Raw>>,
    /// What PyYAML does not take, though it is well-formed to others.
    pub(crate) refused: Vec<(HostIssueKind, Span<Raw>)>,
    pub(crate) stop: Option<Stop>,
}

/// One of the documents of a file.
pub(crate) struct Root<'s> {
    /// Where it starts; empty where nothing marks it.
    pub(crate) start: Span<Raw>,
    pub(crate) node: Node<'s>,
}

/// A part of the document. Where an anchor names it, an alias stands in its place.
pub(crate) enum Node<'s> {
    Scalar(Scalar<'s>),
    /// Cut short by an error unless `is_whole`.
    Sequence {
        items: Vec<Self>,
        span: Span<Raw>,
        is_whole: bool,
    },
    Mapping {
        members: Vec<(Self, Self)>,
        span: Span<Raw>,
        is_whole: bool,
    },
    Alias {
        id: usize,
        span: Span<Raw>,
        is_definition: bool,
    },
}

/// The members of a mapping, as they are written.
pub(crate) type Members<'s> = [(Node<'s>, Node<'s>)];

/// Text, as the parser gives it.
pub(crate) struct Scalar<'s> {
    pub(crate) value: Cow<'s, str>,
    pub(crate) style: ScalarStyle,
    tag: Option<Cow<'s, Tag>>,
    /// With the quotes; of a block only its lines.
    pub(crate) span: Span<Raw>,
}

impl Node<'_> {
    pub(crate) const fn span(&self) -> Span<Raw> {
        match self {
            Self::Scalar(Scalar { span, .. })
            | Self::Sequence { span, .. }
            | Self::Mapping { span, .. }
            | Self::Alias { span, .. } => *span,
        }
    }

    /// Whether this is the `<<` that merges another mapping.
    pub(crate) fn is_merge(&self) -> bool {
        let Self::Scalar(scalar) = self else { return false };
        scalar.value == "<<" && scalar.style == ScalarStyle::Plain && scalar.tag.is_none()
    }
}

impl<'s> Scalar<'s> {
    /// A scalar as it stands, without a tag.
    pub(crate) const fn untagged(value: Cow<'s, str>, style: ScalarStyle, span: Span<Raw>) -> Self {
        Self { value, style, tag: None, span }
    }
}

impl Scalar<'_> {
    /// The type of the scalar in YAML 1.1, as PyYAML tells it.
    pub(crate) fn kind(&self) -> Resolved {
        kind(&self.value, self.style, self.tag.as_deref())
    }

    /// The type of the scalar where it is a key.
    pub(crate) fn kind_of_key(&self) -> Resolved {
        kind_of_key(&self.value, self.style, self.tag.as_deref())
    }

    /// Whether a tag of the file's reader makes something else of the text: `!Ref`, `!secret`.
    /// `!Sub` leaves a text with parts that are filled in.
    pub(crate) fn is_computed(&self) -> bool {
        let tag = self.tag.as_deref();
        tag.is_some_and(|tag| tag.handle() == "!" && !matches!(tag.suffix(), "" | "Sub"))
    }

    /// How to write into the scalar.
    pub(crate) const fn quoting(&self) -> Quoting {
        match self.style {
            ScalarStyle::Plain => Quoting::YamlPlain,
            ScalarStyle::SingleQuoted => Quoting::YamlSingle,
            ScalarStyle::DoubleQuoted => Quoting::YamlDouble,
            ScalarStyle::Literal | ScalarStyle::Folded => Quoting::YamlBlock,
        }
    }
}

impl<'s, 'a> Yaml<'s, 'a> {
    /// Reads all documents of a file.
    pub(crate) fn load(source: &'s Source<'a>) -> Self {
        let Some(members) = yaml_regular::members(&source.seen) else { return Self::parse(source) };
        let ends = members.first().zip(members.last());
        let ends = ends.map(|((first, _), (_, last))| (first.span(), last.span()));
        let span = ends.map_or_else(Span::default, |(first, last)| first.join(last));
        let node = Node::Mapping { members, span, is_whole: true };
        let start = Span::empty(0);
        Self { documents: vec![Root { start, node }], ..Self::empty(source) }
    }

    fn empty(source: &'s Source<'a>) -> Self {
        Self {
            source,
            documents: Vec::new(),
            anchors: HashMap::new(),
            comments: Vec::new(),
            refused: Vec::new(),
            stop: None,
        }
    }

    /// Reads a file of any shape.
    pub(crate) fn parse(source: &'s Source<'a>) -> Self {
        let options = granit_parser::options! {
            emit_anchor_events: true,
            max_buffered_comment_events: usize::MAX,
        };
        let parser = Parser::new_from_str_with_options(&source.seen, options);
        let mut loader = Loader {
            yaml: Self::empty(source),
            parser,
            names: HashSet::new(),
            flow: 0,
            is_behind_plain: false,
            scalar_end: 0,
        };
        loader.stream();
        let mut yaml = loader.yaml;
        // A comment is told when the parser comes by it, which may be ahead of what it stands
        // behind.
        yaml.comments.sort_unstable();
        yaml
    }

    pub(crate) const fn file(&self) -> &'a str {
        self.source.file
    }

    /// The node itself, where an alias stands for it.
    pub(crate) fn follow<'n>(&'n self, node: &'n Node<'s>) -> &'n Node<'s> {
        let mut node = node;
        // An anchor names a node, not an alias: one step is enough; the bound is for good measure.
        for _ in 0..4 {
            match node {
                Node::Alias { id, .. } => match self.anchors.get(id) {
                    Some(target) => node = target,
                    None => break,
                },
                _ => break,
            }
        }
        node
    }

    /// The node, if it is written here: not where an alias uses it.
    pub(crate) fn written<'n>(&'n self, node: &'n Node<'s>) -> Option<&'n Node<'s>> {
        match node {
            Node::Alias { is_definition: false, .. } => None,
            node => Some(self.follow(node)),
        }
    }

    /// Whether nothing of the node was lost to an error.
    pub(crate) fn is_whole(&self, node: &Node<'s>) -> bool {
        match self.follow(node) {
            Node::Scalar(_) => true,
            Node::Sequence { is_whole, .. } | Node::Mapping { is_whole, .. } => *is_whole,
            Node::Alias { .. } => false,
        }
    }

    pub(crate) fn scalar<'n>(&'n self, node: &'n Node<'s>) -> Option<&'n Scalar<'s>> {
        match self.follow(node) {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The members of a mapping; none of anything else.
    pub(crate) fn members<'n>(&'n self, node: &'n Node<'s>) -> &'n Members<'s> {
        match self.follow(node) {
            Node::Mapping { members, .. } => members,
            _ => &[],
        }
    }

    /// The members that `<<` brings in, the strongest of several mappings last.
    pub(crate) fn merged<'n>(&'n self, value: &'n Node<'s>) -> Result<Vec<&'n Members<'s>>, Stop> {
        let why = HostIssueKind::Syntax("`<<` takes a mapping or a list of mappings");
        let members = |node: &'n Node<'s>| match self.follow(node) {
            Node::Mapping { members, .. } => Ok(&members[..]),
            other => Err(Stop(why, other.span())),
        };
        match self.follow(value) {
            Node::Sequence { items, .. } => items.iter().rev().map(members).collect(),
            node => Ok(vec![members(node)?]),
        }
    }

    /// The value of the last member of that key, itself or an alias; merges are not looked through.
    pub(crate) fn get<'n>(&'n self, node: &'n Node<'s>, key: &str) -> Option<&'n Node<'s>> {
        let is = |node| self.scalar(node).is_some_and(|scalar| scalar.value == key);
        self.members(node).iter().rev().find(|(name, _)| is(name)).map(|(_, value)| value)
    }

    /// The text of a scalar with the place of each byte.
    pub(crate) fn decode(&self, scalar: &Scalar<'_>) -> DecodedText<'a> {
        let file = self.file();
        if !self.source.is_masked() {
            return decode(file, scalar.span, scalar.style, Some(&scalar.value));
        }
        let seen = &self.source.seen;
        restore(file, decode(seen, scalar.span, scalar.style, Some(&scalar.value)))
    }
}

#[cfg(test)]
impl Yaml<'_, '_> {
    /// All that was read, but where a mapping begins and ends.
    pub(crate) fn outline(&self) -> String {
        fn of(node: &Node<'_>) -> String {
            match node {
                Node::Scalar(scalar) => {
                    format!("{:?} {:?} {:?}", scalar.value, scalar.style, scalar.span)
                }
                Node::Mapping { members, is_whole, .. } => {
                    let members = members.iter();
                    let members: Vec<_> =
                        members.map(|(key, value)| format!("{}: {}", of(key), of(value))).collect();
                    format!("{is_whole} {{{}}}", members.join(", "))
                }
                other => format!("{:?}", other.span()),
            }
        }
        let documents: Vec<_> = self.documents.iter().map(|root| of(&root.node)).collect();
        let refused = self.refused.len() + usize::from(self.stop.is_some());
        format!("{} refused, {} comments: {}", refused, self.comments.len(), documents.join("; "))
    }
}

struct Loader<'s, 'a> {
    yaml: Yaml<'s, 'a>,
    parser: Parser<'s, StrInput<'s>>,
    /// The names of the document's anchors.
    names: HashSet<Cow<'s, str>>,
    /// How many flow collections are open.
    flow: usize,
    /// Whether the last token was a plain scalar.
    is_behind_plain: bool,
    /// Where the last scalar ends that white space behind it belongs to.
    scalar_end: usize,
}

impl<'s> Loader<'s, '_> {
    /// The next event that is no comment, or `None` where nothing can be read from here on.
    fn next(&mut self) -> Option<(Event<'s>, Span<Raw>)> {
        if self.yaml.stop.is_some() {
            return None;
        }
        let text: &'s str = &self.yaml.source.seen;
        loop {
            match self.parser.next() {
                Some(Ok((Event::Anchor(_, name), span))) => {
                    self.check_anchor(&name, raw(span));
                    self.check_blanks(raw(span));
                    if !self.names.insert(name) {
                        self.yaml.refused.push((SECOND_ANCHOR, raw(span)));
                    }
                }
                Some(Ok((Event::Comment(..), span))) => {
                    let span = raw(span);
                    self.check_blanks(span);
                    self.yaml.comments.push(span);
                }
                Some(Ok((event, span))) => return Some((event, raw(span))),
                Some(Err(error)) => {
                    let at = error.marker().byte_offset().unwrap_or_default();
                    let at = floor(text, at);
                    return self.give_up(self.fault(at), Span::from_range(at..at));
                }
                None => return None,
            }
        }
    }

    fn give_up<T>(&mut self, kind: HostIssueKind, span: Span<Raw>) -> Option<T> {
        self.yaml.stop = Some(Stop(kind, span));
        None
    }

    /// What is wrong where the parser stops: libyaml takes some of it.
    fn fault(&self, at: usize) -> HostIssueKind {
        let text: &str = &self.yaml.source.seen;
        let (before, behind) = text.split_at(at);
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let rest = behind.split(['\n', '\r']).next().unwrap_or_default();
        let is_name = |word: &str| word.starts_with(['&', '*', '!']) && word.ends_with(':');
        if behind.starts_with('#') || line.ends_with('#') {
            COMMENT
        } else if format!("{line}{rest}").starts_with(['|', '>']) {
            MARGIN
        } else if line.split_whitespace().chain(rest.split_whitespace()).any(is_name) {
            ANCHOR
        } else {
            MALFORMED
        }
    }

    fn stream(&mut self) {
        self.check_start();
        let mut start = Span::empty(0);
        while let Some((event, span)) = self.next() {
            match event {
                Event::DocumentStart(..) => {
                    start = span;
                    self.names.clear();
                }
                Event::StreamEnd => self.check_blanks(Span::from_range(self.end()..self.end())),
                Event::DocumentEnd | Event::StreamStart => {}
                event => {
                    if let Some(node) = self.node(event, span, 0) {
                        self.yaml.documents.push(Root { start, node });
                    }
                }
            }
        }
    }

    /// libyaml takes letters and digits of ASCII, `-` and `_` in the name of an anchor; where one of
    /// a few signs follows, the name ends there, and another token begins.
    fn check_anchor(&mut self, name: &str, span: Span<Raw>) {
        let is_of_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        let rest = name.trim_start_matches(is_of_name);
        let text: &str = &self.yaml.source.seen;
        let behind = text.get(span.range().end..).and_then(|behind| behind.chars().next());
        let why = match rest.chars().next().or(behind.filter(|char| matches!(char, '{' | '['))) {
            None => return,
            Some('?' | ':' | ',' | ']' | '}' | '%' | '@' | '`') if rest.len() < name.len() => {
                ANCHOR
            }
            Some(_) => MALFORMED,
        };
        self.yaml.refused.push((why, span));
    }

    /// libyaml takes no `...` in front of the first document, and no tab in front of its first token.
    fn check_start(&mut self) {
        let text: &str = &self.yaml.source.seen;
        let is_blank = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let mut at = 0;
        for line in text.split_inclusive(['\n', '\r']) {
            if !is_blank(&line) {
                let blanks = line.len() - line.trim_start_matches([' ', '\t', '\u{feff}']).len();
                if let Some(tab) = line.get(..blanks).and_then(|blanks| blanks.find('\t')) {
                    self.yaml.refused.push((TAB, Span::from_range(at + tab..at + tab + 1)));
                }
                if line.trim_end() == "..." || line.starts_with("... ") {
                    self.yaml.refused.push((MALFORMED, Span::from_range(at..at + 3)));
                }
                return;
            }
            at += line.len();
        }
    }

    /// The node that starts with `event`, as far as it can be read.
    fn node(&mut self, event: Event<'s>, span: Span<Raw>, depth: usize) -> Option<Node<'s>> {
        if depth > DEEPEST {
            return self.give_up(TOO_DEEP, span);
        }
        let (node, anchor) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.check_blanks(span);
                match style {
                    ScalarStyle::Plain => {
                        // Alone in its document, a scalar is not indented.
                        if depth == 0 && !span.range().is_empty() {
                            let text: &str = &self.yaml.source.seen;
                            let behind = text.get(span.range().end..).unwrap_or_default();
                            self.scalar_end = text.len() - behind.trim_start().len();
                        } else {
                            self.check_lines(span);
                        }
                        self.check_colons(span);
                    }
                    ScalarStyle::DoubleQuoted => self.check_escapes(span),
                    ScalarStyle::Literal | ScalarStyle::Folded => {
                        self.check_block(&value, span, depth);
                        self.scalar_end = span.range().end;
                    }
                    ScalarStyle::SingleQuoted => {}
                }
                self.is_behind_plain = style == ScalarStyle::Plain && !span.range().is_empty();
                let value = self.without_added_end(value, style, span);
                (Node::Scalar(Scalar { value, style, tag, span }), anchor)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.check_blanks(span);
                self.check_tag(tag.as_deref(), "seq", span);
                (self.within(style, |loader| loader.sequence(span, depth)), anchor)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_blanks(span);
                self.check_tag(tag.as_deref(), "map", span);
                (self.within(style, |loader| loader.mapping(span, depth)), anchor)
            }
            Event::Alias(id) => (Node::Alias { id, span, is_definition: false }, 0),
            _ => return self.give_up(MALFORMED, span),
        };
        if anchor == 0 {
            return Some(node);
        }
        let span = node.span();
        self.yaml.anchors.insert(anchor, node);
        Some(Node::Alias { id: anchor, span, is_definition: true })
    }

    /// Reads a collection, which may be one between brackets.
    fn within<T>(&mut self, style: StructureStyle, read: impl FnOnce(&mut Self) -> T) -> T {
        let flow = usize::from(style == StructureStyle::Flow);
        self.flow += flow;
        let read = read(self);
        self.flow -= flow;
        if flow > 0 {
            self.is_behind_plain = false;
        }
        read
    }

    fn sequence(&mut self, start: Span<Raw>, depth: usize) -> Node<'s> {
        let mut items = Vec::new();
        let mut span = start;
        while let Some((event, at)) = self.next() {
            span = span.join(at);
            if matches!(event, Event::SequenceEnd) {
                return Node::Sequence { items, span, is_whole: true };
            }
            items.extend(self.node(event, at, depth + 1));
        }
        Node::Sequence { items, span, is_whole: false }
    }

    fn mapping(&mut self, start: Span<Raw>, depth: usize) -> Node<'s> {
        let mut members = Vec::new();
        let mut span = start;
        while let Some((event, at)) = self.next() {
            span = span.join(at);
            if matches!(event, Event::MappingEnd) {
                return Node::Mapping { members, span, is_whole: true };
            }
            self.check_key(&event, at);
            let key = self.node(event, at, depth + 1);
            if let Some(key) = &key {
                self.check_key_line(key.span());
            }
            let Some((event, at)) = self.next() else { break };
            span = span.join(at);
            let value = self.node(event, at, depth + 1);
            if let (Some(key), Some(value)) = (key, value) {
                members.push((key, value));
            }
        }
        let last = members.last().map_or(span, |(_, value)| value.span());
        Node::Mapping { span: span.join(last), members, is_whole: false }
    }

    /// Where the text ends.
    fn end(&self) -> usize {
        self.yaml.source.seen.len()
    }

    /// libyaml takes no empty key, unless a `?`, an anchor or a tag says that there is one.
    fn check_key(&mut self, event: &Event<'_>, at: Span<Raw>) {
        let Event::Scalar(_, ScalarStyle::Plain, 0, None) = event else { return };
        let text: &str = &self.yaml.source.seen;
        let before = text.get(..at.range().start).unwrap_or_default();
        let without_comment = |before: &str| {
            let line = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
            let comment = before.get(line..).and_then(|line| line.find(['#']));
            before.get(..comment.map_or(before.len(), |at| line + at)).unwrap_or_default().len()
        };
        let before = before.trim_end();
        let before = before.get(..without_comment(before)).unwrap_or_default();
        let sign = before.trim_end().strip_suffix('?');
        let is_said = sign.is_some_and(|before| {
            before.is_empty()
                || before.ends_with([' ', '\t', '\n', '\r', '[', '{', ',', '\u{feff}'])
        });
        if at.range().is_empty() && !is_said {
            self.yaml.refused.push((MALFORMED, at));
        }
    }

    /// Between brackets, libyaml takes no key that goes over more than one line, unless a `?` stands
    /// in front of it.
    fn check_key_line(&mut self, key: Span<Raw>) {
        let text: &str = &self.yaml.source.seen;
        let range = key.range();
        let behind = text.get(range.end..).unwrap_or_default();
        let colon = behind.len() - behind.trim_start().len();
        let until_colon = text.get(range.start..range.end + colon).unwrap_or_default();
        let before = text.get(..range.start).unwrap_or_default().trim_end();
        if self.flow > 0
            && behind.trim_start().starts_with(':')
            && until_colon.contains(['\n', '\r'])
            && !before.ends_with('?')
        {
            self.yaml.refused.push((MALFORMED, key));
        }
    }

    /// libyaml takes no block scalar that is not indented, and no tab where its lines are indented;
    /// nor in front of its first text, unless a digit says how far that is.
    fn check_block(&mut self, value: &str, lines: Span<Raw>, depth: usize) {
        let before = self.yaml.source.seen.get(..lines.range().start).unwrap_or_default();
        let header = before.split_whitespace().next_back().unwrap_or_default();
        let is_said = header.contains(|char: char| char.is_ascii_digit());
        let is_at_margin = depth == 0 && before.ends_with(['\n', '\r']);
        let first = value.trim_start_matches('\n');
        if first.is_empty() {
            return;
        }
        if is_at_margin && first.starts_with('#') {
            // A comment to libyaml.
            self.yaml.refused.push((MARGIN, lines));
        } else if is_at_margin || (first.starts_with('\t') && !is_said) {
            self.yaml.refused.push((MALFORMED, lines));
        } else if let Some(at) = self.tab_in_margin(lines) {
            self.yaml.refused.push((TAB, Span::from_range(at..at + 1)));
        }
    }

    /// The first tab that stands where the lines of a block scalar, or the blank ones behind it, are
    /// indented.
    fn tab_in_margin(&self, lines: Span<Raw>) -> Option<usize> {
        let text: &str = &self.yaml.source.seen;
        let range = lines.range();
        let before = text.get(..range.start)?;
        let indent = range.start - before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let behind = text.get(range.end..)?;
        let end = text.len() - behind.trim_start().len();
        let mut at = range.start;
        for (nth, line) in text.get(range.start..end)?.split_inclusive('\n').enumerate() {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            if nth > 0 && blanks < indent && line.as_bytes().get(blanks) == Some(&b'\t') {
                return Some(at + blanks);
            }
            at += line.len();
        }
        None
    }

    /// Whether `safe_load` makes what connlint does of a collection with that tag.
    fn check_tag(&mut self, tag: Option<&Tag>, own: &str, span: Span<Raw>) {
        if let Some(why) = tag.and_then(|tag| collection_fault(tag, own)) {
            self.yaml.refused.push((why, span));
        }
    }

    /// Outside of flow collections, libyaml takes no tab where a key may start: neither at the start
    /// of a line nor behind `-` or `?`.
    fn check_blanks(&mut self, node: Span<Raw>) {
        if self.flow > 0 {
            return;
        }
        let text: &str = &self.yaml.source.seen;
        let before = text.get(..node.range().start).unwrap_or_default();
        let token = before.trim_end_matches([' ', '\t', '\n', '\r']);
        let token = before.get(..token.len().max(self.scalar_end)).unwrap_or(before);
        let blanks = before.get(token.len()..).unwrap_or_default();
        if !blanks.contains('\t') {
            return;
        }
        let is_indicated = || {
            let last = token.rsplit([' ', '\t', '\n', '\r']).next();
            let line = token.rsplit(['\n', '\r']).next().unwrap_or_default();
            token.is_empty() || matches!(last, Some("-" | "?")) || line.trim_start() == ":"
        };
        let is_indicated = is_indicated();
        let start = if is_indicated { Some(0) } else { blanks.find(['\n', '\r']) };
        let tab = start.and_then(|start| Some(start + blanks.get(start..)?.find('\t')?));
        if let Some(tab) = tab {
            let at = token.len() + tab;
            let starts_line = text.get(..at).is_some_and(|before| before.ends_with(['\n', '\r']));
            // How deep the mapping is indented decides of the blanks behind a plain scalar.
            let is_open = self.is_behind_plain && !starts_line && !is_indicated;
            let why = if is_open { LAST_TAB } else { TAB };
            self.yaml.refused.push((why, Span::from_range(at..at + 1)));
        }
    }

    /// A line of a plain scalar must not start with a tab.
    fn check_lines(&mut self, scalar: Span<Raw>) {
        let lines = scalar.of(&self.yaml.source.seen);
        if self.flow == 0
            && let Some(at) = lines.find("\n\t")
        {
            let at = scalar.range().start + at + 1;
            self.yaml.refused.push((TAB, Span::from_range(at..at + 1)));
        }
    }

    /// Between brackets, libyaml takes each colon that a scalar could start with for the sign of a
    /// value, and none in front of one of `,?[]{}`.
    fn check_colons(&mut self, scalar: Span<Raw>) {
        if self.flow == 0 {
            return;
        }
        let text: &str = &self.yaml.source.seen;
        let inside = scalar.of(text);
        let behind = text.get(scalar.range().end..).unwrap_or_default();
        let behind = behind.trim_start_matches([' ', '\t']).strip_prefix(':');
        let is_cut = behind.is_some_and(|rest| rest.starts_with([',', '?', '[', ']', '{', '}']));
        if inside.starts_with('?') {
            self.yaml.refused.push((QUESTION, scalar));
        }
        if inside.starts_with(':') || inside.contains(":?") || (is_cut && !inside.is_empty()) {
            self.yaml.refused.push((MALFORMED, scalar));
        }
    }

    /// libyaml takes no half of a surrogate pair for a character, and so no pair.
    fn check_escapes(&mut self, scalar: Span<Raw>) {
        let mut rest = scalar.of(&self.yaml.source.seen);
        while let Some(at) = rest.find('\\') {
            rest = rest.get(at + 1..).unwrap_or_default();
            let digits = match rest.as_bytes().first() {
                Some(b'u') => rest.get(1..5),
                Some(b'U') => rest.get(1..9),
                _ => None,
            };
            let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
            if code.is_some_and(|code| (0xD800..0xE000).contains(&code)) {
                self.yaml.refused.push((MALFORMED, scalar));
                return;
            }
            // What is escaped escapes nothing.
            let mut chars = rest.chars();
            chars.next();
            rest = chars.as_str();
        }
    }

    /// PyYAML adds no line end to a block scalar that the file ends with.
    fn without_added_end(
        &self,
        value: Cow<'s, str>,
        style: ScalarStyle,
        span: Span<Raw>,
    ) -> Cow<'s, str> {
        let text: &str = &self.yaml.source.seen;
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
            || text.ends_with(['\n', '\r'])
        {
            return value;
        }
        // A line of blanks may follow, which the file ends with.
        let from_last_text = span.of(text).trim_end().len() + span.range().start;
        let behind = text.get(from_last_text..).unwrap_or_default();
        match value.strip_suffix('\n') {
            Some(kept) if behind.trim_matches([' ', '\t']).is_empty() => {
                Cow::Owned(kept.to_owned())
            }
            _ => value,
        }
    }
}

/// The first character that YAML 1.1 does not allow, and where it stands.
pub(crate) fn control_character(text: &str) -> Option<(usize, char)> {
    // All that may be one is seen in its first byte, many bytes at a time.
    let may_be =
        |byte: u8| matches!(byte, 0..b'\t' | 0x0B | 0x0C | 0x0E..b' ' | 0x7f | 0xC2 | 0xEF);
    if !text.bytes().fold(false, |any, byte| any | may_be(byte)) {
        return None;
    }
    text.char_indices().find(|&(_, char)| {
        !matches!(char,
            '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
    })
}

/// The first thing that YAML 1.1 reads otherwise than YAML 1.2 does, where connlint does not follow.
pub(crate) fn unfollowed(text: &str) -> Option<(HostIssueKind, Span<Raw>)> {
    // The first bytes of these characters, which few others begin with.
    let char = memchr::memchr3_iter(0xC2, 0xE2, 0xEF, text.as_bytes()).find_map(|at| {
        let char = text.get(at..)?.chars().next()?;
        let why = match char {
            '\u{85}' | '\u{2028}' | '\u{2029}' => LINE_END,
            '\u{feff}' if at > 0 => BYTE_ORDER_MARK,
            _ => return None,
        };
        Some((why, Span::from_range(at..at + char.len_utf8())))
    });
    let directive = || {
        let signs = memchr::memchr_iter(b'%', text.as_bytes());
        let mut starts = signs.filter(|&at| {
            text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(['\n', '\r']))
        });
        starts.find_map(|start| {
            let line = text.get(start..)?.split_inclusive(['\n', '\r']).next()?;
            let is_version =
                |version| line.strip_prefix("%YAML ").is_some_and(|rest| rest.trim() == version);
            let is_known = line.starts_with("%TAG ") || is_version("1.1") || is_version("1.2");
            (!is_known).then(|| (DIRECTIVE, Span::from_range(start..start + 1)))
        })
    };
    char.or_else(directive)
}

/// The bytes that the YAML parser names.
fn raw(span: YamlSpan) -> Span<Raw> {
    let offset = |at: Option<usize>| at.unwrap_or_default();
    Span::from_range(offset(span.start.byte_offset())..offset(span.end.byte_offset()))
}

/// Without the white space that a block collection ends with.
pub(crate) fn trimmed(text: &str, span: Span<Raw>) -> Span<Raw> {
    let len = span.of(text).trim_end().len();
    Span::new(span.start(), span.start() + u32::try_from(len).unwrap_or(u32::MAX))
}

/// The nearest character boundary at or in front of `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
