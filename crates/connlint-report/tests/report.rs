//! What a report looks like, and what it never holds.

use connlint_linter::{
    Applicability, Finding, Fix, FixEdit, FixPart, Label, Linted, Linter, Severity, rule,
};
use connlint_report::{OutputFormat, RunInfo, Style, Summary, diff, render};
use connlint_text::{Message, Raw, Span, TextEdit};
use insta::assert_snapshot;

/// A file and nothing found in it yet; its secrets are those that the linter sees.
fn file<'t>(path: &str, text: &'t str) -> Linted<'t> {
    Linted { findings: Vec::new(), ..Linter::default().lint(path, text) }
}

/// The first place where `part` stands.
fn place(text: &str, part: &str) -> Span<Raw> {
    let start = text.find(part).expect("the test names a part of its text");
    Span::from_range(start..start + part.len())
}

fn finding(word: &str, span: Span<Raw>, message: &'static str) -> Finding {
    let rule = rule(word).expect("the test names a rule");
    Finding {
        rule,
        severity: rule.severity,
        confidence: rule.confidence,
        span,
        site: None,
        message: Message::literal(message),
        label: None,
        labels: Vec::new(),
        help: None,
        notes: Vec::new(),
        fixes: Vec::new(),
    }
}

fn label(span: Span<Raw>, message: &'static str) -> Label {
    Label { span, message: Message::literal(message) }
}

/// A fix that replaces `span` by a text that may be shown.
fn fix(span: Span<Raw>, text: &str, title: &'static str, applicability: Applicability) -> Fix {
    let parts = vec![FixPart { range: 0..text.len(), from: None }];
    let edit = TextEdit { span, text: text.to_owned() };
    Fix { title: title.into(), applicability, edits: vec![FixEdit { edit, parts }], line: None }
}

fn report(format: OutputFormat, files: &[Linted<'_>]) -> String {
    render(format, Style::PLAIN, &RunInfo::default(), files, &Summary::of(files))
}

fn full(linted: Linted<'_>) -> String {
    report(OutputFormat::Full, &[linted])
}

#[test]
fn one_label() {
    let text = "# the warehouse\nAIRFLOW_CONN_PG=google_cloud://h\n";
    let mut linted = file(".env", text);
    linted.findings.push(Finding {
        label: Some("Airflow looks for a type of that name".into()),
        help: Some("write `-` for `_`".into()),
        notes: vec![
            "a note has as many words as it takes, and goes on right below its first word where a line ends".into(),
        ],
        ..finding("CL102", place(text, "google_cloud"), "`_` in a scheme")
    });
    assert_snapshot!(full(linted), @r"
    error[underscore-scheme] CL102: `_` in a scheme
       ╭─[.env:2:17]
     2 │ AIRFLOW_CONN_PG=****
       ·                 ──┬─
       ·                   ╰── Airflow looks for a type of that name
       ╰────
      help: write `-` for `_`
      note: a note has as many words as it takes, and goes on right below its first word where a line
            ends
      more: connlint rule underscore-scheme

    Found 1 error in 1 file (1 site) in 0 ms.
    ");
}

#[test]
fn two_labels_and_a_fix() {
    let text = "AIRFLOW_CONN_PG=postgres://app:s3/cr3t@db.example.com:5432/app\n";
    let mut linted = file(".env", text);
    let slash = place(text, "/cr3t");
    let slash = Span::new(slash.start(), slash.start() + 1);
    linted.findings.push(Finding {
        label: Some("Airflow ends the authority here".into()),
        labels: vec![label(place(text, "s3"), "so it takes this for the port")],
        help: Some("percent-encode it as `%2F`".into()),
        notes: vec!["Airflow 3.3 raises ValueError".into()],
        fixes: vec![fix(slash, "%2F", "percent-encode the delimiters", Applicability::Safe)],
        ..finding("CL104", slash, "`/` in the password is not percent-encoded")
    });
    assert_snapshot!(full(linted), @r"
    error[unencoded-delimiter] CL104: `/` in the password is not percent-encoded
       ╭─[.env:1:34]
     1 │ AIRFLOW_CONN_PG=postgres://****/****
       ·                            ──┬─┬
       ·                              │ ╰── Airflow ends the authority here
       ·                              ╰── so it takes this for the port
       ╰────
      help: percent-encode it as `%2F`
      note: Airflow 3.3 raises ValueError
      safe fix: percent-encode the delimiters
        - AIRFLOW_CONN_PG=postgres://****/****
        + AIRFLOW_CONN_PG=postgres://****%2F****
      more: connlint rule unencoded-delimiter

    Found 1 error in 1 file (1 site) in 0 ms; 1 fixable with --fix.
    ");
}

#[test]
fn two_lines() {
    let text = "AIRFLOW_CONN_PG=http://db\nA=1\n\nAIRFLOW_CONN_PG=http://app:s3cr3t@db\n";
    let mut linted = file("deploy/.env", text);
    let first = place(text, "AIRFLOW_CONN_PG");
    let line = Span::new(0, place(text, "A=1").start());
    let second = Span::from_range(31..46);
    linted.findings.push(Finding {
        severity: Severity::Warning,
        label: Some("this one is read".into()),
        labels: vec![label(first, "first written here")],
        fixes: vec![
            fix(line, "", "remove the first", Applicability::Unsafe),
            Fix {
                title: "give one of them another name".into(),
                applicability: Applicability::DisplayOnly,
                edits: Vec::new(),
                line: None,
            },
        ],
        ..finding("CL111", second, "two connections of one name")
    });
    assert_snapshot!(full(linted), @r"
    warning[surrounding-whitespace] CL111: two connections of one name
       ╭─[deploy/.env:1:1]
     1 │ AIRFLOW_CONN_PG=http://db
       · ───────┬───────
       ·        ╰── first written here
       ╰────
       ╭─[deploy/.env:4:1]
     4 │ AIRFLOW_CONN_PG=http://app:****@db
       · ───────┬───────
       ·        ╰── this one is read
       ╰────
      unsafe fix: remove the first
        - AIRFLOW_CONN_PG=http://db
      idea: give one of them another name
      more: connlint rule surrounding-whitespace

    Found 1 warning in 1 file (2 sites) in 0 ms; 1 fixable with --fix --unsafe-fixes.
    ");
}

#[test]
fn a_file_without_text() {
    let mut linted = file("a\u{1b}[2J/.env", "");
    linted.findings.push(Finding::unreadable("permission denied"));
    assert_snapshot!(full(linted), @r"
    error[unreadable-file] CL001: the file cannot be read: permission denied
       ╰─[a�[2J/.env]
      help: make it readable, or leave it out
      more: connlint rule unreadable-file

    Found 1 error in 1 file (0 sites) in 0 ms.
    ");
}

#[test]
fn long_lines_are_cut_around_labels() {
    let text = format!(
        "AIRFLOW_CONN_PG=http://h/{}?a={}&b=é{}\n",
        "p".repeat(500_000),
        "q".repeat(300_000),
        "r".repeat(200_000)
    );
    let mut linted = file(".env", &text);
    linted.findings.push(Finding {
        label: Some("here".into()),
        labels: vec![label(place(&text, "AIRFLOW_CONN_PG"), "there")],
        fixes: vec![fix(place(&text, "&b"), "&c", "call it `c`", Applicability::Unsafe)],
        ..finding("CL103", place(&text, "é"), "not ASCII")
    });
    let report = full(linted);
    assert!(report.len() < 4000, "{} bytes", report.len());
    assert_snapshot!(report, @r"
    error[nested-scheme] CL103: not ASCII
       ╭─[.env:1:800032]
     1 │ AIRFLOW_CONN_PG=http://h/pppppppppppppppppppppppppppppppppppppppppppppppppppppp…****&b=****…
       · ───────┬───────                                                                        ──┬─
       ·        │                                                                                 ╰── here
       ·        ╰── there
       ╰────
      unsafe fix: call it `c`
        - …****&b=****…
        + …****&c=****…
      more: connlint rule nested-scheme

    Found 1 error in 1 file (1 site) in 0 ms; 1 fixable with --fix --unsafe-fixes.
    ");
}

#[test]
fn a_finding_with_many_places_stays_short() {
    let text = format!("AIRFLOW_CONN_PG=http://h/?{}\n", "a=b&".repeat(5000));
    let mut linted = file(".env", &text);
    let places: Vec<_> =
        text.match_indices('&').map(|(at, _)| Span::from_range(at..at + 1)).collect();
    let edit = |&span: &Span<Raw>| fix(span, "%26", "", Applicability::Safe).edits;
    linted.findings.push(Finding {
        labels: places[1..].iter().map(|&span| label(span, "and here")).collect(),
        fixes: vec![Fix {
            edits: places.iter().flat_map(edit).collect(),
            ..fix(places[0], "", "encode them", Applicability::Safe)
        }],
        ..finding("CL109", places[0], "too many")
    });
    let report = full(linted);
    assert!(report.len() < 4000, "{} bytes", report.len());
    assert!(report.contains("more places like these: 4995"), "{report}");
}

#[test]
fn concise() {
    let text = "AIRFLOW_CONN_PG=postgres://app:s3/cr3t@db\nAIRFLOW_CONN_É=x_y://\n";
    let mut linted = file(".env", text);
    let span = place(text, "x_y");
    linted.findings.push(Finding {
        fixes: vec![fix(span, "x-y", "write `-`", Applicability::Safe)],
        ..finding("CL102", span, "`_` in a scheme")
    });
    assert_snapshot!(report(OutputFormat::Concise, &[linted]), @r"
    .env:2:16: error CL102 underscore-scheme: `_` in a scheme [*]
    Found 1 error in 1 file (2 sites) in 0 ms; 1 fixable with --fix.
    ");
}

#[test]
fn clean_files() {
    let files = [file(".env", "A=1\n"), file("b.env", "")];
    assert_snapshot!(report(OutputFormat::Full, &files), @r"All clean: 0 sites in 2 files in 0 ms.");
    assert_snapshot!(report(OutputFormat::Json, &files), @r#"
    {"version":1,"airflow":"3.3","findings":[

    ],"summary":{"files":2,"sites":0,"errors":0,"warnings":0,"infos":0,"suppressed":0,"baselined":0,"not_shown":0,"fixable":0}}
    "#);
}

#[test]
fn colours_and_links() {
    let text = "AIRFLOW_CONN_PG=x_y://\n";
    let mut linted = file(".env", text);
    linted.findings.push(finding("CL102", place(text, "x_y"), "`_` in a scheme"));
    let style = Style { color: true, links: true, width: 80 };
    let files = [linted];
    let text = render(OutputFormat::Full, style, &RunInfo::default(), &files, &Summary::of(&files));
    assert_snapshot!(text.escape_debug().to_string().replace("\\n", "\n"), @r"
    \u{1b}[1;31merror[\u{1b}]8;;https://connlint.github.io/connlint/rules/underscore-scheme.html\u{1b}\\underscore-scheme\u{1b}]8;;\u{1b}\\]\u{1b}[0m CL102: \u{1b}[1m`_` in a scheme\u{1b}[0m
       ╭─[\u{1b}[36;1;4m.env:1:17\u{1b}[0m]
     \u{1b}[2m1\u{1b}[0m │ AIRFLOW_CONN_PG=****
       · \u{1b}[31m                ────\u{1b}[0m
       ╰────
      \u{1b}[2mmore: \u{1b}]8;;https://connlint.github.io/connlint/rules/underscore-scheme.html\u{1b}\\connlint rule underscore-scheme\u{1b}]8;;\u{1b}\\\u{1b}[0m

    \u{1b}[1mFound 1 error in 1 file (1 site) in 0 ms.\u{1b}[0m
    ");
}

#[test]
fn json_has_the_promised_fields() {
    let texts = ["AIRFLOW_CONN_PG=postgres://app:s3/cr3t@db\n", "A=1\n", "AIRFLOW_CONN_É=x_y://\n"];
    let linter = Linter::default();
    let files: Vec<_> = texts.iter().map(|text| linter.lint(".env", text)).collect();
    let report = report(OutputFormat::Json, &files);
    let json: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    assert_eq!(json["version"], 1);
    assert_eq!(json["airflow"], linter.profile.to_string());
    let findings = json["findings"].as_array().expect("a list");
    let summary = Summary::of(&files);
    assert!(summary.findings() >= 2);
    assert_eq!(findings.len(), summary.findings());
    assert_eq!(json["summary"]["errors"], summary.errors);
    let keys = [
        "rule",
        "name",
        "severity",
        "confidence",
        "category",
        "file",
        "range",
        "site",
        "message",
        "labels",
        "help",
        "notes",
        "fixes",
        "url",
    ];
    for finding in findings {
        assert!(keys.iter().all(|key| finding.get(key).is_some()), "{finding}");
        for end in ["start", "end"] {
            let place = &finding["range"][end];
            assert!(["line", "column", "offset"].iter().all(|key| place[key].is_u64()), "{place}");
        }
    }
    let first = &findings[0];
    assert_eq!(first["site"]["name"], "AIRFLOW_CONN_PG");
    assert_eq!(first["site"]["conn_id"], "pg");
    assert_eq!(first["site"]["role"], "connection");
    assert_eq!(first["range"]["start"]["line"], 1);
}

#[test]
fn changes_are_shown_masked() {
    let before = "# c\nA=1\nAIRFLOW_CONN_X=x_y://app:s3cr3t@h\nAIRFLOW_CONN_Y=http://app:one@h\n";
    let after = "# c\nA=1\nAIRFLOW_CONN_X=x-y://app:s3cr3t@h\nAIRFLOW_CONN_Y=http://app:two@h\n";
    assert_snapshot!(diff(&file(".env", before), &file(".env", after), Style::PLAIN), @r"
    --- .env
    +++ .env
    @@ -1,4 +1,4 @@
     ****
     ****
    -AIRFLOW_CONN_X=****
    -AIRFLOW_CONN_Y=http://app:****@h
    +AIRFLOW_CONN_X=****@h
    +AIRFLOW_CONN_Y=http://app:****@h
    \ lines that look alike differ in what is masked, or in their ends
    ");
    assert_eq!(diff(&file(".env", before), &file(".env", before), Style::PLAIN), "");
}

mod no_leak {
    use proptest::prelude::*;

    use super::*;

    const SENTINEL: &str = "s3cr3t-sentinel";

    /// Panics where four bytes of the sentinel in a row are in `output`.
    fn assert_clean(output: &str, document: &str) {
        for piece in SENTINEL.as_bytes().windows(4) {
            let piece = std::str::from_utf8(piece).expect("the sentinel is ASCII");
            assert!(!output.contains(piece), "{piece} of {document:?} in\n{output}");
        }
    }

    fn assert_no_leak(path: &str, text: &str) {
        let linted = Linter::default().lint(path, text);
        for &format in OutputFormat::ALL {
            assert_clean(&report(format, std::slice::from_ref(&linted)), text);
        }
        for least in [Applicability::Safe, Applicability::Unsafe] {
            let fixed = connlint_linter::fix(&Linter::default(), path, text, least).text;
            let fixed = Linter::default().lint(path, &fixed);
            assert_clean(&diff(&linted, &fixed, Style::PLAIN), text);
        }
    }

    #[test]
    fn documents_with_secrets() {
        for value in [
            "postgres://app:s3cr3t-sentinel@db:5432/app",
            "postgres://app:s3cr3t-sentinel/x@db:5432/app",
            "postgres://app:x#s3cr3t-sentinel@db",
            "postgres://app:/s3cr3t-sentinel@db",
            "postgres://app:[s3cr3t-sentinel@db",
            "postgres://s3cr3t-sentinel@db@x",
            "app:s3cr3t-sentinel@db",
            "s3cr3t-sentinel",
            " postgres://app:s3cr3t-sentinel@db ",
            "google_cloud_platform://?extra__google_cloud_platform__keyfile_dict=s3cr3t-sentinel",
            "aws://key:s3cr3t-sentinel@?region=x&region=s3cr3t-sentinel",
            "http://http://app:s3cr3t-sentinel@db",
            "http://app:s3cr3t-sentinel%zz@db:x",
            r#"{"conn_type": "http", "password": "s3cr3t-sentinel", "extra": {"k": "s3cr3t-sentinel"}}"#,
            r#"{"conn_type": "http", "password": "s3cr3t-sentinel""#,
        ] {
            for quote in ["", "'", "\""] {
                assert_no_leak(".env", &format!("AIRFLOW_CONN_PG={quote}{value}{quote}\n"));
            }
            assert_no_leak(
                ".env",
                &format!("AIRFLOW__SECRETS__BACKEND_KWARGS={value}\nX={value}\n"),
            );
            assert_no_leak("connections.env", &format!("pg={value}\n"));
            assert_no_leak("connections.yaml", &format!("pg: {value}\n"));
        }
    }

    fn spans(len: usize) -> impl Strategy<Value = Vec<Span<Raw>>> {
        let offset = 0..=len;
        proptest::collection::vec((offset.clone(), offset), 1..5)
            .prop_map(|ends| ends.into_iter().map(|(a, b)| Span::from_range(a..b.max(a))).collect())
    }

    /// A fix that writes what stands there once more.
    fn kept(span: Span<Raw>, text: &str) -> Fix {
        let kept = span.of(text);
        let mut fix = fix(span, &format!("%2F{kept}"), "do it", Applicability::Safe);
        fix.edits[0].parts = vec![
            FixPart { range: 0..3, from: None },
            FixPart { range: 3..3 + kept.len(), from: Some(span) },
        ];
        fix
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn findings_at_any_place(
            (text, spans) in "(AIRFLOW_CONN_A=h://u:s3cr3t-sentinel@h|[=\"' \t\r\né/:@]|.{90}|\n){0,8}"
                .prop_flat_map(|text| { let len = text.len(); (Just(text), spans(len)) }),
        ) {
            let is_boundary = |at: u32| text.is_char_boundary(at as usize);
            let spans: Vec<_> = spans
                .into_iter()
                .filter(|span| is_boundary(span.start()) && is_boundary(span.end()))
                .collect();
            prop_assume!(!spans.is_empty());
            let mut linted = file(".env", &text);
            linted.findings.push(Finding {
                labels: spans.iter().map(|&span| label(span, "there")).collect(),
                fixes: vec![kept(spans[0], &text)],
                ..finding("CL104", spans[0], "wrong")
            });
            let files = [linted];
            for &format in OutputFormat::ALL {
                let output = report(format, &files);
                assert_clean(&output, &text);
                if format == OutputFormat::Json {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&output).is_ok());
                }
                prop_assert!(!output.contains("Failed to read"), "{output}");
            }
        }
    }
}

/// One report in each format that programs read; `cargo xtask e2e reports` has them read.
#[test]
fn formats_for_programs() {
    let text = "A=x\nAIRFLOW_CONN_é=\"a_b://h\"\n";
    let mut first = file("./a,b:c <1>.env", text);
    first.findings.push(Finding {
        label: Some("here".into()),
        labels: vec![label(place(text, "é"), "an é")],
        help: Some("write `-`, 100 %".into()),
        notes: vec!["Airflow reads `a`".into()],
        ..finding("CL102", place(text, "_b"), "`_` in a <scheme> | type")
    });
    first.findings.push(Finding {
        severity: Severity::Info,
        ..finding("CL102", place(text, "h\""), "a remark")
    });
    let files = [first, file("clean.env", "A=x\n")];
    let clean = [file("clean.env", "A=x\n")];
    for format in OutputFormat::ALL {
        if matches!(format, OutputFormat::Full | OutputFormat::Concise) {
            continue;
        }
        let mut reported = report(*format, &files);
        if *format == OutputFormat::Sarif {
            // The list of the rules grows with every release.
            let (head, tail) = reported.split_once("\"rules\":[").unwrap();
            reported =
                format!("{head}\"rules\":[…{}", &tail[tail.find("]}},\"columnKind").unwrap()..]);
        }
        let reported = format!("{reported}---- and where nothing is found\n{}", {
            let text = report(*format, &clean);
            if *format == OutputFormat::Sarif { String::new() } else { text }
        });
        assert_snapshot!(format.name(), reported);
    }
}

/// What a baseline knows stays an alert that somebody decided about, with the same fingerprint.
#[test]
fn known_findings_are_suppressed_results() {
    let text = "AIRFLOW_CONN_A=a_b://\nAIRFLOW_CONN_B=a_b://\n";
    let mut linted = Linter::default().lint(".env", text);
    let results = |linted: &Linted<'_>| {
        let report = report(OutputFormat::Sarif, std::slice::from_ref(linted));
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        report["runs"][0]["results"].as_array().unwrap().clone()
    };
    let before = results(&linted);
    linted.known = linted.findings.drain(..1).collect();
    let mut after = results(&linted);
    let suppressions = after[0].as_object_mut().unwrap().remove("suppressions").unwrap();
    assert_eq!(suppressions, serde_json::json!([{ "kind": "external" }]));
    assert_eq!(after, before);
}

/// Every format stands in the handbook.
#[test]
fn formats_are_explained() {
    let page = include_str!("../../../docs/reports.md");
    for format in OutputFormat::ALL {
        assert!(page.contains(&format!("\n| `{}` |", format.name())), "{}", format.name());
    }
}
