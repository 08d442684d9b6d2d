//! What is wrong with a policy file, for a person: every error with its lines.

use std::io::{self, Write};

use super::block::Block;
use super::snippet::Snippets;
use crate::model::source::SourceText;
use crate::model::summary::count;
use crate::policy::error::PolicyDiagnostic;
use crate::report::Style;
use crate::report::escape::terminal;
use crate::report::reasons::counted;
use crate::report::tone::Tone;

/// Writes `diagnostics` as errors or as warnings, and a last line that counts them.
pub(in crate::report) fn write(
    text: &SourceText,
    diagnostics: &[PolicyDiagnostic],
    tone: Tone,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let word = tone.word();
    let snippets = Snippets::new(style);
    for diagnostic in diagnostics {
        let location = text.location(diagnostic.span);
        let block = Block {
            tone,
            rule: None,
            message: &diagnostic.message,
            source: &text.excerpt(&[location]),
            location: Some(location),
            label: &diagnostic.label,
            help: diagnostic.help.as_deref(),
            images: Vec::new(),
            lines: &[],
            note: None,
        };
        writeln!(out, "{}", block.layout(style, &snippets))?;
    }
    let number = count(diagnostics.len());
    writeln!(
        out,
        "{} in {}",
        counted(number, word, &format!("{word}s")),
        terminal(text.path())
    )
}
