//! What holds for every text, as functions that proptest and the fuzzer call alike.
//!
//! Each gives [`Held`]: nothing, or in words what does not hold.

mod complete;
mod convert;
mod fixes;
mod maps;
mod no_leak;
mod quiet;
mod said;
mod signs;
mod sound;
mod time;

use connlint_catalog::Profile;
use connlint_hosts::{Consumer, HostFormat, Options};
use connlint_linter::Linter;

pub use complete::no_silent_failure;
pub use convert::what_is_converted_reads_back;
pub use fixes::fix_settles;
pub use maps::maps_lead_back;
pub use no_leak::{nothing_leaks, same_view_at_any_length};
pub use quiet::quiet;
pub use said::{configurations_are_read, options_are_read};
pub use signs::signs_hide_nothing;
pub use sound::{sound, sound_bytes};
pub use time::{Growth, growth};

/// Nothing, or what does not hold.
pub type Held = Result<(), String>;

/// Airflows that differ in what they read: the oldest, the newest, and where something changed.
pub const PROFILES: [&str; 6] = ["2.7", "2.10.5", "2.11", "3.0", "3.3", "3.3-sdk"];

/// A linter for documents of one format, as one Airflow and one reader would read them.
pub fn linter(format: HostFormat, consumer: Consumer, profile: &str) -> Linter {
    Linter {
        format: Some(format),
        options: Options { consumer },
        profile: Profile::from_str_or_newest(profile),
        ..Linter::default()
    }
}

/// A linter for each number: every combination of format, reader and Airflow has one.
pub fn nth_linter(nth: usize) -> Linter {
    let (formats, consumers) = (HostFormat::ALL, Consumer::ALL);
    let format = formats[nth % formats.len()];
    let consumer = consumers[nth / formats.len() % consumers.len()];
    let profile = PROFILES[nth / (formats.len() * consumers.len()) % PROFILES.len()];
    linter(format, consumer, profile)
}

/// Ends the function with these words unless the condition holds.
macro_rules! hold {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}
pub(crate) use hold;
