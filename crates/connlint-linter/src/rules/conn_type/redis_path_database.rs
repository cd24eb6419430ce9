use connlint_catalog::Field;
use connlint_parser::Reading;
use connlint_text::{Edit, Piece, Span, message};

use crate::{ConnectionCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL321" "redis-path-database", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "redis" || cx.extra("db").is_some() || !cx.has_all_extras() {
        return;
    }
    let Some(schema) = cx.field(Field::Schema) else { return };
    let Ok(number) = schema.text.parse::<u16>() else { return };
    let draft = report
        .report(schema.span, message!["the number of a database in the path of a Redis connection"])
        .label("not read")
        .help("give the database as the extra `db`")
        .note("RedisHook reads the extra `db`, and uses database 0 where there is none");
    // Database 0 it is anyway.
    let draft = if number == 0 { draft.severity(Severity::Info) } else { draft };
    let Reading::Uri(uri) = cx.reading else { return };
    let Some(path) = &uri.path else { return };
    let end = uri.query.as_ref().map_or(path.span.end(), |query| query.span.start());
    let mut pieces = vec![Piece::Text("/?db=".into()), Piece::Keep(schema.span)];
    if uri.query.as_ref().is_some_and(|query| !query.text.is_empty()) {
        pieces.push(Piece::Text("&".into()));
    }
    let span = Span::new(path.span.start(), end);
    draft.unsafe_fix("move it to the extra `db`", vec![Edit { span, pieces }]);
}
