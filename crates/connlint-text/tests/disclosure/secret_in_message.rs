use connlint_text::{Secret, message};

fn main() {
    let password = Secret::new("s3cr3t-sentinel");
    message!["the password is ", password];
}
