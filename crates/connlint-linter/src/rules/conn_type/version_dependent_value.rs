use connlint_catalog::Profile;
use connlint_parser::{Connection, Reading};
use connlint_text::{Decoded, Grounds, Public, Span, message};

use crate::rules::airflow;
use crate::{Reporter, Severity, VersionsCx, declare_rule};

declare_rule! {
    "CL304" "version-dependent-value", Portability, Warning,
    since: "0.1.0", fix: None, Versions => check
}

fn check(cx: &VersionsCx<'_>, report: &mut Reporter<'_>) {
    let Some(((first, reading), others)) = cx.readings.split_first() else { return };
    let Some(connection) = reading.connection() else { return };
    // One that raises is the business of the rule that says why.
    let differing = others.iter().find_map(|(profile, other)| {
        let other = other.connection()?;
        Some((*profile, field(&connection, &other)?))
    });
    let Some((other, field)) = differing else { return };
    let name = Public::vouch(field, Grounds::Catalogue);
    let (one, two) = (airflow(*first), airflow(other));
    let draft = report
        .report(place(reading, field), message!["`", &name, "` depends on the version of Airflow"])
        .label(message![&one, " and ", &two, " read different values"])
        .help(match field {
            "extra" => "write a JSON connection, whose values have types of their own",
            _ => "write a JSON connection, and name every field",
        });
    let draft = if field == "extra" {
        draft.note(message![
            typed(cx),
            " a query value that is JSON, such as `123` or `true`, as that type; the others as text"
        ])
    } else {
        draft
    };
    // Scheduler and workers of one Airflow differ for everybody.
    if first.version == other.version {
        draft.severity(Severity::Info);
    }
}

/// "Airflow 3.3 reads", of the first reader that keeps types.
fn typed(cx: &VersionsCx<'_>) -> Public<'static> {
    let keeps = |profile: &Profile| profile.has(connlint_catalog::Quirk::TypedQueryValues);
    let keeper = cx.readings.iter().map(|(profile, _)| *profile).find(keeps);
    let name = keeper.map_or_else(|| "no Airflow".to_owned(), |p| airflow(p).to_string());
    Public::vouch(format!("{name} reads"), Grounds::Computed)
}

/// The first field that differs.
fn field(one: &Connection<'_>, other: &Connection<'_>) -> Option<&'static str> {
    let fields = [
        ("conn_type", one.conn_type == other.conn_type),
        ("host", one.host == other.host),
        ("login", one.login == other.login),
        ("password", one.password == other.password || is_empty(one) && is_empty(other)),
        ("schema", one.schema == other.schema),
        ("port", one.port == other.port),
        ("extra", one.extra == other.extra),
    ];
    fields.into_iter().find(|(_, same)| !same).map(|(name, _)| name)
}

/// No password and an empty one are the same to every hook.
fn is_empty(connection: &Connection<'_>) -> bool {
    connection.password.as_ref().is_none_or(|password| !password.is_truthy())
}

/// Where the field is written, as narrow as can be told.
fn place(reading: &Reading<'_>, field: &str) -> Span<Decoded> {
    match reading {
        Reading::Uri(uri) => {
            let part = match field {
                "extra" => &uri.query,
                "host" => &uri.host,
                "login" => &uri.login,
                "port" => &uri.port,
                "schema" => &uri.path,
                "conn_type" => &uri.scheme,
                _ => &None,
            };
            part.as_ref().map_or(Span::from_range(0..uri.text.len()), |part| part.span)
        }
        Reading::Json(json) => {
            json.field(field).map_or(Span::from_range(0..json.text.len()), |node| node.span)
        }
        _ => Span::empty(0),
    }
}
