use connlint_catalog as catalog;
use connlint_parser::{Part, Uri};
use connlint_text::{Edit, Span, message};

use crate::placeholder::placeholders;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL101" "missing-scheme", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Uri => check
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    if uri.scheme.as_ref().is_some_and(|scheme| behind(uri, scheme).starts_with("//")) {
        return;
    }
    let text = uri.text.trim();
    if text.is_empty() || is_another_fault(text) {
        return;
    }
    if let Some(scheme) = &uri.scheme {
        without_slashes(uri, scheme, cx);
        return;
    }
    let start = uri.text.len() - uri.text.trim_start().len();
    cx.report(
        Span::from_range(start..start + text.len()),
        message!["connection URI without a scheme"],
    )
    .label("the text does not start with a connection type and `://`")
    .help("start with the connection type and `://`, such as `postgres://`, or write a JSON object")
    .note(message![
        airflow(uri.profile),
        " raises nothing: conn_type and host are empty, and all of the text, password included, is the schema"
    ]);
}

/// `jdbc:postgresql://h`, `user:password@host`, `host:5432/db`: no `//` behind the colon.
fn without_slashes(uri: &Uri<'_>, scheme: &Part<'_>, cx: &mut Reporter<'_>) {
    let colon = scheme.span.end();
    let behind = behind(uri, scheme);
    if is_only_a_path(behind, &uri.conn_type) {
        return;
    }
    let draft = cx
        .report(Span::new(colon, colon + 1), message!["no `//` behind the scheme"])
        .label("what stands before it is taken for the conn_type")
        .note(message![
            airflow(uri.profile),
            " reads no login, password, host and port: all that follows is the schema"
        ]);
    // `jdbc:postgresql://h` has its slashes, behind a scheme that is none of Airflow's.
    let is_known = catalog::conn_type(&uri.conn_type).is_some();
    if is_known && !behind.contains("://") && !behind.starts_with('/') {
        draft
            .help("write `//` behind the colon")
            .unsafe_fix("insert `//`", vec![Edit::insert(colon + 1, "//")]);
    } else {
        draft.help("start with the connection type and `://`, such as `postgres://`");
    }
}

/// What follows the colon of the scheme.
fn behind<'u>(uri: &Uri<'u>, scheme: &Part<'_>) -> &'u str {
    uri.text.get(scheme.span.end() as usize + 1..).unwrap_or_default()
}

/// `sqlite:/var/data/x.db` is read like `sqlite:///var/data/x.db`, and `aws:/?a=b` like `aws:///?a=b`.
fn is_only_a_path(behind: &str, conn_type: &str) -> bool {
    let Some(path) = behind.strip_prefix('/') else { return behind.is_empty() };
    // A type that is not about files has a host where the path begins.
    let is_about_files = matches!(conn_type, "sqlite" | "fs" | "file" | "duckdb" | "hdfs");
    let has_host = !is_about_files
        && catalog::conn_type(conn_type).is_some()
        && !path.is_empty()
        && !path.starts_with(['/', '?', '#']);
    !path.contains('@') && !has_host
}

/// What another rule explains better: quotes, a scheme with `_`, a placeholder.
fn is_another_fault(text: &str) -> bool {
    let scheme = text.split("://").next().unwrap_or_default();
    let underscored = scheme.len() < text.len()
        && scheme.contains('_')
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-' | b'.'));
    let is_quoted = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    let is_placeholder = placeholders(text).next().is_some_and(|range| range.start == 0);
    is_quoted('"') || is_quoted('\'') || is_placeholder || underscored
}
