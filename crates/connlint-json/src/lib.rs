//! JSON as Python reads and writes it, with the place of every byte.
//!
//! Airflow reads connections and kwargs with Python's `json.loads`, which takes more than the
//! standard (`NaN`, lone surrogates, repeated keys) and has limits of its own (digits of an
//! integer, depth). This crate takes and refuses the same texts, and says where each token stands.
//!
//! - [`Reader`] is a pull reader; [`parse`] makes a [`Node`] of the whole text.
//! - [`Str`] is a string as written; [`Str::decode`] keeps the place of each byte, and
//!   [`Str::text`] is what Python holds, a [`PyText`].
//! - [`dumps`] writes what `json.dumps` would, [`encode_string`] what must be escaped only.
//!
//! ```
//! use connlint_json::{dumps, parse};
//!
//! let text = r#"{"login": "caf\u00e9", "extra": {"timeout": 1e1}}"#;
//! let node = parse(text).unwrap();
//! let login = node.last("login").unwrap();
//! assert_eq!(login.span.of(text), r#""caf\u00e9""#);
//! assert_eq!(login.as_text().unwrap(), "café");
//! assert_eq!(dumps(&node), r#"{"login": "caf\u00e9", "extra": {"timeout": 10.0}}"#);
//! ```

mod error;
mod node;
mod number;
mod reader;
mod string;
mod text;
mod writer;

pub use error::{Error, ErrorKind, Found, JsonException};
pub use node::{Member, Node, Value, is_object, kept_members, parse, parse_from};
pub use number::{MAX_INT_DIGITS, NotFinite, Number, float_repr};
pub use reader::{Event, MAX_DEPTH, Reader, Token};
pub use string::{Str, plain_len};
pub use text::PyText;
pub use writer::{ObjectWriter, dict, dumps, dumps_pruned, dumps_str, encode_string};
