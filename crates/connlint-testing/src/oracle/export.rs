//! What `airflow connections export` writes.

use connlint_convert::{Options, Source, Target, convert};
use connlint_json::{Node, dumps_str, parse};
use connlint_parser::{Connection, read_fields_node};

use super::{Answer, Engine, NodeText as _, error, fields};

/// The fields of a connection in the order of the export.
const ORDER: [&str; 8] =
    ["conn_type", "description", "login", "password", "host", "port", "schema", "extra"];

/// The text of the export, or how it ends; nothing where connlint would not write the connections.
pub(super) fn export(line: &str, input: &Node<'_>, engine: &Engine) -> Option<Answer> {
    let text = |key: &str| input.last(key)?.text();
    let serialization = text("serialization_format").unwrap_or_else(|| "uri".into());
    if !matches!(&*serialization, "uri" | "json") {
        let message =
            format!("Received unexpected value for `--serialization-format`: '{serialization}'");
        let message = dumps_str(&message.into());
        let members =
            [("ok", "false"), ("error.type", "\"SystemExit\""), ("error.message", &message)];
        return Some(members.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    }
    let recorded = input.last("conns")?.as_array()?.iter().map(|it| arguments(line, it));
    let recorded: Vec<_> = recorded.collect::<Option<_>>()?;
    let mut connections = Vec::new();
    for (id, arguments) in &recorded {
        let node = parse(arguments).ok()?;
        connections.push((&**id, read_fields_node(arguments, node, engine.profile).connection()?));
    }
    let text = match &*text("file_format").unwrap_or_else(|| ".json".into()) {
        ".env" => {
            let mut out = String::new();
            for (id, connection) in &connections {
                let value = if serialization == "json" {
                    compact(connection)
                } else {
                    match connection.get_uri(engine.profile) {
                        Ok(uri) => uri,
                        Err(exception) => {
                            let failed = [("ok".to_owned(), "false".to_owned())].into_iter();
                            return Some(failed.chain(error("error", exception, None)).collect());
                        }
                    }
                };
                out.extend([*id, "=", &value, "\n"]);
            }
            out
        }
        ".yaml" => converted(connections, Target::ExportYaml, engine)?,
        _ => converted(connections, Target::ExportJson, engine)?,
    };
    Some([("ok".into(), "true".into()), ("text".into(), dumps_str(&text.into()))].into())
}

/// What connlint writes; nothing where it refuses a connection.
fn converted(
    connections: Vec<(&str, Connection<'_>)>,
    target: Target,
    engine: &Engine,
) -> Option<String> {
    let sources = connections
        .into_iter()
        .map(|(id, connection)| Source { id: Some(id.into()), connection: Ok(connection) });
    let options = Options { profile: engine.profile, ..Options::default() };
    let conversion = convert(sources, target, &options);
    (conversion.refused() == 0).then_some(conversion.text)
}

/// The object that Airflow writes on a line of an `.env` file.
fn compact(connection: &Connection<'_>) -> String {
    let fields = fields(connection);
    let member = |name: &&str| {
        let value = fields.get(name).map_or("null", String::as_str);
        format!("\"{name}\": {value}")
    };
    format!("{{{}}}", ORDER.iter().map(member).collect::<Vec<_>>().join(", "))
}

/// A recorded connection: its id and the other arguments of its constructor.
fn arguments(line: &str, recorded: &Node<'_>) -> Option<(String, String)> {
    let members = recorded.as_object()?.iter();
    let fields = members.filter(|member| !member.key.is("conn_id"));
    let fields: Vec<_> = fields.map(|member| member.span().of(line)).collect();
    Some((recorded.last("conn_id")?.text()?, format!("{{{}}}", fields.join(","))))
}
