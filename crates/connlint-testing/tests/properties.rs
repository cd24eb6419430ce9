//! The promises of connlint, kept for documents that nobody wrote down.

use connlint_hosts::{Consumer, HostFormat};
use connlint_linter::Applicability;
use connlint_testing::props::{self, Held, PROFILES, linter};
use connlint_testing::strategies::{
    Template, any_file, clean_connection, clean_kwargs, document, json_connection, uri,
};
use proptest::prelude::*;
use proptest::sample::select;

fn held(held: Held) -> Result<(), TestCaseError> {
    held.map_err(TestCaseError::fail)
}

fn consumer() -> impl Strategy<Value = Consumer> {
    select(Consumer::ALL.to_vec())
}

fn profile() -> impl Strategy<Value = &'static str> {
    select(PROFILES.to_vec())
}

/// How many documents each property is tried with; `PROPTEST_CASES` says otherwise.
#[expect(clippy::disallowed_methods, reason = "a developer may ask for more cases")]
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(1000)
}

/// A document, or a connection alone.
fn sample() -> impl Strategy<Value = (HostFormat, Template)> {
    prop_oneof![
        4 => document(),
        1 => uri().prop_map(|uri| (HostFormat::UriLines, uri)),
        1 => json_connection().prop_map(|json| (HostFormat::UriLines, json)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_can_be_linted(
        (format, template) in prop_oneof![sample(), any_file()], consumer in consumer(), profile in profile(),
    ) {
        held(props::sound(&linter(format, consumer, profile), &template.text()))?;
    }

    #[test]
    fn any_bytes_can_be_linted(bytes in prop::collection::vec(any::<u8>(), 0..300), nth in 0..216_usize) {
        held(props::sound_bytes(&props::nth_linter(nth), &bytes))?;
    }

    #[test]
    fn invalid_utf8_is_no_end(
        (format, template) in document(), at in any::<prop::sample::Index>(), byte in 0x80..=0xFF_u8,
    ) {
        let mut bytes = template.text().into_bytes();
        bytes.insert(at.index(bytes.len() + 1), byte);
        held(props::sound_bytes(&linter(format, Consumer::Compose, "3.3"), &bytes))?;
    }

    #[test]
    fn safe_fixes_settle((format, template) in sample(), consumer in consumer(), profile in profile()) {
        let linter = linter(format, consumer, profile);
        held(props::fix_settles(&linter, &template.text(), Applicability::Safe))?;
    }

    #[test]
    fn unsafe_fixes_settle((format, template) in sample(), consumer in consumer()) {
        let linter = linter(format, consumer, "3.3");
        held(props::fix_settles(&linter, &template.text(), Applicability::Unsafe))?;
    }

    #[test]
    fn no_failure_is_silent(
        (format, template) in sample(), consumer in consumer(), profile in profile(),
    ) {
        held(props::no_silent_failure(&linter(format, consumer, profile), &template.text()))?;
    }

    #[test]
    fn signs_hide_nothing(
        (format, template) in sample(), consumer in consumer(), profile in profile(),
    ) {
        held(props::signs_hide_nothing(&linter(format, consumer, profile), &template.text()))?;
    }

    #[test]
    fn maps_lead_back((format, template) in sample(), consumer in consumer()) {
        held(props::maps_lead_back(&linter(format, consumer, "3.3"), &template.text()))?;
    }

    #[test]
    fn clean_connections_are_quiet(connection in clean_connection(), consumer in consumer()) {
        let forms = connlint_testing::strategies::written(&connection);
        for text in forms {
            let file = format!("AIRFLOW_CONN_X='{text}'\n");
            let linter = linter(HostFormat::Dotenv, consumer, "3.3");
            held(props::quiet(&linter, &file))?;
        }
    }

    #[test]
    fn clean_kwargs_are_quiet((class, kwargs) in clean_kwargs(), consumer in consumer()) {
        let file = format!(
            "AIRFLOW__SECRETS__BACKEND={class}\nAIRFLOW__SECRETS__BACKEND_KWARGS='{kwargs}'\n"
        );
        held(props::quiet(&linter(HostFormat::Dotenv, consumer, "3.3"), &file))?;
    }
}

// Each document is looked at in all the ways that there are.
proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 4, max_shrink_iters: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_output_shows_a_secret(
        (format, template) in prop_oneof![sample(), any_file()], consumer in consumer(), profile in profile(),
    ) {
        held(props::nothing_leaks(&linter(format, consumer, profile), &template))?;
    }

    #[test]
    fn no_view_tells_how_long_a_secret_is(
        (format, template) in prop_oneof![sample(), any_file()], consumer in consumer(),
    ) {
        held(props::same_view_at_any_length(&linter(format, consumer, "3.3"), &template))?;
    }
}
