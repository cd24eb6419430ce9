use connlint_catalog::conn_type;
use connlint_parser::Uri;
use connlint_text::{Edit, Encoding, Grounds, Public, Span, message};

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL102" "underscore-scheme", Correctness, Error,
    since: "0.1.0", fix: Always, Uri => check, where: [NoScheme]
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some((scheme, _)) = uri.text.split_once("://") else { return };
    let is_scheme =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '+' | '-' | '.');
    let starts_well = scheme.starts_with(|char: char| char.is_ascii_alphabetic());
    let Some(underscore) = scheme.find('_').filter(|_| starts_well) else { return };
    if !scheme.chars().all(is_scheme) {
        return;
    }
    let span = Span::from_range(0..scheme.len());
    let name = conn_type(scheme).map(|of| of.name);
    let dashed = Public::vouch(scheme.replace('_', "-"), Grounds::Name);
    cx.report(
        Span::from_range(underscore..underscore + 1),
        message!["`_` in the scheme of a connection URI"],
    )
    .label("no URI scheme holds this character")
    .help(message![
        "write `", dashed, "://`; Airflow turns `-` into `_` to get the conn_type",
        name.map_or("", |_| ", which it knows")
    ])
    .note(message![
        airflow(uri.profile),
        " finds no scheme: conn_type and host are empty, and all of the text, password included, is the schema"
    ])
    .safe_fix("write `-` for `_`", vec![Edit::encode(span, Encoding::Dashes)]);
}
