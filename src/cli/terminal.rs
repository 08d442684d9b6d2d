//! What the terminal can show: colours, links, width.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};

use super::args::ColorChoice;
use crate::report::Style;

/// Width of a report that goes to no terminal, in columns.
const DEFAULT_WIDTH: usize = 100;

/// Variables that terminals with OSC 8 hyperlinks set, with what the value begins with (empty: any).
const LINKING_TERMINALS: [(&str, &str); 13] = [
    ("TERM_PROGRAM", "iTerm"),
    ("TERM_PROGRAM", "WezTerm"),
    ("TERM_PROGRAM", "vscode"),
    ("TERM_PROGRAM", "ghostty"),
    ("TERM_PROGRAM", "Hyper"),
    ("TERM", "xterm-kitty"),
    ("TERM", "xterm-ghostty"),
    ("TERM", "alacritty"),
    ("TERM", "foot"),
    ("WT_SESSION", ""),
    ("KONSOLE_VERSION", ""),
    ("DOMTERM", ""),
    ("KITTY_WINDOW_ID", ""),
];

/// First version of VTE (GNOME Terminal and others) whose hyperlinks are sound, as it writes itself.
const FIRST_LINKING_VTE: u32 = 5000;

/// A standard stream that a person may be looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How to write to `stream`.
pub fn style(stream: Stream, choice: ColorChoice, show_suppressed: bool) -> Style {
    let (terminal, size) = match stream {
        Stream::Stdout => (
            io::stdout().is_terminal(),
            terminal_size::terminal_size_of(io::stdout()),
        ),
        Stream::Stderr => (
            io::stderr().is_terminal(),
            terminal_size::terminal_size_of(io::stderr()),
        ),
    };
    let variable = |name: &str| env::var_os(name);
    let width = size.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    Style {
        color: color(choice, terminal, &variable),
        links: terminal && links(&variable),
        width: if terminal { width } else { DEFAULT_WIDTH },
        show_suppressed,
    }
}

/// How to write to a file.
pub const fn file_style(show_suppressed: bool) -> Style {
    Style {
        color: false,
        links: false,
        width: DEFAULT_WIDTH,
        show_suppressed,
    }
}

/// The value of an environment variable.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// `--color` decides; then NO_COLOR (<https://no-color.org>), CLICOLOR_FORCE
/// (<https://bixense.com/clicolors>), `TERM=dumb`.
fn color(choice: ColorChoice, terminal: bool, variable: Variable<'_>) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let set = |name| variable(name).filter(|value| !value.is_empty());
            let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
            set("NO_COLOR").is_none() && (forced || terminal && !is_dumb(variable))
        }
    }
}

/// Whether the terminal can do nothing but print.
pub fn is_dumb(variable: Variable<'_>) -> bool {
    variable("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the terminal is one that is known to show OSC 8 hyperlinks; others may print them as text.
fn links(variable: Variable<'_>) -> bool {
    let known = LINKING_TERMINALS.iter().any(|(name, start)| {
        let value = variable(name).and_then(|value| value.into_string().ok());
        value.is_some_and(|value| !value.is_empty() && value.starts_with(start))
    });
    let vte = variable("VTE_VERSION").and_then(|value| value.to_str()?.parse::<u32>().ok());
    let known = known || vte.is_some_and(|version| version >= FIRST_LINKING_VTE);
    known && !is_dumb(variable)
}

#[cfg(test)]
mod tests {
    use super::{color, links};
    use crate::cli::args::ColorChoice;
    use std::ffi::OsString;

    fn with<T>(variables: &[(&str, &str)], ask: impl Fn(super::Variable<'_>) -> T) -> T {
        ask(&|name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn colours_are_for_terminals_that_are_not_dumb() {
        let auto = |variables: &[(&str, &str)]| {
            with(variables, |variable| {
                color(ColorChoice::Auto, true, variable)
            })
        };
        assert!(auto(&[("TERM", "xterm-256color")]));
        assert!(!auto(&[("TERM", "dumb")]));
        assert!(!auto(&[("NO_COLOR", "1")]));
        assert!(auto(&[("NO_COLOR", "")]));
        assert!(auto(&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")]));
    }

    #[test]
    fn links_are_for_terminals_that_are_known_to_show_them() {
        for (name, value, wanted) in [
            ("TERM", "xterm-kitty", true),
            ("TERM", "xterm-256color", false),
            ("TERM_PROGRAM", "vscode", true),
            ("TERM_PROGRAM", "Apple_Terminal", false),
            ("WT_SESSION", "c1f5", true),
            ("WT_SESSION", "", false),
            ("VTE_VERSION", "6800", true),
            ("VTE_VERSION", "4999", false),
        ] {
            assert_eq!(with(&[(name, value)], links), wanted, "{name}={value}");
        }
        assert!(!with(&[("WT_SESSION", "c1f5"), ("TERM", "dumb")], links));
    }
}
