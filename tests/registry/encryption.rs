//! TLS: who is trusted, and what is said when nobody is.

use imagegate::policy::settings::RegistryAccess;

use crate::client::{Client, Scene, own_authority, patient, said};
use crate::registry::Setup;
use crate::registry::login::{Login, TokenServer};
use crate::registry::tls::{Authority, ServerTls};

fn served_with(tls: ServerTls) -> (Scene, String) {
    let scene = Scene::start(Setup {
        tls: Some(tls),
        ..Setup::default()
    });
    let name = format!("localhost:{}", scene.registry.port());
    (scene, name)
}

fn asked_with(name: &str, access: RegistryAccess) -> Client {
    Client::with(name, patient(), vec![access], None)
}

#[test]
fn an_own_authority_is_trusted_where_the_policy_names_it() {
    let authority = Authority::new();
    let (_scene, name) = served_with(authority.certify());
    let client = asked_with(&name, own_authority(&name, &authority.pem()));
    assert!(client.tag("v1").unwrap().is_some());
}

#[test]
fn an_own_authority_is_trusted_for_one_repository() {
    let authority = Authority::new();
    let (_scene, name) = served_with(authority.certify());
    let repository = format!("{name}/{}", crate::client::PATH);
    let client = asked_with(&name, own_authority(&repository, &authority.pem()));
    assert!(client.tag("v1").unwrap().is_some());
}

#[test]
fn an_own_authority_is_trusted_for_the_token_server_too() {
    let authority = Authority::new();
    let scene = Scene::start(Setup {
        tls: Some(authority.certify()),
        login: Login::Bearer(TokenServer::default()),
        ..Setup::default()
    });
    let name = format!("localhost:{}", scene.registry.port());
    let client = asked_with(&name, own_authority(&name, &authority.pem()));
    assert!(client.tag("v1").unwrap().is_some());
}

#[test]
fn an_authority_of_another_registry_is_not_trusted() {
    let (trusted, other) = (Authority::new(), Authority::new());
    let (scene, name) = served_with(other.certify());
    let said = said(asked_with(&name, own_authority(&name, &trusted.pem())).tag("v1"));
    assert!(said.contains("TLS with localhost"), "{said}");
    assert!(
        said.contains("name its certificates in the policy: `registries`, key `ca`"),
        "{said}"
    );
    assert_eq!(scene.registry.connections(), 1, "it is not tried again");
}

#[test]
fn an_expired_certificate_is_refused() {
    let authority = Authority::new();
    let (_scene, name) = served_with(authority.certify_names(&["localhost"], 2020));
    let said = said(asked_with(&name, own_authority(&name, &authority.pem())).tag("v1"));
    assert!(
        said.contains("TLS with localhost: invalid peer certificate: certificate expired"),
        "{said}"
    );
    assert!(
        said.contains("unless this machine's clock is wrong"),
        "{said}"
    );
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let (_scene, name) = served_with(authority.certify_names(&["registry.example.com"], 4096));
    let said = said(asked_with(&name, own_authority(&name, &authority.pem())).tag("v1"));
    assert!(said.contains("TLS with localhost"), "{said}");
    assert!(
        said.contains("use the name that the certificate is for"),
        "{said}"
    );
}

#[test]
fn a_server_without_tls_is_told() {
    let scene = Scene::with_faults(Vec::new());
    let name = scene.registry.name();
    let said = said(asked_with(&name, own_authority(&name, &Authority::new().pem())).tag("v1"));
    assert!(
        said.contains("the server may speak plain HTTP: `http: true`"),
        "{said}"
    );
}

#[test]
fn a_ca_that_holds_no_certificates_is_told() {
    let (_scene, name) = served_with(Authority::new().certify());
    let access = own_authority(
        &name,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let said = said(asked_with(&name, access).tag("v1"));
    assert!(
        said.contains("the certificates of the policy's `ca` cannot be used"),
        "{said}"
    );
}

#[test]
fn plain_http_is_spoken_on_loopback_and_where_the_policy_says_so() {
    let scene = Scene::with_faults(Vec::new());
    assert!(Client::of(&scene.registry).tag("v1").unwrap().is_some());
    let name = format!("localhost:{}", scene.registry.port());
    let client = Client::with(&name, patient(), Vec::new(), None);
    assert!(client.tag("v1").unwrap().is_some());
}
