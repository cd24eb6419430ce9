//! A YAML file as a tree of nodes, each with its place.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use connlint_text::{DecodedText, Raw, Span};
use granit_parser::{Event, Parser, ScalarStyle, Span as YamlSpan, StrInput, StructureStyle, Tag};

use crate::templates::{mask, restore};
use crate::yaml_scalar::{Resolved, decode, kind};
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
    HostIssueKind::Limit("an anchor whose name does not end with a blank");
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

impl Scalar<'_> {
    /// The type of the scalar in YAML 1.1, as PyYAML tells it.
    pub(crate) fn kind(&self) -> Resolved {
        kind(&self.value, self.style, self.tag.as_deref())
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
        let options = granit_parser::options! {
            emit_anchor_events: true,
            max_buffered_comment_events: usize::MAX,
        };
        let parser = Parser::new_from_str_with_options(&source.seen, options);
        let yaml = Self {
            source,
            documents: Vec::new(),
            anchors: HashMap::new(),
            comments: Vec::new(),
            refused: Vec::new(),
            stop: None,
        };
        let mut loader = Loader { yaml, parser, names: HashSet::new(), flow: 0 };
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
            return decode(file, scalar.span, scalar.style, Cow::Owned(scalar.value.to_string()));
        }
        let seen = &self.source.seen;
        restore(file, decode(seen, scalar.span, scalar.style, Cow::Borrowed(&scalar.value)))
    }
}

struct Loader<'s, 'a> {
    yaml: Yaml<'s, 'a>,
    parser: Parser<'s, StrInput<'s>>,
    /// The names of the document's anchors.
    names: HashSet<Cow<'s, str>>,
    /// How many flow collections are open.
    flow: usize,
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
                    return self.give_up(MALFORMED, Span::from_range(at..at));
                }
                None => return None,
            }
        }
    }

    fn give_up<T>(&mut self, kind: HostIssueKind, span: Span<Raw>) -> Option<T> {
        self.yaml.stop = Some(Stop(kind, span));
        None
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
        let why = match rest.chars().next() {
            None => return,
            Some('?' | ':' | ',' | ']' | '}' | '%' | '@' | '`') if rest.len() < name.len() => {
                ANCHOR
            }
            Some(_) => MALFORMED,
        };
        self.yaml.refused.push((why, span));
    }

    /// libyaml takes no `...` in front of the first document.
    fn check_start(&mut self) {
        let text: &str = &self.yaml.source.seen;
        let is_blank = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !is_blank(&line) {
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
                if style == ScalarStyle::Plain {
                    self.check_lines(span);
                }
                let value = self.without_added_end(value, style, span);
                (Node::Scalar(Scalar { value, style, tag, span }), anchor)
            }
            Event::SequenceStart(style, anchor, _) => {
                (self.within(style, |loader| loader.sequence(span, depth)), anchor)
            }
            Event::MappingStart(style, anchor, _) => {
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
        if at.range().is_empty() && !before.trim_end().ends_with('?') {
            self.yaml.refused.push((MALFORMED, at));
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
        let blanks = before.get(token.len()..).unwrap_or_default();
        if !blanks.contains('\t') {
            return;
        }
        let is_indicated = || {
            let last = token.rsplit([' ', '\t', '\n', '\r']).next();
            token.is_empty() || matches!(last, Some("-" | "?"))
        };
        let start = if is_indicated() { Some(0) } else { blanks.find(['\n', '\r']) };
        let tab = start.and_then(|start| Some(start + blanks.get(start..)?.find('\t')?));
        if let Some(tab) = tab {
            let at = token.len() + tab;
            self.yaml.refused.push((TAB, Span::from_range(at..at + 1)));
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
        let behind = text.get(span.range().end..).unwrap_or_default();
        match value.strip_suffix('\n') {
            Some(kept) if behind.trim().is_empty() => Cow::Owned(kept.to_owned()),
            _ => value,
        }
    }
}

/// The first character that YAML 1.1 does not allow, and where it stands.
pub(crate) fn control_character(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|&(_, char)| {
        !matches!(char,
            '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
    })
}

/// The first thing that YAML 1.1 reads otherwise than YAML 1.2 does, where connlint does not follow.
pub(crate) fn unfollowed(text: &str) -> Option<(HostIssueKind, Span<Raw>)> {
    let char = text.char_indices().find_map(|(at, char)| {
        let why = match char {
            '\u{85}' | '\u{2028}' | '\u{2029}' => LINE_END,
            '\u{feff}' if at > 0 => BYTE_ORDER_MARK,
            _ => return None,
        };
        Some((why, Span::from_range(at..at + char.len_utf8())))
    });
    let directive = || {
        let mut at = 0;
        text.split_inclusive(['\n', '\r']).find_map(|line| {
            let start = at;
            at += line.len();
            let is_known = ["%YAML ", "%TAG "].iter().any(|known| line.starts_with(known));
            let is_unknown = line.starts_with('%') && !is_known;
            is_unknown.then(|| (DIRECTIVE, Span::from_range(start..start + 1)))
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
