//! The JSON of the catalogue has the shape that its schemas say.

use jsonschema::draft202012;
use serde_json::{Value, json};

/// Each file with its schema.
const FILES: [(&str, &str, &str); 5] = [
    (
        "backends.json",
        include_str!("../data/backends.json"),
        include_str!("../data/backends.schema.json"),
    ),
    (
        "conn_types.json",
        include_str!("../data/conn_types.json"),
        include_str!("../data/conn_types.schema.json"),
    ),
    (
        "overlay_backends.json",
        include_str!("../data/overlay_backends.json"),
        include_str!("../data/overlay_backends.schema.json"),
    ),
    (
        "overlay_conn_types.json",
        include_str!("../data/overlay_conn_types.json"),
        include_str!("../data/overlay_conn_types.schema.json"),
    ),
    (
        "wheels.json",
        include_str!("../data/wheels.json"),
        include_str!("../data/wheels.schema.json"),
    ),
];

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the data is JSON")
}

/// What is wrong with the file of that name once it has been changed.
fn faults(name: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let (_, text, schema) =
        FILES.into_iter().find(|(known, ..)| *known == name).expect("a known file");
    let mut json = parse(text);
    change(&mut json);
    let validator = draft202012::new(&parse(schema)).expect("a schema");
    validator.iter_errors(&json).map(|error| error.instance_path().to_string()).collect()
}

#[test]
fn the_files_follow_their_schemas() {
    for (name, _, schema) in FILES {
        assert!(draft202012::meta::is_valid(&parse(schema)), "{name}");
        assert_eq!(faults(name, |_| {}), [""; 0], "{name}");
    }
}

#[test]
fn schemas_refuse_what_the_tables_could_not_hold() {
    let kwarg = "/backends/0/kwargs/0";
    for (key, value) in [
        ("json_types", json!(["text"])),
        ("since", json!("newest")),
        ("defualt", json!("connections")),
        ("is_secret", json!("no")),
        ("wrong_type", json!({"stage": "later"})),
    ] {
        let found = faults("backends.json", |json| json.pointer_mut(kwarg).unwrap()[key] = value);
        assert!(found.iter().any(|path| path.starts_with(kwarg)), "{key}: {found:?}");
    }
    let found = faults("conn_types.json", |json| json["types"][0]["extras"][0]["type"] = json!(5));
    assert_eq!(found, ["/types/0/extras/0/type"]);
    let found = faults("wheels.json", |json| json["wheels"][0]["sha256"] = json!("abc"));
    assert_eq!(found, ["/wheels/0/sha256"]);
}

#[test]
fn every_overlay_entry_says_why() {
    let without = |entry: &mut Value| entry.as_object_mut().unwrap().remove("why").unwrap();
    for (name, entry) in [
        ("overlay_backends.json", "/backends/0"),
        ("overlay_backends.json", "/moved_class_paths/0"),
        ("overlay_backends.json", "/third_party/0"),
        ("overlay_backends.json", "/passthrough/hvac_client"),
        ("overlay_conn_types.json", "/types/postgres"),
        ("overlay_conn_types.json", "/type_hints/0"),
        ("overlay_conn_types.json", "/uri_rules"),
    ] {
        let found = faults(name, |json| {
            without(json.pointer_mut(entry).unwrap());
        });
        assert_eq!(found, [entry], "{name}");
    }
}
