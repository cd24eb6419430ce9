use connlint_catalog::Field;
use connlint_parser::Reading;
use connlint_text::{Edit, Message, Piece, Span, message};

use crate::{ConnectionCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL322" "snowflake-account-in-host", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "snowflake" || !cx.has_all_extras() {
        return;
    }
    let Some(host) = cx.field(Field::Host) else { return };
    let has_account =
        ["account", "extra__snowflake__account"].iter().any(|key| cx.truthy(key).is_some());
    let draft = report
        .report(host.span, message!["a host in a connection of `snowflake`"])
        .label("SnowflakeHook does not read it")
        .note(if has_account {
            "the address is made from the extra `account`"
        } else {
            "without the extra `account` connecting fails: account must be specified"
        });
    if has_account {
        draft.severity(Severity::Info).help("remove it, or give it as the extra `host`");
        return;
    }
    let draft =
        draft.help("give the account as the extra `account`, without `.snowflakecomputing.com`");
    let Reading::Uri(uri) = cx.reading else { return };
    // A URI writes its host in lower case, and the account may have a port or protocol around it.
    let account = host.text.strip_suffix(".snowflakecomputing.com").unwrap_or(&host.text);
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let Some(part) = uri.host.as_ref().filter(|_| account.chars().all(is_plain)) else { return };
    let len = u32::try_from(account.len()).unwrap_or(0);
    let account = Piece::Keep(Span::new(part.span.start(), part.span.start() + len));
    let key = |text: &'static str| Piece::Text(Message::literal(text));
    let moved = match &uri.query {
        Some(query) if query.text.is_empty() => {
            Edit { span: Span::empty(query.span.start()), pieces: vec![key("account="), account] }
        }
        Some(query) => Edit {
            span: Span::empty(query.span.start()),
            pieces: vec![key("account="), account, key("&")],
        },
        None => {
            let end = uri
                .path
                .as_ref()
                .or(uri.authority.as_ref())
                .map_or(part.span.end(), |part| part.span.end());
            let sign = if uri.path.is_some() { "?account=" } else { "/?account=" };
            Edit { span: Span::empty(end), pieces: vec![key(sign), account] }
        }
    };
    draft.unsafe_fix("move it to the extra `account`", vec![Edit::delete(part.span), moved]);
}
