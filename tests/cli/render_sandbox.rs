//! What a tool that renders can reach: it runs what whoever wrote the repository wants.

use crate::verdict_render::with_tools;

/// What helm left in a file of the sandbox, by a script that writes it.
fn left(script: &str) -> String {
    let sandbox = with_tools(&[("helm", script)])
        .variable("HOME", "/home/somebody")
        .variable("HELM_PLUGINS", "/home/somebody/plugins")
        .variable("HELM_KUBETOKEN", "secret")
        .variable("AWS_SECRET_ACCESS_KEY", "secret")
        .variable("KUSTOMIZE_PLUGIN_HOME", "/home/somebody/kustomize");
    sandbox.check(&[".", "--render"]);
    sandbox.read("left")
}

#[test]
fn a_tool_gets_no_variable_and_no_folder_of_the_user() {
    let variables = left("/usr/bin/env >\"$here/left\"");
    assert!(!variables.contains("secret"), "{variables}");
    assert!(!variables.contains("/home/somebody"), "{variables}");
    assert!(variables.contains("\nHELM_PLUGINS="), "{variables}");
    assert!(
        variables.contains("HTTPS_PROXY=http://127.0.0.1:9"),
        "{variables}"
    );
}

#[test]
fn a_tool_finds_no_other_program() {
    let said = left("git version >\"$here/left\" 2>&1");
    assert!(said.contains("not found"), "{said}");
}

#[test]
fn helm_is_called_without_a_shell_a_schema_plug_ins_or_dns() {
    let sandbox = with_tools(&[("helm", r#"printf '%s\n' "$@" >"$here/left""#)]).file(
        "$(touch started)/Chart.yaml",
        "name: '; touch started'\nversion: 1.0.0\n",
    );
    sandbox.check(&["$(touch started)", "--render"]);
    let given = sandbox.read("left");
    let lines: Vec<&str> = given.lines().collect();
    assert_eq!(lines[..2], ["template", "release"], "{given}");
    assert!(lines.contains(&"--skip-schema-validation"), "{given}");
    for word in [
        "--enable-dns",
        "--post-renderer",
        "--dependency-update",
        "touch",
    ] {
        assert!(!given.contains(word), "{given}");
    }
}

#[test]
fn helm_works_on_a_copy_of_the_chart() {
    let script = "echo changed >\"$3/values.yaml\"; : >\"$here/left\"";
    let sandbox = with_tools(&[("helm", script)]);
    sandbox.check(&[".", "--render"]);
    assert!(sandbox.join("left").exists());
    assert!(sandbox.read("chart/values.yaml").contains("repository"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_tool_is_held_to_its_memory() {
    let limit = left("/bin/sleep 1; ulimit -v >\"$here/left\"");
    assert_eq!(limit.trim(), "4194304");
}

#[test]
#[cfg(target_os = "linux")]
fn a_tool_has_no_network_where_the_system_can_take_it_away() {
    let works = std::process::Command::new("/usr/bin/unshare")
        .args(["--user", "--map-root-user", "--net", "--", "/bin/true"])
        .status();
    if !works.is_ok_and(|status| status.success()) {
        return;
    }
    let sandbox = with_tools(&[("helm", "/bin/cat /proc/net/dev >\"$here/left\"")]);
    let path = format!("{}:/usr/bin", sandbox.join("bin").display());
    let sandbox = sandbox.variable("PATH", &path);
    sandbox.check(&[".", "--render"]);
    let devices = sandbox.read("left");
    let devices = devices
        .lines()
        .skip(2)
        .map(|line| line.trim().split(':').next().unwrap());
    let others: Vec<&str> = devices.filter(|name| *name != "lo").collect();
    let made_by_kernel = [
        "tunl0", "sit0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "ip6gre0",
    ];
    assert!(
        others.iter().all(|name| made_by_kernel.contains(name)),
        "{others:?}"
    );
}

#[test]
fn kustomize_is_called_without_plug_ins_charts_or_functions() {
    let sandbox = with_tools(&[("kustomize", r#"printf '%s\n' "$@" >"$here/left""#)])
        .file("k8s/kustomization.yaml", "resources: []\n");
    sandbox.check(&["k8s", "--render"]);
    let given = sandbox.read("left");
    let options: Vec<&str> = given.lines().filter(|word| word.starts_with('-')).collect();
    assert_eq!(options, ["--load-restrictor"], "{given}");
    assert!(given.contains("\nLoadRestrictionsRootOnly\n"), "{given}");
}
