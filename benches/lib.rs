//! The data that is measured.

use std::fmt::Write as _;

/// A URI with escapes and extras.
pub const URI: &str = "postgres://loader:Qf7%2Fx%23Lm2w@warehouse.example.com:5432/sales?sslmode=require&application_name=loader%20a";

/// A `.env` file of `count` connections, with comments and other variables between them.
pub fn dotenv(count: usize) -> String {
    (0..count).fold(String::new(), |mut file, index| {
        let _ = match index % 3 {
            0 => writeln!(file, "# Team {index}\nAIRFLOW_CONN_DB_{index}={URI}"),
            1 => writeln!(
                file,
                r#"AIRFLOW_CONN_DB_{index}='{{"conn_type": "snowflake", "login": "LOADER", "password": "n0t-r3al", "extra": {{"account": "xy{index}"}}}}'"#
            ),
            _ => writeln!(file, "LOG_LEVEL_{index}=info\nAIRFLOW_VAR_BATCH_{index}=500"),
        };
        file
    })
}

/// An export of `count` connections as JSON, each an object.
pub fn export(count: usize) -> String {
    let mut file = String::from("{\n");
    for index in 0..count {
        let comma = if index + 1 < count { "," } else { "" };
        let _ = writeln!(
            file,
            r#"  "db_{index}": {{"conn_type": "postgres", "description": "caf\u00e9 {index}", "login": "loader", "password": "n0t\/r3al", "host": "db.example.com", "port": 5432, "schema": "sales", "extra": {{"sslmode": "require"}}}}{comma}"#
        );
    }
    file.push_str("}\n");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_has_its_size() {
        assert_eq!(dotenv(9).lines().filter(|line| line.starts_with("AIRFLOW_CONN_")).count(), 6);
        assert_eq!(export(5).matches("conn_type").count(), 5);
    }
}
