//! Objects whose fields are written one by one, outside of any JSON: given as the JSON they mean.

use connlint_json::encode_string;
use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, Span};

use crate::json::write_text;

/// What a secret of Vault holds when it is not a `conn_uri`.
pub(crate) const OF_SECRET: [&str; 9] =
    ["conn_type", "host", "login", "password", "schema", "port", "extra", "description", "conn_id"];

/// The fields of a connection that has a `type`, with their names in Airflow's JSON.
pub(crate) const OF_TYPED: [(&str, &str); 8] = [
    ("type", "conn_type"),
    ("description", "description"),
    ("host", "host"),
    ("login", "login"),
    ("password", "password"),
    ("schema", "schema"),
    ("port", "port"),
    ("extra", "extra"),
];

/// A JSON object in the making, of texts that stand in a file.
pub(crate) struct Fields<'a> {
    json: JsonText<'a>,
    is_empty: bool,
}

impl<'a> Fields<'a> {
    /// An object without fields, said to stand at `at`.
    pub(crate) fn new(file: &'a str, at: u32) -> Self {
        let mut json = JsonText::new(file, at);
        json.insert("{");
        Self { json, is_empty: true }
    }

    /// Adds a field: its key, where that stands, and its text.
    pub(crate) fn member(
        &mut self,
        key: &str,
        place: Span<Raw>,
        value: &DecodedText<'_>,
        unknown: &[Span<Decoded>],
    ) {
        if !std::mem::take(&mut self.is_empty) {
            self.json.insert(",");
        }
        self.json.key(key, place);
        self.json.string(value, unknown);
    }

    /// The object, and what of it is unknown.
    pub(crate) fn finish(mut self) -> (DecodedText<'a>, Vec<Span<Decoded>>) {
        self.json.insert("}");
        self.json.finish()
    }
}

/// JSON in the making, of texts that stand in a file.
pub(crate) struct JsonText<'a> {
    file: &'a str,
    builder: MapBuilder<'a>,
    unknown: Vec<Span<Decoded>>,
    /// Where the text that is written without a place of its own is said to stand.
    at: usize,
}

impl<'a> JsonText<'a> {
    /// No text, said to stand at `at`.
    pub(crate) fn new(file: &'a str, at: u32) -> Self {
        let builder = MapBuilder::new(file);
        Self { file, builder, unknown: Vec::new(), at: at as usize }
    }

    /// The text, and what of it is unknown.
    pub(crate) fn finish(self) -> (DecodedText<'a>, Vec<Span<Decoded>>) {
        (self.builder.finish_at(self.at), self.unknown)
    }

    /// Text that stands nowhere in the file.
    pub(crate) fn insert(&mut self, text: &str) {
        self.builder.replace(self.at..self.at, text);
    }

    /// A key, which stands at `place`, and the colon.
    pub(crate) fn key(&mut self, key: &str, place: Span<Raw>) {
        self.insert("\"");
        if place.of(self.file) == key && encode_string(key) == key {
            self.builder.copy(place.range());
        } else {
            self.builder.replace(place.range(), &encode_string(key));
        }
        self.at = place.range().end;
        self.insert("\":");
    }

    /// A string.
    pub(crate) fn string(&mut self, value: &DecodedText<'_>, unknown: &[Span<Decoded>]) {
        self.insert("\"");
        self.mark(value.text(), unknown);
        write_text(&mut self.builder, value);
        self.at = value.raw().range().end;
        self.insert("\"");
    }

    /// A string that stands for what nothing is known of but its source at `place`.
    pub(crate) fn unknown_string(&mut self, place: Span<Raw>) {
        self.insert("\"");
        let start = self.builder.len();
        self.builder.replace(place.range(), &encode_string(place.of(self.file)));
        self.unknown.push(Span::new(start, self.builder.len()));
        self.at = place.range().end;
        self.insert("\"");
    }

    /// A number or a word, as it stands in the file.
    pub(crate) fn literal(&mut self, place: Span<Raw>) {
        self.builder.copy(place.range());
        self.at = place.range().end;
    }

    /// Says where the text stands that is written next.
    pub(crate) fn move_to(&mut self, at: u32) {
        self.at = at as usize;
    }

    /// Notes what is unknown in a text that is written next.
    fn mark(&mut self, text: &str, unknown: &[Span<Decoded>]) {
        let (mut from, mut at) = (0, self.builder.len());
        let mut place = |offset: u32| {
            let offset = (offset as usize).max(from);
            let part = text.get(from..offset).unwrap_or_default();
            at += u32::try_from(encode_string(part).len()).unwrap_or(u32::MAX);
            from = offset;
            at
        };
        self.unknown.extend(unknown.iter().map(|part| {
            let start = place(part.start());
            Span::new(start, place(part.end()))
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_an_object_with_places() {
        let file = "host=h a\"b$X";
        let mut fields = Fields::new(file, 0);
        fields.member(
            "host",
            Span::new(0, 4),
            &DecodedText::verbatim(file, Span::new(5, 6)),
            &[Span::empty(1)],
        );
        let value = DecodedText::verbatim(file, Span::new(7, 12));
        fields.member("conn_type", Span::new(6, 7), &value, &[Span::new(3, 5)]);
        let (object, unknown) = fields.finish();
        assert_eq!(object.text(), r#"{"host":"h","conn_type":"a\"b$X"}"#);
        let quote = object.map().to_raw(Span::new(26, 28));
        assert_eq!(quote.of(file), "\"");
        let parts: Vec<_> = unknown.iter().map(|part| part.of(object.text())).collect();
        assert_eq!(parts, ["", "$X"]);
        assert_eq!(unknown[0].start(), 10);
    }
}
