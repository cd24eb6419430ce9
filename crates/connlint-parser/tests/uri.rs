//! The URI as a whole: where its parts stand, what Airflow raises, and that nothing panics.

use connlint_catalog::Profile;
use connlint_json::ObjectWriter;
use connlint_parser::{
    Connection, Exception, FailureKind, FieldValue, Part, Port, Reading, Uri, read_stored, read_uri,
};
use connlint_text::{Decoded, Span};
use proptest::prelude::*;

const PROFILES: [&str; 4] = ["2.10", "3.0", "3.3", "3.3-sdk"];

fn profile(text: &str) -> Profile {
    text.parse().expect("a profile that is known")
}

/// Every part by name.
fn parts<'u, 'a>(uri: &'u Uri<'a>) -> [(&'static str, &'u Option<Part<'a>>); 9] {
    [
        ("scheme", &uri.scheme),
        ("protocol", &uri.protocol),
        ("authority", &uri.authority),
        ("login", &uri.login),
        ("password", &uri.password),
        ("host", &uri.host),
        ("port", &uri.port),
        ("path", &uri.path),
        ("query", &uri.query),
    ]
}

/// The parts with their text in the document, as `name=text`.
fn layout(text: &str) -> String {
    let uri = read_uri(text, Profile::NEWEST);
    let parts = parts(&uri).into_iter().chain([("fragment", &uri.fragment)]);
    let shown: Vec<_> = parts
        .filter_map(|(name, part)| Some(format!("{name}={}", part.as_ref()?.span.of(text))))
        .collect();
    shown.join(" ")
}

#[test]
fn parts_stand_where_they_are_written() {
    for (text, expected) in [
        (
            "postgres://u:p@h:1/d?a=b#f",
            "scheme=postgres authority=u:p@h:1 login=u password=p host=h port=1 path=/d query=a=b fragment=f",
        ),
        ("sqlite:///d", "scheme=sqlite authority= path=/d"),
        ("host:5432/db", "scheme=host path=5432/db"),
        ("my_type://h", "path=my_type://h"),
        ("//h", "authority=h host=h"),
        ("x://[::1]:5/d", "scheme=x authority=[::1]:5 host=::1 port=5 path=/d"),
        ("http://https://h/p", "scheme=http protocol=https authority=h host=h path=/p"),
        // Upper case is not replaced, and the second split finds the scheme again.
        (
            "HTTP://https://h/p",
            "scheme=HTTP protocol=HTTP authority=https: host=https port= path=//h/p",
        ),
        // Both are taken away, and nothing is left but a path.
        ("http://http://h", "scheme=http path=h"),
        ("x://http://h", "scheme=x protocol=http authority=h host=h"),
        (" x://h", "scheme=x authority=h host=h"),
        ("\tx://u:p\tq@h\n", "scheme=x authority=u:p\tq@h login=u password=p\tq host=h"),
        ("", ""),
    ] {
        assert_eq!(layout(text), expected, "{text}");
    }
}

#[test]
fn removed_characters_are_not_in_the_text_of_a_part() {
    let uri = read_uri("x://u:p\tq@h", Profile::NEWEST);
    let password = uri.password.unwrap();
    assert_eq!((password.text.as_ref(), password.span), ("pq", Span::new(6, 9)));
    assert_eq!(password.place(0..1), password.span);
    let uri = read_uri("x://u:p%40q@h", Profile::NEWEST);
    assert_eq!(uri.password.unwrap().place(1..4), Span::new(7, 10));
}

#[test]
fn failures_point_at_their_cause() {
    use Exception::{AirflowException, ValueError};
    for (text, exception, kind, at) in [
        ("x://u:p/q@h", ValueError, FailureKind::PortNotANumber, 6..7),
        ("x://h:5432db", ValueError, FailureKind::PortNotANumber, 6..12),
        ("x://h:65536/d", ValueError, FailureKind::PortOutOfRange, 6..11),
        ("x://a://b://c", AirflowException, FailureKind::TooManySeparators, 9..12),
        ("x://u:p@h/?a=y://z", AirflowException, FailureKind::SeparatorBehindAuthority, 14..17),
        ("http://http://h:1", AirflowException, FailureKind::SeparatorBehindAuthority, 11..14),
        ("x://u:p[q@h", ValueError, FailureKind::UnbalancedBracket, 7..8),
        ("x://u:p]q@h", ValueError, FailureKind::UnbalancedBracket, 7..8),
        ("x://[::1]a:5/d", ValueError, FailureKind::TextAroundBrackets, 9..10),
        ("x://a[::1]/d", ValueError, FailureKind::TextAroundBrackets, 4..5),
        ("x://[h]/d", ValueError, FailureKind::NotAnAddress, 5..6),
        ("x://u:[p]q@h", ValueError, FailureKind::NotAnAddress, 11..12),
        ("x://[1.2.3.4]", ValueError, FailureKind::Ipv4InBrackets, 5..12),
        ("x://[vz.a]", ValueError, FailureKind::BadFutureAddress, 5..9),
        ("x://u:p\u{2100}q@h", ValueError, FailureKind::NormalisesToDelimiter, 7..10),
        ("x://h/?a=b&__extra__=[1]", ValueError, FailureKind::ExtraNotAnObject, 21..24),
        ("x://h/?__extra__={'a'}", ValueError, FailureKind::ExtraNotJson, 17..22),
        ("  x://h:y", ValueError, FailureKind::PortNotANumber, 8..9),
    ] {
        let failure = read_uri(text, Profile::NEWEST).failure.expect(text);
        assert_eq!((failure.exception, failure.kind), (exception, kind), "{text}");
        assert_eq!(failure.span, Span::from_range(at), "{text}");
    }
}

#[test]
fn brackets_take_what_python_takes_for_an_address() {
    for (host, is_address) in [
        ("::", true),
        ("::1", true),
        ("1:2:3:4:5:6:7:8", true),
        ("1:2:3:4:5:6:7::", true),
        ("::ffff:1.2.3.4", true),
        ("fe80::1%eth0", true),
        ("v1.x", true),
        ("", false),
        ("1:2:3:4:5:6:7:8:9", false),
        ("1::2::3", false),
        ("12345::", false),
        ("::1.2.3.4.5", false),
        ("::1.2.3.04", false),
        ("fe80::1%", false),
        ("fe80::1%a%b", false),
        ("v.x", false),
        ("v1.", false),
        ("V1.x", false),
    ] {
        let text = format!("x://[{host}]/");
        assert_eq!(read_uri(&text, Profile::NEWEST).failure.is_none(), is_address, "{host}");
    }
}

#[test]
fn an_integer_has_a_limit_of_digits() {
    let port = format!("x://h:{}", "1".repeat(4301));
    let value = format!("x://h/?b=1&a=-{}", "1".repeat(4301));
    for text in [&port, &value] {
        let uri = read_uri(text, Profile::NEWEST);
        assert_eq!(uri.failure.as_ref().map(|f| f.kind), Some(FailureKind::TooManyDigits));
        let message = uri.failure_message(None).unwrap();
        assert!(message.masked().as_str().contains("has 4301 digits"), "{message:?}");
    }
    let nested = format!("x://h/?a={}", "[".repeat(3000));
    let failure = read_uri(&nested, Profile::NEWEST).failure.unwrap();
    assert_eq!(failure.exception, Exception::RecursionError);
    assert_eq!(read_uri(&nested, profile("2.10")).failure, None);
}

#[test]
fn the_last_value_of_a_key_stands_at_its_first_place() {
    let uri = read_uri("x://h/?a=1&b=2&%61=3", profile("2.10"));
    assert_eq!(uri.extra_value().unwrap(), r#"{"a": "3", "b": "2"}"#);
    // More keys than are compared each with each.
    let many: Vec<_> = (0..40).map(|n| format!("k{}={n}", n % 20)).collect();
    let text = format!("x://h/?{}", many.join("&"));
    let uri = read_uri(&text, profile("2.10"));
    let kept: Vec<_> = uri.kept_pairs().into_iter().map(|pair| pair.value.unwrap().text).collect();
    assert_eq!(kept, (20..40).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn stored_texts_keep_their_offsets() {
    for (text, at) in [
        ("\u{a0} x://h:y \n", 9..10),
        ("\u{a0}{\"conn_type\": \"x\", \"port\": \"y\"}\u{3000}", 29..32),
        (" \n", 0..2),
    ] {
        let reading = read_stored(text, Profile::NEWEST);
        assert_eq!(reading.failure().expect(text).span, Span::from_range(at), "{text}");
    }
    assert!(read_stored("x://h", Profile::NEWEST).failure().is_none());
}

#[test]
fn what_airflow_was_given_is_what_it_quotes() {
    let reading = read_stored("  x://a://b://c ", profile("2.10"));
    let message = reading.failure_message(None).unwrap();
    let message = message.expose_for(connlint_text::Purpose::Reveal);
    assert_eq!(message, "Invalid connection string: x://a://b://c.");
}

/// Text made of what matters to the grammar.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "x",
        "http",
        "https",
        "postgresql",
        "://",
        "//",
        "/",
        ":",
        "@",
        "?",
        "#",
        "&",
        "=",
        "[",
        "]",
        "[::1]",
        "%",
        "%40",
        "%2F",
        "%C3",
        "\u{e9}",
        "\u{2100}",
        "\u{ff1a}",
        "\t",
        "\n",
        " ",
        "\0",
        "1",
        "99999",
        "{",
        "}",
        "\"",
        "__extra__",
        "A",
        "-",
        "_",
        "+",
        ".",
        "\u{130}",
        "\u{a0}",
        "s3cr3t",
        "{}",
        "[1]",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn fits(text: &str, span: Span<Decoded>) -> bool {
    text.get(span.range()).is_some()
}

/// Whether `part` is what is left of `whole` when characters are taken out.
fn is_left_of(part: &str, whole: &str) -> bool {
    let mut chars = whole.chars();
    part.chars().all(|wanted| chars.any(|char| char == wanted))
}

fn check_uri(text: &str, uri: &Uri<'_>) -> Result<(), TestCaseError> {
    let pairs: Vec<_> = uri.pairs().collect();
    let parts = parts(uri).into_iter().chain([("fragment", &uri.fragment)]);
    let parts: Vec<&Part<'_>> = parts
        .filter_map(|(_, part)| part.as_ref())
        .chain(pairs.iter().map(|pair| &pair.key))
        .chain(pairs.iter().filter_map(|pair| pair.value.as_ref()))
        .collect();
    for part in parts {
        prop_assert!(fits(text, part.span), "{:?}", part);
        prop_assert!(is_left_of(&part.text, part.span.of(text)), "{:?}", part);
    }
    if let Some(failure) = &uri.failure {
        prop_assert!(fits(text, failure.span), "{:?}", failure);
        prop_assert!(uri.failure_message(None).is_some(), "{:?}", failure);
    }
    prop_assert_eq!(uri.connection().is_none(), uri.failure.is_some());
    let public = uri.disclosure();
    let secret = pairs.iter().filter_map(|pair| pair.value.as_ref());
    let secret = secret.chain(uri.password.as_ref()).chain(uri.fragment.as_ref());
    for part in secret {
        prop_assert!(!public.iter().any(|span| span.overlaps(part.span)), "{:?}", public);
    }
    for pair in public.windows(2) {
        prop_assert!(pair[0].end() < pair[1].start(), "{:?}", public);
    }
    prop_assert!(public.iter().all(|span| fits(text, *span)), "{:?}", public);
    Ok(())
}

/// A connection that a URI can say, and values that no Airflow takes for JSON.
fn uri_safe() -> impl Strategy<Value = Connection<'static>> {
    let extra = prop::option::of(prop::collection::vec(("[a-z_]{1,4}", "v\\PC{0,6}"), 1..4));
    let optional = |pattern: &'static str| prop::option::of(pattern);
    (
        "[a-oq-z][a-z0-9_]{0,6}",
        optional("\\PC{1,8}"),
        optional("\\PC{1,8}"),
        optional("[a-z0-9\u{e9} .,%@:/?#&+-]{1,8}"),
        "\\PC{0,8}",
        prop::option::of(1u16..),
        extra,
    )
        .prop_filter("`://` begins a protocol", |(_, _, _, host, ..)| {
            !host.as_ref().is_some_and(|host| host.contains("://"))
        })
        .prop_map(|(conn_type, login, password, host, schema, port, extra)| {
            let field = |text: String| Some(FieldValue::from(text));
            let extra = extra.map(|entries| {
                let entries: std::collections::BTreeMap<_, _> = entries.into_iter().collect();
                let mut out = String::new();
                let mut object = ObjectWriter::new(&mut out);
                for (key, value) in entries {
                    object.text(&key.into(), &value.into());
                }
                object.finish();
                out
            });
            // A password without a login is written `:password@`, and a port without a host and
            // credentials `@:port`; both read back with an empty login.
            let needs_login = password.is_some() || (port.is_some() && host.is_none());
            let login = login.or_else(|| needs_login.then(String::new));
            Connection {
                conn_type: field(conn_type),
                login: login.and_then(field),
                password: password.and_then(field),
                host: field(host.unwrap_or_default()),
                schema: field(schema),
                port: port.map(|port| Port::Number(port.into())),
                extra: extra.and_then(field),
                ..Connection::default()
            }
        })
}

proptest! {
    #[test]
    fn any_text_has_a_reading(text in "\\PC*|.*", index in 0..PROFILES.len()) {
        check_uri(&text, &read_uri(&text, profile(PROFILES[index])))?;
    }

    #[test]
    fn spans_fit_and_secrets_stay_secret(text in hostile(), index in 0..PROFILES.len()) {
        check_uri(&text, &read_uri(&text, profile(PROFILES[index])))?;
    }

    #[test]
    fn stored_texts_fit_too(text in hostile(), index in 0..PROFILES.len()) {
        let reading = read_stored(&text, profile(PROFILES[index]));
        if let Some(failure) = reading.failure() {
            prop_assert!(fits(&text, failure.span), "{:?}", failure);
        }
        if let Reading::Uri(uri) = &reading {
            check_uri(&text, uri)?;
        }
        if let Some(connection) = reading.connection() {
            prop_assert!(connection.get_uri(Profile::NEWEST).is_ok());
        }
    }

    #[test]
    fn what_get_uri_writes_reads_back(connection in uri_safe(), index in 0..PROFILES.len()) {
        let profile = profile(PROFILES[index]);
        let text = connection.get_uri(profile).unwrap();
        let uri = read_uri(&text, profile);
        prop_assert_eq!(uri.failure.as_ref(), None, "{}", text);
        let again = uri.connection().unwrap();
        prop_assert!(again == connection, "{}: {:?}", text, again);
    }
}
