//! `custom-resources`: where images stand in kinds that the built-in table does not know.

use crate::policy::settings::{CustomResource, FieldPattern, FieldStep, Spanned};

use super::decode::{Reader, Value};

/// One entry of `custom-resources`.
pub(super) fn resource(reader: &mut Reader<'_>, value: &Value) -> Option<CustomResource> {
    let mut fields = reader.fields(value)?;
    let kind = fields.required("kind", |reader, value| {
        reader.checked_text(value, "a kind of resource", |text| {
            kind(text).ok_or_else(|| {
                "write group/version/Kind, such as example.com/v1/Widget, or v1/Kind for the core group; `*` stands for every group, version or kind".to_owned()
            })
        })
    });
    let paths = fields.required("paths", |reader, value| reader.filled_list(value, path));
    fields.end("key");
    let (group, version, kind) = kind?.value;
    Some(CustomResource {
        group,
        version,
        kind,
        paths: paths?,
    })
}

/// Group, version and kind; each may be `*`.
fn kind(text: &str) -> Option<(String, String, String)> {
    let parts: Vec<&str> = text.split('/').collect();
    let (group, version, kind) = match parts.as_slice() {
        [group, version, kind] if !group.is_empty() => (*group, *version, *kind),
        [version, kind] => ("", *version, *kind),
        _ => return None,
    };
    let lower = |text: &str, more: &[u8]| {
        text.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || more.contains(&byte))
    };
    let group_is_sound = group == "*" || lower(group, b".-");
    let version_is_sound = version == "*" || (!version.is_empty() && lower(version, b""));
    let kind_is_sound = kind == "*"
        || (kind.starts_with(|first: char| first.is_ascii_alphabetic())
            && kind.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (group_is_sound && version_is_sound && kind_is_sound)
        .then(|| (group.to_owned(), version.to_owned(), kind.to_owned()))
}

fn path(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<FieldPattern>> {
    reader.checked_text(value, "a path", |text| {
        steps(text).map(FieldPattern).ok_or_else(|| {
            "write names with dots between them, [*] for every item and [0] for one, such as spec.sidecars[*].image; a name with dots stands in [\"…\"]".to_owned()
        })
    })
}

/// The steps of `spec.sidecars[*].image`.
fn steps(text: &str) -> Option<Vec<FieldStep>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("[\"") {
            let (name, after) = inner.split_once("\"]")?;
            steps.push(FieldStep::Key(non_empty(name)?));
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (inside, after) = inner.split_once(']')?;
            let digits = inside.bytes().all(|byte| byte.is_ascii_digit());
            steps.push(match inside {
                "*" => FieldStep::Each,
                _ if digits => FieldStep::Index(inside.parse().ok()?),
                _ => return None,
            });
            rest = after;
        } else {
            let name = match (steps.is_empty(), rest.strip_prefix('.')) {
                (true, None) => rest,
                (false, Some(name)) => name,
                _ => return None,
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(FieldStep::Key(non_empty(name.get(..end)?)?));
            rest = name.get(end..)?;
        }
    }
    (!steps.is_empty()).then_some(steps)
}

fn non_empty(name: &str) -> Option<String> {
    (!name.is_empty() && !name.contains([']', '"'])).then(|| name.to_owned())
}
