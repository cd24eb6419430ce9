use connlint_text::Secret;

fn main() {
    println!("{}", Secret::new("s3cr3t-sentinel"));
}
