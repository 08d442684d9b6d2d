//! `imagegate man`: one manual page with every command.

use std::io::{self, Write};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::args::Arguments;
use super::error::CliError;
use super::exit_code::Verdict;
use super::output::to_stdout;

/// The sections that no command describes, in roff.
const CLOSING_SECTIONS: &str = include_str!("manual_closing.roff");

/// Prints the page.
pub fn run() -> Result<Verdict, CliError> {
    to_stdout(|out| page(out))?;
    Ok(Verdict::Clean)
}

fn page(out: &mut dyn Write) -> io::Result<()> {
    let mut command = Arguments::command();
    command.build();
    let mut out = out;
    let man = Man::new(command.clone()).date("").manual("imagegate");
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    writeln!(out, ".SH COMMANDS")?;
    commands(&command, &mut out)?;
    out.write_all(CLOSING_SECTIONS.as_bytes())
}

/// One subsection for each command that can be run, however deep it stands.
fn commands(parent: &Command, out: &mut dyn Write) -> io::Result<()> {
    for command in parent
        .get_subcommands()
        .filter(|it| it.get_name() != "help")
    {
        if command.has_subcommands() {
            commands(command, out)?;
            continue;
        }
        let name = command.get_bin_name().unwrap_or(command.get_name());
        writeln!(out, ".SS \"{name}\"")?;
        let man = Man::new(command.clone());
        let mut section = Vec::new();
        man.render_description_section(&mut section)?;
        man.render_synopsis_section(&mut section)?;
        man.render_options_section(&mut section)?;
        // Headings of a page of its own become nothing: the subsection has one already.
        for line in String::from_utf8_lossy(&section).lines() {
            if !line.starts_with(".SH") {
                writeln!(out, "{line}")?;
            } else if !line.ends_with("DESCRIPTION") {
                writeln!(out, ".PP")?;
            }
        }
    }
    Ok(())
}
