//! Proxies of the environment, asked through the program itself, since they are the environment's.

use std::fs;
use std::process::Command;

use crate::client::{PATH, Scene};
use crate::registry::fault::{Action, Fault};
use crate::registry::{Setup, TestRegistry};

/// What the program says to a Pod with that image, with these variables and no others.
fn checked(image: &str, variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("a file");
    };
    file(
        "pod.yaml",
        &format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{ name: app }}\n\
             spec: {{ containers: [{{ name: app, image: \"{image}\" }}] }}\n"
        ),
    );
    file(
        "imagegate.yaml",
        "version: 1\n\
         registries: { registry.example.com: { http: true }, registry.corp.invalid: { http: true } }\n\
         rules: { verify-image-signatures: { require: [{ signers: [{ key: env://KEY }] }] } }\n",
    );
    let key = fs::read_to_string("testdata/policy/keys/cosign.pub").expect("a key");
    let output = Command::new(env!("CARGO_BIN_EXE_imagegate"))
        .args(["check", "--no-cache", "--log", "trace", "pod.yaml"])
        .current_dir(folder.path())
        .env_clear()
        .env("KEY", key)
        .envs(variables.iter().copied())
        .output()
        .expect("a run");
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn a_registry_is_asked_through_the_proxy() {
    let proxy = TestRegistry::start(Setup::default());
    let address = format!("http://me:hidden-word@{}", proxy.name());
    let said = checked(
        "registry.example.com/team/app:v1",
        &[("HTTP_PROXY", &address)],
    );
    let seen = proxy.seen();
    let first = seen.first().expect("a request");
    assert_eq!(
        first.target,
        "http://registry.example.com/v2/team/app/manifests/v1"
    );
    assert_eq!(first.authorization, None);
    assert!(
        !said.contains("hidden-word") && !said.contains("aGlkZGVu"),
        "{said}"
    );
}

#[test]
fn a_registry_on_this_machine_is_asked_without_the_proxy() {
    let proxy = TestRegistry::start(Setup::default());
    let scene = Scene::with_faults(Vec::new());
    let address = format!("http://{}", proxy.name());
    let image = format!("{}/{PATH}:v1", scene.registry.name());
    checked(&image, &[("HTTP_PROXY", &address), ("ALL_PROXY", &address)]);
    assert!(scene.registry.count("/manifests/v1") > 0);
    assert_eq!(proxy.count(""), 0);
}

#[test]
fn a_star_in_no_proxy_keeps_the_hosts_below_from_the_proxy() {
    let proxy = TestRegistry::start(Setup::default());
    let address = format!("http://{}", proxy.name());
    let image = "registry.corp.invalid/team/app:v1";
    let variables = [
        ("HTTP_PROXY", address.as_str()),
        ("NO_PROXY", "*.corp.invalid"),
    ];
    let said = checked(image, &variables);
    assert!(said.contains("could not check"), "{said}");
    assert_eq!(proxy.count(""), 0);
    checked(image, &variables[..1]);
    assert!(proxy.count("") > 0);
}

#[test]
fn a_proxy_that_is_not_there_is_named_without_its_password() {
    let variables = [("HTTP_PROXY", "http://me:hidden-word@127.0.0.1:1")];
    let said = checked("registry.example.com/team/app:v1", &variables);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("could not check"), "{said}");
    assert!(
        said.contains("the proxy 127.0.0.1:1 of HTTP_PROXY"),
        "{said}"
    );
    assert!(
        !said.contains("hidden-word") && !said.contains("aGlkZGVu"),
        "{said}"
    );
}

/// What the program says when the proxy answers everything with that status; the image's registry is asked
/// over plain HTTP.
fn refused_by_proxy(status: u16, image: &str, variable: &str, user: &str) -> (String, String) {
    let proxy = TestRegistry::start(Setup {
        faults: vec![Fault::always("", Action::status(status))],
        ..Setup::default()
    });
    let address = format!("http://{user}{}", proxy.name());
    let said = checked(image, &[(variable, &address)]);
    assert!(said.contains("could not check"), "{said}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    (said, proxy.name())
}

#[test]
fn a_proxy_that_wants_a_user_is_named_with_the_place_for_it() {
    for (image, variable) in [
        ("registry.example.com/team/app:v1", "HTTP_PROXY"),
        ("registry.example.com/team/app:v1", "all_proxy"),
        ("registry.example.org/team/app:v1", "HTTPS_PROXY"),
    ] {
        let (said, proxy) = refused_by_proxy(407, image, variable, "");
        let words = format!("407 Proxy Authentication Required, by the proxy {proxy}");
        assert!(said.contains(&words), "{said}");
        let place = format!("{variable}=http://USER:PASSWORD@{proxy}");
        assert!(said.contains(&place), "{said}");
        assert!(!said.contains("docker login"), "{said}");
    }
}

#[test]
fn a_proxy_that_refuses_a_user_is_named_without_the_password() {
    for (image, variable) in [
        ("registry.example.com/team/app:v1", "HTTP_PROXY"),
        ("registry.example.org/team/app:v1", "HTTPS_PROXY"),
    ] {
        let (said, proxy) = refused_by_proxy(407, image, variable, "me:hidden-word@");
        assert!(said.contains(&format!("by the proxy {proxy}")), "{said}");
        let words = format!("user and password that are in {variable}");
        assert!(said.contains(&words), "{said}");
        assert!(!said.contains("hidden-word"), "{said}");
    }
}

#[test]
fn a_proxy_that_opens_no_connection_is_named() {
    let image = "registry.example.org/team/app:v1";
    let (said, proxy) = refused_by_proxy(403, image, "HTTPS_PROXY", "");
    let words = format!("the proxy {proxy} opens no connection to registry.example.org");
    assert!(said.contains(&words), "{said}");
}

#[test]
fn a_variable_that_is_no_address_is_named() {
    let proxy = TestRegistry::start(Setup::default());
    let other = format!("http://{}", proxy.name());
    for value in [
        "http://[::hidden-word",
        "me:hidden-word@",
        "socks5://proxy:1080",
        "http://",
    ] {
        let variables = [("HTTP_PROXY", value), ("ALL_PROXY", &other)];
        let said = checked("registry.example.com/team/app:v1", &variables);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("could not check"), "{value}: {said}");
        let words = "HTTP_PROXY is no address of an HTTP proxy";
        assert!(said.contains(words), "{value}: {said}");
        assert!(!said.contains("hidden-word"), "{said}");
    }
    assert_eq!(proxy.count(""), 0);
}

#[test]
fn a_variable_that_is_not_needed_may_be_no_address() {
    let variables = [
        ("HTTP_PROXY", "http://[::bad"),
        ("NO_PROXY", "corp.invalid"),
    ];
    let said = checked("registry.corp.invalid/team/app:v1", &variables);
    assert!(!said.contains("is no address"), "{said}");
}
