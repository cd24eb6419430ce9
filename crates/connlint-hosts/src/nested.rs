//! Documents inside documents: a `.env` in a Markdown block, YAML in a YAML string, JSON in base64.

use std::borrow::Cow;

use connlint_text::{Decoded, DecodedText, Raw, Span};

use crate::{Command, Document, HostIssue, Mark, Name, Quoting, Reference, Site, Word};

impl Site<'_> {
    /// Whether only a whole value can be written here, and no part of one.
    pub fn is_written_whole(&self) -> bool {
        self.quoting.is_written_whole()
            || self.outer.iter().any(|quoting| quoting.is_written_whole())
    }

    /// Writes `text` so that it can stand in this site's value, through every layer of quoting, or
    /// `None` where one of them cannot carry it.
    ///
    /// ```
    /// use connlint_hosts::{HostFormat, Options, extract};
    ///
    /// let file = r#"{"pg": "postgres://h"}"#;
    /// let document = extract(HostFormat::ConnectionsJson, file, Options::default());
    /// assert_eq!(document.sites[0].encode("a\"b").as_deref(), Some(r#"a\"b"#));
    /// ```
    pub fn encode(&self, text: &str) -> Option<String> {
        let inner = self.quoting.encode(text)?;
        self.outer.iter().try_fold(inner, |text, quoting| quoting.encode(&text))
    }
}

/// Takes over what was found in `inner`, the text of a part of `document` that is a document
/// itself: places become places of the outer file, and quoting goes through `quoting`.
///
/// `inner` was read from `part.text()`.
pub(crate) fn adopt(
    document: &mut Document<'_>,
    inner: Document<'_>,
    part: &DecodedText<'_>,
    quoting: Quoting,
) {
    let outward = |span: Span<Raw>| part.map().to_raw(Span::new(span.start(), span.end()));
    document.sites.extend(inner.sites.into_iter().map(|site| {
        let mut outer = site.outer;
        outer.push(quoting);
        let map = site.value.map().then(part.map());
        Site {
            name: Name {
                text: Cow::Owned(site.name.text.into_owned()),
                span: outward(site.name.span),
            },
            id: site.id.map(|id| Cow::Owned(id.into_owned())),
            span: outward(site.span),
            value_span: outward(site.value_span),
            value: DecodedText::new(site.value.into_text().into_owned(), map),
            outer,
            role: site.role,
            surface: site.surface,
            form: site.form,
            quoting: site.quoting,
            unknown: site.unknown,
        }
    }));
    document.issues.extend(
        inner.issues.into_iter().map(|issue| HostIssue { span: outward(issue.span), ..issue }),
    );
    let marks = inner.marks.into_iter();
    document.marks.extend(marks.map(|mark| Mark { span: outward(mark.span), ..mark }));
    document.comments.extend(inner.comments.into_iter().map(outward));
    document.references.extend(inner.references.into_iter().map(|reference| Reference {
        id: Cow::Owned(reference.id.into_owned()),
        span: outward(reference.span),
        ..reference
    }));
    let word = |word: Word<'_>| {
        let map = word.value.map().then(part.map());
        Word {
            span: outward(word.span),
            value: DecodedText::new(word.value.into_text().into_owned(), map),
            unknown: word.unknown,
            // The layers of a word's quoting are not kept: nothing writes into commands.
            quoting: Quoting::Opaque,
        }
    };
    document.commands.extend(inner.commands.into_iter().map(|command| Command {
        span: outward(command.span),
        words: command.words.into_iter().map(word).collect(),
        input: command.input.map(word),
        end: outward(command.end),
    }));
}

/// Marks what is unknown in the text that `inner` was read from, in the values of its sites.
pub(crate) fn mark_unknown(inner: &mut Document<'_>, unknown: &[Span<Decoded>]) {
    for site in &mut inner.sites {
        let map = site.value.map();
        let raw = map.raw();
        let near = unknown.iter().map(|part| Span::<Raw>::new(part.start(), part.end()));
        let near = near.filter(|part| part.start() <= raw.end() && raw.start() <= part.end());
        let found: Vec<_> = near.filter_map(|part| map.to_decoded(part)).collect();
        site.unknown.extend(found);
        site.unknown.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use connlint_text::MapBuilder;

    use super::*;
    use crate::{HostFormat, Options, extract};

    #[test]
    fn places_and_quoting_go_through_all_layers() {
        // A `.env` line as the text of a JSON string, quotes and all.
        let file = r#"{"env": "AIRFLOW_CONN_A='x://u:a\/b@h'\n"}"#;
        let node = connlint_json::parse(file).unwrap();
        let part = node.last("env").unwrap().as_string().unwrap().decode();
        let inner = extract(HostFormat::Dotenv, part.text(), Options::default());
        let mut outer = Document::empty(file, HostFormat::ConnectionsJson, inner.consumer);
        adopt(&mut outer, inner, &part, Quoting::JsonString);

        let site = &outer.sites[0];
        assert_eq!(site.name.span.of(file), "AIRFLOW_CONN_A");
        assert_eq!(site.value.text(), "x://u:a/b@h");
        let slash = site.value.map().to_raw(Span::new(7, 8));
        assert_eq!(slash.of(file), r"\/");
        assert_eq!(site.encode("a\"b").as_deref(), Some(r#"a\"b"#));
        assert_eq!(site.encode("it's"), Some(r"it\\'s".to_owned()));
    }

    #[test]
    fn a_verbatim_part_shifts_places() {
        let file = "# block\nAIRFLOW_CONN_A=x://h\n# end\n";
        let mut part = MapBuilder::new(file);
        part.copy(8..29);
        let part = part.finish();
        let inner = extract(HostFormat::Dotenv, part.text(), Options::default());
        let mut outer = Document::empty(file, HostFormat::Dotenv, inner.consumer);
        adopt(&mut outer, inner, &part, Quoting::JsonText);
        assert_eq!(outer.sites[0].value.raw().of(file), "x://h");
    }
}
