//! Where a run looks for credentials: the variables that podman, skopeo, cosign and docker read.

use std::ffi::OsString;
use std::path::PathBuf;

use super::Secret;
use crate::gather::environment::{home, variable};

/// The variable that holds what docker's file would.
const DOCKER_AUTH_CONFIG: &str = "DOCKER_AUTH_CONFIG";

/// The part of the environment that says where credentials are. A variable that is empty counts as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `REGISTRY_AUTH_FILE`.
    pub registry_auth_file: Option<PathBuf>,
    /// `DOCKER_AUTH_CONFIG`: what a file of docker would hold, as GitLab hands it to jobs.
    pub docker_auth_config: Option<Secret>,
    /// `DOCKER_CONFIG`: a folder.
    pub docker_config: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_folder: Option<PathBuf>,
    /// The folder that podman uses when `XDG_RUNTIME_DIR` is not set: `/run/containers/UID`.
    pub system_folder: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`.
    pub config_folder: Option<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// `PATH`: where credential helpers are looked for.
    pub path: Option<OsString>,
}

/// A file that may hold credentials, or a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The file; of a variable its name.
    pub path: PathBuf,
    /// What the variable holds.
    pub content: Option<Secret>,
    /// Whether it was named, so that its absence is an error.
    pub named: bool,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        let folder = |name: &str| variable(name).map(PathBuf::from);
        Self {
            registry_auth_file: folder("REGISTRY_AUTH_FILE"),
            docker_auth_config: variable(DOCKER_AUTH_CONFIG)
                .map(|text| Secret::new(text.to_string_lossy().into_owned())),
            docker_config: folder("DOCKER_CONFIG"),
            runtime_folder: folder("XDG_RUNTIME_DIR"),
            system_folder: system_folder(),
            config_folder: folder("XDG_CONFIG_HOME"),
            home: home(),
            path: variable("PATH"),
        }
    }

    /// The files to look into, in this order.
    ///
    /// A variable that names a file or folder makes it the only one, as in podman and skopeo
    /// (`GetDefaultAuthFile` of containers/common). Else theirs come before docker's
    /// (containers-auth.json(5)). The variable with a file's content comes before files that nobody named, as
    /// in docker.
    pub(super) fn places(&self) -> Vec<Place> {
        if let Some(path) = &self.registry_auth_file {
            let path = path.clone();
            return vec![Place {
                path,
                content: None,
                named: true,
            }];
        }
        let found = if let Some(folder) = &self.docker_config {
            vec![folder.join("config.json")]
        } else {
            let runtime = self.runtime_folder.as_ref();
            let runtime = runtime.map(|folder| folder.join("containers/auth.json"));
            let system = self.system_folder.as_ref();
            let system = system.map(|folder| folder.join("auth.json"));
            let home = self.home.as_ref();
            let config = self.config_folder.clone();
            let config = config.or_else(|| home.map(|home| home.join(".config")));
            let podman = config.map(|folder| folder.join("containers/auth.json"));
            let docker = home.map(|home| home.join(".docker/config.json"));
            [runtime.or(system), podman, docker]
                .into_iter()
                .flatten()
                .collect()
        };
        let place = |path, content| Place {
            path,
            content,
            named: false,
        };
        let variable = self.docker_auth_config.clone();
        let variable = variable.map(|text| place(DOCKER_AUTH_CONFIG.into(), Some(text)));
        let files = found.into_iter().map(|path| place(path, None));
        variable.into_iter().chain(files).collect()
    }
}

/// `/run/containers/UID`. The owner of `/proc/self` is the user of this process.
#[cfg(target_os = "linux")]
fn system_folder() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;
    let user = std::fs::metadata("/proc/self").ok()?.uid();
    Some(PathBuf::from(format!("/run/containers/{user}")))
}

/// podman has none elsewhere.
#[cfg(not(target_os = "linux"))]
fn system_folder() -> Option<PathBuf> {
    None
}
