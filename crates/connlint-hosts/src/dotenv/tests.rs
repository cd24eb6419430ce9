use connlint_text::Span;

use super::extract as dotenv_extract;
use super::*;
use crate::Consumer;

/// What a reader makes of `K…`, written short: `=value`, `!` for a complaint, `-` for nothing, and
/// `key ` with the other name.
fn reading(line: &str, consumer: Consumer) -> String {
    match read_entry_as(line, Span::from_range(0..line.len()), "K", consumer) {
        EntryReading::Value(value) => format!("={}", value.text()),
        EntryReading::Absent => "-".to_owned(),
        EntryReading::Refused(_) => "!".to_owned(),
        EntryReading::OtherKey(name) => format!("key {name}"),
    }
}

#[track_caller]
fn check(line: &str, readers: &[Consumer], expected: &[&str]) {
    let line = format!("{line}\n");
    for (consumer, expected) in readers.iter().zip(expected) {
        assert_eq!(reading(&line, *consumer), *expected, "{line:?} as {consumer:?} reads it");
    }
}

/// The four readers of the Astro CLI, observed.
#[test]
fn astro_readers() {
    use Consumer::{AstroLoad, AstroStandalone, Compose, Gotenv};
    let readers = [Compose, Gotenv, AstroLoad, AstroStandalone];
    for (line, expected) in [
        (r#"K={"a": "b", "c": 1}"#, [r#"={"a": "b", "c": 1}"#; 4]),
        (r#"K='{"a":"b"}'"#, [r#"={"a":"b"}"#; 4]),
        (
            r#"K="{\"a\": \"b\"}""#,
            [r#"={"a": "b"}"#, r#"={"a": "b"}"#, r#"={\"a\": \"b\"}"#, r#"={\"a\": \"b\"}"#],
        ),
        (
            r#"K={"p": "a$bc"}"#,
            [r#"={"p": "a"}"#, r#"={"p": "a$bc"}"#, r#"={"p": "a$bc"}"#, r#"={"p": "a$bc"}"#],
        ),
        (
            r#"K={"d": "${HOME}x"}"#,
            [r#"={"d": "x"}"#, r#"={"d": "x"}"#, r#"={"d": "${HOME}x"}"#, r#"={"d": "${HOME}x"}"#],
        ),
        (r#"K='{"p": "a$bc"}'"#, [r#"={"p": "a$bc"}"#; 4]),
        ("K=pa$$word", ["=pa$word", "=pa$$word", "=pa$$word", "=pa$$word"]),
        (r"K=pa\$word", [r"=pa\", "=pa$word", r"=pa\$word", r"=pa\$word"]),
        (
            r#"K={"a": "b # c"}"#,
            [r#"={"a": "b"#, r#"={"a": "b"#, r#"={"a": "b # c"}"#, r#"={"a": "b # c"}"#],
        ),
        (
            r#"K={"a": "b#c"}"#,
            [r#"={"a": "b#c"}"#, r#"={"a": "b"#, r#"={"a": "b#c"}"#, r#"={"a": "b#c"}"#],
        ),
        ("K=uri?x=1#frag", ["=uri?x=1#frag", "=uri?x=1", "=uri?x=1#frag", "=uri?x=1#frag"]),
        (r"K='it\'s'", ["=it's", r"=it\'s", r"=it\'s", r"=it\'s"]),
        (r#"K="a\\nb""#, [r"=a\nb", "=a\nb", r"=a\\nb", r"=a\\nb"]),
        ("MY VAR=1", ["!", "!", "key MY VAR", "key MY VAR"]),
        ("K=v # c", ["=v", "=v", "=v # c", "=v # c"]),
        ("export K=v", ["=v", "=v", "key export K", "key export K"]),
        ("K = v", ["=v", "=v", "key K ", "key K "]),
        ("K: v", ["=v", "=v", "!", "!"]),
        (r#"K="l1\nl2""#, ["=l1\nl2", "=l1\nl2", r"=l1\nl2", r"=l1\nl2"]),
        ("K='l1\nl2'", ["=l1\nl2", "=l1\nl2", "=l1", "='l1"]),
        ("K={\n  \"a\": 1\n}", ["={", "={", "={", "={"]),
        ("K=", ["=", "=", "!", "="]),
        ("K", ["-", "!", "!", "!"]),
        ("my-conn=v", ["key my-conn", "!", "key my-conn", "key my-conn"]),
        ("K= # secret", ["=# secret", "=", "=# secret", "= # secret"]),
        (r#"K="a"b"#, ["=a", r#"="a"b"#, r#"=a"b"#, r#"="a"b"#]),
        (r#"K=pass""#, [r#"=pass""#, r#"=pass""#, "=pass", r#"=pass""#]),
        ("K=v\r", ["=v"; 4]),
        // The portable form.
        (r#"K='{"a":"it\u0027s $x # y"}'"#, [r#"={"a":"it\u0027s $x # y"}"#; 4]),
    ] {
        check(line, &readers, &expected);
    }
}

/// Bare JSON over several lines: the lines that follow are errors to those who complain.
#[test]
fn bare_json_over_lines() {
    let file = "AIRFLOW_CONN_X={\n  \"a\": 1\n}\n";
    for (consumer, issues) in [
        (Consumer::Compose, 2),
        (Consumer::Gotenv, 2),
        (Consumer::AstroLoad, 2),
        (Consumer::AstroStandalone, 2),
    ] {
        let document = dotenv_extract(file, Options { consumer });
        assert_eq!(document.sites.len(), 1, "{consumer:?}");
        assert_eq!(document.issues.len(), issues, "{consumer:?}");
    }
}

#[test]
fn long_lines() {
    let file = format!("A=1\nAIRFLOW_VAR_A={}\nAIRFLOW_VAR_B=1\n", "x".repeat(66_000));
    for (consumer, sites, issues) in [
        (Consumer::Compose, 2, 0),
        (Consumer::AstroStandalone, 2, 0),
        (Consumer::AstroLoad, 0, 1),
        (Consumer::Gotenv, 0, 1),
        (Consumer::PythonDotenv, 2, 0),
        (Consumer::Shell, 2, 0),
    ] {
        let document = dotenv_extract(&file, Options { consumer });
        assert_eq!((document.sites.len(), document.issues.len()), (sites, issues), "{consumer:?}");
    }
}

/// python-dotenv 1.2 and bash 5.2, observed.
#[test]
fn python_and_shell() {
    let readers = [Consumer::PythonDotenv, Consumer::Shell];
    for (line, expected) in [
        ("K=plain # note", ["=plain", "=plain"]),
        ("K='x' # c", ["=x", "=x"]),
        ("export K=1", ["=1", "=1"]),
        (" K = 1", ["=1", "!"]),
        (r#"K="it's \"q\" $X" "#, [r#"=it's "q" $X"#, r#"=it's "q" "#]),
        ("K=pa$$word#1", ["=pa$$word#1", "=paword#1"]),
        (r#"K="x"y"#, ["!", "=xy"]),
        (r#"K={"a": "b"}"#, [r#"={"a": "b"}"#, "!"]),
        ("K=a # b", ["=a", "=a"]),
        ("K=a#b", ["=a#b", "=a#b"]),
        ("K= # c", ["=", "="]),
        ("K= v", ["=v", "!"]),
        ("K", ["-", "!"]),
        ("K: v", ["!", "!"]),
        ("K='${A}'", ["=", "=${A}"]),
        ("K=${A:-d}$A", ["=d$A", "=d"]),
        ("K=${A-d}", ["=", "=d"]),
        (r"K='a\\b\'c'", [r"=a\b'c", "!"]),
        (r"K=a\ b\$c", [r"=a\ b\$c", "=a b$c"]),
        ("K='a\nb'", ["=a\nb", "=a\nb"]),
        ("K=a\\\nb", ["=a\\", "=ab"]),
        ("K=a; B=c", ["=a; B=c", "=a"]),
        ("K=a&b", ["=a&b", "!"]),
        ("K=~/x", ["=~/x", "=~/x"]),
        ("K=`id`x", ["=`id`x", "=x"]),
        ("K=a'b'\"c\"", ["=a'b'\"c\"", "=abc"]),
        ("export K", ["-", "-"]),
        ("export K=a B=c", ["=a B=c", "=a"]),
        ("K='a", ["!", "!"]),
        ("K=$'a # b'x", ["=$'a", "=a # bx"]),
        (r"K=$'a\n'x", [r"=$'a\n'x", "=a\nx"]),
        (r#"K=$"a b""#, [r#"=$"a b""#, "=a b"]),
        ("K=a$[1 + 1]", ["=a$[1 + 1]", "=a"]),
    ] {
        check(line, &readers, &expected);
    }
}

/// What compose-go makes of variables: unset ones vanish, defaults stay.
#[test]
fn compose_variables() {
    for (line, expected) in [
        ("K=${A}$A_1x", "="),
        ("K=${A:-d}/${B-e}/${C:+f}/${D+g}/${E:?h}", "=d/e///"),
        ("K=${A:-${B:-c}}d", "=cd"),
        (r#"K={"a": "${A:-{"b": 1}}"}"#, r#"={"a": "{"b": 1}"}"#),
        ("K=$1$-a$", "=$1$-a$"),
        ("K=${1}", "!"),
        ("K=${A", "!"),
        ("K=${A:-b", "!"),
        (r#"K="\$A\\$A\t\0101\x""#, "=$A\\\tA\\x"),
        (r#"K="\0044A""#, "="),
        ("K='$A\\n'", "=$A\\n"),
    ] {
        check(line, &[Consumer::Compose], &[expected]);
    }
}

/// What gotenv makes of variables and of lines that hold more than a value.
#[test]
fn gotenv_lines() {
    for (line, expected) in [
        ("K=$A${B}$C}", "="),
        ("K=$a${b}$$", "=$a${b}$$"),
        ("K='it's' # it's", "=it's"),
        ("K='a' b'", "=a' b"),
        ("K=\"a\\qb\"", "=aqb"),
        ("K=\"a", "!"),
        ("K: 'a#b'", "=a#b"),
        ("K:  'a#b'", "='a"),
        ("K:v", "!"),
        ("export K", "!"),
        ("export = 1", "key export"),
    ] {
        check(line, &[Consumer::Gotenv], &[expected]);
    }
}

#[test]
fn byte_order_marks() {
    let file = "\u{feff}AIRFLOW_VAR_A=1\n";
    for (consumer, sites, issues) in [
        (Consumer::Compose, 1, 0),
        (Consumer::AstroStandalone, 0, 1),
        (Consumer::AstroLoad, 0, 1),
        (Consumer::Gotenv, 1, 0),
        (Consumer::PythonDotenv, 1, 0),
        (Consumer::Shell, 0, 1),
    ] {
        let document = dotenv_extract(file, Options { consumer });
        assert_eq!((document.sites.len(), document.issues.len()), (sites, issues), "{consumer:?}");
    }
}

#[test]
fn comments_are_told() {
    let file = "# one\nAIRFLOW_VAR_A=1 # two\nAIRFLOW_VAR_B='x' # three\n";
    for (consumer, expected) in [
        (Consumer::Compose, &["# one", "# two", "# three"][..]),
        (Consumer::Gotenv, &["# one", "# two", "# three"]),
        (Consumer::PythonDotenv, &["# one", "# two", "# three"]),
        (Consumer::Shell, &["# one", "# two", "# three"]),
        (Consumer::AstroLoad, &["# one"]),
        (Consumer::AstroStandalone, &["# one"]),
    ] {
        let document = dotenv_extract(file, Options { consumer });
        let found: Vec<_> = document.comments.iter().map(|comment| comment.of(file)).collect();
        assert_eq!(found, expected, "{consumer:?}");
    }
}
