use connlint_catalog::Field;
use connlint_text::message;

use super::takes_bare_host;
use crate::rules::extra::type_name;
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL328" "protocol-in-host", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    let Some(host) = cx.field(Field::Host) else { return };
    let takes_none = takes_bare_host(cx.of) || cx.of.host.may_have_protocol == Some(false);
    if takes_none && host.text.contains("://") {
        report
            .report(host.span, message!["a protocol in the host of `", type_name(cx.of), "`"])
            .label("taken for a part of the name")
            .help("write the name alone; port and database have fields of their own")
            .note("the hook passes the host on as it stands, and no machine is called so");
    }
}
