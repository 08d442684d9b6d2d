//! The files that `docker login` and `podman login` write: what one of them says about a repository.
//!
//! Pure: bytes in, an answer out. The format is that of docker's `config.json` and of
//! containers-auth.json(5). No error here holds a word of the content.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::{Credential, Secret};

/// Docker Hub, as references name it.
const HUB: &str = "docker.io";

/// Docker Hub, as docker names it to credential helpers and in its file.
const HUB_SERVER: &str = "https://index.docker.io/v1/";

/// Other hosts of Docker Hub that people and tools write.
const HUB_HOSTS: [&str; 2] = ["index.docker.io", "registry-1.docker.io"];

/// Why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthFileError {
    /// It ends within its JSON.
    #[error("it is cut short: its last bracket is missing")]
    CutShort,
    /// It is no JSON of that form.
    #[error("it is malformed at line {line}, column {column}")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// An entry's `auth` is no base64 of `user:password`.
    #[error("`auth` in its entry is not the base64 form of `user:password`")]
    Auth,
    /// An entry's `username` cannot be used for HTTP.
    #[error("`username` in its entry is empty or has a colon in it")]
    User,
    /// An entry's token cannot stand in an HTTP header.
    #[error("`registrytoken` in its entry holds characters that no token has")]
    Token,
}

/// What a file says about one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Nothing,
    /// The credential itself.
    Known(Credential),
    /// A credential helper knows.
    Ask(Helper),
}

/// A credential helper and what it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Helper {
    /// Its name, `docker-credential-` left out, as written.
    pub name: String,
    /// The server that it is asked for.
    pub server: String,
}

/// A file as written. Unknown keys are docker's other settings; that they are flattened keeps serde from
/// taking an array for an object.
#[derive(Default, Deserialize)]
pub struct AuthFile {
    auths: Option<BTreeMap<String, Option<WrittenEntry>>>,
    #[serde(rename = "credsStore")]
    store: Option<String>,
    #[serde(rename = "credHelpers")]
    helpers: Option<BTreeMap<String, String>>,
    #[serde(flatten)]
    _others: IgnoredAny,
}

/// An entry as written.
#[derive(Default, Deserialize)]
struct WrittenEntry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
    #[serde(flatten)]
    _others: IgnoredAny,
}

impl AuthFile {
    /// Reads a file. One without any text says nothing, as for docker.
    ///
    /// # Errors
    /// It is no such file.
    pub fn parse(bytes: &[u8]) -> Result<Self, AuthFileError> {
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        // The parser's own words may quote the content.
        serde_json::from_slice(bytes).map_err(|error| match error.classify() {
            Category::Eof => AuthFileError::CutShort,
            _ => AuthFileError::Malformed {
                line: error.line(),
                column: error.column(),
            },
        })
    }

    /// What is written about `path` in `registry`: the registry's helper, else the entry with the longest
    /// name that has something in it, else the helper for all registries.
    ///
    /// # Errors
    /// The entry cannot be understood.
    pub fn entry(&self, registry: &str, path: &str) -> Result<Entry, AuthFileError> {
        if let Some((server, name)) = self.helper_of(registry) {
            return Ok(Entry::Ask(Helper {
                name: name.clone(),
                server: server.clone(),
            }));
        }
        for written in self.entries(registry, path) {
            if let Some(credential) = written.credential()? {
                return Ok(Entry::Known(credential));
            }
        }
        let store = self.store.as_ref().filter(|name| !name.is_empty());
        Ok(store.map_or(Entry::Nothing, |name| {
            let server = match registry {
                HUB => HUB_SERVER,
                _ => registry,
            };
            Entry::Ask(Helper {
                name: name.clone(),
                server: server.to_owned(),
            })
        }))
    }

    fn helper_of(&self, registry: &str) -> Option<(&String, &String)> {
        let helpers = self.helpers.as_ref()?;
        let exact = helpers.get_key_value(registry);
        let found = exact.or_else(|| {
            let mut named = helpers.iter();
            named.find(|(key, _)| server_of(key) == Some(registry))
        });
        found.filter(|(_, name)| !name.is_empty())
    }

    /// The entries for the path and for what is above it, then those that name the registry in another way.
    fn entries<'a>(
        &'a self,
        registry: &'a str,
        path: &str,
    ) -> impl Iterator<Item = &'a WrittenEntry> {
        let full = format!("{registry}/{path}");
        let mut names: Vec<&str> = vec![&full];
        let slashes = full.rmatch_indices('/');
        names.extend(slashes.map(|(at, _)| &full[..at]));
        let auths = self.auths.as_ref();
        let exact = names
            .iter()
            .filter_map(|name| auths.and_then(|auths| auths.get(*name)))
            .collect::<Vec<_>>();
        let others = auths
            .into_iter()
            .flatten()
            .filter(move |(key, _)| *key != registry && server_of(key) == Some(registry))
            .map(|(_, entry)| entry);
        exact.into_iter().chain(others).flatten()
    }
}

/// The registry that a key stands for: a host, or the address of its API. A host with a namespace behind
/// it stands for that namespace only.
fn server_of(key: &str) -> Option<&str> {
    let schemes = ["https://", "http://"];
    let address = schemes.iter().find_map(|scheme| key.strip_prefix(scheme));
    let rest = address.unwrap_or(key);
    let (host, below) = rest.split_once('/').unwrap_or((rest, ""));
    let is_server = address.is_some() || matches!(below.trim_end_matches('/'), "" | "v1" | "v2");
    let host = match HUB_HOSTS.contains(&host) {
        true => HUB,
        false => host,
    };
    is_server.then_some(host)
}

impl WrittenEntry {
    /// A token comes before a password, as in go-containerregistry: registries that give out tokens leave
    /// a user without meaning beside them.
    fn credential(&self) -> Result<Option<Credential>, AuthFileError> {
        let written = |field: &Option<String>| field.clone().filter(|text| !text.is_empty());
        if let Some(token) = written(&self.registrytoken) {
            let sound = token.bytes().all(|byte| byte.is_ascii_graphic());
            let token = Credential::Bearer(Secret::new(token));
            return sound.then_some(Some(token)).ok_or(AuthFileError::Token);
        }
        if let Some(token) = written(&self.identitytoken) {
            return Ok(Some(Credential::IdentityToken(Secret::new(token))));
        }
        if let Some(auth) = written(&self.auth) {
            let (user, password) = decode(&auth).ok_or(AuthFileError::Auth)?;
            return Ok(Some(Credential::Basic { user, password }));
        }
        let password = written(&self.password);
        match written(&self.username) {
            Some(user) if !user.contains(':') => Ok(Some(Credential::Basic {
                user,
                password: Secret::new(password.unwrap_or_default()),
            })),
            None if password.is_none() => Ok(None),
            _ => Err(AuthFileError::User),
        }
    }
}

/// User and password. Docker cuts zero bytes off the password, which old versions padded it with.
fn decode(auth: &str) -> Option<(String, Secret)> {
    // Padding is optional for docker-compatible tools that write the field by hand.
    let padding = DecodePaddingMode::Indifferent;
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(padding);
    let decoded = GeneralPurpose::new(&alphabet::STANDARD, config)
        .decode(auth.trim())
        .ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, password) = text.split_once(':')?;
    let password = Secret::new(password.trim_matches('\0'));
    (!user.is_empty()).then(|| (user.to_owned(), password))
}
