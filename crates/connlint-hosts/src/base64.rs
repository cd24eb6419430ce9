//! Base64, as Kubernetes reads it.

/// The bytes that `text` stands for: standard alphabet, padded, line ends are passed over.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut count, mut padding) = (0u32, 0usize, 0usize);
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        if padding > 0 && byte != b'=' {
            return None;
        }
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                0
            }
            _ => return None,
        };
        group = group << 6 | u32::from(value);
        count += 1;
        if count % 4 == 0 {
            let keep = 3usize.checked_sub(padding).filter(|&keep| keep > 0)?;
            bytes.extend_from_slice(&group.to_be_bytes()[1..=keep]);
            group = 0;
        }
    }
    (count % 4 == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for (text, expected) in [
            ("", Some("")),
            ("YQ==", Some("a")),
            ("YWI=", Some("ab")),
            ("YWJj", Some("abc")),
            ("YWJj\nZA==", Some("abcd")),
            ("YQ", None),
            ("YQ=", None),
            ("Y===", None),
            ("====", None),
            ("YQ==YQ==", None),
            ("postgres://h", None),
            ("YW-_", None),
        ] {
            assert_eq!(decode(text).as_deref(), expected.map(str::as_bytes), "{text}");
        }
    }
}
