//! The next page of a list: the header `Link` (RFC 8288), as the distribution specification uses it.

/// A `Link` header that cannot be read: there may be more pages, and nobody knows where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// The target of the link with the relation `next`, when there is one.
///
/// # Errors
/// The header cannot be read.
pub(super) fn next(header: &str) -> Result<Option<&str>, Unreadable> {
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return Ok(None);
        }
        let opened = rest.strip_prefix('<').ok_or(Unreadable)?;
        let (target, parameters) = opened.split_once('>').ok_or(Unreadable)?;
        let (is_next, behind) = read_parameters(parameters)?;
        if is_next {
            return Ok(Some(target));
        }
        rest = behind;
    }
}

/// Whether one of the parameters is the relation `next`, and what comes behind them.
fn read_parameters(text: &str) -> Result<(bool, &str), Unreadable> {
    let mut is_next = false;
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let Some(parameter) = rest.strip_prefix(';') else {
            let ended = rest.is_empty() || rest.starts_with(',');
            return ended.then_some((is_next, rest)).ok_or(Unreadable);
        };
        let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
        let (name, behind) = parameter.split_at(end);
        let (value, behind) = match behind.strip_prefix('=') {
            Some(value) => read_value(value.trim_start())?,
            None => ("", behind),
        };
        if name.trim().eq_ignore_ascii_case("rel") {
            let mut relations = value.split_ascii_whitespace();
            is_next |= relations.any(|relation| relation.eq_ignore_ascii_case("next"));
        }
        rest = behind;
    }
}

/// A value, quoted or not, and what comes behind it. Escapes do not matter in a relation.
fn read_value(text: &str) -> Result<(&str, &str), Unreadable> {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or(Unreadable),
        None => {
            let end = text.find([';', ',']).unwrap_or(text.len());
            Ok(text.split_at(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        let cases = [
            ("", Ok(None)),
            (r#"</v2/a?n=1>; rel="next""#, Ok(Some("/v2/a?n=1"))),
            ("</v2/a>;rel=next", Ok(Some("/v2/a"))),
            (
                r#"</a>; rel="prev", </b>; title="x,y;z"; rel="last next""#,
                Ok(Some("/b")),
            ),
            (r#"</a,b>; REL = "Next""#, Ok(Some("/a,b"))),
            ("</a>; rel=prev", Ok(None)),
            ("</a>; rel; next", Ok(None)),
            ("/a; rel=next", Err(Unreadable)),
            ("</a; rel=next", Err(Unreadable)),
            (r#"</a>; rel="next"#, Err(Unreadable)),
            (r#"</a> rel="next""#, Err(Unreadable)),
        ];
        for (header, wanted) in cases {
            assert_eq!(next(header), wanted, "{header}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_is_too_strange(text in "[<>;,=\" a-z\u{e4}]{0,40}") {
            let _ = next(&text);
        }
    }
}
