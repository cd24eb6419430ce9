use std::io::{self, Write as _};
use std::process::ExitCode;

use connlint::report::{RunInfo, Show as Writer, ShownSite};
use connlint::{Secrets, Source, sites};

use super::style;
use crate::args::Show;
use crate::project::Plan;
use crate::walk::{self, Unread};

pub(crate) fn run(args: &Show) -> anyhow::Result<ExitCode> {
    if let Some(id) = &args.lookup {
        return super::lookup::run(args, id);
    }
    let plan = Plan::of(&args.input, args.input.flags())?;
    let secrets = if args.reveal { Secrets::Revealed } else { Secrets::Masked };
    let shown = plan.each(|file| -> Result<Vec<ShownSite>, &'static str> {
        let entry = &file.entry;
        let bytes = match walk::read(entry) {
            Ok(bytes) => bytes,
            Err(Unread::Binary | Unread::Special) if !entry.named => return Ok(Vec::new()),
            Err(unread) => {
                anstream::eprintln!("{}: {}", walk::printable(&entry.name), unread.reason());
                return Err(unread.reason());
            }
        };
        let source = Source::of(&bytes);
        // Rules are not asked: a site is shown whatever is wrong with it.
        let linter = connlint::Linter { rules: Vec::new(), ..file.linter(&plan.flags) };
        Ok(sites(&linter.lint_source(&entry.name, &source), secrets))
    })?;
    let mut writer = Writer::new(args.output_format, style());
    let mut out = io::BufWriter::new(io::stdout().lock());
    out.write_all(writer.begin(&RunInfo { airflow: plan.linter().profile }).as_bytes())?;
    let mut failed = false;
    for file in shown {
        failed |= file.is_err();
        for site in file.unwrap_or_default() {
            out.write_all(writer.site(&site).as_bytes())?;
        }
    }
    out.write_all(writer.end().as_bytes())?;
    out.flush()?;
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}
