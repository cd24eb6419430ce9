//! The catalogue foretells what the real backends did, in the newest releases that it knows.
//!
//! The calls are those of `tests/kwargs/`, which a model of each class is replayed against as well.

use connlint_catalog::{
    Backend, Given, JsonType, Kwarg, KwargsView, Passthrough, RequirementSeverity, Stage, Via,
    backend,
};
use serde_json::{Map, Value};

/// Calls that more than the shape of the arguments decides, and what does.
const BEYOND_THE_CATALOGUE: &[(&str, &str)] = &[
    ("bk0093", "the name of a file"),
    ("bk0100", "what is in a service account key"),
    ("bk0281", "the items of a list"),
    ("bk0282", "the items of a list"),
    ("bk0327", "an object passes for the list of its keys"),
];

struct Kwargs<'a>(&'a Map<String, Value>);

impl KwargsView for Kwargs<'_> {
    fn given(&self, name: &str) -> Given<'_> {
        match self.0.get(name) {
            None => Given::Absent,
            Some(Value::Null) => Given::Null,
            Some(Value::String(text)) => Given::Text(text),
            Some(value) if is_falsy(value) => Given::Falsy,
            Some(_) => Given::Truthy,
        }
    }

    fn has_key(&self, name: &str, key: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.get(key).is_some())
    }
}

fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

fn kind(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(number) if number.is_i64() => JsonType::Integer,
        Value::Number(_) => JsonType::Number,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}

/// Python compares `1`, `1.0` and `True` as equal.
fn python_equal(left: &Value, right: &Value) -> bool {
    let number = |value: &Value| value.as_bool().map(f64::from).or_else(|| value.as_f64());
    left == right || number(left).is_some() && number(left) == number(right)
}

/// The stage at which a value fails for certain.
fn value_fails(kwarg: &Kwarg, value: &Value) -> Option<Stage> {
    let wrong_type = kwarg.wrong_type.filter(|_| !kwarg.json_types.allows(kind(value)));
    let listed = |value: &Value| {
        let mut allowed = kwarg.allowed.iter();
        allowed.any(|it| {
            let permitted = it.to_string();
            let permitted = serde_json::from_str(&permitted).expect("`Scalar` displays as JSON");
            python_equal(&permitted, value)
        })
    };
    // An empty version of the KV engine stands for the default one.
    let checked = !(kwarg.name == "kv_engine_version" && is_falsy(value));
    let violation = kwarg.allowed_violation.filter(|it| it.when.is_none());
    let violation = violation.filter(|_| checked && !listed(value));
    wrong_type.or(violation).map(|failure| failure.stage)
}

/// The first stage at which a call fails for certain.
fn foretold(backend: &'static Backend, kwargs: &Map<String, Value>) -> Option<Stage> {
    let by_name = kwargs.iter().filter_map(|(name, value)| match backend.passthrough(name) {
        Passthrough::Rejected { stage, .. } => Some(stage),
        Passthrough::Argument(kwarg) | Passthrough::Forwarded { kwarg: Some(kwarg), .. } => {
            value_fails(kwarg, value)
        }
        Passthrough::Forwarded { kwarg: None, .. } | Passthrough::Ignored => None,
    });
    let view = Kwargs(kwargs);
    let missing = backend.missing(&view);
    let certain = missing.filter(|missing| {
        missing.requirement.severity == RequirementSeverity::Error
            && !missing.may_be_met_elsewhere()
    });
    by_name.chain(certain.map(|missing| missing.requirement.stage)).min()
}

fn stage(name: &str) -> Stage {
    match name {
        "import" => Stage::Import,
        "construct" => Stage::Construct,
        "client" => Stage::Client,
        "lookup" => Stage::Lookup,
        other => panic!("unknown stage {other}"),
    }
}

/// Whether a call was made with the newest releases: what older ones do, the tables alone do not
/// tell.
fn is_newest(case: &Value, probed: &Value) -> bool {
    let newest = probed[case["package"].as_str().expect("a case names its package")]
        .as_array()
        .and_then(|all| all.last());
    case["airflow_version"] == "3.3.2"
        && newest.is_none_or(|newest| *newest == case["provider_version"])
}

#[test]
fn failures_happen_where_they_are_foretold() {
    let catalogue: Value = serde_json::from_str(include_str!("../data/backends.json")).unwrap();
    let mut compared = 0;
    for line in include_str!("../../../tests/kwargs/backend_kwargs.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if !is_newest(&case, &catalogue["probed_releases"]) {
            continue;
        }
        let id = case["id"].as_str().unwrap();
        let recorded = stage(case["stage"].as_str().unwrap());
        let failed = case["outcome"] == "error";
        let found = backend(case["backend"].as_str().unwrap());
        let Some(found) = found.filter(|found| found.via == Via::Official) else {
            let gone = match found.map(|found| found.via) {
                Some(Via::Moved(moved)) => moved.releases.until.is_some(),
                Some(Via::Official) => false,
                None => true,
            };
            assert!(gone && failed && recorded == Stage::Import, "{id}");
            continue;
        };
        let foretold = foretold(found.backend, case["kwargs"].as_object().unwrap());
        let exempt = BEYOND_THE_CATALOGUE.iter().any(|(exempt, _)| *exempt == id)
            || case["environment_dependent"] == true;
        compared += 1;
        match foretold {
            // What fails before the call needs anything from outside fails for everybody.
            Some(stage @ (Stage::Import | Stage::Construct | Stage::Client)) => {
                assert!(exempt || failed && recorded == stage, "{id}: foretold {stage:?}");
            }
            // How a lookup ends, the stand-in server decided.
            Some(Stage::Lookup) | None => {
                let constructs = !(failed && recorded == Stage::Construct);
                assert!(constructs || exempt, "{id}: not foretold");
            }
        }
    }
    assert!(compared > 250, "{compared}");
}
