use connlint_text::message;

fn main() {
    let document = String::from("AIRFLOW_CONN_X=x://u:s3cr3t-sentinel@h");
    let value: &str = &document[13..];
    message!["the value is ", value];
}
