//! Properties of what is read from JSON: no text panics, and every place lies in the text.

use connlint_catalog::{AirflowVersion, Profile};
use connlint_parser::{
    Connection, JsonConnection, VaultForm, py, read_file_object, read_json, read_kwargs,
    vault_secret,
};
use proptest::prelude::*;

/// Every series, and both classes where the task SDK reads JSON.
fn profile() -> impl Strategy<Value = Profile> {
    (prop::sample::select(AirflowVersion::KNOWN), any::<bool>()).prop_map(|(version, core)| {
        if core || version < AirflowVersion::series(3, 1) {
            Profile::core(version)
        } else {
            Profile::task_sdk(version)
        }
    })
}

/// JSON values of all kinds, and what is nearly one.
fn value() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "null",
        "true",
        "false",
        "0",
        "5432",
        "-1",
        "54.32",
        "1e400",
        "NaN",
        "12345678901234567890",
        "\"\"",
        "\"x\"",
        "\"postgresql\"",
        "\"a-b\"",
        "\" +5_432 \"",
        "\"abc\"",
        "\"\\u0665\"",
        "\"\\ud800\"",
        "\"é\\u00e9\"",
        "[]",
        "[1, null]",
        "[\"-\"]",
        "{}",
        "{\"a\": 1}",
        "\"{\\\"a\\\": \\\"\\ud800\\\"}\"",
        "\"[1]\"",
        "\"x://u:p@h:1/s?a=1\"",
        "\"x://h:bad\"",
        "x",
        "'x'",
        "\"x",
    ])
    .prop_map(str::to_owned)
}

/// Objects whose keys are fields, or nearly.
fn object() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "conn_type",
        "description",
        "host",
        "login",
        "password",
        "schema",
        "port",
        "extra",
        "uri",
        "conn_id",
        "team_id",
        "team_name",
        "extra_dejson",
        "conn_uri",
        "value",
        "user",
        "h\\u006fst",
    ]);
    let member = (key, value()).prop_map(|(key, value)| format!("\"{key}\": {value}"));
    prop::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(", ")))
}

fn check(read: &JsonConnection<'_>) -> Result<(), TestCaseError> {
    if let Some(failure) = &read.failure {
        prop_assert!(read.text.get(failure.span.range()).is_some());
        prop_assert!(read.connection().is_none());
        prop_assert!(read.failure_message(Some("c")).is_some());
    } else {
        prop_assert!(read.connection().is_some());
    }
    for member in read.members() {
        let span = member.span();
        prop_assert!(read.text.get(span.range()).is_some_and(|text| text.starts_with('"')));
    }
    Ok(())
}

proptest! {
    #[test]
    fn objects_are_read_or_refused(text in object(), profile in profile()) {
        check(&read_json(&text, profile))?;
        check(&read_file_object(&text, Some("c"), profile))?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}", profile in profile()) {
        check(&read_json(&text, profile))?;
        check(&read_file_object(&text, None, profile))?;
        let kwargs = read_kwargs(&text);
        prop_assert!(kwargs.problem().is_none_or(|span| text.get(span.range()).is_some()));
        prop_assert!(kwargs.references().all(|span| span.of(&text).starts_with('$')));
    }

    /// What `as_json` writes is read as the same connection, where its fields are normal.
    #[test]
    fn as_json_comes_back(
        texts in prop::array::uniform6(prop::option::of("\\PC{1,8}")),
        port in prop::option::of(1i64..70_000),
        profile in profile(),
    ) {
        let [conn_type, description, host, login, password, schema] =
            texts.map(|text| text.map(Into::into));
        let port = port.map(connlint_parser::Port::Number);
        let extra = Some("{\"a\": [1.5, null, \"x\"]}".into());
        let connection =
            Connection { conn_type, description, host, login, password, schema, port, extra };
        let json = connection.as_json(profile).unwrap();
        let again = read_json(&json, profile).connection().unwrap();
        prop_assert_eq!(again.as_json(profile).unwrap().replace('_', "-"), json.replace('_', "-"));
    }

    /// A Vault secret whose keys are fields fails for its values only.
    #[test]
    fn vault_forms_agree_with_the_constructor(text in object(), profile in profile()) {
        let read = read_json(&text, profile);
        let Some(root) = &read.root else { return Ok(()) };
        let secret = vault_secret(root, profile);
        prop_assert_eq!(secret.keys.len(), read.members().len());
        if secret.form == VaultForm::Fields {
            prop_assert_eq!(read.unknown_members().count(), 0);
        }
    }

    #[test]
    fn int_is_what_it_says(number in any::<i64>()) {
        let digits = number.to_string();
        prop_assert_eq!(py::int(&digits).unwrap(), digits.as_str());
    }

    #[test]
    fn strip_takes_white_space_only(text in "[\\s\u{1c}-\u{1f}x]{0,8}") {
        let stripped = py::strip(&text);
        prop_assert!(text.contains(stripped));
        prop_assert!(!stripped.starts_with(py::is_space) && !stripped.ends_with(py::is_space));
    }
}
