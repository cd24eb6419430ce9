//! Positions, decoding and disclosure: what every other crate of connlint stands on.
//!
//! A value travels through several notations before Airflow sees it: a URI inside a JSON string
//! inside a YAML scalar. This crate names the places on that way and converts between them.
//!
//! - [`Span<Raw>`](Span) is bytes of a file, [`Span<Decoded>`](Span) is bytes of a decoded value.
//!   They are different types, and only a [`SourceMap`] turns one into the other.
//! - [`DecodedText`] is a value together with the map that says where each byte came from.
//! - [`Edit`] names what to change; [`Piece`] says with what, without holding a secret.
//! - [`Secret`] cannot be printed, [`Public`] can, and [`message!`] accepts only the latter.
//! - [`Shown`] is a view of a file in which everything that is not known to be public is masked.
//!
//! ```
//! use connlint_text::{DecodedText, MapBuilder, Raw, Span};
//!
//! // What a dotenv reader makes of `"a\"b"`: the escape is two raw bytes, one decoded byte.
//! let raw = r#""a\"b""#;
//! let mut value = MapBuilder::new(raw);
//! value.copy(1..2);
//! value.replace(2..4, "\"");
//! value.copy(4..5);
//! let value: DecodedText<'_> = value.finish();
//!
//! assert_eq!(value.text(), "a\"b");
//! assert_eq!(value.map().to_raw(Span::new(1, 2)), Span::<Raw>::new(2, 4));
//! ```

mod disclose;
mod edit;
mod line_index;
mod shown;
mod source_map;
mod span;

pub use disclose::{Disclose, Grounds, Message, Public, Purpose, Secret, is_harmless};
pub use edit::{Applied, Edit, Encoding, Overlap, Piece, TextEdit, apply_edits};
pub use line_index::{LineColumn, LineIndex};
pub use shown::{MASK, Shown};
pub use source_map::{DecodedText, MapBuilder, Run, SourceMap};
pub use span::{Decoded, Raw, Space, Span};
