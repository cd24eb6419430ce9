//! We answer what real Airflow answered.

use connlint_catalog::{Profile, Quirk};
use connlint_json::{Node, parse};
use connlint_testing::oracle::{Engine, replay};

/// Replays a file and requires that at least so many answers were compared, all of them agreed.
macro_rules! agrees {
    ($($name:ident $least:literal)*) => {$(
        #[test]
        fn $name() {
            let cases = include_str!(concat!("../../../tests/oracle/", stringify!($name), ".jsonl"));
            let report = replay(cases).unwrap();
            let disagreements: Vec<_> =
                report.disagreements.iter().map(ToString::to_string).collect();
            assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
            let tallies = Engine::ALL.iter().filter_map(|engine| report.tally(engine));
            let asked: usize = tallies.map(|tally| tally.asked).sum();
            assert!(asked >= $least, "only {asked} answers were compared");
        }
    )*};
}

agrees! {
    uri 3700
    get_uri 800
    json 900
    env 300
    deserialize 80
    conn_id 200
    stores 90
    backend_kwargs 492
    files 917
    vars_files 91
    export 77
}

#[test]
fn another_answer_is_a_disagreement() {
    let case = |answer: &str| {
        format!(
            r#"{{"id": "a", "input": {{"op": "from_uri", "uri": "x://h:1"}}, "expect": [{{"v": ["2.7"], "r": {answer}}}]}}"#
        )
    };
    let right = r#"{"ok": true, "fields": {"conn_type": "x", "host": "h", "port": 1, "schema": ""}, "uri": "x://h:1"}"#;
    assert!(replay(&case(right)).unwrap().disagreements.is_empty());
    for (right_part, other, field) in [
        ("\"port\": 1", "\"port\": \"1\"", "fields.port"),
        (", \"schema\": \"\"", "", "fields.schema"),
        ("x://h:1\"", "x://h:2\"", "uri"),
        ("\"ok\": true", "\"ok\": true, \"absent\": true", "absent"),
        (
            "\"ok\": true",
            "\"ok\": true, \"not_roundtrip\": {\"host\": \"H\"}",
            "not_roundtrip.host",
        ),
        ("\"ok\": true", "\"ok\": true, \"news\": 1", "news"),
    ] {
        let report = replay(&case(&right.replace(right_part, other))).unwrap();
        let fields: Vec<_> = report.disagreements.iter().map(|d| d.field.as_str()).collect();
        assert_eq!(fields, [field]);
    }
    assert!(replay("{}").is_err());
}

/// The quirks that only show where an engine outside of their range cannot be asked at all.
const UNASKED: &[Quirk] = &[Quirk::WorkersSection];

#[test]
fn the_evidence_of_a_quirk_tells_its_two_sides_apart() {
    let cases = [
        include_str!("../../../tests/oracle/backend_kwargs.jsonl"),
        include_str!("../../../tests/oracle/conn_id.jsonl"),
        include_str!("../../../tests/oracle/env.jsonl"),
        include_str!("../../../tests/oracle/export.jsonl"),
        include_str!("../../../tests/oracle/files.jsonl"),
        include_str!("../../../tests/oracle/get_uri.jsonl"),
        include_str!("../../../tests/oracle/json.jsonl"),
        include_str!("../../../tests/oracle/stores.jsonl"),
        include_str!("../../../tests/oracle/uri.jsonl"),
        include_str!("../../../tests/oracle/vars_files.jsonl"),
    ];
    for quirk in Quirk::ALL {
        let name = quirk.facts().name;
        let id = format!("{{\"id\": \"{}\"", quirk.facts().evidence);
        let case = cases.iter().flat_map(|file| file.lines()).find(|case| case.starts_with(&id));
        let case = parse(case.unwrap_or_else(|| panic!("{name}: no such case"))).unwrap();
        let groups = case.last("expect").and_then(Node::as_array).unwrap();
        // Whether an engine in the range gave the answer, and whether one outside of it did.
        let sides: Vec<(bool, bool)> = groups
            .iter()
            .map(|group| {
                let engines = group.last("v").and_then(Node::as_array).unwrap();
                let mut sides = (false, false);
                for engine in engines {
                    let engine = engine.as_text().unwrap();
                    let has = engine.as_str().unwrap().parse::<Profile>().unwrap().has(*quirk);
                    sides.0 |= has;
                    sides.1 |= !has;
                }
                sides
            })
            .collect();
        let inside = sides.contains(&(true, false));
        let outside = sides.contains(&(false, true)) || UNASKED.contains(quirk);
        assert!(inside && outside, "{name}: its evidence does not tell its two sides apart");
    }
}
