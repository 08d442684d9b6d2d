//! What is wrong with a policy file, and what is only useless in it.

use crate::model::span::Span;

/// One error or one piece of advice about a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDiagnostic {
    /// The place in the policy's text.
    pub span: Span,
    /// The sentence that says what is wrong, such as ``unknown key `regsitries` ``.
    pub message: String,
    /// The words beside the marked text.
    pub label: String,
    /// What to write instead.
    pub help: Option<String>,
}
