//! `docs/backends.md` and `docs/conn-types.md`: the catalogue, for people.

use std::fmt::Write as _;

use connlint_catalog::{
    ArbitraryExtras, Backend, ConnType, DefaultPortBy, Extra, Field, Kwarg, Passthrough, Status,
    backends, conn_types, moved_class_paths, removed_conn_types, third_party_backends,
};

/// What every backend takes.
pub(crate) fn backends_page() -> String {
    let mut out = "# Secrets backends\n\n\
        What connlint knows of each: the arguments that go into `backend_kwargs`, and where it looks. *Since* is\n\
        the first release of the package that has an argument, where not all have it. Secret arguments are\n\
        marked with `*`; connlint never shows their values.\n\n\
        | backend | class | package |\n| --- | --- | --- |\n"
        .to_owned();
    for backend in backends() {
        let anchor = anchor(backend.name);
        line(
            &mut out,
            &format!(
                "| [{}](#{anchor}) | `{}` | {} |",
                backend.name, backend.class_path, backend.package
            ),
        );
    }
    for backend in backends() {
        out.push_str(&backend_section(backend));
    }
    out.push_str("\n## Moved class paths\n\n| path | leads to | since | until |\n| --- | --- | --- | --- |\n");
    for moved in moved_class_paths() {
        let releases = moved.releases;
        line(
            &mut out,
            &format!(
                "| `{}` | `{}` | {} {} | {} |",
                moved.class_path,
                moved.target,
                releases.package,
                releases.since,
                releases.until.unwrap_or_default()
            ),
        );
    }
    out.push_str(
        "\n## Third parties\n\nRead in one release each; a `!` marks what the constructor insists on.\n\n\
         | class | package | arguments |\n| --- | --- | --- |\n",
    );
    for known in third_party_backends() {
        let kwargs = known.kwargs.iter().map(|kwarg| {
            let (secret, required) = (mark(kwarg.is_secret, "*"), mark(kwarg.required, "!"));
            format!("`{}`{secret}{required}", kwarg.name)
        });
        let kwargs = kwargs.collect::<Vec<_>>().join(", ");
        let (class, package, version) = (known.class_path, known.package, known.version);
        line(&mut out, &format!("| `{class}` | {package} {version} | {kwargs} |"));
    }
    out
}

fn backend_section(backend: &'static Backend) -> String {
    let mut out = format!("\n## {}\n\n", backend.name);
    line(&mut out, &format!("`{}`, in {}.", backend.class_path, backend.package));
    line(&mut out, &format!("\nWhere it looks: {}.", backend.lookup.name_rule));
    if let Some(note) = backend.note {
        line(&mut out, &format!("\n{}", sentence(note)));
    }
    let unknown = match backend.passthrough("an argument that nobody knows") {
        Passthrough::Rejected { stage, exception } => {
            format!("`{exception}` at the stage `{}`", stage.name())
        }
        _ => "ignored without a word".to_owned(),
    };
    line(&mut out, &format!("\nAn unknown argument: {unknown}."));
    if backend.kwargs.is_empty() {
        out.push_str("\nIt takes no arguments.\n");
        return out;
    }
    out.push_str(
        "\n| argument | type | default | since | until | what it is |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for kwarg in backend.kwargs {
        line(&mut out, &kwarg_row(backend, kwarg));
    }
    if !backend.by_auth_type.is_empty() {
        out.push_str("\n| `auth_type` | arguments it reads |\n| --- | --- |\n");
        for (name, kwargs) in backend.by_auth_type {
            line(&mut out, &format!("| `{name}` | {} |", codes(kwargs)));
        }
    }
    out
}

fn kwarg_row(backend: &Backend, kwarg: &Kwarg) -> String {
    let types: Vec<_> = kwarg.json_types.iter().map(connlint_catalog::JsonType::name).collect();
    let default = kwarg.default.map_or_else(String::new, |default| format!("`{default}`"));
    // The first release of the package has what nobody added later.
    let first = |package: &str| {
        let mut ranges = backend.class_ranges.iter().map(|range| range.releases);
        ranges.find(|range| range.package == package).map(|range| range.since)
    };
    let since = kwarg.releases.iter().filter(|it| first(it.package) != Some(it.since));
    let since: Vec<_> = since
        .map(|it| {
            if it.package == backend.package {
                it.since.to_owned()
            } else {
                format!("{} {}", it.package, it.since)
            }
        })
        .collect();
    let until: Vec<_> = kwarg.releases.iter().filter_map(|it| it.until).collect();
    let mut what = sentence(kwarg.description);
    if !kwarg.allowed.is_empty() {
        let allowed: Vec<_> = kwarg.allowed.iter().map(|it| format!("`{it}`")).collect();
        let _ = write!(what, " One of {}.", allowed.join(", "));
    }
    for (value, since) in kwarg.allowed_since {
        let _ = write!(what, " `{value}` since {since}.");
    }
    for (kind, since) in kwarg.types_since {
        let _ = write!(what, " An {} since {since}.", kind.name());
    }
    if let Some(deprecated) = kwarg.deprecated {
        what.push_str(" Deprecated");
        if let Some(since) = deprecated.since {
            let _ = write!(what, " since {since}");
        }
        if let Some(removed) = deprecated.removed_in {
            let _ = write!(what, ", not read since {removed}");
        }
        what.push('.');
    }
    let secret = mark(kwarg.is_secret, "*");
    format!(
        "| `{}`{secret} | {} | {} | {} | {} | {} |",
        kwarg.name,
        types.join(", "),
        cell(&default),
        since.join(", "),
        until.join(", "),
        cell(&what)
    )
}

/// What every connection type reads.
pub(crate) fn conn_types_page() -> String {
    let mut out = "# Connection types\n\n\
        What connlint knows of each: the fields that no code of its hook was seen to read, the default port, and\n\
         the keys of `extra`.\n\
        *Since* is the first release of the provider that has it; `>8.1.0` behind a key means that release 8.1.0 did not read it yet. Secret keys are marked with `*`,\n\
        deprecated ones with `†`. *Other keys* says what becomes of a key that is not listed.\n\n\
        | type | provider | unread fields | default port | since | other keys | extra |\n\
        | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for known in conn_types() {
        line(&mut out, &conn_type_row(known));
    }
    out.push_str("\n## Removed types\n\n| type | provider | gone since |\n| --- | --- | --- |\n");
    for removed in removed_conn_types() {
        line(
            &mut out,
            &format!("| `{}` | {} | {} |", removed.name, removed.package, removed.until),
        );
    }
    out
}

fn conn_type_row(known: &ConnType) -> String {
    let reads = |field| known.fields_read.contains(field);
    let is_read = Field::ALL.into_iter().any(reads);
    let ignored = Field::ALL.into_iter().filter(|&field| {
        // Extras are listed; of a type whose hook was not read nothing is known.
        is_read && field != Field::Extra && !reads(field)
    });
    let ignored: Vec<_> = ignored.map(Field::name).collect();
    let mut port = known.default_port.map_or_else(String::new, |port| {
        let by = match port.by {
            DefaultPortBy::Hook => "",
            DefaultPortBy::Driver => " (driver)",
            DefaultPortBy::Convention => " (custom; must be given)",
        };
        format!("{}{by}", port.port)
    });
    for (when, number) in known.default_ports_by {
        let separator = mark(!port.is_empty(), ", ");
        let _ = write!(port, "{separator}{number} with {when}");
    }
    let package = known.package.unwrap_or("Airflow");
    let package = package.strip_prefix("apache-airflow-providers-").unwrap_or(package);
    let retired = mark(known.status == Status::RetiredPackage, " (retired)");
    let other = match known.arbitrary_extras {
        ArbitraryExtras::No => "not read",
        ArbitraryExtras::DriverClosed => "refused by the driver",
        ArbitraryExtras::DriverOpen => "go to the driver",
        ArbitraryExtras::UriOnly => "in the URI only",
        ArbitraryExtras::Yes => "have a meaning",
    };
    let extras = known.extras.iter().filter(|extra| !extra.removed).map(extra_words);
    format!(
        "| `{}` | {package}{retired} | {} | {} | {} | {other} | {} |",
        known.name,
        ignored.join(", "),
        cell(&port),
        known.since.unwrap_or_default(),
        cell(&extras.collect::<Vec<_>>().join(", "))
    )
}

fn extra_words(extra: &Extra) -> String {
    let secret = mark(extra.sensitive, "*");
    let deprecated = mark(extra.deprecated, "†");
    let since = extra.since.filter(|since| since.starts_with('>'));
    let since = since.map_or_else(String::new, |since| format!(" ({since})"));
    format!("`{}`{secret}{deprecated}{since}", extra.name)
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn mark(is_set: bool, mark: &'static str) -> &'static str {
    if is_set { mark } else { "" }
}

fn codes(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A text that ends with a full stop, and begins as a sentence does.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|char| char.to_uppercase().to_string()).unwrap_or_default();
    let stop = mark(!text.ends_with('.'), ".");
    format!("{first}{}{stop}", chars.as_str())
}

/// The anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-'));
    kept.map(|char| if char == ' ' { '-' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_backend_and_argument_has_a_row() {
        let page = backends_page();
        for backend in backends() {
            assert!(page.contains(&format!("\n## {}\n", backend.name)), "{}", backend.id);
            for kwarg in backend.kwargs {
                assert!(page.contains(&format!("\n| `{}`", kwarg.name)), "{}", kwarg.name);
            }
        }
        assert!(page.contains("\n| `token`* |"), "secrets are marked");
        assert!(page.contains("| `region` | string, null | `null` | 4.1.0 |"), "since");
        assert!(page.contains("since 4.8.0"), "lists of paths");
    }

    #[test]
    fn rows_have_as_many_cells_as_their_heading() {
        for page in [backends_page(), conn_types_page()] {
            let mut cells = 0;
            for row in page.lines() {
                if !row.starts_with('|') {
                    cells = 0;
                    continue;
                }
                let own = row.replace("\\|", "").matches('|').count();
                assert!(cells == 0 || own == cells, "{row}");
                cells = own;
            }
        }
    }

    #[test]
    fn types_say_what_they_ignore() {
        let page = conn_types_page();
        assert_eq!(
            page.lines().filter(|row| row.starts_with("| `")).count(),
            conn_types().len() + removed_conn_types().len()
        );
        assert!(page.contains("| 5432"), "{page}");
    }
}
