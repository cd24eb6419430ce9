//! Nodes of a YAML file, written as the JSON they stand for.

use connlint_json::float_repr;
use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Span};

use crate::HostIssueKind;
use crate::json::write_text;
use crate::yaml::{DEEPEST, Members, Node, Scalar, Stop, TOO_DEEP, Yaml};
use crate::yaml_scalar::Resolved;

/// How many times its size a file may grow to when its aliases are followed, beyond a megabyte.
const LARGEST_GROWTH: usize = 16;

pub(crate) const TOO_LARGE: HostIssueKind =
    HostIssueKind::Limit("larger than connlint follows aliases");

/// How many bytes of JSON may be written for one file.
pub(crate) const fn budget(text: &str) -> usize {
    text.len().saturating_mul(LARGEST_GROWTH).saturating_add(1 << 20)
}

/// Writes nodes as compact JSON, each scalar with its place.
pub(crate) struct JsonWriter<'y, 's, 'a> {
    yaml: &'y Yaml<'s, 'a>,
    builder: MapBuilder<'a>,
    start: u32,
    /// Where the text that is written without a place of its own is said to stand.
    at: u32,
    /// How many bytes may be written.
    budget: usize,
    issues: Vec<(HostIssueKind, Span<Raw>)>,
    dates: Vec<Span<Decoded>>,
    odd_keys: Vec<Span<Decoded>>,
}

/// JSON that was written for nodes.
pub(crate) struct Written<'a> {
    pub(crate) text: DecodedText<'a>,
    /// What PyYAML or Airflow would not take.
    pub(crate) issues: Vec<(HostIssueKind, Span<Raw>)>,
    /// The strings that are dates to YAML.
    pub(crate) dates: Vec<Span<Decoded>>,
    /// The keys of objects that are no text to YAML.
    pub(crate) odd_keys: Vec<Span<Decoded>>,
}

impl Written<'_> {
    /// Why PyYAML refuses the file, where it does.
    pub(crate) fn refusal(&self) -> Result<(), Stop> {
        let refusal = self.issues.iter().find(|it| matches!(it.0, HostIssueKind::Syntax(_)));
        refusal.map_or(Ok(()), |&(kind, span)| Err(Stop(kind, span)))
    }
}

impl<'y, 's, 'a> JsonWriter<'y, 's, 'a> {
    /// A writer whose text is said to stand at `start`, of at most about `budget` bytes.
    pub(crate) fn new(yaml: &'y Yaml<'s, 'a>, start: u32, budget: usize) -> Self {
        let builder = MapBuilder::new(yaml.file());
        let (issues, dates, odd_keys) = (Vec::new(), Vec::new(), Vec::new());
        Self { yaml, builder, start, at: start, budget, issues, dates, odd_keys }
    }

    /// What was written.
    pub(crate) fn finish(self) -> Written<'a> {
        let text = self.builder.finish_at(self.start as usize);
        Written { text, issues: self.issues, dates: self.dates, odd_keys: self.odd_keys }
    }

    /// A mapping, as the object of its members and of those that it merges.
    pub(crate) fn mapping(&mut self, members: &Members<'s>) -> Result<(), Stop> {
        self.object(members, 0)
    }

    /// Any node.
    pub(crate) fn value(&mut self, node: &Node<'s>) -> Result<(), Stop> {
        self.node(node, 0)
    }

    fn node(&mut self, node: &Node<'s>, depth: usize) -> Result<(), Stop> {
        if self.builder.len() as usize > self.budget {
            return Err(Stop(TOO_LARGE, node.span()));
        }
        if depth > DEEPEST {
            return Err(Stop(TOO_DEEP, node.span()));
        }
        let yaml = self.yaml;
        match yaml.follow(node) {
            Node::Scalar(scalar) => self.scalar(scalar),
            Node::Sequence { items, .. } => {
                self.insert("[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.insert(",");
                    }
                    self.node(item, depth + 1)?;
                }
                self.insert("]");
            }
            Node::Mapping { members, .. } => self.object(members, depth)?,
            Node::Alias { span, .. } => {
                let why = "an alias within the node that it names";
                return Err(Stop(HostIssueKind::Limit(why), *span));
            }
        }
        Ok(())
    }

    fn object(&mut self, members: &Members<'s>, depth: usize) -> Result<(), Stop> {
        self.insert("{");
        let mut is_first = true;
        self.members(members, depth, &mut is_first)?;
        self.insert("}");
        Ok(())
    }

    /// The members of `<<` first, so that the mapping's own override them.
    fn members(
        &mut self,
        members: &Members<'s>,
        depth: usize,
        is_first: &mut bool,
    ) -> Result<(), Stop> {
        if depth > DEEPEST {
            let span = members.first().map_or_else(Span::default, |(key, _)| key.span());
            return Err(Stop(TOO_DEEP, span));
        }
        let yaml = self.yaml;
        for (_, value) in members.iter().filter(|(key, _)| key.is_merge()) {
            for members in yaml.merged(value)? {
                self.members(members, depth + 1, is_first)?;
            }
        }
        for (key, value) in members.iter().filter(|(key, _)| !key.is_merge()) {
            if !std::mem::take(is_first) {
                self.insert(",");
            }
            match yaml.follow(key) {
                Node::Scalar(scalar) => self.key(scalar),
                other => {
                    let why = HostIssueKind::Syntax("a key that is no scalar");
                    return Err(Stop(why, other.span()));
                }
            }
            self.insert(":");
            self.node(value, depth + 1)?;
        }
        Ok(())
    }

    fn scalar(&mut self, scalar: &Scalar<'s>) {
        let span = scalar.span;
        match scalar.kind() {
            Resolved::Text => self.string(scalar),
            Resolved::Null => self.literal(span, "null"),
            Resolved::Bool(true) => self.literal(span, "true"),
            Resolved::Bool(false) => self.literal(span, "false"),
            Resolved::Int(digits) => self.literal(span, &digits),
            Resolved::Float(float) => self.literal(span, &float_repr(float)),
            Resolved::Refused(why) => {
                self.issues.push((HostIssueKind::Syntax(why), span));
                self.string(scalar);
            }
            Resolved::Date => {
                let why = "this is a date to YAML, not text: write it between quotes";
                self.issues.push((HostIssueKind::Line(why), span));
                self.date(scalar);
            }
        }
    }

    /// A key as `json.dumps` writes it, which makes texts of numbers and booleans.
    fn key(&mut self, scalar: &Scalar<'s>) {
        let span = scalar.span;
        let start = self.builder.len();
        let kind = scalar.kind_of_key();
        match &kind {
            Resolved::Text => return self.string(scalar),
            Resolved::Null => self.literal(span, "\"null\""),
            Resolved::Bool(true) => self.literal(span, "\"true\""),
            Resolved::Bool(false) => self.literal(span, "\"false\""),
            Resolved::Int(digits) => self.literal(span, &format!("\"{digits}\"")),
            Resolved::Float(float) => self.literal(span, &format!("\"{}\"", float_repr(*float))),
            // `json.dumps` refuses it as it refuses a date for a value.
            Resolved::Date => self.date(scalar),
            Resolved::Refused(why) => {
                self.issues.push((HostIssueKind::Syntax(why), span));
                self.string(scalar);
            }
        }
        self.odd_keys.push(Span::new(start, self.builder.len()));
    }

    fn date(&mut self, scalar: &Scalar<'s>) {
        let start = self.builder.len();
        self.string(scalar);
        self.dates.push(Span::new(start, self.builder.len()));
    }

    /// Text that stands nowhere in the file.
    pub(crate) fn insert(&mut self, text: &str) {
        let at = self.at as usize;
        self.builder.replace(at..at, text);
    }

    /// A key of the object that is being written.
    pub(crate) fn field(&mut self, key: &'static str) {
        self.insert("\"");
        self.insert(key);
        self.insert("\":");
    }

    /// Something that is written as it is, in place of what stands at `span`.
    pub(crate) fn literal(&mut self, span: Span<Raw>, json: &str) {
        self.builder.replace(span.range(), json);
        self.at = span.end();
    }

    /// The text of a scalar as a string, whatever its type.
    pub(crate) fn string(&mut self, scalar: &Scalar<'s>) {
        let text = self.yaml.decode(scalar);
        self.at = scalar.span.start();
        self.insert("\"");
        write_text(&mut self.builder, &text);
        self.at = scalar.span.end();
        self.insert("\"");
    }
}
