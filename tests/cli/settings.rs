//! Flags, variables, and what the terminal can show.

use clap::{Arg, Command, CommandFactory as _};
use imagegate::cli::args::Arguments;

use crate::sandbox::{Sandbox, pod};

/// Options that turn findings off: they must be written where they are used.
const WITHOUT_VARIABLE: [&str; 3] = ["allow-empty", "exit-zero", "force"];

fn options(command: &Command, visit: &mut dyn FnMut(&str, &Arg)) {
    for argument in command.get_arguments() {
        if let Some(long) = argument.get_long().filter(|long| *long != "help") {
            visit(long, argument);
        }
    }
    for subcommand in command.get_subcommands() {
        options(subcommand, visit);
    }
}

#[test]
fn every_option_has_a_variable_unless_it_turns_findings_off() {
    options(&Arguments::command(), &mut |long, argument| {
        let variable = argument.get_env().map(|name| name.to_str().unwrap());
        assert_eq!(
            variable.is_none(),
            WITHOUT_VARIABLE.contains(&long),
            "--{long}"
        );
        if let Some(variable) = variable {
            let name = variable.strip_prefix("IMAGEGATE_").unwrap();
            let own = long.to_uppercase().replace('-', "_");
            let names = [
                own.clone(),
                format!("IMAGES_{own}"),
                format!("INSPECT_{own}"),
            ];
            assert!(names.iter().any(|own| own == name), "{variable}");
        }
    });
}

#[test]
fn a_variable_stands_for_its_option_and_the_option_outranks_it() {
    let sandbox = Sandbox::new()
        .file("pod.yaml", pod("nginx"))
        .variable("IMAGEGATE_FORMAT", "concise");
    let by_variable = sandbox.run(&["check"]);
    assert!(by_variable.stdout.starts_with("pod.yaml:8:12: "));
    let by_option = sandbox.run(&["check", "-f", "json"]);
    assert!(by_option.stdout.starts_with('{'));
}

#[test]
fn lines_of_a_variable_are_several_values() {
    let sandbox = Sandbox::new()
        .file("a.yaml", pod("nginx"))
        .file("b.yaml", pod("nginx"))
        .file("c.yaml", pod("nginx"))
        .variable("IMAGEGATE_FORMAT", "concise\nsarif=r.sarif\n")
        .variable("IMAGEGATE_EXCLUDE", "a.yaml\nb.yaml\n");
    let run = sandbox.run(&["check"]);
    assert!(run.stdout.starts_with("c.yaml:8:12: "), "{}", run.stdout);
    assert!(sandbox.read("r.sarif").contains("c.yaml"));
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let mut sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    options(&Arguments::command(), &mut |_, argument| {
        if let Some(name) = argument.get_env() {
            sandbox = std::mem::replace(&mut sandbox, Sandbox::new())
                .variable(name.to_str().unwrap(), "");
        }
    });
    let run = sandbox.run(&["check"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
}

#[test]
fn a_wrong_value_is_2() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx:1.27.3"));
    for arguments in [
        ["check", "--jobs", "0"],
        ["check", "--jobs", "4000000"],
        ["check", "--format", "xml"],
        ["check", "--fail-on", "nothing"],
        ["check", "--color", "blue"],
        ["check", "--namespace", ""],
        ["check", "--namespace", "Production-web"],
        ["check", "--namespace", "production-*"],
        ["check", "--exclude", "a[b"],
        ["check", "--timeout", "0s"],
        ["check", "--timeout", "90"],
        ["check", "--tag-ttl", "1.5h"],
        ["check", "--log", "loud"],
        ["inspect", "--offline", "NGINX"],
        ["inspect", "--timeout", "1s"],
        ["check", "--no-such", "option"],
        ["explain", "no-such-rule", ""],
    ] {
        assert_eq!(sandbox.run(&arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(sandbox.run(&[]).code, 2);
}

#[test]
fn help_and_version_are_0_and_on_standard_output() {
    let sandbox = Sandbox::new();
    for arguments in [
        ["--help", "check"],
        ["--version", "check"],
        ["check", "--help"],
    ] {
        let run = sandbox.run(&arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(run.stdout.contains("imagegate"), "{arguments:?}");
    }
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let colored = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
        for (name, value) in variables {
            sandbox = sandbox.variable(name, value);
        }
        let all: Vec<&str> = ["check"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        sandbox.run(&all).stdout.contains('\u{1b}')
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&[], &["--color", "always"]));
    assert!(colored(&[("IMAGEGATE_COLOR", "always")], &[]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color", "always"]));
}

#[test]
fn a_report_in_a_file_is_never_coloured() {
    let sandbox = Sandbox::new().file("pod.yaml", pod("nginx"));
    sandbox.run(&["check", "--color", "always", "-f", "text=r.txt"]);
    assert!(!sandbox.read("r.txt").contains('\u{1b}'));
}
