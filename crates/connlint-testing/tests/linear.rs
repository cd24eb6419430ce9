//! Time grows with the length of a file, and no faster.

use std::fmt::Write as _;
use std::sync::Mutex;

use connlint_hosts::{Consumer, HostFormat};
use connlint_testing::props::{growth, linter};

/// Bytes of the short text; the long one has four times as many.
const LEN: usize = 4 << 10;

/// How much longer the long text may take than the short one four times.
const TOLERATED: f64 = 3.0;

fn is_linear(what: &str, format: HostFormat, consumer: Consumer, text: &dyn Fn(usize) -> String) {
    // One at a time: what is measured shares no processor with another measurement.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
    let linter = linter(format, consumer, "3.3");
    let found = growth(&linter, text, LEN, TOLERATED);
    assert!(found.factor < TOLERATED, "{what}: a long text takes too long: {found:?}");
}

/// `head`, then as many of `piece` as fit, then `tail`.
fn repeated(head: &str, piece: &str, tail: &str, len: usize) -> String {
    format!("{head}{}{tail}", piece.repeat(len / piece.len()))
}

/// As many numbered pieces as fit.
fn numbered(piece: impl Fn(usize) -> String, len: usize) -> String {
    let mut text = String::new();
    for nr in 0.. {
        if text.len() >= len {
            break;
        }
        text.push_str(&piece(nr));
    }
    text
}

#[test]
fn long_uris() {
    for piece in [
        "a", "&", "@", "%", "[", "://", ":", "/", "?", "#", "a=b&", "<a>", "{{a}}", "\u{e9}",
        "\u{ff03}", "{{", "${A}", "a:1,",
    ] {
        for head in ["postgres://u:", "postgres://h/?"] {
            let what = format!("{head}{piece}…");
            is_linear(&what, HostFormat::UriLines, Consumer::Compose, &|len| {
                repeated(head, piece, "@h/", len)
            });
        }
    }
}

#[test]
fn many_query_keys() {
    for piece in [|nr: usize| format!("k{nr}=v&"), |nr: usize| format!("k{}=v&", nr % 2)] {
        is_linear("query keys", HostFormat::UriLines, Consumer::Compose, &|len| {
            format!("postgres://h/?{}", numbered(piece, len))
        });
    }
}

#[test]
fn long_lines_in_every_dialect() {
    for &consumer in Consumer::ALL {
        for piece in ["\"", "'", "\\", "\\\"", "$", "${A:-", "$(", " #", "\r"] {
            for head in ["AIRFLOW_CONN_A=", "AIRFLOW_CONN_A=\"x"] {
                let what = format!("{} {head}{piece}…", consumer.name());
                is_linear(&what, HostFormat::Dotenv, consumer, &|len| {
                    repeated(head, piece, "\n", len)
                });
            }
        }
    }
}

#[test]
fn many_lines() {
    type Piece = fn(usize) -> String;
    let pieces: [(&str, Piece); 9] = [
        ("sites", |nr| format!("AIRFLOW_CONN_A{nr}=postgres://u:p@h/{nr}\n")),
        ("duplicates", |_| "AIRFLOW_CONN_A=postgres://u:p/x@h\n".to_owned()),
        ("faults", |nr| format!("AIRFLOW_CONN_A{nr}=postgres://u:p#x@h:1/d\n")),
        ("comments", |_| "# connlint: ignore[CL104] x\n".to_owned()),
        ("suppressed sites", |nr| {
            format!("# connlint: ignore[CL104]\nAIRFLOW_CONN_A{nr}=postgres://u:p/x@h\n")
        }),
        ("empty lines", |_| "\n".to_owned()),
        ("open quotes", |nr| format!("AIRFLOW_CONN_A{nr}=\"x\\\n")),
        ("kwargs", |nr| format!("AIRFLOW__SECRETS__BACKEND_KWARGS={{\"a\": {nr}}}\n")),
        ("classes", |nr| {
            format!("AIRFLOW__SECRETS__BACKEND=a.b{nr}\nAIRFLOW__SECRETS__BACKEND_KWARGS={{\n")
        }),
    ];
    for (what, piece) in pieces {
        for consumer in [Consumer::Compose, Consumer::PythonDotenv] {
            is_linear(what, HostFormat::Dotenv, consumer, &|len| numbered(piece, len));
        }
    }
    is_linear("export", HostFormat::ConnectionsEnv, Consumer::Compose, &|len| {
        numbered(|nr| format!("a{nr}=http://u:p/q@h\n"), len)
    });
    is_linear("lines", HostFormat::UriLines, Consumer::Compose, &|len| {
        repeated("", "{\n", "", len)
    });
}

#[test]
fn large_exports() {
    let member = |nr: usize| format!("\"a{nr}\": \"postgres://u:p/q@h\",\n");
    let same = |_: usize| "\"a\": \"http://h\",\n".to_owned();
    let object = |nr: usize| format!("\"a{nr}\": {{\"conn_type\": \"http\", \"pass\": \"x\"}},\n");
    for piece in [member, same, object] as [fn(usize) -> String; 3] {
        is_linear("JSON export", HostFormat::ConnectionsJson, Consumer::Compose, &|len| {
            format!("{{{}\"z\": \"x://h\"}}", numbered(piece, len))
        });
        is_linear("YAML export", HostFormat::ConnectionsYaml, Consumer::Compose, &|len| {
            format!("{{{}\"z\": \"x://h\"}}", numbered(piece, len))
        });
    }
    let field = |nr: usize| format!("\"k{nr}\": 1, ");
    is_linear("keys", HostFormat::UriLines, Consumer::Compose, &|len| {
        format!("{{{}\"conn_type\": \"http\"}}", numbered(field, len))
    });
    is_linear("extras", HostFormat::UriLines, Consumer::Compose, &|len| {
        format!("{{\"conn_type\": \"http\", \"extra\": {{{}\"z\": 1}}}}", numbered(field, len))
    });
    is_linear("one key", HostFormat::UriLines, Consumer::Compose, &|len| {
        format!("{{{}\"conn_type\": \"http\"}}", repeated("", "\"port\": \"x\", ", "", len))
    });
    is_linear("Vault", HostFormat::VaultJson, Consumer::Compose, &|len| {
        format!("{{\"data\": {{{}\"value\": \"x\"}}}}", numbered(field, len))
    });
    is_linear("kwargs", HostFormat::Dotenv, Consumer::Compose, &|len| {
        let class = "airflow.providers.hashicorp.secrets.vault.VaultBackend";
        let kwargs = numbered(field, len);
        format!(
            "AIRFLOW__SECRETS__BACKEND={class}\nAIRFLOW__SECRETS__BACKEND_KWARGS='{{{kwargs}\"z\": 1}}'\n"
        )
    });
}

#[test]
fn deep_nesting() {
    for piece in ["{\"a\":", "{a: ", "- ", "[{\"a\":["] {
        for &format in HostFormat::ALL {
            for head in ["", "{\"conn_type\": \"http\", \"extra\": "] {
                let mut what = String::new();
                let _ = write!(what, "{} {head}{piece}…", format.name());
                is_linear(&what, format, Consumer::Compose, &|len| repeated(head, piece, "", len));
            }
        }
    }
}
