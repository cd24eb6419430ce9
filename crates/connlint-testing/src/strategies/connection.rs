use connlint_catalog::{
    ArbitraryExtras, ConnType, Field, Profile, Standing, conn_type, conn_types,
};
use connlint_parser::{Connection, Port};
use proptest::prelude::*;
use proptest::sample::select;

use super::{MARK, Template, json_string, mangled, mostly, one_of, secret};

/// Keys of `extra` whose values are never shown, for any type.
const SECRET_KEYS: &[&str] =
    &["password", "token", "api_key", "private_key", "aws_secret_access_key"];

/// A connection URI.
///
/// ```text
/// uri = scheme separator [ login [ ":" secret ] "@" ] host [ port ] path [ query ] [ fragment ]
/// ```
pub fn uri() -> impl Strategy<Value = Template> {
    uri_text().prop_map(Template)
}

pub(crate) fn uri_text() -> BoxedStrategy<String> {
    let known = select(conn_types()).prop_map(|known| known.uri_scheme.to_owned()).boxed();
    let common =
        one_of(&["postgres", "mysql", "http", "aws", "snowflake", "google-cloud-platform"]);
    let scheme = mostly(
        prop_oneof![2 => common, 1 => known].boxed(),
        &[
            "my_type",
            "google_cloud_platform",
            "postgresql+psycopg2",
            "https",
            "HTTP",
            "",
            "1a",
            "postgresql",
            "jdbc:postgresql",
            "postgress",
            " postgres",
            "\"postgres",
            "'http",
        ],
    );
    let separator = prop_oneof![
        12 => Just("://".to_owned()),
        1 => one_of(&[":", ":/", ":///", "//", "", "://https://", ": //", "://///"]),
    ];
    let login = mostly(
        one_of(&["app", "u%40d.com", "AKIAEXAMPLE"]),
        &["", "user@example.com", "<login>", "${USER}", "a/b", "[x]", "42"],
    );
    let userinfo = prop_oneof![
        6 => (login.clone(), secret()).prop_map(|(login, secret)| format!("{login}:{secret}@")),
        1 => login.prop_map(|login| format!("{login}@")),
        1 => Just(String::new()),
    ];
    let host = mostly(
        one_of(&["db", "db.example.com", "10.0.0.1", "localhost", "[::1]"]),
        &[
            "",
            "DB",
            "[::1",
            "::1",
            "[1.2.3.4]",
            "[v1.a]",
            "[v]",
            "[::1%eth0]",
            "a[::1]b",
            "[]",
            "http%3A%2F%2Fh",
            "https://h",
            "a:1,b:2",
            "m\u{fc}nchen",
            "x\u{2100}y",
            "<host>",
            "${HOST}",
            "x\u{ff03}",
            "a b",
            "h%40i",
        ],
    );
    let port = mostly(
        one_of(&["", ":5432", ":443"]),
        &[":", ":port", ":99999", ":0", ":-1", ": 5", ":\u{663}", ":80a", "::", ":65536"],
    );
    let path =
        mostly(one_of(&["", "/", "/app"]), &["/app%2Fb", "/https", "/a/b/c", "/a%zz", "app"]);
    let fragment = prop_oneof![8 => Just(String::new()), 1 => Just(format!("#{MARK}"))];
    let around = prop_oneof![
        12 => Just(("", "")),
        1 => select(vec![("\"", "\""), ("'", "'"), (" ", ""), ("", " "), ("\t", "\n"), ("", "\"")]),
    ];
    (scheme, separator, userinfo, (host, port, path), query(), fragment, around)
        .prop_map(|(scheme, separator, userinfo, (host, port, path), query, fragment, around)| {
            let (open, close) = around;
            format!("{open}{scheme}{separator}{userinfo}{host}{port}{path}{query}{fragment}{close}")
        })
        .boxed()
}

fn query() -> BoxedStrategy<String> {
    let key = select(SECRET_KEYS.to_vec()).prop_map(str::to_owned);
    let extra = one_of(&["%7B%22a%22%3A+%22", "{\"a\":\"", "%5B%22", "%22", ""]);
    let pair = prop_oneof![
        4 => (key, secret()).prop_map(|(key, secret)| format!("{key}={secret}")),
        2 => one_of(&["sslmode=require", "timeout=5", "a%20b=c", "=x", "flag", "x=%zz"]),
        1 => extra.prop_map(|open| {
            let close = if open.ends_with(['"', '2']) { "\"}" } else { "%22%7D" };
            format!("__extra__={open}{MARK}{close}")
        }),
        1 => secret().prop_map(|secret| format!("token=https://u:{secret}@h")),
        1 => Just(MARK.to_string()),
    ];
    prop_oneof![
        2 => Just(String::new()),
        3 => prop::collection::vec(pair, 0..4).prop_map(|pairs| format!("?{}", pairs.join("&"))),
    ]
    .boxed()
}

/// A connection as a JSON object, or what was meant for one.
pub fn json_connection() -> impl Strategy<Value = Template> {
    mangled(json_object()).prop_map(Template)
}

/// A JSON object of the fields of a connection, some of them wrong.
pub(crate) fn json_object() -> BoxedStrategy<String> {
    let text = |strategy: BoxedStrategy<String>| strategy.prop_map(|text| json_string(&text));
    let odd = one_of(&["null", "5", "true", "[]", "{}", "1e400", "\"\\ud800\"", "NaN", "\"\""]);
    let known = select(conn_types()).prop_map(|known| known.name.to_owned()).boxed();
    let conn_type =
        mostly(known, &["", "postgress", "POSTGRES", "jdbc+x", "google-cloud-platform"]);
    let port = one_of(&["5432", "\"5432\"", "\"port\"", "99999", "0", "-1", "5.5", "[1]", "1e400"]);
    let is_secret_key = select(SECRET_KEYS.to_vec());
    let inner = (is_secret_key, secret())
        .prop_map(|(key, secret)| format!("{{{}: {}}}", json_string(key), json_string(&secret)))
        .boxed();
    let extra = prop_oneof![
        3 => inner.clone(),
        2 => inner.clone().prop_map(|inner| json_string(&inner)),
        1 => mangled(inner).prop_map(|inner| json_string(&inner)),
        1 => secret().prop_map(|secret| json_string(&secret)),
        1 => secret().prop_map(|secret| format!("[{}]", json_string(&secret))),
    ];
    let member = prop_oneof![
        5 => text(secret()).prop_map(|value| format!("\"password\": {value}")),
        2 => Just("\"login\": \"app\"".to_owned()),
        3 => Just("\"host\": \"db.example.com\"".to_owned()),
        1 => Just("\"schema\": \"app\"".to_owned()),
        2 => port.prop_map(|port| format!("\"port\": {port}")),
        4 => extra.prop_map(|extra| format!("\"extra\": {extra}")),
        1 => text(uri_text()).prop_map(|uri| format!("\"uri\": {uri}")),
        1 => (one_of(&["pass", "Password", "token", "extra__x", "secret"]), text(secret()))
            .prop_map(|(key, value)| format!("\"{key}\": {value}")),
        1 => (one_of(&["conn_type", "password", "extra", "uri", "login", "conn_id"]), odd)
            .prop_map(|(key, value)| format!("\"{key}\": {value}")),
        1 => (secret(), text(secret()))
            .prop_map(|(inside, value)| format!("\"extra\": {{\"a\": {{\"b\": {value}}}, \"c\": {}}}", json_string(&inside))),
    ];
    let members = prop::collection::vec(member, 0..5);
    let typed = prop_oneof![6 => Just(true), 1 => Just(false)];
    (typed, text(conn_type), members)
        .prop_map(|(typed, conn_type, mut members)| {
            if typed {
                members.insert(0, format!("\"conn_type\": {conn_type}"));
            }
            format!("{{{}}}", members.join(", "))
        })
        .boxed()
}

/// A connection that Airflow takes and nobody can object to.
pub fn clean_connection() -> impl Strategy<Value = Connection<'static>> {
    let types: Vec<&ConnType> = conn_types()
        .iter()
        .filter(|known| known.common_mistakes.is_empty() && conn_type(known.name).is_some())
        // Something must be given for these, or means more than a word can say.
        .filter(|known| known.required.is_empty() && known.schema_is.is_none())
        .filter(|known| !matches!(known.name, "emr" | "spark_jdbc" | "spark_sql"))
        .collect();
    let word = "[a-z][a-z0-9]{0,8}";
    let password = prop::collection::vec(
        prop_oneof![
            select(vec!["/", "?", "#", "@", ":", "%", "&", "=", "+", "!", "é", "[", "]", ",", " "])
                .prop_map(str::to_owned),
            "[A-Za-z0-9]{1,5}",
        ],
        1..5,
    )
    // A blank at an end is easily lost, and rightly objected to.
    .prop_map(|pieces| format!("x{}x", pieces.concat()));
    let fields = (
        prop::option::of(word.prop_map(|word| format!("{word}.example.com"))),
        prop::option::of(word),
        prop::option::of(password),
        prop::option::of(word),
        // Ports that belong to no other type.
        prop::option::of(30000..=65535_i64),
        any::<prop::sample::Index>(),
        prop::option::of("[a-zA-Z0-9 /:@%&=+]{1,12}"),
    );
    (select(types), fields).prop_map(
        |(known, (host, login, password, schema, port, nth, extra))| {
            let keys: Vec<&str> = known
                .extras
                .iter()
                .filter(|extra| {
                    let free = extra.allowed.is_empty() && extra.known_values.is_empty();
                    let text = extra.types.allows(connlint_catalog::JsonType::String);
                    free && text
                        && !extra.deprecated
                        && !extra.removed
                        && !extra.json_in_string
                        && !extra.truthy_strings
                        && !extra.multiline_pem
                        && extra.types_from != connlint_catalog::TypesFrom::Cast
                        && matches!(known.standing(extra.name), Standing::Known(_))
                })
                .map(|extra| extra.name)
                .collect();
            let key = if keys.is_empty() {
                matches!(known.arbitrary_extras, ArbitraryExtras::Yes).then_some("some_key")
            } else {
                Some(keys[nth.index(keys.len())])
            };
            let extra = key.zip(extra).map(|(key, value)| format!("{{\"{key}\": \"{value}\"}}"));
            // A field that no hook reads and no form shows is rightly objected to.
            let is_free =
                |field| known.fields_read.contains(field) || !known.hidden_fields.contains(field);
            Connection {
                conn_type: Some(known.name.into()),
                host: host.filter(|_| is_free(Field::Host)).map(Into::into),
                login: login.filter(|_| is_free(Field::Login)).map(Into::into),
                password: password.filter(|_| is_free(Field::Password)).map(Into::into),
                schema: schema.filter(|_| is_free(Field::Schema)).map(Into::into),
                port: port.filter(|_| is_free(Field::Port)).map(Port::Number),
                extra: extra.map(Into::into),
                ..Connection::default()
            }
        },
    )
}

/// The connection as Airflow writes it: as a URI, and as JSON.
pub fn written(connection: &Connection<'_>) -> [String; 2] {
    let uri = connection.get_uri(Profile::NEWEST).expect("a clean connection has a URI");
    let json = connection.as_json(Profile::NEWEST).expect("a clean connection has a JSON form");
    [uri, json]
}
