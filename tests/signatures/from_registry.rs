//! From a registry on loopback that serves the same content: with and without the referrers API, open to
//! everybody and for the holders of a token.

use serde_json::json;

use crate::case::{Setup, cases, testdata};
use crate::registry::content::Content;
use crate::registry::login::{Login, TokenServer, User};
use crate::registry::{self, ReferrersApi, TestRegistry};

fn every_case_is_right(referrers: ReferrersApi, login: Login) {
    let registry = TestRegistry::start(registry::Setup {
        content: Content::of_layout(&testdata().join("layout")).with_referrers_tags(),
        referrers,
        login,
        ..registry::Setup::default()
    });
    let docker = tempfile::tempdir().unwrap();
    // `ci` and `read only`, as `docker login` writes them.
    let logins = json!({ "auths": { registry.name(): { "auth": "Y2k6cmVhZCBvbmx5" } } });
    std::fs::write(docker.path().join("config.json"), logins.to_string()).unwrap();
    let setup = Setup {
        registry: &registry.name(),
        registries: json!({}),
        docker_config: docker.path(),
    };
    let rules = ["verify-image-signatures", "check-vulnerability-scan"];
    let cases = rules.into_iter().flat_map(cases);
    let wrong: Vec<String> = cases.filter_map(|case| case.wrong(&setup)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn token() -> Login {
    Login::Bearer(TokenServer {
        user: Some(User::new("ci", "read only")),
        ..TokenServer::default()
    })
}

#[test]
fn every_case_is_right_with_the_referrers_api() {
    every_case_is_right(ReferrersApi::Whole, Login::Anonymous);
}

#[test]
fn every_case_is_right_without_the_referrers_api() {
    every_case_is_right(ReferrersApi::Missing, Login::Anonymous);
}

#[test]
fn every_case_is_right_with_the_referrers_api_and_a_token() {
    every_case_is_right(ReferrersApi::Pages(1), token());
}

#[test]
fn every_case_is_right_without_the_referrers_api_and_a_token() {
    every_case_is_right(ReferrersApi::Missing, token());
}
