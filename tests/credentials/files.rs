//! Files of credentials: which is read, which entry counts, what is wrong with one.

use std::fs;
use std::path::Path;

use imagegate::gather::credentials::{Credential, Environment, Secret};
use tempfile::TempDir;

#[cfg(unix)]
use super::without_waiting;
use super::{ask, told};

/// An environment in which `text` is the file that docker reads.
fn docker_file(text: &str) -> (TempDir, Environment) {
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join(".docker/config.json"), text);
    let environment = Environment {
        home: Some(home.path().to_owned()),
        ..Environment::default()
    };
    (home, environment)
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A file in which `name` logs in to example.com.
fn login(name: &str) -> String {
    format!(r#"{{"auths": {{"example.com": {{"username": "{name}", "password": "p"}}}}}}"#)
}

// `user:secret` and `other:word` in base64.
const USER: &str = r#"{"auth": "dXNlcjpzZWNyZXQ="}"#;
const OTHER: &str = r#"{"auth": "b3RoZXI6d29yZA=="}"#;

/// Entries of `auths`, what is asked for, what is found.
const LOOKUPS: &[(&str, &str, &str)] = &[
    // Hosts.
    (r#""example.com": USER"#, "example.com/app", "user:secret"),
    (r#""example.com": USER"#, "other.example/app", "anonymous"),
    (
        r#""example.com": USER"#,
        "example.com:5000/app",
        "anonymous",
    ),
    (
        r#""example.com:5000": USER"#,
        "example.com:5000/app",
        "user:secret",
    ),
    (
        r#""example.com:5000": USER"#,
        "example.com/app",
        "anonymous",
    ),
    (r#""sub.example.com": USER"#, "example.com/app", "anonymous"),
    (r#""[::1]:5000": USER"#, "[::1]:5000/app", "user:secret"),
    // Addresses of an API stand for their host.
    (
        r#""https://example.com": USER"#,
        "example.com/app",
        "user:secret",
    ),
    (
        r#""https://example.com/v1/": USER"#,
        "example.com/app",
        "user:secret",
    ),
    (
        r#""http://example.com/v2": USER"#,
        "example.com/app",
        "user:secret",
    ),
    (
        r#""example.com/v2/": USER"#,
        "example.com/app",
        "user:secret",
    ),
    (r#""example.com/": USER"#, "example.com/app", "user:secret"),
    // Namespaces: whole segments, the longest first, and for nothing beside them.
    (
        r#""example.com/acme": USER"#,
        "example.com/acme/app",
        "user:secret",
    ),
    (
        r#""example.com/acme": USER"#,
        "example.com/acme",
        "user:secret",
    ),
    (
        r#""example.com/acme": USER"#,
        "example.com/acme-evil/app",
        "anonymous",
    ),
    (
        r#""example.com/acme": USER"#,
        "example.com/other/app",
        "anonymous",
    ),
    (
        r#""example.com/acme/app": USER"#,
        "example.com/acme",
        "anonymous",
    ),
    (
        r#""example.com": OTHER, "example.com/acme": USER"#,
        "example.com/acme/app",
        "user:secret",
    ),
    (
        r#""example.com/acme/app": USER, "example.com/acme": OTHER"#,
        "example.com/acme/app",
        "user:secret",
    ),
    (
        r#""example.com/acme/app": USER, "example.com/acme": OTHER"#,
        "example.com/acme/b",
        "other:word",
    ),
    (
        r#""example.com/acme": {}, "example.com": USER"#,
        "example.com/acme/app",
        "user:secret",
    ),
    (
        r#""example.com": USER, "https://example.com": OTHER"#,
        "example.com/app",
        "user:secret",
    ),
    // Docker Hub has four names.
    (
        r#""https://index.docker.io/v1/": USER"#,
        "docker.io/library/nginx",
        "user:secret",
    ),
    (
        r#""docker.io": USER"#,
        "docker.io/library/nginx",
        "user:secret",
    ),
    (
        r#""index.docker.io": USER"#,
        "docker.io/library/nginx",
        "user:secret",
    ),
    (
        r#""https://registry-1.docker.io": USER"#,
        "docker.io/library/nginx",
        "user:secret",
    ),
    (
        r#""docker.io/acme": USER"#,
        "docker.io/acme/app",
        "user:secret",
    ),
    (
        r#""docker.io/acme": USER"#,
        "docker.io/library/nginx",
        "anonymous",
    ),
    (
        r#""hub.docker.com": USER"#,
        "docker.io/library/nginx",
        "anonymous",
    ),
    // Fields of an entry.
    (
        r#""example.com": {"auth": "dXNlcjpzZWNyZXQ"}"#,
        "example.com/app",
        "user:secret",
    ),
    (
        r#""example.com": {"auth": "dXNlcjpzOmVjOnJldA=="}"#,
        "example.com/app",
        "user:s:ec:ret",
    ),
    (
        r#""example.com": {"auth": "dXNlcjo="}"#,
        "example.com/app",
        "user:",
    ),
    (
        r#""example.com": {"auth": "dXNlcjpzZWNyZXQAAA=="}"#,
        "example.com/app",
        "user:secret",
    ),
    (
        r#""example.com": {"username": "u", "password": "p:w"}"#,
        "example.com/app",
        "u:p:w",
    ),
    (
        r#""example.com": {"auth": "dXNlcjpzZWNyZXQ=", "username": "u", "password": "p"}"#,
        "example.com/app",
        "user:secret",
    ),
    (
        r#""example.com": {"auth": "dXNlcjo=", "identitytoken": "idt"}"#,
        "example.com/app",
        "identity idt",
    ),
    (
        r#""example.com": {"identitytoken": "idt", "registrytoken": "rt"}"#,
        "example.com/app",
        "bearer rt",
    ),
    (
        r#""example.com": {"auth": "", "username": "", "email": "a@b"}"#,
        "example.com/app",
        "anonymous",
    ),
    (
        r#""example.com": {"auth": null}"#,
        "example.com/app",
        "anonymous",
    ),
    (r#""example.com": null"#, "example.com/app", "anonymous"),
    (r#""example.com": {}"#, "example.com/app", "anonymous"),
];

#[test]
fn the_entry_that_names_the_most_of_a_repository_counts() {
    for (auths, repository, wanted) in LOOKUPS {
        let auths = auths.replace(": USER", &format!(": {USER}"));
        let auths = auths.replace(": OTHER", &format!(": {OTHER}"));
        let (_home, environment) = docker_file(&format!(r#"{{"auths": {{{auths}}}}}"#));
        let (registry, path) = repository.split_once('/').unwrap();
        let found = ask(&environment, registry, path).expect(&auths);
        assert_eq!(told(&found), *wanted, "{auths} for {repository}");
    }
}

#[test]
fn an_entry_that_cannot_be_understood_is_not_anonymous() {
    for (entry, wanted) in [
        (r#"{"auth": "***secret***"}"#, "`auth`"),
        (r#"{"auth": "c2VjcmV0"}"#, "`auth`"),
        (r#"{"auth": "OnNlY3JldA=="}"#, "`auth`"),
        (r#"{"auth": "//79"}"#, "`auth`"),
        (
            r#"{"username": "a:secret", "password": "secret"}"#,
            "`username`",
        ),
        (r#"{"password": "secret"}"#, "`username`"),
        (r#"{"registrytoken": "sec\nret"}"#, "`registrytoken`"),
    ] {
        let (_home, environment) =
            docker_file(&format!(r#"{{"auths": {{"example.com": {entry}}}}}"#));
        let error = ask(&environment, "example.com", "app").unwrap_err();
        assert!(error.answer.contains(wanted), "{entry}: {error}");
        assert!(error.asked.contains("example.com"), "{entry}: {error}");
        let said = format!("{error} {error:?}");
        assert!(
            !said.contains("secret") && !said.contains("c2VjcmV0"),
            "{entry}: {said}"
        );
    }
}

#[test]
fn a_broken_entry_of_another_registry_is_not_in_the_way() {
    let text =
        format!(r#"{{"auths": {{"broken.example": {{"auth": "*"}}, "example.com": {USER}}}}}"#);
    let (_home, environment) = docker_file(&text);
    let found = ask(&environment, "example.com", "app").unwrap();
    assert_eq!(told(&found), "user:secret");
}

#[test]
fn a_malformed_file_is_named_with_line_and_column_and_without_content() {
    for (text, place) in [
        (
            "{\n  \"auths\": {\n    \"example.com\": { \"auth\": \"topsecret\" \n",
            "cut short",
        ),
        (
            "{\"auths\": {\"example.com\": \"topsecret\"}}",
            "line 1, column 37",
        ),
        ("{\"auths\": [\"topsecret\"]}", "line 1, column 10"),
        ("{\"auths\": {\"example.com\": [\"topsecret\"]}}", "line 1"),
        ("[{\"example.com\": {\"auth\": \"topsecret\"}}]", "line 1"),
        (
            "{\"auths\": {\"example.com\": {\"auth\": {\"topsecret\": 1}}}}",
            "line 1",
        ),
        ("topsecret", "line 1, column 2"),
        ("{} topsecret", "line 1, column 4"),
        ("{\"credsStore\": [\"topsecret\"]}", "line 1"),
        (
            "{\"auths\": {\"a\": {\"auth\": \"\u{0}topsecret\"}}}",
            "line 1",
        ),
    ] {
        let (home, environment) = docker_file(text);
        let error = ask(&environment, "example.com", "app").unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(error.answer.contains(place), "{text}: {error}");
        assert!(!said.contains("topsecret"), "{text}: {said}");
        let file = home
            .path()
            .join(".docker/config.json")
            .display()
            .to_string();
        assert!(error.asked.contains(&file), "{text}: {error}");
        assert!(error.advice.is_some(), "{text}: {error}");
    }
}

#[test]
fn a_file_without_text_says_nothing() {
    for text in [
        "",
        " \n",
        "{}",
        "{\"auths\": null}",
        "{\"detachKeys\": \"ctrl-x\"}",
    ] {
        let (_home, environment) = docker_file(text);
        let found = ask(&environment, "example.com", "app");
        assert_eq!(found, Ok(Credential::Anonymous), "{text:?}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let text = format!("{{\"other\": {}", "[".repeat(500_000));
    let (_home, environment) = docker_file(&text);
    assert!(ask(&environment, "example.com", "app").is_err());
}

#[test]
fn a_large_file_is_refused() {
    let text = format!("{{\"other\": \"{}\"}}", "x".repeat(1024 * 1024));
    let (_home, environment) = docker_file(&text);
    let error = ask(&environment, "example.com", "app").unwrap_err();
    assert!(error.answer.contains("larger than"), "{error}");
}

#[test]
fn a_folder_in_place_of_a_file_is_no_absence() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join(".docker/config.json")).unwrap();
    let environment = Environment {
        home: Some(home.path().to_owned()),
        ..Environment::default()
    };
    let error = ask(&environment, "example.com", "app").unwrap_err();
    assert!(error.answer.contains("not a file"), "{error}");
}

/// Which of the files exist, each with a login of its own name, and whose login is found.
#[test]
fn files_are_asked_in_the_order_of_podman_and_a_variable_that_names_one_makes_it_the_only_one() {
    let files = [
        ("named", "named.json"),
        ("docker-config", "dockerconfig/config.json"),
        ("runtime", "run/containers/auth.json"),
        ("system", "system/auth.json"),
        ("config", "xdg/containers/auth.json"),
        ("dot-config", "home/.config/containers/auth.json"),
        ("docker", "home/.docker/config.json"),
    ];
    // Variables that are set, files that exist, the answer.
    let cases: &[(&[&str], &[&str], &str)] = &[
        (
            &["N", "D", "R", "X"],
            &["named", "docker-config", "runtime", "config", "docker"],
            "named:p",
        ),
        (
            &["D", "R", "X"],
            &["docker-config", "runtime", "config", "docker"],
            "docker-config:p",
        ),
        (
            &["D", "R", "X"],
            &["runtime", "config", "docker"],
            "anonymous",
        ),
        (
            &["R", "X"],
            &["runtime", "system", "config", "docker"],
            "runtime:p",
        ),
        (&["R", "X"], &["system", "config", "docker"], "config:p"),
        (&["X"], &["system", "config", "docker"], "system:p"),
        (&["R", "X"], &["dot-config", "docker"], "docker:p"),
        (&["R"], &["dot-config", "docker"], "dot-config:p"),
        (&["R"], &["docker"], "docker:p"),
        (&["R"], &[], "anonymous"),
    ];
    for (variables, exist, wanted) in cases {
        let root = tempfile::tempdir().unwrap();
        for (name, path) in files.iter().filter(|(name, _)| exist.contains(name)) {
            write(&root.path().join(path), &login(name));
        }
        let set = |variable: &str, path: &str| {
            variables
                .contains(&variable)
                .then(|| root.path().join(path))
        };
        let environment = Environment {
            registry_auth_file: set("N", "named.json"),
            docker_auth_config: None,
            docker_config: set("D", "dockerconfig"),
            runtime_folder: set("R", "run"),
            system_folder: Some(root.path().join("system")),
            config_folder: set("X", "xdg"),
            home: Some(root.path().join("home")),
            path: None,
        };
        let found = ask(&environment, "example.com", "app").unwrap();
        assert_eq!(told(&found), *wanted, "{variables:?} {exist:?}");
    }
}

#[test]
fn the_variable_with_a_login_comes_before_files_that_nobody_named() {
    let (home, files) = docker_file(&login("docker"));
    let with = |text: &str| Environment {
        docker_auth_config: Some(Secret::new(text)),
        ..files.clone()
    };
    let found = |environment: &Environment| ask(environment, "example.com", "app").unwrap();
    assert_eq!(told(&found(&with(&login("variable")))), "variable:p");
    // What it does not say is left to the files; one that is broken is no "anonymous".
    assert_eq!(told(&found(&with("{}"))), "docker:p");
    let error = ask(&with("{\"auths\""), "example.com", "app").unwrap_err();
    assert!(error.to_string().contains("DOCKER_AUTH_CONFIG"), "{error}");
    let named = home.path().join("named.json");
    write(&named, &login("named"));
    let environment = Environment {
        registry_auth_file: Some(named),
        ..with(&login("variable"))
    };
    assert_eq!(told(&found(&environment)), "named:p");
    assert!(!format!("{environment:?}").contains("variable"));
}

#[test]
fn a_file_without_a_word_about_the_registry_leaves_it_to_the_next() {
    let (home, mut environment) = docker_file(&login("docker"));
    environment.config_folder = Some(home.path().join("xdg"));
    let podman = home.path().join("xdg/containers/auth.json");
    write(
        &podman,
        r#"{"auths": {"other.example": {"auth": "*"}, "example.com": {}}}"#,
    );
    let found = ask(&environment, "example.com", "app").unwrap();
    assert_eq!(told(&found), "docker:p");
}

#[test]
fn a_file_that_nobody_has_to_ask_may_be_broken() {
    let (home, mut environment) = docker_file("broken");
    environment.config_folder = Some(home.path().join("xdg"));
    write(
        &home.path().join("xdg/containers/auth.json"),
        &login("podman"),
    );
    let found = ask(&environment, "example.com", "app").unwrap();
    assert_eq!(told(&found), "podman:p");
    assert!(ask(&environment, "other.example", "app").is_err());
}

#[test]
fn a_named_file_that_is_not_there_is_an_error() {
    let (home, mut environment) = docker_file(&login("docker"));
    environment.registry_auth_file = Some(home.path().join("absent.json"));
    let error = ask(&environment, "example.com", "app").unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("absent.json") && said.contains("no such file"),
        "{said}"
    );
    assert!(said.contains("REGISTRY_AUTH_FILE"), "{said}");
}

#[test]
fn without_a_home_everybody_is_anonymous() {
    let found = ask(&Environment::default(), "example.com", "app");
    assert_eq!(found, Ok(Credential::Anonymous));
}

#[test]
fn a_secret_is_not_shown_by_debug() {
    let credential = Credential::Basic {
        user: "user".to_owned(),
        password: Secret::new("topsecret"),
    };
    let said = format!(
        "{credential:?} {:?}",
        Credential::Bearer(Secret::new("topsecret"))
    );
    assert!(!said.contains("topsecret"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_not_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".docker");
    fs::create_dir_all(&folder).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.join("config.json"))
        .status()
        .unwrap();
    assert!(made.success());
    let environment = Environment {
        home: Some(home.path().to_owned()),
        ..Environment::default()
    };
    let answer = without_waiting(move || ask(&environment, "example.com", "app"));
    let error = answer.unwrap_err();
    assert!(error.answer.contains("not a file"), "{error}");
}
