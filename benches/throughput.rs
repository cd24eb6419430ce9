//! Bytes a second.

use connlint::hosts::{HostFormat, Options, extract};
use connlint::parser::read_uri;
use connlint::{Linter, Profile};
use connlint_benches::{URI, dotenv, export};
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

#[divan::bench]
fn parse_uri(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(URI))
        .bench(|| read_uri(divan::black_box(URI), Profile::NEWEST).query.is_some());
}

#[divan::bench(args = [30, 3_000])]
fn extract_dotenv(bencher: Bencher<'_, '_>, count: usize) {
    let file = dotenv(count);
    bencher.counter(BytesCount::of_str(&file)).bench(|| {
        extract(HostFormat::Dotenv, divan::black_box(&file), Options::default()).sites.len()
    });
}

#[divan::bench(args = [1_000])]
fn extract_json(bencher: Bencher<'_, '_>, count: usize) {
    let file = export(count);
    bencher.counter(BytesCount::of_str(&file)).bench(|| {
        extract(HostFormat::ConnectionsJson, divan::black_box(&file), Options::default())
            .sites
            .len()
    });
}

#[divan::bench(args = [30, 3_000])]
fn lint_dotenv(bencher: Bencher<'_, '_>, count: usize) {
    let file = dotenv(count);
    let linter = Linter::default();
    bencher
        .counter(BytesCount::of_str(&file))
        .bench(|| linter.lint(".env", divan::black_box(&file)).findings.len());
}

#[divan::bench(args = [1_000])]
fn lint_json(bencher: Bencher<'_, '_>, count: usize) {
    let file = export(count);
    let linter = Linter::default();
    bencher
        .counter(BytesCount::of_str(&file))
        .bench(|| linter.lint("connections.json", divan::black_box(&file)).findings.len());
}
