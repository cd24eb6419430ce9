use std::fmt::{self, Write as _};

use connlint_hosts::Role;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::json::{self, VERSION};
use crate::style::Paint;
use crate::{RunInfo, Style, printable};

/// A site with what Airflow makes of it.
///
/// Whoever makes one masks its secrets, unless the user asked for them.
#[derive(Clone, Serialize)]
pub struct ShownSite {
    /// The file.
    pub file: String,
    /// The line the site starts in, from 1.
    pub line: u32,
    /// What it is called there.
    pub name: String,
    /// The connection id Airflow would ask for, where one is known.
    pub conn_id: Option<String>,
    /// What is written there.
    #[serde(serialize_with = "role")]
    pub role: Role,
    /// How it is written: `uri`, `json`, `fields`; `None` for what is no connection.
    pub form: Option<&'static str>,
    /// The value.
    pub value: String,
    /// The fields of the connection, in Airflow's names.
    pub connection: Option<Map<String, Value>>,
    /// What Airflow raises instead.
    pub error: Option<ShownError>,
}

impl fmt::Debug for ShownSite {
    /// Says nothing of the value: the user may have asked for it unmasked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShownSite")
            .field("file", &self.file)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// An exception of Airflow's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownError {
    /// Its class: `ValueError`.
    #[serde(rename = "type")]
    pub class: String,
    /// What is wrong, in our words: Airflow's may quote a secret.
    pub message: String,
}

/// How sites are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ShowFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document, versioned.
    Json,
}

impl ShowFormat {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Text, Self::Json];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }

    /// What it is, in a few words.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Text => "for people",
            Self::Json => "one JSON document, versioned",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// Writes sites one by one.
///
/// ```
/// use connlint_report::{RunInfo, Show, ShowFormat, Style};
///
/// let mut show = Show::new(ShowFormat::Json, Style::PLAIN);
/// let text = show.begin(&RunInfo::default()) + &show.end();
/// assert_eq!(text, "{\"version\":1,\"airflow\":\"3.3\",\"sites\":[\n\n]}\n");
/// ```
#[derive(Debug)]
pub struct Show {
    format: ShowFormat,
    style: Style,
    is_first: bool,
}

impl Show {
    /// A writer in this format.
    pub const fn new(format: ShowFormat, style: Style) -> Self {
        Self { format, style, is_first: true }
    }

    /// What stands before the first site.
    pub fn begin(&self, run: &RunInfo) -> String {
        match self.format {
            ShowFormat::Text => String::new(),
            ShowFormat::Json => {
                format!("{{\"version\":{VERSION},\"airflow\":\"{}\",\"sites\":[\n", run.airflow)
            }
        }
    }

    /// The next site, with what parts it from the one before.
    pub fn site(&mut self, site: &ShownSite) -> String {
        let is_first = std::mem::take(&mut self.is_first);
        match self.format {
            ShowFormat::Text if is_first => text(site, self.style),
            ShowFormat::Text => format!("\n{}", text(site, self.style)),
            ShowFormat::Json if is_first => json::line(site),
            ShowFormat::Json => format!(",\n{}", json::line(site)),
        }
    }

    /// What stands behind the last site.
    pub fn end(&self) -> String {
        match self.format {
            ShowFormat::Text => String::new(),
            ShowFormat::Json => "\n]}\n".to_owned(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn role<S: Serializer>(role: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(role.name())
}

fn text(site: &ShownSite, style: Style) -> String {
    let what = match (&site.conn_id, site.form) {
        (Some(id), Some(form)) => format!("{} `{}`, {form}", site.role, printable(id)),
        (Some(id), None) => format!("{} `{}`", site.role, printable(id)),
        (None, Some(form)) => format!("{}, {form}", site.role),
        (None, None) => site.role.to_string(),
    };
    let place = format!("{}:{}:", printable(&site.file), site.line);
    let name = style.paint(Paint::Strong, &printable(&site.name));
    let mut out = format!("{} {name} ({what})\n", style.paint(Paint::Faint, &place));
    for line in site.value.lines() {
        // Writing to a string does not fail.
        let _ = writeln!(out, "  {}", printable(line));
    }
    let fields: Vec<_> = site.connection.iter().flatten().filter(|(_, v)| !v.is_null()).collect();
    let width = fields.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    for (key, value) in fields {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let key = format!("{:width$}", printable(key));
        let key = style.paint(Paint::Help, &key);
        let _ = writeln!(out, "    {key}  {}", printable(&value));
    }
    if let Some(ShownError { class, message }) = &site.error {
        let raises = format!("Airflow raises {class}");
        out.push_str(&style.paragraph(Paint::Help, &raises, message));
    }
    out
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn sites() -> [ShownSite; 3] {
        let site = ShownSite {
            file: ".env".to_owned(),
            line: 4,
            name: "AIRFLOW_CONN_PG".to_owned(),
            conn_id: Some("pg".to_owned()),
            role: Role::Connection,
            form: Some("uri"),
            value: "postgres://app:****@db:5432/?sslmode=require".to_owned(),
            connection: None,
            error: None,
        };
        let fields = serde_json::json!({
            "conn_type": "postgres", "host": "db", "login": "app", "password": "****",
            "schema": null, "port": 5432, "extra": {"sslmode": "require"},
        });
        let class = "ValueError".to_owned();
        let message = "the port is not a number".to_owned();
        [
            ShownSite { connection: fields.as_object().cloned(), ..site.clone() },
            ShownSite {
                name: "AIRFLOW_CONN_X\u{1b}[2J".to_owned(),
                value: "****".to_owned(),
                error: Some(ShownError { class, message }),
                ..site.clone()
            },
            ShownSite {
                name: "AIRFLOW__SECRETS__BACKEND_KWARGS".to_owned(),
                conn_id: None,
                role: Role::BackendKwargs,
                form: None,
                value: "{\n  ****\n}".to_owned(),
                ..site
            },
        ]
    }

    fn shown(format: ShowFormat) -> String {
        let mut show = Show::new(format, Style::PLAIN);
        let mut out = show.begin(&RunInfo::default());
        for site in sites() {
            out.push_str(&show.site(&site));
        }
        out + &show.end()
    }

    #[test]
    fn text() {
        assert_snapshot!(shown(ShowFormat::Text), @r#"
        .env:4: AIRFLOW_CONN_PG (connection `pg`, uri)
          postgres://app:****@db:5432/?sslmode=require
            conn_type  postgres
            host       db
            login      app
            password   ****
            port       5432
            extra      {"sslmode":"require"}

        .env:4: AIRFLOW_CONN_X�[2J (connection `pg`, uri)
          ****
          Airflow raises ValueError: the port is not a number

        .env:4: AIRFLOW__SECRETS__BACKEND_KWARGS (backend_kwargs)
          {
            ****
          }
        "#);
    }

    #[test]
    fn json() {
        let json: Value = serde_json::from_str(&shown(ShowFormat::Json)).expect("it is JSON");
        assert_eq!(json["sites"][0]["connection"]["port"], 5432);
        assert_eq!(json["sites"][0]["error"], Value::Null);
        assert_eq!(json["sites"][1]["error"]["type"], "ValueError");
        assert_eq!(json["sites"][2]["role"], "backend_kwargs");
        let keys =
            ["file", "line", "name", "conn_id", "role", "form", "value", "connection", "error"];
        for site in json["sites"].as_array().expect("a list") {
            assert!(keys.iter().all(|key| site.get(key).is_some()), "{site}");
        }
    }
}
