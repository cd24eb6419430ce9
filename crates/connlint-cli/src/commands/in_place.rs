use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use connlint::Profile;
use connlint::convert::{Options, convert, differences};
use connlint::hosts::{Consumer, Document, HostFormat, Options as Reader, Role, Site, extract};
use connlint::linter::reading;
use connlint::parser::Reading;
use connlint::text::LineIndex;

use super::convert::{Place, Run, exit_code, total};
use crate::args::Convert;
use crate::output;
use crate::project::Planned;

/// Writes the connections of `.env` files where they stand, as `--to` has them; what stands around
/// them stays, and so does a connection that is refused.
pub(crate) fn run(
    args: &Convert,
    files: &[(&Planned, Document<'_>, Profile)],
    options: &Options,
    run: &Run,
) -> Result<ExitCode> {
    let Some(consumers) = args.to.dotenv_readers() else {
        bail!("--in-place takes --to env or --to dotenv:…");
    };
    let (mut converted, mut refused) = (0, 0);
    for (file, document, profile) in files {
        let Some(path) = file.entry.path().filter(|_| document.format == HostFormat::Dotenv) else {
            bail!("{}: only .env files are written in place", file.entry.name);
        };
        let lines = LineIndex::new(document.text);
        let mut text = String::with_capacity(document.text.len());
        let mut at = 0;
        let mut written = Vec::new();
        for site in &document.sites {
            let (name, line) = (&*file.entry.name, lines.line(site.span.start()));
            let place = Place::of(name, line, site, *profile);
            let Some(place) = place.filter(|place| args.means(place)) else { continue };
            let conversion = convert([place.source()], args.to, options);
            if let Some(said) = place.line_of(&conversion.report[0]) {
                anstream::eprintln!("{said}");
            }
            converted += conversion.converted();
            refused += conversion.refused();
            let Some(entry) = conversion.text.lines().next() else { continue };
            let entry = entry.strip_prefix("export ").unwrap_or(entry);
            written.push(site);
            text.push_str(&document.text[at..site.name.span.range().start]);
            text.push_str(entry);
            at = site.value_span.range().end;
        }
        text.push_str(&document.text[at..]);
        let rewritten = Rewritten { document, profile: *profile, written };
        prove(&rewritten, &text, options, consumers)
            .with_context(|| format!("{} is left as it was", file.entry.name))?;
        if text != document.text {
            output::rewrite(path, document.text.as_bytes(), text.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    anstream::eprintln!("{}", total(converted, refused));
    Ok(exit_code(run, refused))
}

/// A file, and what of it was written anew.
struct Rewritten<'r, 'd> {
    document: &'r Document<'d>,
    profile: Profile,
    written: Vec<&'r Site<'d>>,
}

/// Whether each reader of the form finds the connections that were written, and the reader of the
/// file all that it found before.
fn prove(
    file: &Rewritten<'_, '_>,
    text: &str,
    options: &Options,
    consumers: &[Consumer],
) -> Result<()> {
    let own = file.document.consumer;
    for &consumer in consumers.iter().chain([&own]) {
        let new = extract(HostFormat::Dotenv, text, Reader { consumer });
        let mut found = new.sites.iter().filter(|site| site.role == Role::Connection);
        let is_same = |old: &Site<'_>, new: &Site<'_>| {
            let (one, other) = (reading(old, file.profile), reading(new, options.profile));
            let one = one.as_ref().and_then(Reading::connection);
            let other = other.as_ref().and_then(Reading::connection);
            old.name.text == new.name.text
                && match (one, other) {
                    (Some(one), Some(other)) => {
                        options.lossy || differences(&one, &other).next().is_none()
                    }
                    (one, other) => one.is_none() && other.is_none(),
                }
        };
        let are_found = if consumer == own {
            let old = file.document.sites.iter().filter(|site| site.role == Role::Connection);
            old.map(Some).chain([None]).all(|old| match (old, found.next()) {
                (Some(old), Some(new)) => is_same(old, new),
                (old, new) => old.is_none() && new.is_none(),
            })
        } else {
            file.written.iter().all(|old| found.any(|new| is_same(old, new)))
        };
        if !are_found {
            bail!(
                "{} would not read it alike; a comment or `export` may stand beside a connection",
                consumer.name()
            );
        }
    }
    Ok(())
}
