use connlint_catalog::{
    ConnType, Reason, Suggestion, conn_type, conn_type_hint, removed_conn_type, suggest_conn_type,
};
use connlint_hosts::Form;
use connlint_parser::Reading;
use connlint_text::{Decoded, Edit, Grounds, Message, Public, Span, message};

use crate::disclosure::is_field_of_a_connection;
use crate::rules::airflow;
use crate::{Reporter, Severity, SiteCx, declare_rule};

declare_rule! {
    "CL301" "unknown-conn-type", Correctness, Error[Medium],
    since: "0.1.0", fix: Sometimes, Site => check, where: [UnknownType]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let Some((name, span)) = cx.reading.and_then(|reading| written_type(reading, cx.site.form))
    else {
        return;
    };
    // What is called like a secret is hardly a connection, and is not to be named.
    if is_field_of_a_connection(cx.site) {
        return;
    }
    // `http` and `https` have a rule of their own.
    if name.is_empty() || name == "https" || cx.declared.conn_types.contains_key(&name) {
        return;
    }
    if let Some(known) = conn_type(&name) {
        return too_new(cx, known, span, report);
    }
    let removed = removed_conn_type(&name);
    let release = removed.and_then(|removed| cx.provided.release(removed.package));
    if removed.zip(release).is_some_and(|(removed, release)| removed.is_in(release)) {
        return;
    }
    let shown = Public::vouch(name.clone(), Grounds::Grammar);
    let suggestion = suggest_conn_type(&name);
    let headline = message!["unknown conn_type `", shown, "`"];
    let draft = report.report(span, headline).severity(severity(suggestion.as_ref()));
    let Some(suggestion) = suggestion else {
        draft
            .note("no official provider of Airflow has it; a provider of your own may")
            .help("check the spelling");
        return;
    };
    let meant = Public::vouch(suggestion.to_string(), Grounds::Catalogue);
    let mut draft =
        draft.label(reason(&suggestion)).help(message!["use ", quoted(&suggestion, &meant)]).note(
            message![airflow(cx.profile), " takes it, but has no hook for it: Unknown hook type"],
        );
    if let Some(removed) = removed {
        let words = conn_type_hint(&name).and_then(|hint| hint.note);
        let words = words.unwrap_or("newer releases have no such type");
        draft = draft.note(message![
            Public::vouch(removed.package, Grounds::Catalogue),
            ": ",
            Public::vouch(words, Grounds::Catalogue)
        ]);
    }
    if let Some(package) = conn_type(suggestion.conn_type).and_then(|known| known.package) {
        draft = draft.note(message![
            "the type comes with `pip install ",
            Public::vouch(package, Grounds::Catalogue),
            "`"
        ]);
    }
    let Some(known) = conn_type(suggestion.conn_type).filter(|_| suggestion.advice.is_none())
    else {
        return;
    };
    let title = message!["write `", &meant, "`"];
    if let Some(Reading::Uri(_)) = cx.reading {
        let scheme = Public::vouch(known.uri_scheme, Grounds::Catalogue);
        draft.unsafe_fix(title, vec![Edit::replace(span, message![scheme])]);
    } else {
        let inside = Span::new(span.start() + 1, span.end() - 1);
        draft.unsafe_fix(title, vec![Edit::replace(inside, message![&meant])]);
    }
}

/// A type that the release of its provider does not have yet.
fn too_new(cx: &SiteCx<'_>, known: &ConnType, span: Span<Decoded>, report: &mut Reporter<'_>) {
    let Some((package, since)) = known.package.zip(known.since) else { return };
    if !cx.provided.release(package).is_some_and(|release| known.is_newer_than(release)) {
        return;
    }
    let [of_type, package, since] =
        [known.name, package, since].map(|text| Public::vouch(text, Grounds::Catalogue));
    report
        .report(span, message!["conn_type `", of_type, "` needs ", package, " ", since])
        .severity(Severity::Warning)
        .help("take a release of the provider that has it")
        .note(message![
            airflow(cx.profile),
            " takes it, but has no hook for it: Unknown hook type"
        ]);
}

/// The type as Airflow holds it, and where it is written; only if it looks like the name of one.
fn written_type(reading: &Reading<'_>, form: Form) -> Option<(String, Span<Decoded>)> {
    let (name, span) = match reading {
        Reading::Uri(uri) => {
            let scheme = uri.scheme.as_ref()?;
            // A word that only a colon follows is hardly a type: it may be a login.
            let behind = uri.text.get(scheme.span.end() as usize..)?;
            behind.starts_with("://").then(|| (uri.conn_type.to_string(), scheme.span))?
        }
        Reading::Json(json) => {
            let node = json.field("conn_type")?;
            let text = node.as_text()?;
            let text = text.as_str()?;
            // An object of a connections file is taken as it is, all others are normalised.
            let name = match (text, form) {
                (_, Form::Object) => text.to_owned(),
                ("postgresql", Form::Text) => "postgres".to_owned(),
                (_, Form::Text) => text.replace('-', "_"),
            };
            (name, node.span)
        }
        Reading::Blank(_) | Reading::Absent => return None,
    };
    let is_word =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '+' | '.' | ' ');
    (name.len() <= 48 && name.chars().all(is_word)).then_some((name, span))
}

/// A type that nobody means is an error, one that a team may have of its own is not.
fn severity(suggestion: Option<&Suggestion>) -> Severity {
    match suggestion.map(|suggestion| suggestion.reason) {
        None => Severity::Info,
        Some(Reason::Removed | Reason::Driver) => Severity::Warning,
        Some(_) => Severity::Error,
    }
}

fn reason(suggestion: &Suggestion) -> &'static str {
    match suggestion.reason {
        Reason::Hint => "no type of Airflow",
        Reason::Removed => "removed from its provider",
        Reason::Label => "the name of the form, not of the type",
        Reason::Case => "spelt otherwise",
        Reason::Driver => "the notation of SQLAlchemy",
        Reason::Misspelt => "misspelt",
    }
}

fn quoted(suggestion: &Suggestion, meant: &Public<'static>) -> Message {
    if suggestion.advice.is_some() { message![meant] } else { message!["`", meant, "`"] }
}
