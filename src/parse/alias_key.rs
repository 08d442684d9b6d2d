//! `*name: value`: to YAML 1.2 the colon belongs to the name and the text is broken; Kubernetes ends the
//! name before it and reads a key.

/// Whether an alias directly before a `:` stands in the line of byte `at`.
pub fn stands_in_line(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |line| line + 1);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |line| at + line);
    let line = &bytes[start..end];
    memchr::memchr_iter(b'*', line).any(|star| {
        let separate = matches!(
            line[..star].last(),
            None | Some(b' ' | b'\t' | b'{' | b'[' | b',')
        );
        separate && is_name_and_colon(&line[star + 1..])
    })
}

/// Whether this begins with a name as go-yaml knows it, a colon, and white space or the end.
fn is_name_and_colon(text: &[u8]) -> bool {
    let name = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count();
    name > 0 && matches!(text[name..], [b':'] | [b':', b' ' | b'\t', ..])
}
