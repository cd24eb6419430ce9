//! Writes connections in another form, and proves that they read back the same.
//!
//! [`convert`] takes connections as Airflow reads them and writes them as a [`Target`]. Whatever it
//! writes is read again: by every reader the form has, and by Airflow after it. Only what comes
//! back equal, field by field and type by type, is written; anything else is refused with a
//! [`Refusal`] that names the field and a form that can carry it. There is no list of what a form
//! cannot say: the reading decides.
//!
//! Two connections are equal where Airflow cannot tell them apart by more than `None` and `""` in
//! host, schema and description (a URI always says `""` for the first two, and hooks treat both
//! alike), or by how the JSON of `extra` is spaced.

mod convert;
mod entry;
mod field;
mod json;
mod refusal;
mod scrub;
mod shape;
mod stream;
mod target;
mod targets;
mod uri;
mod vault;
mod yaml;

pub use convert::{Conversion, Notation, Options, Outcome, Source, convert};
pub use field::{Field, differences};
pub use refusal::{Loss, Refusal};
pub use scrub::{Scrubbed, scrub};
pub use shape::{Contrast, ShapeDifference, shape_differences};
pub use stream::Stream;
pub use target::Target;
