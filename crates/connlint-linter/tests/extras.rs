//! What the catalogue knows about extras is what the rules say about them.

use connlint_catalog::conn_types;
use connlint_linter::Linter;

#[test]
fn every_common_mistake_is_found() {
    let mut types = 0;
    for known in conn_types().iter().filter(|known| !known.common_mistakes.is_empty()) {
        types += 1;
        for (wrong, _) in known.common_mistakes {
            let text = format!(
                r#"{{"c": {{"conn_type": "{}", "login": "u", "extra": {{"{wrong}": "v"}}}}}}"#,
                known.name
            );
            let linted = Linter::default().lint("connections.json", &text);
            let at_key = linted.findings.iter().filter(|finding| {
                matches!(finding.rule.code, "CL305" | "CL306" | "CL307")
                    && finding.span.of(&text).trim_matches('"') == *wrong
            });
            assert_eq!(at_key.count(), 1, "{wrong} of {}", known.name);
        }
    }
    assert_eq!(types, 21);
}
