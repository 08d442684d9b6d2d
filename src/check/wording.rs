//! How messages name images and objects. Nothing is escaped here: every format has its own way.

use crate::model::image_use::ImageUse;
use crate::model::object::Object;
use crate::model::reference::ImageReference;

/// Longest text of the input that a message quotes, in characters: a name of 255 characters, a tag and
/// a digest do not fit whole, everything that is met in practice does.
const QUOTED_CHARACTERS: usize = 200;

/// `text` between backticks, its middle left out when it is very long.
pub fn quoted(text: &str) -> String {
    format!("`{}`", shortened(text))
}

/// `text`, its middle left out when it is very long; both ends are what tells images apart.
pub fn shortened(text: &str) -> String {
    // The count stops early: a text may have 60 million characters.
    if text.chars().nth(QUOTED_CHARACTERS).is_none() {
        return text.to_owned();
    }
    let half = QUOTED_CHARACTERS / 2;
    let head = text.char_indices().nth(half).map_or(0, |(at, _)| at);
    let tail = text
        .char_indices()
        .rev()
        .nth(half - 1)
        .map_or(text.len(), |(at, _)| at);
    format!("{}…{}", &text[..head], &text[tail..])
}

/// `text` without the tag and digest that `reference` has, so that help keeps the author's spelling:
/// `nginx`, not `docker.io/library/nginx`.
pub fn written_name<'t>(text: &'t str, reference: &ImageReference) -> &'t str {
    let mut name = text;
    if let Some(digest) = &reference.digest {
        name = name
            .strip_suffix(digest.as_str())
            .and_then(|rest| rest.strip_suffix('@'))
            .unwrap_or(name);
    }
    if let Some(tag) = &reference.tag {
        name = name
            .strip_suffix(tag.as_str())
            .and_then(|rest| rest.strip_suffix(':'))
            .unwrap_or(name);
    }
    name
}

/// The words beside the marked image: `container cart of Deployment production-web/cart`.
pub fn label(used: &ImageUse, namespace: Option<&str>) -> String {
    let object = object(&used.object, namespace);
    match &used.container {
        Some(name) => format!("{} {} of {object}", used.role, shortened(name)),
        None => format!("{} of {object}", used.role),
    }
}

/// `Deployment production-web/cart`, as far as it is known.
pub fn object(object: &Object, namespace: Option<&str>) -> String {
    let kind = match object.kind.as_ref() {
        "" => "an object without a kind".to_owned(),
        kind => shortened(kind),
    };
    match (namespace, object.name.as_deref()) {
        (Some(namespace), Some(name)) => {
            format!("{kind} {}/{}", shortened(namespace), shortened(name))
        }
        (None, Some(name)) => format!("{kind} {}", shortened(name)),
        (Some(namespace), None) => format!("{kind} in {}", shortened(namespace)),
        (None, None) => kind,
    }
}

/// `a, b and c`, at most three of them and the rest as a number.
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, third, rest @ ..] => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_both_ends() {
        let text = format!("start{}end", "é".repeat(1_000));
        let short = shortened(&text);
        assert_eq!(short.chars().count(), QUOTED_CHARACTERS + 1);
        assert!(
            short.starts_with("start") && short.ends_with("end"),
            "{short}"
        );
    }

    #[test]
    fn a_text_of_the_limit_is_kept_whole() {
        let text = "a".repeat(QUOTED_CHARACTERS);
        assert_eq!(shortened(&text), text);
    }

    #[test]
    fn the_name_keeps_the_spelling_of_the_author() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for (text, name) in [
            ("nginx".to_owned(), "nginx"),
            ("nginx:1.27".to_owned(), "nginx"),
            (
                format!("localhost:5000/app:1@{digest}"),
                "localhost:5000/app",
            ),
            (format!("localhost:5000/app@{digest}"), "localhost:5000/app"),
        ] {
            let reference = ImageReference::parse(&text).unwrap();
            assert_eq!(written_name(&text, &reference), name);
        }
    }
}
