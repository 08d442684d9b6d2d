//! What is wrong with a policy file, and what is only useless in it.

use crate::model::span::Span;

/// One error or one piece of advice about a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDiagnostic {
    /// The place in the policy's text, within one line.
    pub span: Span,
    /// The sentence that says what is wrong, such as ``unknown key `regsitries` ``.
    pub message: String,
    /// The words beside the marked text.
    pub label: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl PolicyDiagnostic {
    /// A diagnostic without help.
    pub fn new(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            label: label.into(),
            help: None,
        }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
