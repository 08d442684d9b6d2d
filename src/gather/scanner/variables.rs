//! The variables that a scanner gets: all of the user's but those that change what it finds or prints.
//!
//! Every option of Trivy is also a variable `TRIVY_…` (`pkg/flag/options.go` of aquasecurity/trivy), every
//! setting of Grype one `GRYPE_…` (`load.go` of anchore/fangs, whose `AutomaticEnv` reads them). New ones
//! come with each version, so what is kept is listed, and not what is removed:
//!
//! | what filters | Trivy | Grype |
//! |---|---|---|
//! | configuration file | `trivy.yaml` of the folder, `TRIVY_CONFIG` | `.grype.yaml`, `.grype/config.yaml`, those below the home folder and the XDG folders, `GRYPE_CONFIG`, `GRYPE_PROFILE` |
//! | ignore rules | `.trivyignore` of the folder, `TRIVY_IGNOREFILE`, `TRIVY_IGNORE_POLICY` | `ignore` of the file |
//! | VEX | `TRIVY_VEX` | `GRYPE_VEX_DOCUMENTS`, `GRYPE_VEX_ADD` |
//! | statuses, fixes | `TRIVY_IGNORE_STATUS`, `TRIVY_IGNORE_UNFIXED` | `GRYPE_IGNORE_WONTFIX`, `GRYPE_ONLY_FIXED`, `GRYPE_ONLY_NOTFIXED` |
//! | severities | `TRIVY_SEVERITY`, `TRIVY_VULN_SEVERITY_SOURCE` | none |
//! | packages and paths | `TRIVY_PKG_TYPES`, `TRIVY_VULN_TYPE`, `TRIVY_PKG_RELATIONSHIPS`, `TRIVY_SKIP_DIRS`, `TRIVY_SKIP_FILES` | `GRYPE_EXCLUDE`, `GRYPE_SEARCH_…`, `GRYPE_MATCH_…` |
//! | another image | `TRIVY_PLATFORM`, `TRIVY_INPUT`, `TRIVY_IMAGE_SRC` | `GRYPE_PLATFORM`, `GRYPE_FROM`, `GRYPE_DISTRO` |
//! | code of its own | modules in `~/.trivy/modules`, `TRIVY_MODULE_DIR` | none |
//! | another report | `TRIVY_FORMAT`, `TRIVY_OUTPUT`, `TRIVY_TEMPLATE`, `TRIVY_REPORT`, `TRIVY_COMPLIANCE` | `GRYPE_OUTPUT`, `GRYPE_FILE`, `GRYPE_TIMESTAMP` |
//!
//! Files in the folder are not found, since a scanner works in an empty one. Grype reads no other
//! configuration file where one is named ([`super::command`]), and Trivy's modules are looked for in an
//! empty folder.
#![expect(
    clippy::disallowed_methods,
    reason = "what a scanner inherits is the environment of this process"
)]

use std::env;
use std::ffi::OsString;

use super::command::Scanner;

/// The variables of one scanner.
struct Own {
    /// How all of them begin.
    prefix: &'static str,
    /// Those that stay: how it reaches databases, caches and registries. With `_` at the end it stands for
    /// all that begin so.
    kept: &'static [&'static str],
}

const TRIVY: Own = Own {
    prefix: "TRIVY_",
    kept: &[
        "TRIVY_AUTH_URL",
        "TRIVY_CACERT",
        "TRIVY_CACHE_",
        "TRIVY_CUSTOM_HEADERS",
        "TRIVY_DB_REPOSITORY",
        "TRIVY_DISABLE_TELEMETRY",
        "TRIVY_INSECURE",
        "TRIVY_JAVA_DB_REPOSITORY",
        "TRIVY_MAX_IMAGE_SIZE",
        "TRIVY_NON_SSL",
        "TRIVY_OFFLINE_SCAN",
        "TRIVY_PARALLEL",
        "TRIVY_PASSWORD",
        "TRIVY_REDIS_",
        "TRIVY_REGISTRY_TOKEN",
        "TRIVY_SERVER",
        "TRIVY_SKIP_DB_UPDATE",
        "TRIVY_SKIP_JAVA_DB_UPDATE",
        "TRIVY_SKIP_VERSION_CHECK",
        "TRIVY_TIMEOUT",
        "TRIVY_TOKEN",
        "TRIVY_TOKEN_HEADER",
        "TRIVY_USERNAME",
    ],
};

const GRYPE: Own = Own {
    prefix: "GRYPE_",
    kept: &["GRYPE_CHECK_FOR_APP_UPDATE", "GRYPE_DB_", "GRYPE_REGISTRY_"],
};

/// The variables of this process that a scanner does not get.
pub fn withheld(scanner: Scanner) -> Vec<OsString> {
    let own = match scanner {
        Scanner::Trivy => TRIVY,
        Scanner::Grype => GRYPE,
    };
    let names = env::vars_os().map(|(name, _)| name);
    names
        .filter(|name| own.withholds(&name.to_string_lossy()))
        .collect()
}

impl Own {
    /// Systems differ in whether the case of a name counts.
    fn withholds(&self, name: &str) -> bool {
        let name = name.to_ascii_uppercase();
        let is_kept = |kept: &&str| match kept.ends_with('_') {
            true => name.starts_with(kept),
            false => name == *kept,
        };
        name.starts_with(self.prefix) && !self.kept.iter().any(is_kept)
    }
}
