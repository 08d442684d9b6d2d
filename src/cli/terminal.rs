//! What the terminal can show: colours, links, width.

use std::env;
use std::io::{self, IsTerminal as _};

use super::args::ColorChoice;
use crate::report::Style;

/// Width of a report that goes to no terminal, in columns.
const DEFAULT_WIDTH: usize = 100;

/// Variables that terminals with OSC 8 hyperlinks set, with what the value begins with (empty: any).
const LINKING_TERMINALS: [(&str, &str); 14] = [
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
    ("VTE_VERSION", ""),
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
    let width = size.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    Style {
        color: color(choice, terminal),
        links: terminal && !is_dumb() && links(),
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

/// `--color` decides; then NO_COLOR (<https://no-color.org>), CLICOLOR_FORCE, `TERM=dumb`.
fn color(choice: ColorChoice, terminal: bool) -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if set("CLICOLOR_FORCE") => {
            env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
                || terminal && !is_dumb()
        }
        ColorChoice::Auto => terminal && !is_dumb(),
    }
}

fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

fn links() -> bool {
    LINKING_TERMINALS.iter().any(|(name, start)| {
        let Ok(value) = env::var(name) else {
            return false;
        };
        match *name {
            "VTE_VERSION" => value
                .parse()
                .is_ok_and(|version: u32| version >= FIRST_LINKING_VTE),
            _ => !value.is_empty() && value.starts_with(start),
        }
    })
}
