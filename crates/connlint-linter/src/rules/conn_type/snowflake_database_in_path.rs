use connlint_catalog::Field;
use connlint_text::message;

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL323" "snowflake-database-in-path", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "snowflake" {
        return;
    }
    let Some(schema) = cx.field(Field::Schema).filter(|schema| schema.text.contains('/')) else {
        return;
    };
    report
        .report(schema.span, message!["database and schema in one for Snowflake"])
        .label("all of it is taken for the name of the schema")
        .help("leave the schema alone here, and give the database as the extra `database`")
        .note("SnowflakeHook passes the field `schema` on as it stands; the database is the extra `database`");
}
