//! Who may read from a test registry: the token protocol of distribution ("Token Authentication
//! Specification"), HTTP Basic, or nobody asked.

use std::collections::BTreeMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Shared;
use super::wire::{Reply, Request};

/// Who may read.
#[derive(Debug, Clone, Default)]
pub enum Login {
    /// Everybody.
    #[default]
    Anonymous,
    /// Who has a token; `/token` gives one out.
    Bearer(TokenServer),
    /// This user.
    Basic(User),
}

/// To whom `/token` gives a token, and which.
#[derive(Debug, Clone, Default)]
pub struct TokenServer {
    /// Only to this user; to everybody when `None`.
    pub user: Option<User>,
    /// Only for this refresh token, by POST.
    pub refresh_token: Option<String>,
    /// `expires_in` in seconds.
    pub expires_in: Option<u64>,
    /// A token may be shown that often; then it is refused.
    pub uses: Option<usize>,
    /// The token is written as `access_token`.
    pub access_token: bool,
}

/// A user.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// Its name.
    pub name: String,
    /// Its password.
    pub password: String,
}

impl User {
    /// A user of that name and password.
    pub fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            password: password.to_owned(),
        }
    }

    fn header(&self) -> String {
        let pair = format!("{}:{}", self.name, self.password);
        format!("Basic {}", STANDARD.encode(pair))
    }
}

/// The tokens that were given out.
#[derive(Default)]
pub(super) struct Tokens {
    /// By token: its scope, and how often it was shown.
    given: Mutex<BTreeMap<String, (String, usize)>>,
}

/// The name that the registry gives itself towards its token server.
const SERVICE: &str = "test, \"registry\"";

/// `Some` with the refusal when the request may not read `repository`.
pub(super) fn refusal(shared: &Shared, request: &Request, repository: &str) -> Option<Reply> {
    let shown = request.header("authorization");
    match &shared.setup.login {
        Login::Anonymous => None,
        Login::Basic(user) => {
            let refused = Reply::error(401, "UNAUTHORIZED");
            let refused = refused.with("WWW-Authenticate", "Basic realm=\"test registry\"");
            (shown != Some(&user.header())).then_some(refused)
        }
        Login::Bearer(server) => {
            let token = shown.and_then(|shown| shown.strip_prefix("Bearer "));
            let scope = scope_of(repository);
            if token.is_some_and(|token| shared.tokens.allow(token, &scope, server.uses)) {
                return None;
            }
            let challenge = format!(
                "Bearer realm=\"{}/token\",service=\"{}\",scope=\"{scope}\"",
                shared.base(),
                SERVICE.replace('"', "\\\""),
            );
            Some(Reply::error(401, "UNAUTHORIZED").with("WWW-Authenticate", &challenge))
        }
    }
}

/// The answer of the token server.
pub(super) fn token(shared: &Shared, request: &Request) -> Reply {
    let Login::Bearer(server) = &shared.setup.login else {
        return Reply::new(404);
    };
    let fields = match request.method.as_str() {
        "POST" => form(&String::from_utf8_lossy(&request.body)),
        _ => form(request.query()),
    };
    let field = |name: &str| fields.get(name).map(String::as_str);
    let known = match (&server.user, &server.refresh_token) {
        (_, Some(token)) => {
            request.method == "POST"
                && field("grant_type") == Some("refresh_token")
                && field("refresh_token") == Some(token)
        }
        (Some(user), None) => request.header("authorization") == Some(&user.header()),
        (None, None) => true,
    };
    if !known {
        return Reply::error(401, "UNAUTHORIZED");
    }
    let scope = field("scope").unwrap_or_default();
    if field("service") != Some(SERVICE) || !scope.starts_with("repository:") {
        return Reply::error(400, "UNSUPPORTED");
    }
    let token = shared.tokens.give(scope);
    let name = if server.access_token {
        "access_token"
    } else {
        "token"
    };
    let mut document = serde_json::json!({ name: token });
    if let Some(seconds) = server.expires_in {
        document["expires_in"] = seconds.into();
    }
    Reply::json(200, "application/json", &document)
}

impl Tokens {
    fn give(&self, scope: &str) -> String {
        let mut given = self.given.lock().expect("the tokens");
        let token = format!("token-{}-of-test", given.len());
        given.insert(token.clone(), (scope.to_owned(), 0));
        token
    }

    fn allow(&self, token: &str, scope: &str, uses: Option<usize>) -> bool {
        let mut given = self.given.lock().expect("the tokens");
        let Some((granted, shown)) = given.get_mut(token) else {
            return false;
        };
        *shown += 1;
        granted == scope && uses.is_none_or(|uses| *shown <= uses)
    }
}

fn scope_of(repository: &str) -> String {
    format!("repository:{repository}:pull")
}

/// The fields of a query or form.
fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let escaped = behind.get(..2).filter(|_| *first == b'%');
        let escaped = escaped.and_then(|hex| std::str::from_utf8(hex).ok());
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
