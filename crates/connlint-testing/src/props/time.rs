use std::time::{Duration, Instant};

use connlint_linter::{Linter, Source};
use connlint_report::{OutputFormat, RunInfo, Style, Summary, render};
use connlint_text::Span;

/// How long a text takes that is four times as long, for the same number of bytes.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// How long the short text takes.
    pub short: Duration,
    /// How long the long text takes.
    pub long: Duration,
    /// The time for a byte of the long text, in times for a byte of the short one.
    pub factor: f64,
}

/// Seconds that are too few to measure.
const NOISE: f64 = 0.005;

/// Measures how the time to lint, show and render grows with the length of a text.
///
/// Each time is the least of three, so that a busy machine does not count.
pub fn growth(linter: &Linter, text: impl Fn(usize) -> String, len: usize) -> Growth {
    let texts = [text(len), text(len * 4)];
    let [short, long] = texts.each_ref().map(|text| least_time(linter, text));
    let bytes = texts.map(|text| f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX)));
    let per_byte = |time: Duration, bytes: f64| time.as_secs_f64().max(NOISE) / bytes.max(1.0);
    Growth { short, long, factor: per_byte(long, bytes[1]) / per_byte(short, bytes[0]) }
}

fn least_time(linter: &Linter, text: &str) -> Duration {
    let time = || {
        let start = Instant::now();
        work(linter, text);
        start.elapsed()
    };
    let first = time();
    // A text that takes so long tells enough the first time.
    if first > Duration::from_millis(1500) { first } else { first.min(time()).min(time()) }
}

fn work(linter: &Linter, text: &str) {
    let source = Source::of(text.as_bytes());
    let linted = linter.lint_source("file", &source);
    std::hint::black_box(linted.shown(Span::from_range(0..text.len())).text().len());
    let (run, summary) = (RunInfo { airflow: linted.profile }, Summary::of([&linted]));
    for &format in OutputFormat::ALL {
        std::hint::black_box(render(format, Style::PLAIN, &run, [&linted], &summary).len());
    }
}
