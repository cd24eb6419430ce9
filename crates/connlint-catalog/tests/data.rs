//! Everything in the reviewed JSON is reachable through the API, and says the same there.

use connlint_catalog::{
    Field, JsonType, Passthrough, Scalar, Standing, Via, backend, backends, conn_type,
    conn_type_hint, conn_types, is_sensitive_name, moved_class_paths, removed_conn_type,
    suggest_backend, suggest_conn_type, third_party_backend,
};
use serde_json::Value;

fn types_json() -> Value {
    serde_json::from_str(include_str!("../data/conn_types.json")).expect("reviewed JSON")
}

fn backends_json() -> Value {
    serde_json::from_str(include_str!("../data/backends.json")).expect("reviewed JSON")
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn strings(value: &Value) -> Vec<&str> {
    array(value).iter().filter_map(Value::as_str).collect()
}

fn json(scalar: Scalar) -> Value {
    serde_json::from_str(&scalar.to_string()).expect("`Scalar` displays as JSON")
}

#[track_caller]
fn assert_sorted<'a>(names: impl Iterator<Item = &'a str>) {
    let names: Vec<_> = names.collect();
    assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
}

#[test]
fn tables_are_sorted_and_unique() {
    assert_sorted(conn_types().iter().map(|known| known.name));
    for known in conn_types() {
        assert_sorted(known.extras.iter().map(|extra| extra.name));
        assert_sorted(known.other_keys_in_package.iter().copied());
        assert_sorted(known.common_mistakes.iter().map(|(wrong, _)| *wrong));
        if let Some(driver) = known.driver {
            assert_sorted(driver.keywords.iter().copied());
        }
    }
    assert_sorted(backends().iter().map(|known| known.id));
    for known in backends() {
        assert_sorted(known.kwargs.iter().map(|kwarg| kwarg.name));
    }
    assert_sorted(moved_class_paths().iter().map(|moved| moved.class_path));
}

#[test]
fn types_are_those_of_the_json() {
    let data = types_json();
    assert_eq!(conn_types().len(), array(&data["types"]).len());
    for entry in array(&data["types"]) {
        let known = conn_type(text(&entry["conn_type"])).unwrap();
        assert_eq!(known.package, entry["package"].as_str(), "{}", known.name);
        assert_eq!(known.uri_scheme, text(&entry["uri_scheme"]));
        assert_eq!(known.hook_name, text(&entry["hook_name"]));
        assert_eq!(known.default_port.map(|it| u64::from(it.port)), entry["default_port"].as_u64());
        for (fields, listed) in
            [(known.hidden_fields, "hidden_fields"), (known.fields_read, "fields_read")]
        {
            let listed = strings(&entry[listed]);
            for field in Field::ALL {
                assert_eq!(
                    fields.contains(field),
                    listed.contains(&field.name()),
                    "{}",
                    known.name
                );
            }
        }
        assert_eq!(known.required.len(), array(&entry["required"]).len());
        let mistakes = entry["common_mistakes"].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(known.common_mistakes.len(), mistakes);
        for keyword in strings(&entry["driver"]["keywords"]) {
            assert!(!matches!(known.standing(keyword), Standing::Unknown), "{keyword}");
        }
        for key in strings(&entry["other_keys_in_package"]) {
            assert!(!matches!(known.standing(key), Standing::Unknown), "{key}");
        }
        assert_eq!(known.extras.len(), array(&entry["extras"]).len());
    }
}

#[test]
fn extras_are_those_of_the_json() {
    for entry in array(&types_json()["types"]) {
        let known = conn_type(text(&entry["conn_type"])).unwrap();
        for listed in array(&entry["extras"]) {
            let name = text(&listed["name"]);
            let extra = known.extra(name).unwrap();
            let at = format!("{} {name}", known.name);
            assert_eq!(extra.name, name, "{at}");
            assert_eq!(extra.sensitive, listed["sensitive"], "{at}");
            assert_eq!(extra.masked_by_name, listed["masked_by_name"], "{at}");
            assert_eq!(extra.masked_by_name, is_sensitive_name(name), "{at}");
            assert_eq!(extra.removed, listed["removed"] == true, "{at}");
            let allowed: Vec<_> = extra.allowed.iter().copied().map(json).collect();
            assert_eq!(allowed, array(&listed["enum"]), "{at}");
            let declared = listed["type"].as_str();
            for kind in JsonType::ALL {
                let named = declared == Some(kind.name())
                    || strings(&listed["type"]).contains(&kind.name());
                assert_eq!(extra.types.iter().any(|it| it == kind), named, "{at}");
            }
            if let Some(default) = listed.get("default").or_else(|| listed.get("code_default")) {
                assert_eq!(extra.default.map(json).as_ref(), Some(default), "{at}");
            }
            if known.extra_is_public(name) {
                assert!(!extra.sensitive && !is_sensitive_name(name), "{at}");
                assert!(listed["secret_possible"].is_null() && listed["secret_inside"].is_null());
            }
        }
    }
}

#[test]
fn hints_and_removed_types_lead_to_types() {
    let data = types_json();
    for entry in array(&data["type_hints"]) {
        let name = text(&entry["conn_type"]);
        let hint = conn_type_hint(name).unwrap();
        assert!(conn_type(hint.conn_type).is_some(), "{name}");
        assert_eq!(hint.replaced_by, text(&entry["replaced_by"]));
        assert_eq!(suggest_conn_type(name).unwrap().to_string(), hint.replaced_by);
    }
    for entry in array(&data["removed_types"]) {
        let name = text(&entry["conn_type"]);
        assert_eq!(removed_conn_type(name).unwrap().package, text(&entry["package"]));
        assert!(suggest_conn_type(name).is_some());
    }
}

#[test]
fn labels_of_the_form_lead_to_their_types() {
    for known in conn_types() {
        if conn_type(known.hook_name).is_none()
            && conn_type_hint(&known.hook_name.to_lowercase()).is_none()
        {
            let found = suggest_conn_type(known.hook_name).map(|found| found.conn_type);
            assert_eq!(found, Some(known.name), "{}", known.hook_name);
        }
    }
}

#[test]
fn backends_are_those_of_the_json() {
    let data = backends_json();
    assert_eq!(backends().len(), array(&data["backends"]).len());
    for entry in array(&data["backends"]) {
        let found = backend(text(&entry["class_path"])).unwrap();
        assert_eq!(found.via, Via::Official);
        let known = found.backend;
        assert_eq!(known.id, text(&entry["id"]));
        for alias in strings(&entry["aliases"]) {
            assert_eq!(backend(alias).unwrap().backend.id, known.id, "{alias}");
        }
        assert_eq!(known.requirements.len(), array(&entry["requirement_groups"]).len());
        let shapes = known.payload.connection.iter().zip(array(&entry["payload"]["connection"]));
        for (shape, listed) in shapes {
            assert_eq!(shape.key, listed["key"].as_str());
            assert_eq!(shape.keys, strings(&listed["keys"]));
            for (field, words) in shape.aliases {
                assert_eq!(*words, strings(&listed["aliases"][field]));
            }
        }
        assert_eq!(known.payload.variable_key, entry["payload"]["variable"]["key"].as_str());
        assert_eq!(known.kwargs.len(), array(&entry["kwargs"]).len());
        for listed in array(&entry["kwargs"]) {
            let name = text(&listed["name"]);
            let at = format!("{} {name}", known.id);
            let kwarg = known.kwarg(name).unwrap();
            assert_eq!(kwarg.is_secret, listed["is_secret"], "{at}");
            assert_eq!(kwarg.description, text(&listed["description"]), "{at}");
            assert_eq!(kwarg.deprecated.is_some(), listed["deprecated"].is_object(), "{at}");
            let allowed: Vec<_> = kwarg.allowed.iter().copied().map(json).collect();
            assert_eq!(allowed, array(&listed["allowed"]), "{at}");
            let kinds: Vec<_> = kwarg.json_types.iter().map(JsonType::name).collect();
            let mut declared = strings(&listed["json_types"]);
            declared.sort_by_key(|name| JsonType::ALL.iter().position(|kind| kind.name() == *name));
            assert_eq!(kinds, declared, "{at}");
            if listed["default_expr"].is_null() {
                assert_eq!(kwarg.default.map(json).as_ref(), listed.get("default"), "{at}");
            }
            assert!(
                matches!(
                    known.passthrough(name),
                    Passthrough::Argument(_) | Passthrough::Forwarded { .. }
                ),
                "{at}"
            );
        }
    }
}

/// Requirements speak of arguments that exist, or a typo in the data would demand the impossible.
#[test]
fn requirements_name_arguments() {
    for known in backends() {
        for requirement in known.requirements {
            let excludes = requirement.excludes.map_or(&[][..], |(_, others)| others);
            let named = [
                requirement.all_of,
                requirement.all_or_none,
                requirement.mutually_exclusive,
                requirement.optional,
                excludes,
                requirement.characters.map_or(&[][..], |characters| characters.kwargs),
            ];
            for name in named.into_iter().flatten() {
                assert!(known.kwarg(name).is_some(), "{} {}: {name}", known.id, requirement.id);
            }
        }
        for (auth_type, kwargs) in known.by_auth_type {
            assert!(known.kwarg("auth_type").unwrap().allows_str(auth_type));
            for name in *kwargs {
                assert!(known.kwarg(name).is_some(), "{auth_type}: {name}");
            }
        }
    }
}

#[test]
fn moved_and_third_party_class_paths_are_known() {
    let data = backends_json();
    for entry in array(&data["moved_class_paths"]) {
        let found = backend(text(&entry["class_path"])).unwrap();
        let Via::Moved(moved) = found.via else { panic!("{entry}") };
        assert_eq!(moved.target, found.backend.class_path);
        assert_eq!(moved.releases.until, entry["until"].as_str());
    }
    for entry in array(&data["third_party"]) {
        let paths = entry["class_path"].as_str().into_iter().chain(strings(&entry["also"]));
        for path in paths {
            let known = third_party_backend(path).unwrap();
            assert_eq!(known.package, text(&entry["package"]));
            let kwargs = entry["kwargs"].as_object().map_or(0, serde_json::Map::len);
            assert_eq!(known.kwargs.len(), kwargs);
            assert!(suggest_backend(path).is_none());
        }
    }
}
