use std::time::{Duration, Instant};

use connlint_linter::{Linter, Source};
use connlint_report::{OutputFormat, RunInfo, Style, Summary, render};
use connlint_text::Span;

/// How long a text takes, and four of a quarter of its length.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// How long the four short texts take.
    pub short: Duration,
    /// How long the long text takes.
    pub long: Duration,
    /// How much longer the long text takes: 4 where time is quadratic.
    pub factor: f64,
}

/// Measures how the time to lint, show and render grows with the length of a text.
///
/// Four short texts are as many bytes as the long one. Each time is the least of several, so that
/// a busy machine counts little; once the growth is below `enough`, there is no need for more.
pub fn growth(linter: &Linter, text: impl Fn(usize) -> String, len: usize, enough: f64) -> Growth {
    let (short, long) = (text(len), text(len * 4));
    let mut found = Growth { short: Duration::MAX, long: Duration::MAX, factor: 1.0 };
    // What takes less than this is more noise than work.
    let noise = 0.001;
    for _ in 0..12 {
        found.short = found.short.min(time(|| (0..4).for_each(|_| work(linter, &short))));
        found.long = found.long.min(time(|| work(linter, &long)));
        found.factor = (found.long.as_secs_f64() + noise) / (found.short.as_secs_f64() + noise);
        if found.factor < enough {
            break;
        }
    }
    found
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
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
