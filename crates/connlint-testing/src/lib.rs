//! What the tests of connlint have in common.
//!
//! - [`kwargs`] replays what the real secrets backends did with their arguments.
//! - [`meta`] says what every rule has, and which one lacks it.
//! - [`oracle`] replays what real Airflow answered, and says where we answer otherwise.
//! - [`page`] runs the examples on the page of a rule.
//! - [`strategies`] writes documents as people write them, faults included.
//! - [`fuzz`] has the bodies of the fuzz targets.
//! - [`props`] says what holds for all of them: nothing panics, nothing leaks, fixes settle.

pub mod fuzz;
pub mod kwargs;
pub mod meta;
pub mod oracle;
pub mod page;
pub mod props;
pub mod strategies;
