use connlint_catalog::Field;
use connlint_parser::Reading;
use connlint_text::{Edit, Encoding, Piece, message};

use crate::{ConnectionCx, Reporter, declare_rule};

declare_rule! {
    "CL332" "sqlite-path-in-schema", Correctness, Info,
    since: "0.1.0", fix: Sometimes, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "sqlite" || cx.field(Field::Host).is_some() {
        return;
    }
    let Some(schema) = cx.field(Field::Schema) else { return };
    let is_absolute = schema.text.starts_with('/');
    // `sqlite:/data/my.db` has one slash, and one way to be read.
    if let Reading::Uri(uri) = cx.reading
        && uri.authority.is_none()
    {
        return;
    }
    let draft = report
        .report(schema.span, message!["the file of SQLite in the path of the URI"])
        .help("percent-encode the path as the host: `sqlite://%2Ftmp%2Fmy.db`");
    if !is_absolute {
        draft
            .label("taken for a path from the root")
            .note("SQLAlchemy reads three slashes as a path from where it is; SqliteHook opens `file:/` and the path");
        return;
    }
    let draft = draft
        .label("not the path that is meant")
        .note("SqliteHook opens `file:/` and the path: sqlite3 raises OperationalError, invalid uri authority");
    let Reading::Uri(uri) = cx.reading else { return };
    let Some(path) = uri.path.as_ref().filter(|_| uri.authority.is_some()) else { return };
    let pieces = vec![Piece::Encode(schema.span, Encoding::UnescapedOnly)];
    draft.unsafe_fix("percent-encode the path", vec![Edit { span: path.span, pieces }]);
}
