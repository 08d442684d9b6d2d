//! What keys and texts of values say by their form.

use super::node::Scalar;
use crate::model::reference::{ImageReference, ReferenceError};
use crate::model::shorten::shorten;

/// Longest text of an image that is looked at, in bytes.
const TEXT: usize = 1_000;

/// Longest piece of a key that is written in a path, in characters.
const KEY: usize = 100;

/// Endings of files that are pictures, disks or archives, and no image of a container.
const FILES: [&str; 14] = [
    ".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".iso", ".qcow2", ".img", ".raw",
    ".tar", ".gz", ".zip",
];

/// Keys below `images` that hold no image.
const NOT_LISTED: [&str; 8] = [
    "registry",
    "repository",
    "tag",
    "digest",
    "pullPolicy",
    "pullSecret",
    "pullSecrets",
    "prefix",
];

/// Whether the key is `image` or ends so: `proxyImage`, `proxy_image`.
pub(super) fn ends_in_image(key: &str) -> bool {
    let end = key.len().checked_sub(5).and_then(|at| key.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("image"))
}

/// What stands before `Repository` in a key such as `proxyImageRepository`, the image's own key.
pub(super) fn before_repository(key: &str) -> Option<&str> {
    let ends = [
        "Repository",
        "_repository",
        "-repository",
        "Repo",
        "_repo",
        "Name",
        "_name",
    ];
    let before = ends.iter().find_map(|end| key.strip_suffix(end));
    // A default is a part of other images (`registry`).
    before.filter(|before| ends_in_image(before) && !before.ends_with("defaultImage"))
}

/// What stands before `Tag` in a key such as `proxyImageTag`.
pub(super) fn before_tag(key: &str) -> Option<&str> {
    let before = ["Tag", "_tag", "-tag"]
        .iter()
        .find_map(|end| key.strip_suffix(end));
    before.filter(|before| ends_in_image(before) && !before.ends_with("defaultImage"))
}

/// Keys of the tag of an image that is one scalar.
pub(super) fn tags_of(key: &str) -> Vec<String> {
    let mut keys: Vec<String> = ["Tag", "_tag", "-tag", "Version"]
        .iter()
        .map(|end| format!("{key}{end}"))
        .collect();
    if key == "image" {
        keys.extend(["tag", "version"].map(str::to_owned));
    }
    keys
}

/// Whether a list of that key, below `over`, holds images as texts.
pub(super) fn lists_images(over: &str, key: &str) -> bool {
    key == "images" || key.ends_with("Images") || over == "images"
}

/// Whether a list of that key holds containers, which are deployed as they are written.
pub(super) fn lists_containers(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.ends_with("containers") || key.ends_with("sidecars")
}

/// Whether a scalar of that key below `images` can be an image.
pub(super) fn is_listed(key: &str) -> bool {
    !NOT_LISTED.contains(&key)
}

/// Whether the text can be the name of an image or a registry: no address of something else, no sentence.
pub(super) fn is_name(scalar: &Scalar) -> bool {
    let text = scalar.text.as_str();
    let is_address = text.contains("://") || text.starts_with("git@") || text.ends_with(".git");
    text.len() <= TEXT && (!text.contains(char::is_whitespace) || is_open(text)) && !is_address
}

/// Whether the text can be an image.
pub(super) fn is_image(scalar: &Scalar) -> bool {
    let text = scalar.text.as_str();
    let is_path = text.starts_with(['/', '.', '~']);
    let lower = text.to_ascii_lowercase();
    let is_file = FILES.iter().any(|end| lower.ends_with(end));
    is_name(scalar) && !is_path && !is_file && !text.starts_with("data:")
}

/// Whether a part of the text is filled in later.
pub(super) fn is_open(text: &str) -> bool {
    text.contains("{{") || text.contains("${")
}

/// Whether the text says its tag or digest itself.
pub(super) fn has_tag(text: &str) -> bool {
    let parsed = ImageReference::parse(text);
    parsed.is_ok_and(|image| image.tag.is_some() || image.digest.is_some())
}

/// Whether `name` goes on where `repository` ends, in the mapping `key`: `team` and `app`. Where the repository
/// names the image already, it is the name of something else.
pub(super) fn goes_on(key: &str, repository: &Scalar, name: &Scalar) -> bool {
    let last = repository.text.rsplit('/').next();
    let parts = repository.text.split('/').count();
    let is_prefix = key != "image" || parts < 3 && super::registry::has_host(&repository.text);
    ends_in_image(key) && is_name(name) && last != Some(&name.text) && is_prefix
}

/// Whether what was put together is no reference, and nothing is missing in it.
pub(super) fn is_wrong(reference: &Result<ImageReference, ReferenceError>) -> bool {
    !matches!(
        reference,
        Ok(_) | Err(ReferenceError::Placeholder(_) | ReferenceError::Incomplete(_))
    )
}

/// A key as it is added to a path.
pub(super) fn segment(key: &str, is_first: bool) -> String {
    let key = shorten(key, KEY);
    let special =
        |c: char| matches!(c, '.' | '[' | ']' | '"' | '\\') || c.is_whitespace() || c.is_control();
    match (key.is_empty() || key.contains(special), is_first) {
        (true, _) => format!("[{key:?}]"),
        (false, true) => key.into_owned(),
        (false, false) => format!(".{key}"),
    }
}

/// A path with a key behind it.
pub(super) fn joined(path: &str, key: &str) -> String {
    match path.is_empty() {
        true => key.to_owned(),
        false => format!("{path}.{key}"),
    }
}
