//! Why a tool rendered nothing, as a sentence with its own last lines.

use std::time::Duration;

use crate::programs::{Ending, LastLines, said};

/// Why there is no output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The tool is not there, or is no program.
    Missing,
    /// It could not be started, or its output not be read.
    Run(String),
    /// It took too long.
    TooSlow(Duration, LastLines),
    /// It printed more bytes than these.
    TooMuch(u64),
    /// It ended otherwise than with exit code 0.
    Ended(Ending, LastLines),
    /// What it printed is no text.
    NoText,
    /// The run was stopped, with the reason.
    Stopped(String),
    /// It was not run, with the reason.
    Refused(String),
}

impl Failure {
    /// What happened, and what it said.
    pub fn sentence(&self, tool: &str) -> String {
        match self {
            Self::Missing => format!("`{tool}` is no program in an absolute folder of PATH"),
            Self::Run(error) => format!("`{tool}` could not be run: {error}"),
            Self::TooSlow(limit, lines) => format!(
                "`{tool}` did not end within {} s and was stopped{}",
                limit.as_secs_f64(),
                said(last(lines))
            ),
            Self::TooMuch(limit) => {
                format!("`{tool}` printed more than {limit} bytes and was stopped")
            }
            Self::Ended(_, lines) if is_trace(lines) => {
                format!("`{tool}` crashed, as happens when the memory that it may take runs out")
            }
            Self::Ended(ending, lines) => {
                let ending = ending.to_string();
                let ending = ending.strip_prefix("it ").unwrap_or(&ending);
                format!("`{tool}` {ending}{}", said(last(lines)))
            }
            Self::NoText => format!("what `{tool}` printed is not UTF-8"),
            Self::Stopped(reason) => format!("`{tool}` was not heard to its end: {reason}"),
            Self::Refused(reason) => format!("`{tool}` was not run: {reason}"),
        }
    }

    /// What to do about it.
    pub fn help(&self, tool: &str) -> String {
        let Self::Ended(_, lines) = self else {
            return match self {
                Self::Missing => format!(
                    "install {tool}, or take the entry out of `render` (without --render no tool runs)"
                ),
                _ => format!(
                    "run `{tool}` by hand and check what it prints: `… | imagegate check -`"
                ),
            };
        };
        let text = lines.join("\n");
        if text.contains("unknown flag") {
            return format!("`{tool}` is too old: helm 3.16 and kustomize 5 know the options");
        }
        if text.contains("missing in charts/ directory") {
            return "`helm dependency build` fetches what the chart depends on; nothing is fetched here"
                .to_owned();
        }
        format!(
            "run `{tool}` by hand to see more, or name the values that it needs in `render.helm.values`"
        )
    }
}

/// Whether a program of Go ended with its stack, of which the last lines say nothing.
fn is_trace(lines: &[String]) -> bool {
    let is_frame = |line: &String| line.contains(".go:") && line.contains(" +0x");
    lines.iter().any(is_frame)
}

/// The last line says what is wrong, but for one that only says how to see more.
fn last(lines: &[String]) -> &[String] {
    let is_advice = |line: &String| line.starts_with("Use --debug");
    let end = lines.iter().rposition(|line| !is_advice(line));
    end.and_then(|end| lines.get(end..=end)).unwrap_or_default()
}
