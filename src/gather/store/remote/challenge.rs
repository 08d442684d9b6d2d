//! What a registry demands with 401: the header `WWW-Authenticate` (RFC 9110, section 11.6.1).
//!
//! Pure: text to challenges. Nothing here knows credentials.

/// How a registry wants to be shown who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// With a token from a token server (distribution, "Token Authentication Specification").
    Bearer {
        /// The address of the token server.
        realm: String,
        /// The name that the registry has there.
        service: Option<String>,
    },
    /// With user and password (RFC 7617).
    Basic,
}

/// Why a demand cannot be met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ChallengeError {
    /// There is no such header.
    #[error("it does not say what it wants to be shown")]
    Missing,
    /// The header is not as RFC 9110 has it.
    #[error("what it wants to be shown cannot be read")]
    Malformed,
    /// No address of a token server is in it.
    #[error("it wants a token and does not say from where")]
    NoRealm,
    /// It knows other schemes only.
    #[error("it wants neither a token nor a password")]
    OtherScheme,
}

/// One challenge as written.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Chooses among the challenges of all headers: a token before a password.
    ///
    /// # Errors
    /// None of them can be met.
    pub(super) fn choose<'a>(
        headers: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Self, ChallengeError> {
        let mut all = Vec::new();
        for header in headers {
            let text = str::from_utf8(header).map_err(|_| ChallengeError::Malformed)?;
            all.extend(Reader(text).challenges().ok_or(ChallengeError::Malformed)?);
        }
        if all.is_empty() {
            return Err(ChallengeError::Missing);
        }
        let named = |name: &str| all.iter().find(|one| one.scheme.eq_ignore_ascii_case(name));
        let bearer = named("Bearer");
        let realm = bearer.and_then(|one| one.parameter("realm"));
        match (bearer, realm, named("Basic")) {
            (Some(bearer), Some(realm), _) => Ok(Self::Bearer {
                realm: realm.to_owned(),
                service: bearer.parameter("service").map(str::to_owned),
            }),
            (_, _, Some(_)) => Ok(Self::Basic),
            (Some(_), None, None) => Err(ChallengeError::NoRealm),
            (None, _, None) => Err(ChallengeError::OtherScheme),
        }
    }
}

impl Written {
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What is left of a header.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// `None` when it is malformed.
    fn challenges(mut self) -> Option<Vec<Written>> {
        let mut all: Vec<Written> = Vec::new();
        loop {
            self.skip(|c| c == ',' || is_space(c));
            if self.0.is_empty() {
                return Some(all);
            }
            let name = self.run(is_token)?;
            let had_space = self.0.starts_with(is_space);
            self.skip(is_space);
            match self.0.strip_prefix('=') {
                Some(rest) => {
                    self.0 = rest;
                    self.skip(is_space);
                    let value = self.value()?;
                    let parameters = &mut all.last_mut()?.parameters;
                    parameters.push((name.to_owned(), value));
                    self.expect_separator()?;
                }
                None => {
                    if had_space {
                        self.skip_token68();
                    }
                    all.push(Written {
                        scheme: name.to_owned(),
                        parameters: Vec::new(),
                    });
                }
            }
        }
    }

    /// A parameter ends at a comma or at the end.
    fn expect_separator(&mut self) -> Option<()> {
        self.skip(is_space);
        (self.0.is_empty() || self.0.starts_with(',')).then_some(())
    }

    fn skip(&mut self, kind: impl Fn(char) -> bool) {
        self.0 = self.0.trim_start_matches(kind);
    }

    /// The longest start of that kind; `None` when there is none.
    fn run(&mut self, kind: impl Fn(char) -> bool) -> Option<&'a str> {
        let end = self.0.find(|c| !kind(c)).unwrap_or(self.0.len());
        let (run, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        (!run.is_empty()).then_some(run)
    }

    /// A token, or a quoted text with its escapes undone.
    fn value(&mut self) -> Option<String> {
        let Some(quoted) = self.0.strip_prefix('"') else {
            return self.run(is_token).map(str::to_owned);
        };
        let mut value = String::new();
        let mut rest = quoted.chars();
        loop {
            match rest.next()? {
                '"' => break,
                '\\' => value.push(rest.next()?),
                other => value.push(other),
            }
        }
        self.0 = rest.as_str();
        Some(value)
    }

    /// Passes over the credentials-like text that some schemes have in place of parameters.
    fn skip_token68(&mut self) {
        let is_68 = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
        let rest = self.0.trim_start_matches(is_68).trim_start_matches('=');
        let behind = rest.trim_start_matches(is_space);
        if behind.is_empty() || behind.starts_with(',') {
            self.0 = behind;
        }
    }
}

fn is_space(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// RFC 9110, section 5.6.2.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(headers: &[&str]) -> Result<Challenge, ChallengeError> {
        Challenge::choose(headers.iter().map(|header| header.as_bytes()))
    }

    fn bearer(realm: &str, service: Option<&str>) -> Result<Challenge, ChallengeError> {
        Ok(Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
        })
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull""#;
        let cases = [
            (
                vec![hub],
                bearer("https://auth.docker.io/token", Some("registry.docker.io")),
            ),
            (
                vec![r#"bearer REALM="https://a/", Scope="a,b""#],
                bearer("https://a/", None),
            ),
            (
                vec!["Bearer realm=https, service = x"],
                bearer("https", Some("x")),
            ),
            (
                vec![r#"Bearer realm="a\"b\\,c""#],
                bearer(r#"a"b\,c"#, None),
            ),
            (
                vec![r#"Basic realm="x", Bearer realm="https://a/""#],
                bearer("https://a/", None),
            ),
            (
                vec![r#"Basic realm="x""#, r#"Bearer realm="https://a/""#],
                bearer("https://a/", None),
            ),
            (
                vec![r#"Negotiate abc==, Basic realm="x""#],
                Ok(Challenge::Basic),
            ),
            (vec!["Negotiate, Basic"], Ok(Challenge::Basic)),
            (
                vec![r#"Bearer service="x", Basic realm="y""#],
                Ok(Challenge::Basic),
            ),
        ];
        for (headers, wanted) in cases {
            assert_eq!(choose(&headers), wanted, "{headers:?}");
        }
    }

    #[test]
    fn a_demand_that_cannot_be_met_is_an_error() {
        let cases = [
            (vec![], ChallengeError::Missing),
            (vec![""], ChallengeError::Missing),
            (vec![", ,"], ChallengeError::Missing),
            (
                vec![r#"Bearer realm="https://a/"#],
                ChallengeError::Malformed,
            ),
            (
                vec![r#"Bearer realm="https://a/\"#],
                ChallengeError::Malformed,
            ),
            (vec![r#"realm="https://a/""#], ChallengeError::Malformed),
            (
                vec![r#"Bearer realm="a" service="b""#],
                ChallengeError::Malformed,
            ),
            (vec!["Bearer realm="], ChallengeError::NoRealm),
            (vec!["Bearer realm=\u{fc}"], ChallengeError::Malformed),
            (vec!["Bearer"], ChallengeError::NoRealm),
            (vec![r#"Bearer service="x""#], ChallengeError::NoRealm),
            (
                vec!["Negotiate", "Digest realm=\"x\", nonce=\"y\""],
                ChallengeError::OtherScheme,
            ),
        ];
        for (headers, wanted) in cases {
            assert_eq!(choose(&headers), Err(wanted), "{headers:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_is_too_strange(text in "[ -~\\t\u{80}-\u{ff}]{0,80}") {
            let _ = choose(&[&text]);
        }
    }
}
