//! What is useless in a policy that is valid: entries that no image can match, entries that an earlier
//! or later one makes pointless, and settings that take the protection away.

use super::error::PolicyDiagnostic;
use super::settings::Policy;

/// Advice about a policy, in the order of its text.
pub fn lint(_policy: &Policy) -> Vec<PolicyDiagnostic> {
    Vec::new()
}
