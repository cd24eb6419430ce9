use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::bail;
use connlint::convert::{Contrast, ShapeDifference, shape_differences};
use connlint::hosts::{Document, Role, Site};
use connlint::linter::reading;
use connlint::parser::{Reading, env_name};
use connlint::report::ShowFormat;
use connlint::text::MASK;
use connlint::{Profile, Source};
use serde_json::json;

use super::convert::{conn_id, shown};
use crate::args::{Diff, Input};
use crate::project::Plan;
use crate::walk::{self, Unread};

/// `connlint diff A B`: which connections and variables only one side has, and how the connections
/// of both differ. No value is printed.
pub(crate) fn run(args: &Diff) -> anyhow::Result<ExitCode> {
    if [&args.a, &args.b].iter().all(|path| path.as_os_str() == "-") {
        bail!("only one of the two can be standard input");
    }
    let mut failed = false;
    let a = Files::read(&args.how.of(&args.a), &mut failed)?;
    let b = Files::read(&args.how.of(&args.b), &mut failed)?;
    let (a_sources, b_sources) = (a.sources(), b.sources());
    let (a_documents, b_documents) = (a.documents(&a_sources), b.documents(&b_sources));
    let found = compare(&entries(&a_documents), &entries(&b_documents));
    let mut out = io::stdout().lock();
    match args.output_format {
        ShowFormat::Text => {
            for difference in &found {
                writeln!(out, "{}", difference.text())?;
            }
        }
        ShowFormat::Json => {
            let found: Vec<_> = found.iter().map(Difference::json).collect();
            writeln!(out, "{:#}", json!({ "version": 1, "differences": found }))?;
        }
    }
    Ok(match () {
        () if failed => ExitCode::from(2),
        () if found.is_empty() => ExitCode::SUCCESS,
        () => ExitCode::from(1),
    })
}

/// The files of one side.
struct Files {
    plan: Plan,
    /// The bytes of each, where it is looked at.
    bytes: Vec<Option<Vec<u8>>>,
}

/// What is found in a file: its name, its sites, and who reads them.
type Found<'f> = (&'f str, Document<'f>, Profile);

impl Files {
    fn read(input: &Input, failed: &mut bool) -> anyhow::Result<Self> {
        let plan = Plan::of(input, input.flags())?;
        let bytes = plan.files.iter().map(|file| match walk::read(&file.entry) {
            Ok(bytes) => Some(bytes),
            Err(Unread::Binary | Unread::Special) if !file.entry.named => None,
            Err(unread) => {
                anstream::eprintln!("{}: {}", shown(&file.entry.name), unread.reason());
                *failed = true;
                None
            }
        });
        let bytes = bytes.collect();
        Ok(Self { plan, bytes })
    }

    fn sources(&self) -> Vec<Option<Source<'_>>> {
        self.bytes.iter().map(|bytes| Some(Source::of(bytes.as_ref()?))).collect()
    }

    fn documents<'f>(&'f self, sources: &'f [Option<Source<'_>>]) -> Vec<Found<'f>> {
        let files = self.plan.files.iter().zip(sources).filter_map(|(file, source)| {
            let linter = file.linter(&self.plan.flags);
            let document = linter.extract(&file.entry.name, source.as_ref()?.text())?;
            Some((&*file.entry.name, document, linter.profile))
        });
        files.collect()
    }
}

/// What an id is the id of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Connection,
    Variable,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Variable => "variable",
        }
    }
}

/// Where a connection or variable stands. A variable of the environment does not tell small letters
/// of an id from capitals, so neither does the key.
type Entries<'f> = BTreeMap<(Kind, String), (String, &'f Site<'f>, Profile)>;

/// What files have; of several of one id the last.
fn entries<'f>(documents: &'f [Found<'f>]) -> Entries<'f> {
    let mut entries = Entries::new();
    for (name, document, profile) in documents {
        for site in &document.sites {
            let (kind, id) = match site.role {
                Role::Connection => (Kind::Connection, conn_id(name, site)),
                Role::Variable => (Kind::Variable, site.id.as_deref().map(Into::into)),
                _ => continue,
            };
            let Some(id) = id else { continue };
            entries.insert((kind, env_name(&id)), (id.into_owned(), site, *profile));
        }
    }
    entries
}

/// One difference of two sides.
struct Difference {
    kind: Kind,
    id: String,
    what: What,
}

enum What {
    OnlyFirst,
    OnlySecond,
    /// Only one side is read by Airflow.
    UnreadFirst,
    UnreadSecond,
    Shape(ShapeDifference),
}

fn compare(a: &Entries<'_>, b: &Entries<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    for (key, (id, site, profile)) in a {
        let mut push = |what| found.push(Difference { kind: key.0, id: id.clone(), what });
        let Some((_, other, other_profile)) = b.get(key) else {
            push(What::OnlyFirst);
            continue;
        };
        let (one, other) = (reading(site, *profile), reading(other, *other_profile));
        let one = one.as_ref().and_then(Reading::connection);
        let other = other.as_ref().and_then(Reading::connection);
        match (one, other) {
            (None, None) => {}
            (None, Some(_)) => push(What::UnreadFirst),
            (Some(_), None) => push(What::UnreadSecond),
            (Some(one), Some(other)) => {
                shape_differences(&one, &other).into_iter().map(What::Shape).for_each(push);
            }
        }
    }
    for (key, (id, ..)) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
        found.push(Difference { kind: key.0, id: id.clone(), what: What::OnlySecond });
    }
    found.sort_by(|one, other| (one.kind, &one.id).cmp(&(other.kind, &other.id)));
    found
}

impl Difference {
    fn text(&self) -> String {
        let what = match &self.what {
            What::OnlyFirst => "only in A".to_owned(),
            What::OnlySecond => "only in B".to_owned(),
            What::UnreadFirst => "Airflow does not read it in A".to_owned(),
            What::UnreadSecond => "Airflow does not read it in B".to_owned(),
            What::Shape(shape) => {
                let field = field(shape);
                match shape.how {
                    Contrast::OnlyFirst => format!("{field} is only in A"),
                    Contrast::OnlySecond => format!("{field} is only in B"),
                    Contrast::Type => format!("{field} is of another type"),
                    Contrast::Value => format!("{field} is another"),
                }
            }
        };
        format!("{} {}: {what}", self.kind.name(), shown(&self.id))
    }

    fn json(&self) -> serde_json::Value {
        let (field, how) = match &self.what {
            What::OnlyFirst => (None, "only-a"),
            What::OnlySecond => (None, "only-b"),
            What::UnreadFirst => (None, "unread-a"),
            What::UnreadSecond => (None, "unread-b"),
            What::Shape(shape) => {
                let how = match shape.how {
                    Contrast::OnlyFirst => "only-a",
                    Contrast::OnlySecond => "only-b",
                    Contrast::Type => "type",
                    Contrast::Value => "value",
                };
                (Some(field(shape)), how)
            }
        };
        json!({ "kind": self.kind.name(), "id": self.id, "field": field, "difference": how })
    }
}

/// `host`, `extra.sslmode`; a key that nobody chose as a name is masked.
fn field(shape: &ShapeDifference) -> String {
    let name = shape.field.name();
    let is_name = |key: &String| {
        key.len() <= 64
            && key.chars().all(|char| char.is_ascii_alphanumeric() || "_-.".contains(char))
    };
    match &shape.key {
        None => name.to_owned(),
        Some(key) if is_name(key) => format!("{name}.{key}"),
        Some(_) => format!("{name}.{MASK}"),
    }
}
