//! The program from the outside: arguments, files and standard input in; exit code, report and messages
//! out. Every run gets an empty folder and an empty environment.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[cfg(target_os = "linux")]
#[path = "cli/amplifiers.rs"]
mod amplifiers;
#[path = "cli/attested.rs"]
mod attested;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/generated.rs"]
mod generated;
#[path = "cli/hooks.rs"]
mod hooks;
#[path = "cli/inputs.rs"]
mod inputs;
#[path = "cli/inspect.rs"]
mod inspect;
#[cfg(unix)]
#[path = "cli/interrupt.rs"]
mod interrupt;
#[path = "cli/outages.rs"]
mod outages;
#[path = "cli/outputs.rs"]
mod outputs;
#[path = "cli/policy_file.rs"]
mod policy_file;
#[path = "cli/readme.rs"]
mod readme;
#[path = "support/registry/mod.rs"]
mod registry;
#[cfg(unix)]
#[path = "cli/render_sandbox.rs"]
mod render_sandbox;
#[path = "cli/sandbox.rs"]
mod sandbox;
#[path = "cli/scans.rs"]
mod scans;
#[path = "cli/security_page.rs"]
mod security_page;
#[path = "cli/settings.rs"]
mod settings;
#[path = "cli/verdict_formats.rs"]
mod verdict_formats;
#[path = "cli/verdict_gitops.rs"]
mod verdict_gitops;
#[path = "cli/verdict_identity.rs"]
mod verdict_identity;
#[path = "cli/verdict_inputs.rs"]
mod verdict_inputs;
#[path = "cli/verdict_kustomize.rs"]
mod verdict_kustomize;
#[path = "cli/verdict_neighbours.rs"]
mod verdict_neighbours;
#[path = "cli/verdict_network.rs"]
mod verdict_network;
#[path = "cli/verdict_page.rs"]
mod verdict_page;
#[cfg(unix)]
#[path = "cli/verdict_render.rs"]
mod verdict_render;
#[path = "cli/verdict_scans.rs"]
mod verdict_scans;
#[path = "cli/verdict_signatures.rs"]
mod verdict_signatures;
#[path = "cli/verdict_signers.rs"]
mod verdict_signers;
#[path = "cli/verdict_sources.rs"]
mod verdict_sources;
#[path = "cli/verdict_strict.rs"]
mod verdict_strict;
#[path = "cli/verdict_suppressions.rs"]
mod verdict_suppressions;
#[path = "cli/verdict_table.rs"]
mod verdict_table;
#[path = "cli/verdict_templates.rs"]
mod verdict_templates;
#[path = "cli/verdict_unlisted.rs"]
mod verdict_unlisted;
#[path = "cli/verdict_values.rs"]
mod verdict_values;
