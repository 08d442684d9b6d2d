//! The rules by name. What each one says lives in `check`, its documentation in `docs/rules/`.

use std::fmt;

/// One of the rules, in the order in which they are listed everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// `restrict-image-registries`
    RestrictImageRegistries,
    /// `disallow-latest-tag`
    DisallowLatestTag,
    /// `verify-image-signatures`
    VerifyImageSignatures,
    /// `check-vulnerability-scan`
    CheckVulnerabilityScan,
    /// `invalid-image-reference`
    InvalidImageReference,
    /// `invalid-manifest`
    InvalidManifest,
    /// `unrendered-template`
    UnrenderedTemplate,
    /// `ambiguous-yaml`
    AmbiguousYaml,
    /// `unused-exception`
    UnusedException,
    /// `expired-exception`
    ExpiredException,
    /// `invalid-suppression`
    InvalidSuppression,
    /// `unreadable-input`
    UnreadableInput,
}

impl Rule {
    /// Every rule, in order.
    pub const ALL: [Self; 12] = [
        Self::RestrictImageRegistries,
        Self::DisallowLatestTag,
        Self::VerifyImageSignatures,
        Self::CheckVulnerabilityScan,
        Self::InvalidImageReference,
        Self::InvalidManifest,
        Self::UnrenderedTemplate,
        Self::AmbiguousYaml,
        Self::UnusedException,
        Self::ExpiredException,
        Self::InvalidSuppression,
        Self::UnreadableInput,
    ];

    /// The four that a policy file has to configure; the rest are input rules and on by default.
    pub const IMAGE_POLICIES: [Self; 4] = [
        Self::RestrictImageRegistries,
        Self::DisallowLatestTag,
        Self::VerifyImageSignatures,
        Self::CheckVulnerabilityScan,
    ];

    /// The identifier in policies, formats and file names.
    pub const fn id(self) -> &'static str {
        match self {
            Self::RestrictImageRegistries => "restrict-image-registries",
            Self::DisallowLatestTag => "disallow-latest-tag",
            Self::VerifyImageSignatures => "verify-image-signatures",
            Self::CheckVulnerabilityScan => "check-vulnerability-scan",
            Self::InvalidImageReference => "invalid-image-reference",
            Self::InvalidManifest => "invalid-manifest",
            Self::UnrenderedTemplate => "unrendered-template",
            Self::AmbiguousYaml => "ambiguous-yaml",
            Self::UnusedException => "unused-exception",
            Self::ExpiredException => "expired-exception",
            Self::InvalidSuppression => "invalid-suppression",
            Self::UnreadableInput => "unreadable-input",
        }
    }

    /// The rule with that identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
