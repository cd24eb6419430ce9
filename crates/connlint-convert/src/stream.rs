use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use crate::convert::{ready, write_all};
use crate::{Conversion, Options, Refusal, Source, Target};

/// A document that is written piece by piece, where there are more connections than fit in memory.
///
/// Each piece is proven as [`convert`](crate::convert()) proves a document. What is kept of it are
/// eight bytes a connection, to find names that stand again. By then the first one is written, so
/// such names are [told](Self::repeated), and a second stream refuses them [all](Self::refusing).
///
/// ```
/// use connlint_convert::{Options, Source, Stream, Target};
/// use connlint_parser::Connection;
///
/// let options = Options::default();
/// let mut stream = Stream::new(Target::ExportJson, &options).unwrap();
/// let mut text = String::new();
/// for id in ["b", "a"] {
///     let connection = Connection { conn_type: Some("http".into()), ..Connection::default() };
///     let source = Source { id: Some(id.into()), connection: Ok(connection) };
///     text.push_str(&stream.push([source]).text);
/// }
/// text.push_str(&stream.end());
/// assert!(text.starts_with("{\n  \"b\": {\n") && text.ends_with("\n}"));
/// assert!(stream.repeated().is_empty());
/// ```
#[derive(Debug)]
pub struct Stream<'o> {
    target: Target,
    options: &'o Options,
    frame: Frame,
    hasher: RandomState,
    names: HashSet<u64>,
    repeated: HashSet<u64>,
    refused: HashSet<u64>,
    is_empty: bool,
}

/// What stands around the entries of a document.
#[derive(Debug)]
struct Frame {
    head: String,
    between: String,
    tail: String,
    /// The document without any.
    empty: String,
}

impl Frame {
    fn of(target: Target, options: &Options) -> Option<Self> {
        // No entry has it, and neither has a document around it.
        const ENTRY: &str = "\0";
        let document = target.form().document;
        let two = document(&[ENTRY, ENTRY], options);
        let mut parts = two.split(ENTRY).map(str::to_owned);
        let (head, between, tail) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then(|| Self { head, between, tail, empty: document(&[], options) })
    }
}

impl<'o> Stream<'o> {
    /// A document without connections so far; nothing where the form has a limit for all of it, or
    /// cannot be written in pieces.
    pub fn new(target: Target, options: &'o Options) -> Option<Self> {
        let frame = Frame::of(target, options).filter(|_| target.form().total.is_none())?;
        let (names, repeated, refused) = Default::default();
        let hasher = RandomState::new();
        Some(Self { target, options, frame, hasher, names, repeated, refused, is_empty: true })
    }

    /// The same from the start, for connections of which some names stand again.
    #[must_use]
    pub fn refusing(self) -> Self {
        Self {
            names: HashSet::new(),
            refused: self.repeated,
            repeated: HashSet::new(),
            is_empty: true,
            ..self
        }
    }

    /// What the names hash to that stood again.
    pub const fn repeated(&self) -> &HashSet<u64> {
        &self.repeated
    }

    /// Writes some more connections, in their order. The text is what is to be written next.
    pub fn push<'a>(&mut self, sources: impl IntoIterator<Item = Source<'a>>) -> Conversion {
        let sources: Vec<Source<'a>> = sources.into_iter().collect();
        let mut results: Vec<_> = sources.iter().map(|source| ready(source, self.target)).collect();
        for (source, result) in sources.iter().zip(&mut results) {
            let name = source.id.as_deref().filter(|_| self.target.has_ids() && result.is_ok());
            let name = name.and_then(|id| (self.target.form().name)(id, self.options).ok());
            let Some(name) = name else { continue };
            let hash = self.hasher.hash_one(&name);
            if self.refused.contains(&hash) {
                *result = Err(Refusal::Repeated);
            } else if !self.names.insert(hash) {
                self.repeated.insert(hash);
                *result = Err(Refusal::Repeated);
            }
        }
        let mut conversion = write_all(&sources, results, self.target, self.options, false);
        let Frame { head, between, tail, .. } = &self.frame;
        let entries = conversion.text.strip_prefix(&**head).and_then(|it| it.strip_suffix(&**tail));
        conversion.text = match entries {
            Some(entries) if conversion.report.iter().any(|outcome| outcome.result.is_ok()) => {
                let front = if self.is_empty { head } else { between };
                self.is_empty = false;
                format!("{front}{entries}")
            }
            _ => String::new(),
        };
        conversion
    }

    /// The end of the document.
    pub fn end(&self) -> String {
        if self.is_empty { self.frame.empty.clone() } else { self.frame.tail.clone() }
    }
}

#[cfg(test)]
mod tests {
    use connlint_parser::Connection;

    use super::*;
    use crate::convert;

    fn sources(ids: &'static [&'static str]) -> impl Iterator<Item = Source<'static>> {
        ids.iter().map(|&id| {
            let connection = Connection { conn_type: Some("http".into()), ..Connection::default() };
            Source { id: Some(id.into()), connection: Ok(connection) }
        })
    }

    #[test]
    fn pieces_make_the_document() {
        let options = Options::default();
        for &target in Target::ALL {
            let Some(mut stream) = Stream::new(target, &options) else {
                assert_eq!(target, Target::K8sSecret);
                continue;
            };
            let mut text = stream.push(sources(&["a", "b"])).text;
            text.push_str(&stream.push(sources(&[])).text);
            text.push_str(&stream.push(sources(&["c"])).text);
            text.push_str(&stream.end());
            let whole = convert(sources(&["a", "b", "c"]), target, &options).text;
            assert_eq!(text, whole, "{}", target.name());
            let stream = Stream::new(target, &options).unwrap();
            assert_eq!(stream.end(), (target.form().document)(&[], &options));
        }
    }

    #[test]
    fn names_that_stand_again_are_refused() {
        let options = Options::default();
        let mut stream = Stream::new(Target::Env, &options).unwrap();
        let first = stream.push(sources(&["a", "b"]));
        let again = stream.push(sources(&["A", "c"]));
        assert_eq!((first.refused(), again.refused(), stream.repeated().len()), (0, 1, 1));
        let mut stream = stream.refusing();
        let first = stream.push(sources(&["a", "b"]));
        let again = stream.push(sources(&["A", "c"]));
        assert_eq!((first.refused(), again.refused(), stream.repeated().len()), (1, 1, 0));
        assert_eq!(first.text, "AIRFLOW_CONN_B='http://'\n");
    }
}
