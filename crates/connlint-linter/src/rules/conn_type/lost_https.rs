use connlint_parser::Uri;
use connlint_text::{Edit, Piece, message};

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL303" "lost-https", Correctness, Warning,
    since: "0.1.0", fix: Sometimes, Uri => check
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(scheme) = &uri.scheme else { return };
    let schema = uri.schema_value();
    if uri.conn_type != "https" || schema == "https" || uri.failure.is_some() {
        return;
    }
    let draft = cx
        .report(scheme.span, message!["`https` is no connection type, and not what the hook uses"])
        .label("taken for the conn_type")
        .help("write `http://` with `/https` as the path: `http://host/https`")
        .note(message![
            airflow(uri.profile),
            ": HttpHook takes the protocol from the schema, and plain http where that is empty"
        ]);
    // With a path there is no place for `/https`, and with a port it would stand behind that.
    let ends_with_host = uri.path.as_ref().is_none_or(|path| path.text == "/");
    let Some(authority) = uri.authority.as_ref().filter(|_| ends_with_host) else { return };
    let path = uri.path.as_ref().map_or(authority.span, |path| path.span);
    draft.unsafe_fix(
        "write `http` and `/https`",
        vec![
            Edit::replace(scheme.span, "http"),
            Edit {
                span: connlint_text::Span::new(authority.span.end(), path.end()),
                pieces: vec![Piece::Text("/https".into())],
            },
        ],
    );
}
