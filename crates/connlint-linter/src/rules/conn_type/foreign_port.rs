use connlint_catalog::{DefaultPortBy, Field, conn_types};
use connlint_text::{Grounds, Public, message};

use crate::rules::extra::{name, type_name};
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL335" "foreign-port", Correctness, Warning[Low],
    since: "0.1.0", fix: None, Connection => check
}

/// Ports that people know by heart, and the type each belongs to.
const WELL_KNOWN: &[u16] = &[21, 22, 1433, 1521, 3306, 5432, 6379, 7687, 9042, 9200, 27017];

/// Types that speak alike, so that each may stand at the port of another.
const ALIKE: &[&[&str]] = &[
    &["postgres", "redshift", "ydb", "pgvector"],
    &["mysql", "mariadb", "starrocks"],
    &["ssh", "sftp", "ftp"],
    &["elasticsearch", "opensearch"],
];

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    let Some(own) = cx.of.default_port else { return };
    let Some(written) = cx.field(Field::Port) else { return };
    let Ok(port) = written.text.parse::<u16>() else { return };
    if port == own.port || !WELL_KNOWN.contains(&port) {
        return;
    }
    let of_it = |other: &&connlint_catalog::ConnType| {
        other.hand_checked && other.default_port.is_some_and(|default| default.port == port)
    };
    let Some(other) = conn_types().iter().find(of_it) else { return };
    if ALIKE.iter().any(|group| group.contains(&cx.of.name) && group.contains(&other.name)) {
        return;
    }
    let usual = Public::vouch(own.port.to_string(), Grounds::Catalogue);
    let draft = report
        .report(
            written.span,
            message![
                "the usual port of `",
                type_name(other),
                "` in a connection of `",
                type_name(cx.of),
                "`"
            ],
        )
        .help(message![
            "check port and type; the usual port of `",
            name(cx.of.name),
            "` is ",
            usual
        ]);
    if own.by == DefaultPortBy::Convention {
        draft.note("nobody fills a port in for this type");
    }
}
