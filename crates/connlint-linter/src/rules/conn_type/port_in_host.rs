use connlint_catalog::Field;
use connlint_text::message;

use super::takes_bare_host;
use crate::rules::extra::type_name;
use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL329" "port-in-host", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    let Some(host) = cx.field(Field::Host).filter(|_| takes_bare_host(cx.of)) else { return };
    // More than one colon is an IPv6 address, or a protocol, which has a rule of its own.
    let Some((name, port)) = host.text.split_once(':') else { return };
    let is_port =
        !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    if name.is_empty() || !is_port {
        return;
    }
    report
        .report(host.span, message!["a port in the host of `", type_name(cx.of), "`"])
        .label("taken for a part of the name")
        .help("write the port into the field `port`")
        .note("the hook passes the host on as it stands, and no machine is called so");
}
