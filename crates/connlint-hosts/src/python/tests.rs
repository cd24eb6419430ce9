use super::*;
use crate::extract;

fn read(text: &str) -> Document<'_> {
    extract(HostFormat::Python, text, Options::default())
}

/// `name=value` for each site.
fn sites(text: &str) -> Vec<String> {
    read(text)
        .sites
        .iter()
        .map(|site| format!("{}={}", site.name.text, site.value.text()))
        .collect()
}

#[test]
fn settings() {
    for (text, expected) in [
        ("os.environ['AIRFLOW_CONN_A'] = 'http://h'", &["AIRFLOW_CONN_A=http://h"][..]),
        ("environ[\"AIRFLOW_CONN_A\"] = 'nonsense'", &["AIRFLOW_CONN_A=nonsense"]),
        ("env['AIRFLOW_CONN_A'] = 'pg'", &[]),
        ("AIRFLOW_CONN_ID = 'pg'", &[]),
        ("AIRFLOW_CONN_A: str = 'http://h'", &["AIRFLOW_CONN_A=http://h"]),
        ("AIRFLOW__SECRETS__BACKEND_KWARGS = '{}'", &["AIRFLOW__SECRETS__BACKEND_KWARGS={}"]),
        ("os.environ.setdefault('AIRFLOW_VAR_A', 'b')", &["AIRFLOW_VAR_A=b"]),
        ("os.putenv('AIRFLOW_VAR_A', 'b')", &["AIRFLOW_VAR_A=b"]),
        ("def f(monkeypatch):\n  monkeypatch.setenv('AIRFLOW_VAR_A', 'b')", &["AIRFLOW_VAR_A=b"]),
        ("os.environ.update({'AIRFLOW_VAR_A': 'b', **c, 'd': 'e'})", &["AIRFLOW_VAR_A=b"]),
        ("@mock.patch.dict('os.environ', AIRFLOW_VAR_A='b')\ndef f(): ...", &["AIRFLOW_VAR_A=b"]),
        ("run(env=dict(os.environ, AIRFLOW_VAR_A='b'))", &["AIRFLOW_VAR_A=b"]),
        ("V1EnvVar(name='AIRFLOW_VAR_A', value='b')", &["AIRFLOW_VAR_A=b"]),
        ("x = [{'name': 'AIRFLOW_VAR_A', 'value': 'b'}]", &["AIRFLOW_VAR_A=b"]),
        ("os.environ.get('AIRFLOW_CONN_A', 'http://h')", &[]),
        ("os.getenv('AIRFLOW_VAR_A')", &[]),
        ("os.environ['AIRFLOW_VAR_A'] = value", &[]),
        ("os.environ['AIRFLOW_VAR_A'] = f'{value}'", &[]),
        ("os.environ['AIRFLOW_VAR_A'] = '{{ var.value.a }}'", &[]),
        ("airflow_conn_a = 'http://h'", &[]),
        ("print 'AIRFLOW'\nos.environ['AIRFLOW_VAR_A'] = 'b'", &["AIRFLOW_VAR_A=b"]),
        ("if a\n  b = {'AIRFLOW_VAR_A': 'b'", &["AIRFLOW_VAR_A=b"]),
    ] {
        assert_eq!(sites(text), expected, "{text}");
    }
}

#[test]
fn strings() {
    for (literal, expected) in [
        (r"'a'", "a"),
        (r#""a'b""#, "a'b"),
        (r"'a\'b\\c\n'", "a'b\\c\n"),
        (r"'\x41\u00e9\U0001f40d\101\0'", "A\u{e9}\u{1f40d}A\0"),
        (r"'\d\%\8'", r"\d\%\8"),
        (r"'\N{SNAKE}\n'", "\u{1f40d}\n"),
        (r"r'\n\x'", r"\n\x"),
        ("'a\\\nb'", "ab"),
        ("'''a\n'b' '''", "a\n'b' "),
        ("'''a\r\nb\rc'''", "a\nb\nc"),
        ("'''a\r\n\\N{SNAKE}\r\n'''", "a\n\u{1f40d}\n"),
        ("'a' \"b\" r'\\c'", "ab\\c"),
        ("('a'\n  'b')", "ab"),
        ("'a' + ('b' + \"c\")", "abc"),
        ("f'a{{b}}c'", "a{b}c"),
        ("f'a{x}b{y!r:>{w}}' 'c{d}'", "abc{d}"),
        ("'a' + x + 'b'", "ab"),
        ("u'\u{e9}'", "\u{e9}"),
        ("rf'\\{x}{{'", "\\{"),
        (
            "json.dumps({'a': 1, \"b\": [True, None, x], 'c': f'd{e}'})",
            r#"{"a":1,"b":[true,null,"x"],"c":"d"}"#,
        ),
        ("json.dumps(['it\\'s', 'a\"b'])", r#"["it's","a\"b"]"#),
    ] {
        let file = format!("os.environ['AIRFLOW_VAR_A'] = {literal}\n");
        let document = read(&file);
        let [site] = &document.sites[..] else { panic!("{literal}: {}", document.sites.len()) };
        assert_eq!(site.value.text(), expected, "{literal}");
        for run in site.value.map().runs().filter(|run| run.verbatim) {
            assert_eq!(run.raw.of(&file), run.decoded.of(expected), "{literal}");
        }
    }
    // What cannot be put into the environment, and what is no text.
    for literal in ["'\\ud800'", "b'a'", "1", "json.dumps({x: 1})", "json.dumps(x)"] {
        assert_eq!(
            sites(&format!("os.environ['AIRFLOW_VAR_A'] = {literal}")),
            [""; 0],
            "{literal}"
        );
    }
}

#[test]
fn what_is_filled_in_is_unknown() {
    let file = "os.environ['AIRFLOW_CONN_A'] = f'pg://{user}:' + pw + f'@h/{{x}}'";
    let document = read(file);
    let site = &document.sites[0];
    assert_eq!(site.value.text(), "pg://:@h/{x}");
    assert_eq!(site.unknown, [Span::empty(5), Span::empty(6)]);
}

#[test]
fn what_str_format_fills_in_is_unknown() {
    for (value, expected) in [
        ("pg://{user}:{}@h:{0.port}/d", &["{user}", "{}", "{0.port}"][..]),
        ("pg://{ user }@h", &[]),
        (r#"{"conn_type": "http", "extra": {}}"#, &[]),
        ("{scheme}://{host}", &["{scheme}", "{host}"]),
        ("pg://h/{", &[]),
    ] {
        let file = format!("X = {{'AIRFLOW_CONN_A': '{value}'}}\n");
        let document = read(&file);
        let site = &document.sites[0];
        assert_eq!(site.value.text(), value);
        let found: Vec<_> = site.unknown.iter().map(|part| part.of(value)).collect();
        assert_eq!(found, expected, "{value}");
    }
}

#[test]
fn writing_back() {
    for (literal, expected) in [
        ("'x'", Some(r#"a\'{"\\$"#)),
        ("\"x\"", Some(r#"a'{\"\\$"#)),
        ("'''x'''", Some(r#"a\'{"\\$"#)),
        ("f'x'", Some(r#"a\'{{"\\$"#)),
        ("'x' \"y\"", None),
        ("r'x'", None),
    ] {
        let file = format!("os.environ['AIRFLOW_VAR_A'] = {literal}\n");
        let document = read(&file);
        assert_eq!(document.sites[0].encode("a'{\"\\$").as_deref(), expected, "{literal}");
    }
}

#[test]
fn connections() {
    let import = "from airflow.models import Connection, Variable\nimport airflow.sdk\n";
    for (text, expected) in [
        ("Connection(uri='http://h')", &["Connection=http://h"][..]),
        ("Connection(conn_id='a', uri='http://h')", &["a=http://h"]),
        ("Connection('a', 'http', host='h')", &[r#"a={"conn_type":"http","host":"h"}"#]),
        (
            "airflow.sdk.Connection(conn_id='a', conn_type='http', port=80, password=None, login=x,\n extra=json.dumps({'b': 1}))",
            &[r#"a={"conn_type":"http","port":80,"login":"x","extra":"{\"b\":1}"}"#],
        ),
        ("Connection(conn_id='a', host='h')", &[]),
        ("Connection(**fields, conn_type='http')", &[]),
        ("psycopg.Connection(conn_type='http')", &[]),
        ("Variable.set('a', 'b')", &["a=b"]),
    ] {
        let file = format!("{import}{text}");
        assert_eq!(sites(&file), expected, "{text}");
    }
    assert_eq!(sites("from kombu import Connection\nConnection(uri='http://h')"), [""; 0]);
}

#[test]
fn what_a_dag_asks_for() {
    let import = "from airflow.sdk import BaseHook, Connection, Variable\n";
    for (text, expected) in [
        (
            "Op(task_id='a', postgres_conn_id='pg', conn_id=\"b\")",
            &["connection pg", "connection b"][..],
        ),
        ("args = {'ssh_conn_id': 's'}", &["connection s"]),
        ("BaseHook.get_connection('pg'); Connection.get('c')", &["connection pg", "connection c"]),
        ("Variable.get('a', default_var='b')", &["variable a"]),
        ("Op(sql='{{ conn.pg.host }} {{ var.value.x }}')", &["connection pg", "variable x"]),
        ("Op(sql=f'{{{{ conn.pg.host }}}}')", &["connection pg"]),
        ("Op(conn_id=x, a_conn_id=None, b_conn_id='', c_conn_id='{{ a }}')", &[]),
        ("Connection(conn_id='a', conn_type='http')", &[]),
        ("x = {'conn_id': 'a', 'conn_type': 'http'}", &[]),
        ("os.environ.get('a'); config.get('b')", &[]),
    ] {
        let file = format!("{import}{text}");
        let document = read(&file);
        let found: Vec<_> =
            document.references.iter().map(|it| format!("{} {}", it.role, it.id)).collect();
        assert_eq!(found, expected, "{text}");
        assert!(document.references.iter().all(|it| it.span.of(&file) == it.id));
    }
    // Other programs have parameters of that name, too.
    assert!(read("Op(conn_id='a')").references.is_empty());
}

#[test]
fn what_is_deep_is_told_and_not_read() {
    let deep = format!("a = {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(read(&deep).issues.len(), 1);
    // As deep as it is read; tests have less stack than the program.
    for text in [
        format!("a = {}1{}", "(".repeat(150), ")".repeat(150)),
        format!("a = {}1", "not ".repeat(790)),
        format!("a = 1{}", " + 1".repeat(790)),
        format!("a = {}1", "lambda: ".repeat(390)),
        format!("a = b{}", ".c".repeat(790)),
        format!("a = b{}", "()".repeat(390)),
        format!("a = {}1", "1 if 1 else ".repeat(390)),
        format!("a = 1{}", " ** 1".repeat(390)),
    ] {
        assert!(read(&text).issues.is_empty());
    }
}

#[test]
fn comments() {
    let file = "# a\nx = '# b'  # c\n";
    let document = read(file);
    let comments: Vec<_> = document.comments.iter().map(|span| span.of(file)).collect();
    assert_eq!(comments, ["# a", "# c"]);
}
