//! Objects that hold images without deploying them: schemas, and policies whose images are patterns. What
//! policies deploy all the same is found in [`super::engines`].
//!
//! By API group, not by kind: `Policy` is a kind of kyverno.io, and one of open-cluster-management.io
//! that deploys what it holds.

/// The groups; `*.` in front stands for any labels before.
const GROUPS: [&str; 6] = [
    "apiextensions.k8s.io",
    "admissionregistration.k8s.io",
    "kyverno.io",
    "policies.kyverno.io",
    "*.gatekeeper.sh",
    "policy.sigstore.dev",
];

/// Whether objects of the API group hold schemas and patterns only.
pub(super) fn is_not_deployed(group: &str) -> bool {
    GROUPS.iter().any(|pattern| group_matches(pattern, group))
}

/// Whether the group is the one of the pattern, or for `*.example.com` one below it.
pub(super) fn group_matches(pattern: &str, group: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => group.len() > suffix.len() && group.ends_with(suffix),
        None => pattern == group,
    }
}
