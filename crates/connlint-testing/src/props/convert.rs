use connlint_catalog::Profile;
use connlint_convert::{Options, Source, Target, convert, differences};
use connlint_hosts::{Document, HostFormat, Site, extract};
use connlint_linter::{Linter, reading};
use connlint_parser::Reading;

use super::{Held, hold};

/// Forms that any reader of them can be asked about, and the format that reads them.
const FORMS: [(Target, HostFormat); 4] = [
    (Target::Uri, HostFormat::UriLines),
    (Target::Json, HostFormat::UriLines),
    (Target::ExportJson, HostFormat::ConnectionsJson),
    (Target::ExportYaml, HostFormat::ConnectionsYaml),
];

/// Each connection of a document is refused, or says in another form what it said.
pub fn what_is_converted_reads_back(linter: &Linter, text: &str) -> Held {
    let Some(document) = linter.extract("file", text) else { return Ok(()) };
    let profile = linter.profile;
    let readings = readings_of(&document, profile);
    let sources = || readings.iter().map(|(site, it)| Source::of_site(site, site.id.clone(), it));
    for (target, format) in FORMS {
        let conversion = convert(sources(), target, &Options { profile, ..Options::default() });
        hold!(conversion.report.len() == readings.len(), "a connection is not told of");
        let written = extract(format, &conversion.text, linter.options);
        let name = target.name();
        hold!(written.issues.is_empty(), "{name}: what was written cannot be read");
        let mut found = readings_of(&written, profile);
        for ((site, old), outcome) in readings.iter().zip(&conversion.report) {
            if outcome.result.is_err() {
                continue;
            }
            let is_same = |(new_site, new): &(&Site<'_>, Reading<'_>)| {
                let (Some(old), Some(new)) = (old.connection(), new.connection()) else {
                    return false;
                };
                (!target.has_ids() || new_site.id == site.id)
                    && differences(&old, &new).next().is_none()
            };
            let at = found.iter().position(is_same);
            hold!(at.is_some(), "{name}: a connection is lost, or another one");
            // With ids, a connection that was given twice is written once.
            if let (Some(at), false) = (at, target.has_ids()) {
                found.remove(at);
            }
        }
        hold!(target.has_ids() || found.is_empty(), "{name}: a connection came from nowhere");
    }
    Ok(())
}

/// The connections of a document.
fn readings_of<'d>(
    document: &'d Document<'d>,
    profile: Profile,
) -> Vec<(&'d Site<'d>, Reading<'d>)> {
    let read = |site| Some((site, reading(site, profile)?));
    document.sites.iter().filter_map(read).collect()
}
