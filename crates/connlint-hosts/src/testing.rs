//! What the tests of several formats ask.

use crate::{Document, Options};

/// A function that finds the sites of a file.
type Extract = for<'a> fn(&'a str, Options) -> Document<'a>;

/// A file sets `AIRFLOW_CONN_A`, and nothing else, to `value` with so many unknown parts.
#[track_caller]
pub(crate) fn assert_sets(extract: Extract, file: &str, value: &str, unknown: usize) {
    let document = extract(file, Options::default());
    let [site] = &document.sites[..] else { panic!("{file}: {document:?}") };
    assert_eq!(site.name.text, "AIRFLOW_CONN_A", "{file}");
    assert_eq!((site.value.text(), site.unknown.len()), (value, unknown), "{file}");
}

/// Nothing is found in a file.
#[track_caller]
pub(crate) fn assert_silent(extract: Extract, file: &str) {
    assert!(extract(file, Options::default()).sites.is_empty(), "{file}");
}
