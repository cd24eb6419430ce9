use connlint_backends::{Kind, Nothing, lookup};
use connlint_text::message;

use super::{call_of, opening};
use crate::{KwargsCx, Reporter, declare_rule};

declare_rule! {
    "CL417" "disabled-backend", Correctness, Warning,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let asks = |kind| lookup(&call, kind, "id");
    let is_off = |kind| matches!(asks(kind), Err(Nothing::Disabled | Nothing::NoSuchKind));
    let is_all_off = [Kind::Connection, Kind::Variable, Kind::Config].into_iter().all(is_off);
    if !is_all_off || asks(Kind::Connection) != Err(Nothing::Disabled) {
        return;
    }
    report
        .report(opening(cx.kwargs), message!["these arguments turn the backend off"])
        .help("name the path or prefix of what it is to read, or leave the backend out")
        .note("it is built, and then asked for nothing");
}
