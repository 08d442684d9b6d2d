//! The words of the grammar: what a registry, a path component and a tag are, and where a name is cut.
//! Knows nothing of references as a whole, of errors or of placeholders.

/// The registry that a name without one belongs to.
pub const DEFAULT_REGISTRY: &str = "docker.io";

/// Other hosts of the same service: the first by `normalize.go`, the second is what clients contact.
const DEFAULT_REGISTRY_ALIASES: [&str; 2] = ["index.docker.io", "registry-1.docker.io"];

/// Where `docker.io` keeps repositories that are written without an account.
const OFFICIAL_PREFIX: &str = "library/";

/// Longest tag, in characters.
const TAG_MAX: usize = 128;

/// Splits a name without tag and digest into the registry it belongs to and the path below, both
/// normalised (`splitDockerDomain`). Nothing is checked.
pub(crate) fn split_name(name: &str) -> (&str, String) {
    let (registry, path) = match name.split_once('/') {
        Some((first, path)) if is_registry_like(first) => (canonical_registry(first), path),
        _ => (DEFAULT_REGISTRY, name),
    };
    if registry == DEFAULT_REGISTRY && !path.contains('/') {
        return (registry, format!("{OFFICIAL_PREFIX}{path}"));
    }
    (registry, path.to_owned())
}

/// Whether the first of several components is a registry and not the beginning of a path.
pub(crate) fn is_registry_like(component: &str) -> bool {
    component == "localhost"
        || component.contains(['.', ':'])
        || component.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// The one name of a registry that has several.
pub(crate) fn canonical_registry(registry: &str) -> &str {
    if DEFAULT_REGISTRY_ALIASES.contains(&registry) {
        DEFAULT_REGISTRY
    } else {
        registry
    }
}

/// The part behind `library/` of a repository that `docker.io` lets people write without it.
pub(crate) fn official_name(repository: &str) -> Option<&str> {
    let name = repository.strip_prefix(OFFICIAL_PREFIX)?;
    (!name.contains('/')).then_some(name)
}

/// Splits `name[:tag]`. A colon before the last `/` belongs to a port.
pub(crate) fn split_tag(text: &str) -> (&str, Option<&str>) {
    let last_component = text.rfind('/').map_or(0, |at| at + 1);
    match text[last_component..].find(':') {
        Some(at) => (
            &text[..last_component + at],
            Some(&text[last_component + at + 1..]),
        ),
        None => (text, None),
    }
}

/// `domainAndPort` of `regexp.go`, or a host with `_` which is a path component too.
pub(crate) fn is_registry(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else {
            return false;
        };
        return !address.is_empty()
            && address
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b':')
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    match text.split_once(':') {
        Some((host, port)) => is_domain(host) && is_port(port),
        None => is_domain(text) || is_path_component(text),
    }
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

pub(crate) fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `pathComponent`: runs of lower-case letters and digits, between them one `.`, one or two `_`, or any
/// number of `-`.
pub(crate) fn is_path_component(text: &str) -> bool {
    let mut separator = (0u8, 0usize);
    let mut any = false;
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {
                separator = (0, 0);
                any = true;
            }
            b'.' | b'_' | b'-' if any => {
                if separator.1 > 0 && separator.0 != byte {
                    return false;
                }
                separator = (byte, separator.1 + 1);
                let longest = match byte {
                    b'.' => 1,
                    b'_' => 2,
                    _ => usize::MAX,
                };
                if separator.1 > longest {
                    return false;
                }
            }
            _ => return false,
        }
    }
    any && separator.1 == 0
}

/// `tag` of `regexp.go`: a word character, then at most 127 word characters, `.` and `-`.
pub(crate) fn is_tag(text: &str) -> bool {
    text.len() <= TAG_MAX
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.bytes().all(is_tag_byte)
}

pub(crate) const fn is_tag_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}
