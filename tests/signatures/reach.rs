//! Who is asked, and by which way: nobody when offline, and a proxy for names that are not this machine.

use serde_json::{Value, json};

use crate::case::testdata;
use crate::places::hold_all;
use crate::program::Program;
use crate::registry::{Setup, TestRegistry};
use crate::signed::SignedImages;

fn started(images: &SignedImages) -> TestRegistry {
    TestRegistry::start(Setup {
        content: images.content.clone(),
        ..Setup::default()
    })
}

#[test]
fn nobody_is_asked_offline() {
    let images = SignedImages::new(1);
    let registry = started(&images);
    let image = format!("{}/team/app-0:v1", registry.name());
    let program = Program::over(std::slice::from_ref(&image), &images.key, &json!({}));
    let ended = program.with(&["--offline"]).run();
    assert_eq!(ended.code, Some(3));
    let (outcome, message) = ended.finding(&image).unwrap();
    assert_eq!(outcome, "not-checked");
    assert!(message.contains("the run is offline"), "{message}");
    assert_eq!(registry.connections(), 0);
}

#[test]
fn the_cache_answers_offline() {
    let images = SignedImages::new(1);
    let registry = started(&images);
    let name = registry.name();
    let pinned = format!("{name}/team/app-0@{}", images.digests[0]);
    let tagged = format!("{name}/team/app-0:v1");
    for (image, arguments) in [(pinned, &[][..]), (tagged, &["--tag-ttl", "1h"])] {
        let program = Program::over(&[image], &images.key, &json!({})).with(arguments);
        assert_eq!(program.run().code, Some(0));
        let asked = registry.connections();
        assert_eq!(program.with(&["--offline"]).run().code, Some(0));
        assert_eq!(registry.connections(), asked);
    }
}

#[test]
fn a_tag_is_not_taken_from_the_cache_offline_unless_it_may_be() {
    let images = SignedImages::new(1);
    let registry = started(&images);
    let image = format!("{}/team/app-0:v1", registry.name());
    let program = Program::over(&[image], &images.key, &json!({}));
    assert_eq!(program.run().code, Some(0));
    assert_eq!(program.with(&["--offline"]).run().code, Some(3));
}

#[test]
fn a_layout_answers_offline() {
    let key = std::fs::read_to_string(testdata().join("keys/cosign-v2.pub")).unwrap();
    let layout = testdata().join("layout");
    let registries = json!({ "registry.example.com": { "layout": layout } });
    let image = |name: &str| format!("registry.example.com/team/{name}:v1");
    let check = |name: &str| Program::over(&[image(name)], &key, &registries).with(&["--offline"]);
    assert_eq!(check("v2-keyed").run().code, Some(0));
    assert_eq!(
        check("v3-keyed").run().code,
        Some(1),
        "signed by another key"
    );
}

/// A port where nobody listens.
const DEAD: &str = "http://127.0.0.1:1";

#[test]
fn this_machine_is_reached_without_a_proxy() {
    let images = SignedImages::new(1);
    let registry = started(&images);
    for name in [registry.name(), format!("localhost:{}", registry.port())] {
        let image = format!("{name}/team/app-0:v1");
        let mut program = Program::over(&[image], &images.key, &json!({}));
        for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
            program = program.environment(variable, DEAD);
        }
        assert_eq!(program.run().code, Some(0), "{name}");
    }
}

/// A name that no server has.
const NAME: &str = "registry.invalid:5000";

/// A run over an image of [`NAME`], which speaks plain HTTP.
fn elsewhere(images: &SignedImages) -> Program {
    let registries: Value = json!({ NAME: { "http": true } });
    Program::over(&[format!("{NAME}/team/app-0:v1")], &images.key, &registries)
}

#[test]
fn other_names_are_reached_through_the_proxy() {
    let images = SignedImages::new(1);
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let proxy = started(&images);
        let address = format!("http://{}", proxy.name());
        let program = elsewhere(&images).environment(variable, &address);
        assert_eq!(program.run().code, Some(0), "{variable}");
        let seen = proxy.seen();
        let start = format!("http://{NAME}/v2/team/app-0/");
        assert!(
            seen.iter().all(|seen| seen.target.starts_with(&start)),
            "{seen:?}"
        );
    }
}

#[test]
fn names_that_are_excepted_are_reached_without_the_proxy() {
    let images = SignedImages::new(1);
    let proxy = started(&images);
    let address = format!("http://{}", proxy.name());
    let excepted = [
        ("NO_PROXY", "registry.invalid"),
        ("no_proxy", ".invalid"),
        ("NO_PROXY", "*"),
    ];
    hold_all(&excepted, |(variable, excepted)| {
        let program = elsewhere(&images).environment("HTTP_PROXY", &address);
        let ended = program.environment(variable, excepted).run();
        (ended.code != Some(3)).then(|| format!("{variable}={excepted}: {:?}", ended.code))
    });
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn a_proxy_that_is_gone_is_named_in_the_advice() {
    let images = SignedImages::new(1);
    let ended = elsewhere(&images).environment("HTTP_PROXY", DEAD).run();
    assert_eq!(ended.code, Some(3));
    let message = ended.report()["findings"][0]["message"].to_string();
    assert!(
        message.contains("the proxy 127.0.0.1:1 of HTTP_PROXY"),
        "{message}"
    );
}
