use connlint_catalog::Field;
use connlint_text::message;

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL330" "port-with-srv", Correctness, Error,
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "mongo" {
        return;
    }
    let (Some(port), Some(srv)) = (cx.field(Field::Port), cx.truthy("srv")) else { return };
    report
        .report(port.span, message!["a port beside `srv`"])
        .label("the port comes from DNS")
        .also(srv.key_span, "asks DNS for hosts and ports")
        .help("remove the port")
        .note("MongoHook raises AirflowConfigException: srv URI should not specify a port");
}
