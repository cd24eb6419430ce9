use connlint_catalog::conn_type;
use connlint_hosts::{Form, Surface};
use connlint_parser::{JsonConnection, meant_key};
use connlint_text::{Edit, Grounds, Public, Span, message};

use super::key_words;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL201" "unknown-json-key", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Json => check
}

fn check(json: &JsonConnection<'_>, cx: &mut Reporter<'_>) {
    // The keys of a Vault secret have a rule of their own.
    if cx.site().is_some_and(|site| site.surface == Surface::Vault && site.form == Form::Object) {
        return;
    }
    for member in json.unknown_members() {
        let key = member.key.text();
        let key = key.as_str().unwrap_or_default();
        let draft = cx
            .report(
                member.key.span(),
                message!["unknown ", key_words(key), " in a JSON connection"],
            )
            .note(message![airflow(json.profile), " refuses the whole connection because of it"]);
        let of_type = json.field("conn_type").and_then(connlint_json::Node::as_text);
        let of_type = of_type.as_ref().and_then(|text| conn_type(text.as_str()?));
        if key == "conn_id" {
            draft
                .label("Airflow passes the id itself")
                .help("remove it; the id is the name of the variable or secret");
        } else if let Some(meant) = meant_key(key).filter(|meant| json.field(meant).is_none()) {
            let name = Public::vouch(meant, Grounds::Catalogue);
            let inside = Span::new(member.key.span().start() + 1, member.key.span().end() - 1);
            let edit = Edit::replace(inside, message![&name]);
            draft
                .label(message!["the field is called `", &name, "`"])
                .help(message!["write `", &name, "`"])
                .unsafe_fix(message!["rename it to `", &name, "`"], vec![edit]);
        } else if of_type.is_some_and(|of| of.extra(key).is_some()) {
            draft
                .label("a key of `extra`, not of the connection")
                .help("move it into the object `extra`");
        } else {
            draft.label("no field of a connection").help(
                "use conn_type, description, host, login, password, schema, port and extra; all else belongs into `extra`",
            );
        }
    }
}
