//! What a secrets backend makes of the text it finds.

use connlint_catalog::Profile;
use connlint_text::Span;

use crate::json_connection::read_json_in;
use crate::uri::read_uri_in;
use crate::{Exception, Failure, FailureKind, Reading, py};

/// Reads `text` as every secrets backend reads what it finds, environment variables included.
///
/// White space around it is dropped. What then begins with `{` is JSON, anything else a URI. An
/// empty text is nothing, and the next backend is asked; nothing but white space raises.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{Reading, read_stored};
///
/// let read = |text| read_stored(text, Profile::NEWEST);
/// assert!(matches!(read(" postgres://h\n"), Reading::Uri(_)));
/// assert!(matches!(read("{\"conn_type\": \"postgres\"}"), Reading::Json(_)));
/// assert!(matches!(read("\"postgres://h\""), Reading::Uri(_))); // all of it becomes the schema
/// assert!(matches!(read(""), Reading::Absent));
/// assert!(matches!(read(" "), Reading::Blank(_)));
/// ```
pub fn read_stored(text: &str, profile: Profile) -> Reading<'_> {
    if text.is_empty() {
        return Reading::Absent;
    }
    let start = text.len() - text.trim_start_matches(py::is_space).len();
    let stripped = py::strip(text);
    if stripped.is_empty() {
        let span = Span::from_range(0..text.len());
        let exception = Exception::IndexError;
        return Reading::Blank(Failure { exception, kind: FailureKind::Blank, span });
    }
    let range = start..start + stripped.len();
    if stripped.starts_with('{') {
        Reading::Json(read_json_in(text, range, profile))
    } else {
        Reading::Uri(read_uri_in(text, range, profile))
    }
}
