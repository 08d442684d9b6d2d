//! Who we are to a registry: what the login commands of docker and podman left behind.
//!
//! Nothing here speaks to a registry. An error never becomes "anonymous": what cannot be read, run or
//! understood is an [`Unanswered`], and none of its text is a secret.

#![expect(
    clippy::disallowed_methods,
    reason = "credentials are files and programs of the user, named by the environment"
)]

mod auth_file;
mod environment;
mod helper;
mod secret;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use super::store::Unanswered;
use crate::model::shorten::shorten;
use auth_file::{AuthFile, Entry, Helper};
use environment::Place;
use helper::{HelperError, Helpers};

pub use environment::Environment;
pub use secret::Secret;

/// Largest file of credentials that is read, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// Most characters of a helper's name that an error repeats.
const SHOWN_NAME: usize = 60;

/// What is shown to a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nothing is configured for it.
    Anonymous,
    /// User and password.
    Basic {
        /// The user's name; it has no colon.
        user: String,
        /// The password, or a token that stands in for it.
        password: Secret,
    },
    /// An OAuth2 refresh token, to be exchanged at the registry's token server.
    IdentityToken(Secret),
    /// A token that the registry takes as it is: printable ASCII without blanks.
    Bearer(Secret),
}

/// The credentials of one run. Each file is read once and each helper asked once per server, when first needed.
pub struct Credentials {
    files: Vec<Source>,
    helpers: Helpers,
}

/// A place and what was read there: `None` when nothing stands there.
struct Source {
    place: Place,
    read: OnceCell<Result<Option<Arc<AuthFile>>, Unanswered>>,
}

impl Credentials {
    /// Reads nothing yet: files and helpers are asked when a registry is.
    pub fn new(environment: Environment) -> Self {
        Self::with_helper_limit(environment, helper::TIME_LIMIT)
    }

    /// As [`Credentials::new`], waiting for each helper for `limit`.
    pub fn with_helper_limit(environment: Environment, limit: Duration) -> Self {
        let places = environment.places().into_iter();
        Self {
            files: places.map(Source::new).collect(),
            helpers: Helpers::new(environment.path, limit),
        }
    }

    /// What is configured for `path` in `registry`, both normalised (`docker.io`, `library/nginx`). The
    /// first file that says something about it decides.
    ///
    /// # Errors
    /// A file or helper that should know gave no usable answer.
    pub async fn of(&self, registry: &str, path: &str) -> Result<Credential, Unanswered> {
        for Source { place, read } in &self.files {
            let file = read.get_or_init(|| read_place(place)).await.clone()?;
            let Some(file) = file else { continue };
            let shown = place.path.display();
            let entry = file.entry(registry, path).map_err(|error| {
                let asked = format!("credentials for {registry} in `{shown}`");
                Unanswered::new(asked, error.to_string()).advise("correct it, or log in again")
            })?;
            let found = match entry {
                Entry::Nothing => None,
                Entry::Known(credential) => Some(credential),
                Entry::Ask(helper) => {
                    let answer = self.helpers.ask(&helper).await;
                    answer.map_err(|error| helper_failed(registry, &helper, &error, place))?
                }
            };
            if let Some(credential) = found {
                tracing::debug!(target: "imagegate::credentials", registry, file = %shown, "found credentials");
                return Ok(credential);
            }
        }
        tracing::debug!(target: "imagegate::credentials", registry, "no credentials are configured");
        Ok(Credential::Anonymous)
    }
}

impl Source {
    fn new(place: Place) -> Self {
        let read = OnceCell::new();
        Self { place, read }
    }
}

fn helper_failed(
    registry: &str,
    helper: &Helper,
    error: &HelperError,
    place: &Place,
) -> Unanswered {
    let program = format!("docker-credential-{}", shorten(&helper.name, SHOWN_NAME));
    let file = place.path.display();
    let advice = match error {
        HelperError::Name => format!("correct `credHelpers` or `credsStore` in `{file}`"),
        HelperError::Missing => format!("install it, or take it out of `{file}`"),
        HelperError::Run(_)
        | HelperError::TooSlow(_)
        | HelperError::TooMuch
        | HelperError::Failed(_)
        | HelperError::Garbage => {
            format!("run `{program} get` by hand, the registry on standard input, or log in again")
        }
    };
    let asked = format!("credentials for {registry} from `{program}`");
    Unanswered::new(asked, error.to_string()).advise(advice)
}

/// The file of a place; `None` when it is not there and need not be. Disks can be slow, so it is read
/// aside.
async fn read_place(place: &Place) -> Result<Option<Arc<AuthFile>>, Unanswered> {
    let shown = place.path.display().to_string();
    let unusable = |answer: String, advice: &str| {
        Unanswered::new(format!("credentials in `{shown}`"), answer).advise(advice)
    };
    let content = match &place.content {
        Some(text) => Ok(text.expose().as_bytes().to_vec()),
        None => {
            let path = place.path.clone();
            let content = tokio::task::spawn_blocking(move || content(&path)).await;
            content.unwrap_or_else(|error| Err(io::Error::other(error)))
        }
    };
    let bytes = match content {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !place.named => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let advice = "log in so that it is written, or unset REGISTRY_AUTH_FILE";
            return Err(unusable("there is no such file".to_owned(), advice));
        }
        Err(error) => {
            let advice = "make it readable, or name another file with REGISTRY_AUTH_FILE";
            return Err(unusable(error.to_string(), advice));
        }
    };
    let parsed = AuthFile::parse(&bytes);
    let file = parsed.map_err(|error| unusable(error.to_string(), "correct it, or log in again"));
    file.map(|file| Some(Arc::new(file)))
}

fn content(path: &Path) -> io::Result<Vec<u8>> {
    // To open a FIFO would wait for a writer.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        let reason = format!("it is larger than {MAX_FILE} bytes");
        return Err(io::Error::other(reason));
    }
    Ok(bytes)
}
