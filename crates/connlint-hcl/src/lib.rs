//! HCL as Terraform and Vault policies write it, with the place of every byte.
//!
//! Reading is total: [`parse`] gives a [`File`] for any text, with what is wrong with it in
//! [`File::errors`]. Nothing is evaluated: a reference, an operator or a call other than of a
//! literal is [`Value::Other`].
//!
//! ```
//! use connlint_hcl::{Value, parse};
//!
//! let file = parse("path \"secret/*\" {\n  capabilities = [\"read\"]\n}\n");
//! let block = &file.body.members[0];
//! assert_eq!(block.key.name(), "path");
//! assert_eq!(block.labels[0].name(), "secret/*");
//! let Value::Object(body) = &block.value.value else { panic!() };
//! assert_eq!(body.members[0].key.name(), "capabilities");
//! ```

mod lexer;
mod parser;
mod string;

pub use parser::{Body, Error, Expr, File, Key, MAX_DEPTH, Member, Value, parse};
pub use string::{Str, Template, encode_heredoc, encode_quoted};
