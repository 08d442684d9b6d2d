//! The scanners that can be run, and what they are called with.

use std::ffi::OsString;
use std::path::Path;

/// A scanner. Its report is told by what is in it (`scans::format`), not by who printed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scanner {
    /// Trivy.
    Trivy,
    /// Grype.
    Grype,
}

/// For `trivy image` (`docs/references/configuration/cli/trivy_image.md` of aquasecurity/trivy).
///
/// Every severity, with and without a fix: the policy says what counts, and a `TRIVY_SEVERITY` that was set
/// for another step must not hide the rest. All packages: without them a report on an image that has no
/// vulnerability cannot be told from one where nothing was looked for.
const TRIVY: &[&str] = &[
    "--quiet",
    "--format=json",
    "--scanners=vuln",
    "--image-src=remote",
    "--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL",
    "--ignore-unfixed=false",
    "--list-all-pkgs",
    "--",
];

/// For `grype` (`cmd/grype/cli/options/grype.go` of anchore/grype). The filters are switched off for the
/// reason that holds for Trivy. Not `--quiet`: it silences why a run failed, too.
const GRYPE: &[&str] = &[
    "--output=json",
    "--only-fixed=false",
    "--only-notfixed=false",
    "--",
];

impl Scanner {
    /// The scanner that a policy calls so.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "trivy" => Some(Self::Trivy),
            "grype" => Some(Self::Grype),
            _ => None,
        }
    }

    /// The name of its program, and in a policy.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Trivy => "trivy",
            Self::Grype => "grype",
        }
    }

    /// What it is called with to scan `target`, a name with a digest, in its registry.
    pub fn arguments(self, target: &str) -> Vec<String> {
        let (fixed, scheme) = match self {
            Self::Trivy => (TRIVY, ""),
            Self::Grype => (GRYPE, "registry:"),
        };
        let fixed = fixed.iter().copied().map(str::to_owned);
        fixed.chain([format!("{scheme}{target}")]).collect()
    }

    /// What stands before them so that it finds nothing of the user's that changes what it finds: `empty` is
    /// a folder without files, `no_settings` a file without text.
    pub fn without_settings(self, empty: &Path, no_settings: &Path) -> [OsString; 2] {
        match self {
            // A module may remove a vulnerability (Trivy "Modules").
            Self::Trivy => ["--module-dir".into(), empty.into()],
            // Where a file is named, no other is looked for (`findConfigurationFiles` of anchore/fangs).
            Self::Grype => ["--config".into(), no_settings.into()],
        }
    }
}
