//! What Python 3.11's `json` module answered, and properties of reading and writing.

use connlint_json::{
    ErrorKind, Found, JsonException, MAX_DEPTH, PyText, Reader, Value, dict, dumps, dumps_str,
    encode_string, parse,
};
use connlint_text::Span;
use proptest::prelude::*;

#[test]
fn errors_say_what_python_says_and_where() {
    use ErrorKind as E;
    for (text, kind, offset, shown) in [
        ("", E::ExpectedValue(Found::End), 0, ""),
        (" \n", E::ExpectedValue(Found::End), 2, ""),
        ("\u{feff}{}", E::Bom, 0, "\u{feff}"),
        ("{'a': 1}", E::ExpectedKey(Found::SingleQuote), 1, "'"),
        ("{“a”: 1}", E::ExpectedKey(Found::CurlyQuote), 1, "“"),
        ("{a: 1}", E::ExpectedKey(Found::Word), 1, "a"),
        ("{", E::ExpectedKey(Found::End), 1, ""),
        (r#"{"a": 1,}"#, E::ExpectedKey(Found::TrailingComma), 8, ","),
        (r#"{"a": 1, ,}"#, E::ExpectedKey(Found::Comma), 9, ","),
        ("[1, ]", E::ExpectedValue(Found::TrailingComma), 4, ","),
        ("[,]", E::ExpectedValue(Found::Comma), 1, ","),
        (r#"{"a" 1}"#, E::ExpectedColon(Found::Number), 5, "1"),
        (r#"{"a": }"#, E::ExpectedValue(Found::ClosingBracket), 6, "}"),
        (r#"{"a": True}"#, E::ExpectedValue(Found::PythonLiteral), 6, "True"),
        (r#"{"a": Truely}"#, E::ExpectedValue(Found::Word), 6, "Truely"),
        (r#"{"a": app-1}"#, E::ExpectedValue(Found::Word), 6, "app-1"),
        (r#"{"a": 1 "b": 2}"#, E::ExpectedComma(Found::String), 8, "\""),
        (r#"{"a": 1"#, E::ExpectedComma(Found::End), 7, ""),
        ("[1}", E::ExpectedComma(Found::ClosingBracket), 2, "}"),
        ("[1 // one", E::ExpectedComma(Found::Comment), 3, "/"),
        ("# c\n{}", E::ExpectedValue(Found::Comment), 0, "#"),
        ("{} {}", E::ExtraData(Found::OpeningBracket), 3, "{"),
        ("[1]]", E::ExtraData(Found::ClosingBracket), 3, "]"),
        ("\u{a0}1", E::ExpectedValue(Found::WhiteSpace), 0, "\u{a0}"),
        ("@", E::ExpectedValue(Found::Other), 0, "@"),
        ("007", E::ExtraData(Found::Number), 1, "007"),
        ("[5.]", E::ExpectedComma(Found::Number), 2, "5."),
        ("+1", E::ExpectedValue(Found::Number), 0, "+1"),
        (".5", E::ExpectedValue(Found::Number), 0, ".5"),
        ("-", E::ExpectedValue(Found::Number), 0, "-"),
        (r#"["a"#, E::UnterminatedString, 1, "\""),
        (r#"["a\"#, E::UnterminatedString, 1, "\""),
        ("\"a\nb\"", E::ControlCharacter, 2, "\n"),
        ("\"a\nb", E::ControlCharacter, 2, "\n"),
        (r#""a\x41""#, E::InvalidEscape, 2, r"\x"),
        (r#""\é""#, E::InvalidEscape, 1, r"\é"),
        (r#""\u12""#, E::InvalidUnicodeEscape, 2, r"\u12"),
        (r#""\u1234"#, E::InvalidUnicodeEscape, 2, r"\u1234"),
        (r#""\ud83d\u00""#, E::InvalidUnicodeEscape, 8, r"\u00"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.kind, error.offset), (kind, offset), "{text}");
        assert_eq!(error.span.of(text), shown, "{text}");
        assert_eq!(error.kind.exception(), JsonException::JsonDecodeError, "{text}");
    }
}

#[test]
fn python_writes_what_it_read() {
    for (text, written) in [
        (" null ", "null"),
        ("[true,false]", "[true, false]"),
        (r#"{"a":{},"b":[]}"#, r#"{"a": {}, "b": []}"#),
        (r#"{"b":1,"a":2,"b":3}"#, r#"{"b": 3, "a": 2}"#),
        (r#"{"a":1,"\u0061":2}"#, r#"{"a": 2}"#),
        ("[-0, -0.0, 0e0, 1E5]", "[0, -0.0, 0.0, 100000.0]"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("[NaN,Infinity,-Infinity]", "[NaN, Infinity, -Infinity]"),
        ("[1E400,-1e400,1e-400]", "[Infinity, -Infinity, 0.0]"),
        ("[1e16,1e15,123456789.12345679]", "[1e+16, 1000000000000000.0, 123456789.12345679]"),
        ("[1e-4,1e-5,1e-07,5e-324]", "[0.0001, 1e-05, 1e-07, 5e-324]"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        // Two shortest notations are equally near: the even one.
        ("[974362478628180.24278,5e-324]", "[974362478628180.2, 5e-324]"),
        (r#""é😀\/\u007f""#, r#""\u00e9\ud83d\ude00/\u007f""#),
        (r#""\uD83D\uDE00""#, r#""\ud83d\ude00""#),
        (r#""\ud800a\udc00""#, r#""\ud800a\udc00""#),
        (r#""\b\f\n\r\t\u001f\"\\""#, r#""\b\f\n\r\t\u001f\"\\""#),
    ] {
        assert_eq!(parse(text).map(|node| dumps(&node)).as_deref(), Ok(written), "{text}");
    }
}

#[test]
fn truth_is_pythons() {
    for text in ["null", "false", "0", "-0", "0.0", "-0.0", "1e-999", "\"\"", "[]", "{}"] {
        assert!(!parse(text).unwrap().is_truthy(), "{text}");
    }
    for text in ["true", "1", "-1", "0.1", "NaN", "Infinity", "\" \"", "[0]", r#"{"":0}"#] {
        assert!(parse(text).unwrap().is_truthy(), "{text}");
    }
}

#[test]
fn integers_have_a_limit_of_digits() {
    let digits = "1".repeat(4300);
    assert!(parse(&digits).is_ok());
    assert!(parse(&format!("-{digits}")).is_ok());
    assert!(parse(&format!("{digits}1.5")).is_ok());
    let error = parse(&format!("[{digits}1x")).unwrap_err();
    assert_eq!((error.kind, error.offset), (ErrorKind::TooManyDigits, 1));
    assert_eq!(error.kind.exception(), JsonException::ValueError);
}

#[test]
fn depth_has_a_limit() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let nested = |depth: usize| [&*open.repeat(depth), "[]", &close.repeat(depth)].concat();
        let text = nested(MAX_DEPTH - 1);
        let node = parse(&text).unwrap();
        assert_eq!(dumps(&node).matches(['[', '{']).count(), MAX_DEPTH);
        let error = parse(&nested(MAX_DEPTH)).map(drop).unwrap_err();
        assert_eq!(error.kind, ErrorKind::TooDeep);
        assert_eq!(error.kind.exception(), JsonException::RecursionError);
    }
}

#[test]
fn strings_know_where_their_characters_come_from() {
    let text = r#" {"k\u0065y": "a\tb\ud83d\ude00"} "#;
    let node = parse(text).unwrap();
    let members = node.as_object().unwrap();
    let [member] = members else { panic!("one member") };
    assert!(member.key.is("key"));
    assert_eq!(member.span().of(text), r#""k\u0065y": "a\tb\ud83d\ude00""#);
    let value = member.value.as_string().unwrap().decode();
    assert_eq!(value.text(), "a\tb😀");
    for (start, end, raw) in [(0, 1, "a"), (1, 2, r"\t"), (2, 3, "b"), (3, 7, r"\ud83d\ude00")] {
        assert_eq!(value.map().to_raw(Span::new(start, end)).of(text), raw);
    }
}

#[test]
fn lone_surrogates_are_kept() {
    let node = parse(r#""a\ud800\u0062\udfff""#).unwrap();
    let string = node.as_string().unwrap();
    assert_eq!(string.text(), PyText::Surrogates(vec![0x61, 0xd800, 0x62, 0xdfff]));
    assert_eq!(string.decode().text(), "a\u{fffd}b\u{fffd}");
}

#[test]
fn strings_without_escapes_are_borrowed() {
    let node = parse(r#""plain""#).unwrap();
    let text = node.as_text().unwrap();
    assert!(matches!(text, PyText::Str(std::borrow::Cow::Borrowed("plain"))));
}

#[test]
fn debug_shows_no_content() {
    let node = parse(r#"{"s3cr3t-key": ["s3cr3t-value", 12345678]}"#).unwrap();
    let shown = format!("{node:?} {:?} {:?}", node.as_object(), node.last("s3cr3t-key"));
    assert!(!shown.contains("s3cr3t") && !shown.contains("12345678"), "{shown}");
    let Value::Object(members) = node.value else { panic!("an object") };
    assert_eq!(dict(&members).len(), 1);
}

#[test]
fn reader_stops_behind_an_error() {
    let mut reader = Reader::new("[1 2]");
    assert_eq!(reader.by_ref().filter(Result::is_err).count(), 1);
    assert!(reader.next().is_none());
}

/// Texts that are nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let atoms = prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\n", "\"a\"", "\"b\":", "1",
        "-", "0", ".", "e", "NaN", "null", "é", "'", " ", "\n", "\u{feff}", "True",
    ]);
    prop::collection::vec(atoms, 0..16).prop_map(|atoms| atoms.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_in_place(text in nearly_json()) {
        match parse(&text) {
            Ok(node) => {
                let written = dumps(&node);
                prop_assert!(written.is_ascii());
                let again = parse(&written).map(|node| dumps(&node));
                prop_assert_eq!(again, Ok(written));
            }
            Err(error) => {
                prop_assert!(text.get(error.span.range()).is_some());
                prop_assert!(text.is_char_boundary(error.offset as usize));
            }
        }
    }

    #[test]
    fn events_stand_in_order(text in nearly_json()) {
        let mut end = 0;
        for event in Reader::new(&text).map_while(Result::ok) {
            prop_assert!(event.span.start() >= end && !event.span.is_empty());
            end = event.span.end();
            prop_assert!(text.get(event.span.range()).is_some());
        }
    }

    #[test]
    fn texts_come_back(text in any::<String>()) {
        for written in [dumps_str(&text.as_str().into()), format!("\"{}\"", encode_string(&text))] {
            let node = parse(&written).unwrap();
            prop_assert!(node.as_text().unwrap() == *text);
            let decoded = node.as_string().unwrap().decode();
            prop_assert_eq!(decoded.text(), &text);
        }
    }

    #[test]
    fn floats_come_back(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        let written = connlint_json::float_repr(float);
        let node = parse(&written).unwrap();
        let Value::Number(number) = node.value else { panic!("a number") };
        prop_assert!(number.is_float());
        let again = number.as_f64();
        prop_assert!(again.to_bits() == float.to_bits() || (again.is_nan() && float.is_nan()));
    }
}
