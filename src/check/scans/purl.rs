//! Package URLs, as far as they have to be compared (package-url specification, "Parse a purl").

use std::borrow::Cow;

/// A package URL with its parts decoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purl {
    /// The type, in lower case, such as `apk` or `oci`.
    pub kind: String,
    /// Namespace and name, with `/` between the segments.
    pub name: String,
    /// The version.
    pub version: Option<String>,
    /// Keys in lower case, and values.
    pub qualifiers: Vec<(String, String)>,
}

impl Purl {
    /// Reads `pkg:type/namespace/name@version?qualifiers#subpath`; the subpath is left out.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        if !scheme.eq_ignore_ascii_case("pkg") {
            return None;
        }
        let rest = rest.trim_start_matches('/');
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        // The last `@` behind the last `/` begins the version; others belong to an npm scope.
        let last = path.rfind('/').map_or(0, |at| at + 1);
        let (path, version) = match path.rfind('@').filter(|at| *at >= last) {
            Some(at) => (path.get(..at)?, Some(path.get(at + 1..)?)),
            None => (path, None),
        };
        let (kind, name) = path.split_once('/')?;
        let name = decoded(name.trim_matches('/'))?;
        if kind.is_empty() || name.is_empty() {
            return None;
        }
        let version = version.filter(|version| !version.is_empty());
        Some(Self {
            kind: kind.to_ascii_lowercase(),
            name: name.into_owned(),
            version: match version {
                Some(version) => Some(decoded(version)?.into_owned()),
                None => None,
            },
            qualifiers: pairs(qualifiers)?,
        })
    }

    /// The value of a qualifier, when something is written.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        let found = self.qualifiers.iter().find(|(known, _)| known == key);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Whether `package` is what this one names: a version or qualifier that is not written here stands
    /// for every one.
    pub fn names(&self, package: &Self) -> bool {
        let by_version = self.version.is_none() || self.version == package.version;
        let mut wanted = self.qualifiers.iter();
        self.kind == package.kind
            && self.name == package.name
            && by_version
            && wanted.all(|pair| package.qualifiers.contains(pair))
    }
}

fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (key, value) = pair.split_once('=')?;
        Some((key.to_ascii_lowercase(), decoded(value)?.into_owned()))
    });
    pairs.collect()
}

/// `%2F` and the like as characters; `None` when that gives no text.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_decoded() {
        let purl =
            Purl::parse("pkg:OCI/cart@sha256%3Aabc?repository_url=ghcr.io%2Facme/cart&tag=1#x")
                .unwrap();
        assert_eq!((purl.kind.as_str(), purl.name.as_str()), ("oci", "cart"));
        assert_eq!(purl.version.as_deref(), Some("sha256:abc"));
        let repository = ("repository_url".to_owned(), "ghcr.io/acme/cart".to_owned());
        assert!(purl.qualifiers.contains(&repository));
    }

    #[test]
    fn the_scope_of_npm_is_no_version() {
        let purl = Purl::parse("pkg:npm/@angular/core@1.2").unwrap();
        assert_eq!(purl.name, "@angular/core");
        assert_eq!(purl.version.as_deref(), Some("1.2"));
        assert_eq!(Purl::parse("pkg:npm/@angular/core").unwrap().version, None);
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "pkg:",
            "pkg:apk",
            "pkg:apk/",
            "apk/a",
            "pkg:apk/a%2",
            "pkg:apk/a%zz",
            "pkg:apk/%ff",
            "pkg:/a",
        ] {
            assert_eq!(Purl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_written_stands_for_every_one() {
        let package = Purl::parse("pkg:apk/alpine/openssl@1.1?arch=x86_64&distro=3.9").unwrap();
        for (text, names) in [
            ("pkg:apk/alpine/openssl", true),
            ("pkg:apk/alpine/openssl@1.1?arch=x86_64", true),
            ("pkg:apk/alpine/openssl@1.2", false),
            ("pkg:apk/alpine/openssl?arch=arm64", false),
            ("pkg:apk/openssl", false),
            ("pkg:deb/alpine/openssl", false),
        ] {
            assert_eq!(Purl::parse(text).unwrap().names(&package), names, "{text}");
        }
    }
}
