//! `convert` of a file, or of standard input, that is too large to be held in memory: piece by piece,
//! each as if it were a file of its own.
//!
//! What is written goes into a file without a name first, so that all of it is written or nothing.
//! So does the report: a name that stands again is found when its first connection has been
//! written, and then all is done once more, without them.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use connlint::convert::{Options, Stream};
use connlint::hosts::{HostFormat, Role, detect};
use connlint::report::ShowFormat;
use connlint::text::LineIndex;
use connlint::{Linter, Source};

use super::convert::{Place, Run, exit_code, total, write_output};
use crate::args::Convert;
use crate::project::Planned;
use crate::walk::{Entry, Origin};

/// The bytes of a file from which on it is read in pieces.
const LARGE: u64 = 16 << 20;
/// The bytes of a piece.
const PIECE: usize = 1 << 20;
/// The bytes that an entry may have at most.
const LARGEST_ENTRY: usize = 256 << 20;

/// What there is to read.
pub(crate) enum Input {
    /// More than is held in memory.
    Large(File),
    /// All of standard input, which can be read once only.
    Small(Vec<u8>),
    /// A file that can be read as usual.
    Usual,
}

impl Input {
    /// Looks at the size of a file, and reads standard input.
    pub(crate) fn of(entry: &Entry) -> Result<Self> {
        match &entry.origin {
            Origin::Stdin => Self::from(io::stdin().lock()),
            Origin::File(path) => {
                let is_large = |data: std::fs::Metadata| data.is_file() && data.len() > LARGE;
                if !path.metadata().is_ok_and(is_large) {
                    return Ok(Self::Usual);
                }
                #[expect(clippy::disallowed_methods, reason = "it is the file that was named")]
                let file = File::open(path);
                Ok(file.map_or(Self::Usual, Self::Large))
            }
            Origin::Environment => Ok(Self::Usual),
        }
    }

    fn from(mut input: impl io::Read) -> Result<Self> {
        let mut start = Vec::new();
        input.by_ref().take(LARGE + 1).read_to_end(&mut start).context("cannot read the input")?;
        if start.len() as u64 <= LARGE {
            return Ok(Self::Small(start));
        }
        let mut file = spool()?;
        file.write_all(&start)?;
        drop(start);
        io::copy(&mut input, &mut file).context("no room for a temporary file")?;
        Ok(Self::Large(rewound(file)?))
    }
}

/// A large file, and how it is read.
pub(crate) struct Bulk<'b> {
    file: &'b Planned,
    content: &'b File,
    linter: Linter,
    format: HostFormat,
}

/// What came of a file.
#[derive(Debug, Default)]
struct Counts {
    found: usize,
    converted: usize,
    refused: usize,
}

impl<'b> Bulk<'b> {
    /// A file, where it can be read in pieces.
    pub(crate) fn of(file: &'b Planned, content: &'b File, linter: Linter) -> Option<Self> {
        use HostFormat::{ConnectionsEnv, ConnectionsJson, Dotenv, UriLines};
        let name = &*file.entry.name;
        let start =
            |format| Some(Pieces::of(content, name, format, &linter).ok()?.next().ok()??.text);
        let detected = || {
            let lines = start(UriLines)?;
            let object =
                if lines.trim_start().starts_with('{') { start(ConnectionsJson) } else { None };
            object.and_then(|object| detect(name, &object)).or_else(|| detect(name, &lines))
        };
        let found = linter.format.or_else(detected);
        let is_known = |format: &HostFormat| {
            matches!(format, ConnectionsEnv | ConnectionsJson | Dotenv | UriLines)
        };
        found.filter(is_known).map(|format| Self {
            file,
            content,
            linter: Linter { format: Some(format), ..linter },
            format,
        })
    }

    /// Converts it.
    pub(crate) fn run(&self, args: &Convert, options: &Options) -> Result<Option<ExitCode>> {
        let Some(mut stream) = Stream::new(args.to, options) else { return Ok(None) };
        loop {
            let mut run = Run::default();
            let (mut text, mut report) = (spool()?, spool()?);
            let counts = self.pass(args, &mut stream, &mut run, &mut text, &mut report)?;
            if !stream.repeated().is_empty() {
                stream = stream.refusing();
                continue;
            }
            if counts.found == 0 {
                bail!("no connection found");
            }
            if counts.converted > 0 {
                write_output(args, rewound(text)?)?;
            }
            let mut stderr = io::stderr().lock();
            io::copy(&mut rewound(report)?, &mut stderr)?;
            return Ok(Some(exit_code(&run, counts.refused)));
        }
    }

    /// Writes all connections and what became of them, once.
    fn pass(
        &self,
        args: &Convert,
        stream: &mut Stream<'_>,
        run: &mut Run,
        out: &mut impl Write,
        report: &mut impl Write,
    ) -> Result<Counts> {
        let name = &*self.file.entry.name;
        let mut counts = Counts::default();
        let needs_kwargs = args.to.backend().is_some() && args.backend_kwargs.is_none();
        let is_json = args.report == ShowFormat::Json;
        if is_json {
            write!(report, "{{\n  \"connections\": [")?;
        }
        let mut pieces = Pieces::of(self.content, name, self.format, &self.linter)?;
        while let Some(piece) = pieces.next()? {
            let source = Source::of(piece.text.as_bytes());
            let document = run.document(&self.linter, &self.file.entry, &source, piece.lines);
            let Some(document) = document else { continue };
            let lines = LineIndex::new(document.text);
            let mut places = Vec::new();
            for site in &document.sites {
                if site.role == Role::BackendKwargs && needs_kwargs {
                    bail!(
                        "the file configures a secrets backend; --backend-kwargs says what it is called with"
                    );
                }
                let line = piece.lines + lines.line(site.span.start());
                let place = Place::of(name, line, site, self.linter.profile);
                places.extend(place.filter(|place| args.means(place)));
            }
            let conversion = stream.push(places.iter().map(Place::source));
            out.write_all(conversion.text.as_bytes())?;
            for (place, outcome) in places.iter().zip(&conversion.report) {
                if is_json {
                    let comma = if counts.found > 0 { "," } else { "" };
                    write!(report, "{comma}\n    {}", place.json(outcome))?;
                } else if let Some(line) = place.line_of(outcome) {
                    writeln!(report, "{line}")?;
                }
                counts.found += 1;
            }
            counts.converted += conversion.converted();
            counts.refused += conversion.refused();
        }
        out.write_all(stream.end().as_bytes())?;
        let Counts { converted, refused, .. } = counts;
        if is_json {
            writeln!(
                report,
                "\n  ],\n  \"converted\": {converted},\n  \"refused\": {refused}\n}}"
            )?;
        } else {
            writeln!(report, "{}", total(converted, refused))?;
        }
        Ok(counts)
    }
}

/// A file that nobody else can open, and that is gone in the end.
fn spool() -> Result<BufWriter<File>> {
    tempfile::tempfile().map(BufWriter::new).context("no room for a temporary file")
}

fn rewound(spool: BufWriter<File>) -> Result<File> {
    let mut file = spool.into_inner().context("no room for a temporary file")?;
    file.rewind()?;
    Ok(file)
}

/// A part of a file that is a document by itself.
struct Piece {
    text: String,
    /// How many lines stand in front of it.
    lines: u32,
}

/// The pieces of a file.
struct Pieces<'p> {
    file: File,
    name: &'p str,
    format: HostFormat,
    linter: &'p Linter,
    /// How many bytes a piece has, unless its only entry has more.
    len: usize,
    /// What has been read and not been given.
    rest: Vec<u8>,
    lines: u32,
    is_first: bool,
    is_over: bool,
}

impl<'p> Pieces<'p> {
    /// The pieces of a file from its start on; there are no others at the same time.
    fn of(file: &File, name: &'p str, format: HostFormat, linter: &'p Linter) -> Result<Self> {
        let mut file = file.try_clone().with_context(|| format!("cannot read {name}"))?;
        file.rewind().with_context(|| format!("cannot read {name}"))?;
        let (rest, lines) = (Vec::new(), 0);
        let (is_first, is_over, len) = (true, false, PIECE);
        Ok(Self { file, name, format, linter, len, rest, lines, is_first, is_over })
    }

    fn next(&mut self) -> Result<Option<Piece>> {
        let mut wanted = self.len;
        while !self.is_over {
            let missing = wanted.saturating_sub(self.rest.len());
            let read = (&mut self.file).take(missing as u64).read_to_end(&mut self.rest)?;
            let is_end = read < missing;
            let text = match std::str::from_utf8(&self.rest) {
                Ok(text) => text,
                Err(error) if error.error_len().is_none() && !is_end => {
                    std::str::from_utf8(&self.rest[..error.valid_up_to()]).unwrap_or_default()
                }
                Err(_) => bail!("{}: it is not UTF-8", self.name),
            };
            let cut = if is_end { Some(text.len()) } else { self.cut(text) };
            let Some(cut) = cut else {
                wanted *= 2;
                if wanted > LARGEST_ENTRY {
                    bail!("{}: an entry is too long", self.name);
                }
                continue;
            };
            let is_json = self.format == HostFormat::ConnectionsJson;
            let front = if is_json && !self.is_first { "{" } else { "" };
            let back = if is_json && !is_end { "}" } else { "" };
            let piece = Piece { text: format!("{front}{}{back}", &text[..cut]), lines: self.lines };
            let breaks = text[..cut].bytes().filter(|&byte| byte == b'\n').count();
            self.lines = self.lines.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            // The comma goes.
            self.rest.drain(..cut + back.len());
            self.is_first = false;
            self.is_over = is_end;
            return Ok(Some(piece));
        }
        Ok(None)
    }

    /// Where a piece of the text may end, if anywhere.
    fn cut(&self, text: &str) -> Option<usize> {
        match self.format {
            HostFormat::ConnectionsJson => last_comma(text, usize::from(!self.is_first)),
            // A value may go on in the next line: the last one may be cut off.
            HostFormat::Dotenv => {
                let document = self.linter.extract(self.name, text)?;
                let last = document.sites.last()?.span.range().start;
                text[..last].rfind('\n').map(|at| at + 1)
            }
            _ => text.rfind('\n').map(|at| at + 1),
        }
        .filter(|&at| at > 0)
    }
}

/// Where the last comma stands between two members of the outermost object.
fn last_comma(text: &str, mut depth: usize) -> Option<usize> {
    let mut last = None;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => last = Some(at),
            b'"' => {
                while let Some((_, byte)) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_what_the_file_holds() {
        let dotenv = "# first\nAIRFLOW_CONN_A='http://a'\nOTHER=\"x\n\ny\"\nAIRFLOW_CONN_B='{\n\
                      \"conn_type\": \"http\"\n}'\r\n\nAIRFLOW_CONN_C=http://é\n\n";
        let json = "{\n  \"a\": {\"conn_type\": \"http\", \"host\": \"a,b\"},\n  \"b\": \"http://b\",\n\n  \
                    \"c\": {\"conn_type\": \"é\"}\n}\n";
        for (name, format, text) in [
            (".env", HostFormat::Dotenv, dotenv),
            ("c.json", HostFormat::ConnectionsJson, json),
            ("c.uri", HostFormat::UriLines, "http://a\n\nhttp://b\r\nhttp://c"),
            ("c.env", HostFormat::ConnectionsEnv, "a=http://a\nb=http://b\n"),
        ] {
            let linter = Linter { format: Some(format), ..Linter::default() };
            let sites = |text: &str, before: u32| -> Vec<(String, String, u32)> {
                let document = linter.extract(name, text).unwrap();
                assert_eq!(document.issues, []);
                let lines = LineIndex::new(text);
                let site = |site: &connlint::hosts::Site<'_>| {
                    let line = before + lines.line(site.span.start());
                    (site.name.text.to_string(), site.value.text().to_owned(), line)
                };
                document.sites.iter().map(site).collect()
            };
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            for len in [1, 7, 24, 60, 1000] {
                let mut pieces = Pieces::of(&file, name, format, &linter).unwrap();
                pieces.len = len;
                let mut found = Vec::new();
                while let Some(piece) = pieces.next().unwrap() {
                    found.extend(sites(&piece.text, piece.lines));
                }
                assert_eq!(found, sites(text, 0), "{name} in pieces of {len}");
            }
        }
    }

    #[test]
    fn commas_between_members() {
        for (text, depth, expected) in [
            (r#"{"a": 1, "b": {"c": 1, "d": 2}"#, 0, Some(7)),
            (r#" "b": {"c": [1, 2]}, "d": ",""#, 1, Some(19)),
            (r#"{"a": ",\",""#, 0, None),
            ("", 0, None),
        ] {
            assert_eq!(last_comma(text, depth), expected, "{text}");
        }
    }
}
