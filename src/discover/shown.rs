//! How a path is shown: as given, with `/`, without `./` and doubled separators.
//!
//! Names that are not Unicode are shown with `\xNN` for each byte that is no character, so that two of
//! them stay two. Escaping for a terminal or a format is the report's work.

use std::ffi::OsStr;
use std::path::{Component, Path};

/// The text that stands for `path` in reports.
pub fn shown(path: &Path) -> String {
    let mut text = String::new();
    for component in path.components() {
        match component {
            Component::CurDir => continue,
            Component::RootDir => {
                text.push('/');
                continue;
            }
            Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {}
        }
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        push_name(&mut text, component.as_os_str());
    }
    if text.is_empty() {
        text.push('.');
    }
    text
}

/// `/` in place of the separators of Windows, in a prefix such as `\\server\share`.
fn push_name(text: &mut String, name: &OsStr) {
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        if cfg!(windows) {
            text.push_str(&chunk.valid().replace('\\', "/"));
        } else {
            text.push_str(chunk.valid());
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shown;
    use std::path::Path;

    #[test]
    fn a_path_is_shown_as_given_without_dots_and_doubled_separators() {
        for (given, wanted) in [
            ("shop/cart.yaml", "shop/cart.yaml"),
            ("./shop//cart.yaml", "shop/cart.yaml"),
            ("shop/./cart.yaml", "shop/cart.yaml"),
            ("../shop/cart.yaml", "../shop/cart.yaml"),
            ("/srv/cart.yaml", "/srv/cart.yaml"),
            ("/", "/"),
            (".", "."),
        ] {
            assert_eq!(shown(Path::new(given)), wanted, "{given}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_unicode_stay_distinct() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let name = |bytes: &'static [u8]| shown(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(name(b"a\xff.yaml"), "a\\xff.yaml");
        assert_ne!(name(b"a\xff.yaml"), name(b"a\xfe.yaml"));
    }
}
