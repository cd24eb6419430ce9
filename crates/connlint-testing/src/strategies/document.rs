use connlint_hosts::{Consumer, HostFormat, Quoting};
use proptest::prelude::*;
use proptest::sample::select;

use super::connection::{json_object, uri_text};
use super::kwargs::kwargs_text;
use super::{MARK, Template, files, json_string, mangled, one_of, secret};

/// A document of any format with everything that people write into it.
pub fn document() -> impl Strategy<Value = (HostFormat, Template)> {
    select(HostFormat::ALL.to_vec())
        .prop_flat_map(|format| document_of(format).prop_map(move |template| (format, template)))
}

/// A file of any format, written as that format is.
pub fn any_file() -> impl Strategy<Value = (HostFormat, Template)> {
    select(HostFormat::ALL.to_vec()).prop_flat_map(|format| {
        let own = files::file(format).map(|body| body.prop_map(Template).boxed());
        own.unwrap_or_else(|| document_of(format)).prop_map(move |template| (format, template))
    })
}

/// A document of that format; a `.env` file for those that [`any_file`] alone knows how to write.
pub fn document_of(format: HostFormat) -> BoxedStrategy<Template> {
    let body = match format {
        HostFormat::ConnectionsJson => connections_json(),
        HostFormat::ConnectionsYaml => connections_yaml(),
        HostFormat::ConnectionsEnv => connections_env(),
        HostFormat::VaultJson => vault_json(),
        HostFormat::UriLines => uri_lines(),
        _ => dotenv(),
    };
    let bom = prop_oneof![12 => Just(""), 1 => Just("\u{feff}")];
    let line_end = prop_oneof![6 => Just("\n"), 1 => Just("\r\n")];
    (bom, line_end, body)
        .prop_map(|(bom, line_end, body)| {
            Template(format!("{bom}{}", body.replace('\n', line_end)))
        })
        .boxed()
}

/// A connection as text: a URI mostly, else JSON.
fn connection_text() -> BoxedStrategy<String> {
    prop_oneof![3 => uri_text(), 1 => mangled(json_object())].boxed()
}

fn dotenv() -> BoxedStrategy<String> {
    let name = select(vec![
        "AIRFLOW_CONN_PG",
        "AIRFLOW_CONN_HTTP",
        "airflow_conn_low",
        "AIRFLOW_CONN__TEAM___X",
        "export AIRFLOW_CONN_E",
        "AIRFLOW_CONN_A-B",
    ]);
    let other = select(vec![
        "AIRFLOW_VAR_KEY",
        "OTHER",
        "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__CORE__EXECUTOR",
        "PATH",
        "AIRFLOW_CONN_",
        "DB_PASSWORD",
    ]);
    let backend = kwargs_text().prop_flat_map(|(class, kwargs)| {
        let class = assignment("AIRFLOW__SECRETS__BACKEND", Just(class).boxed());
        let kwargs = assignment("AIRFLOW__SECRETS__BACKEND_KWARGS", Just(kwargs).boxed());
        (class, kwargs).prop_map(|(class, kwargs)| format!("{class}{kwargs}"))
    });
    let line = prop_oneof![
        6 => name.prop_flat_map(|name| assignment(name, connection_text())),
        2 => other.prop_flat_map(|name| assignment(name, secret())),
        2 => backend,
        1 => comment("#"),
        1 => one_of(&["\n", "=\n", "KEY\n", "export\n", "A B=c\n", "\"\n", "'\n", "1=2\n", "   \n"]),
        1 => secret().prop_map(|secret| format!("{secret}\n")),
    ];
    prop::collection::vec(line, 0..5).prop_map(|lines| lines.concat()).boxed()
}

/// `name=value`, with the value in one of the ways that somebody quotes it.
fn assignment(name: &'static str, value: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let quoting = prop_oneof![
        6 => Just(0_u8),
        6 => Just(1),
        4 => Just(2),
        4 => Just(3),
        2 => Just(4),
        1 => Just(5),
    ];
    let sign = prop_oneof![8 => Just("="), 1 => select(vec![" = ", "= ", ": ", " =", "=\t"])];
    let tail = prop_oneof![8 => Just(String::new()), 1 => comment(" #")];
    (value, quoting, sign, tail)
        .prop_map(move |(value, quoting, sign, tail)| {
            let encoded =
                |quoting: Quoting| quoting.encode(&value).unwrap_or_else(|| value.clone());
            let value = match quoting {
                1 => format!("'{value}'"),
                2 => format!("\"{value}\""),
                3 => format!("\"{}\"", encoded(Quoting::DotenvDouble(Consumer::Compose))),
                4 => encoded(Quoting::DotenvBare(Consumer::Compose)),
                5 => format!("'{value}"),
                _ => value,
            };
            let tail = if tail.is_empty() { "\n" } else { &tail };
            format!("{name}{sign}{value}{tail}")
        })
        .boxed()
}

fn comment(sign: &'static str) -> BoxedStrategy<String> {
    prop_oneof![
        2 => Just(format!("{sign} {MARK}\n")),
        1 => one_of(&["unencoded-delimiter", "CL104, invalid-port", "", "x"])
            .prop_map(move |rules| format!("{sign} connlint: ignore[{rules}] {MARK}\n")),
    ]
    .boxed()
}

fn id() -> BoxedStrategy<String> {
    one_of(&["pg", "my_http", "aws-prod", "a.b", "\u{e9}", "pg", ""])
}

fn connections_json() -> BoxedStrategy<String> {
    let value = prop_oneof![
        3 => uri_text().prop_map(|uri| json_string(&uri)),
        3 => json_object(),
        1 => json_object().prop_map(|object| format!("[{object}]")),
        1 => secret().prop_map(|secret| json_string(&secret)),
        1 => one_of(&["null", "5", "[]", "{}"]),
    ];
    let member = (id(), value).prop_map(|(id, value)| format!("  \"{id}\": {value}"));
    let file = prop::collection::vec(member, 0..4)
        .prop_map(|members| format!("{{\n{}\n}}\n", members.join(",\n")));
    mangled(file.boxed())
}

fn connections_yaml() -> BoxedStrategy<String> {
    let scalar = |text: BoxedStrategy<String>| {
        (text, 0..5_u8).prop_map(|(text, how)| match how {
            0 => text,
            1 => format!("'{}'", text.replace('\'', "''")),
            2 => Quoting::YamlDouble.encode(&text).map_or(text, |text| format!("\"{text}\"")),
            3 => json_string(&text),
            _ => format!("|-\n    {}", text.replace('\n', "\n    ")),
        })
    };
    let field = prop_oneof![
        4 => one_of(&["conn_type: postgres", "conn_type: http", "conn_type: nonsense", "conn_type: null"]),
        4 => scalar(secret()).prop_map(|value| format!("password: {value}")),
        2 => one_of(&["host: db", "port: 5432", "port: '5432'", "port: x", "login: app", "schema: 1"]),
        2 => scalar(secret()).prop_map(|value| format!("extra:\n    token: {value}")),
        1 => json_object().prop_map(|json| format!("extra: {}", json_string(&json))),
        1 => (one_of(&["pass", "conn_uri", "extra__a"]), scalar(secret()))
            .prop_map(|(key, value)| format!("{key}: {value}")),
        1 => comment("#").prop_map(|comment| comment.trim_end().to_owned()),
    ];
    let fields = prop::collection::vec(field, 1..5)
        .prop_map(|fields| format!("\n  {}", fields.join("\n  ")));
    let value = prop_oneof![
        3 => scalar(uri_text()),
        3 => fields,
        1 => json_object(),
        1 => one_of(&["null", "5", "[]", "*a", "&a x://h", "!!str x"]),
    ];
    let entry =
        (id(), value, prop::option::weighted(0.1, comment(" #"))).prop_map(|(id, value, tail)| {
            format!("{id}: {value}{}", tail.unwrap_or_else(|| "\n".into()))
        });
    let line =
        prop_oneof![6 => entry, 1 => comment("#"), 1 => one_of(&["---\n", "\n", "x\n", "\t\n"])];
    prop::collection::vec(line, 0..4).prop_map(|lines| lines.concat()).boxed()
}

fn connections_env() -> BoxedStrategy<String> {
    let line = prop_oneof![
        6 => (id(), uri_text()).prop_map(|(id, uri)| format!("{id}={uri}\n")),
        1 => comment("#"),
        // What stands before a `=` is an id, whatever it was meant for.
        1 => secret().prop_map(|secret| format!("{}\n", secret.replace('=', ""))),
    ];
    prop::collection::vec(line, 0..4).prop_map(|lines| lines.concat()).boxed()
}

fn vault_json() -> BoxedStrategy<String> {
    let key =
        one_of(&["conn_uri", "value", "uri", "connection", "password", "conn_url", "conn_type"]);
    let of_uri =
        (key, uri_text()).prop_map(|(key, uri)| format!("{{\"{key}\": {}}}", json_string(&uri)));
    let of_json = json_object().prop_map(|json| format!("{{\"value\": {}}}", json_string(&json)));
    let both = (uri_text(), secret()).prop_map(|(uri, secret)| {
        let (uri, secret) = (json_string(&uri), json_string(&secret));
        format!("{{\"conn_uri\": {uri}, \"password\": {secret}, \"description\": {secret}}}")
    });
    let secret = prop_oneof![3 => of_uri, 2 => json_object(), 1 => of_json, 1 => both];
    let answer = (secret, prop::bool::ANY).prop_map(|(secret, second)| {
        if second {
            format!("{{\"request_id\": \"0\", \"data\": {{\"data\": {secret}, \"metadata\": {{\"version\": 1}}}}}}\n")
        } else {
            format!("{{\"request_id\": \"0\", \"lease_duration\": 0, \"data\": {secret}}}\n")
        }
    });
    mangled(answer.boxed())
}

fn uri_lines() -> BoxedStrategy<String> {
    let line = prop_oneof![
        6 => connection_text().prop_map(|text| format!("{text}\n")),
        1 => comment("#"),
        1 => one_of(&["\n", "  \n", "{\n", "}\n"]),
    ];
    prop::collection::vec(line, 0..4).prop_map(|lines| lines.concat()).boxed()
}
