//! Who we are to a registry: what the login commands of docker and podman left behind.
//!
//! Nothing here speaks to a registry. An error never becomes "anonymous": what cannot be read, run or
//! understood is an [`Unanswered`], and none of its text is a secret.

mod secret;

pub use secret::Secret;

use std::path::PathBuf;

use super::store::Unanswered;

/// What is shown to a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nothing is configured for it.
    Anonymous,
    /// User and password.
    Basic {
        /// The user's name.
        user: String,
        /// The password, or a token that stands in for it.
        password: Secret,
    },
    /// An OAuth2 refresh token, to be exchanged at the registry's token server.
    IdentityToken(Secret),
    /// A token that the registry takes as it is.
    Bearer(Secret),
}

/// The part of the environment that says where credentials are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `REGISTRY_AUTH_FILE`.
    pub registry_auth_file: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_folder: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`.
    pub config_folder: Option<PathBuf>,
    /// `DOCKER_CONFIG`: a folder.
    pub docker_config: Option<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// `PATH`: where credential helpers are looked for.
    pub path: Option<std::ffi::OsString>,
}

/// The credentials of one run.
pub struct Credentials {
    environment: Environment,
}

impl Credentials {
    /// Reads nothing yet: files and helpers are asked when a registry is.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }

    /// What is configured for `path` in `registry`, both normalised (`docker.io`, `library/nginx`).
    ///
    /// # Errors
    /// A file or helper that should know gave no usable answer.
    pub async fn of(&self, registry: &str, path: &str) -> Result<Credential, Unanswered> {
        let _ = (&self.environment, path);
        Err(Unanswered::new(
            format!("credentials for {registry}"),
            "this version of imagegate reads none",
        ))
    }
}
