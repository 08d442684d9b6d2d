//! No secret is in anything that a run leaves behind: standard output, standard error at the most
//! talkative level, reports in every format, the cache.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::Program;
use crate::registry::fault::{Action, Fault};
use crate::registry::login::{Login, TokenServer, User};
use crate::registry::wire::Reply;
use crate::registry::{Setup, TestRegistry};
use crate::signed::SignedImages;

/// Every secret of these tests has this word in it.
const WORD: &str = "sesame";

const USER: &str = "robot";
const PASSWORD: &str = "sesame-password";

/// A registry with one image, and the configuration of docker.
struct Scene {
    images: SignedImages,
    registry: TestRegistry,
    docker: TempDir,
}

impl Scene {
    fn new(login: Login, faults: impl FnOnce(&SignedImages) -> Vec<Fault>) -> Self {
        let images = SignedImages::new(1);
        let registry = TestRegistry::start(Setup {
            content: images.content.clone(),
            login,
            faults: faults(&images),
            ..Setup::default()
        });
        Self {
            images,
            registry,
            docker: tempfile::tempdir().unwrap(),
        }
    }

    fn open_to(login: Login) -> Self {
        Self::new(login, |_| Vec::new())
    }

    /// With these lines as the configuration of docker.
    fn configured(self, text: &str) -> Self {
        fs::write(self.docker.path().join("config.json"), text).unwrap();
        self
    }

    /// With credentials as docker's configuration holds them.
    fn logged_in(self, entry: &Value) -> Self {
        let config = json!({ "auths": { self.registry.name(): entry } });
        self.configured(&config.to_string())
    }

    /// With a credential helper that does this.
    fn helped(self, script: &str) -> Self {
        let config = json!({ "credHelpers": { self.registry.name(): "test" } });
        let program = self.docker.path().join("docker-credential-test");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        make_executable(&program);
        self.configured(&config.to_string())
    }

    fn image(&self) -> String {
        format!("{}/team/app-0:v1", self.registry.name())
    }

    /// Runs, and looks for secrets in all that is left behind.
    fn hides_secrets(&self, code: i32) {
        let program = Program::over(&[self.image()], &self.images.key, &json!({}));
        self.hides_secrets_of(program, code);
    }

    fn hides_secrets_of(&self, program: Program, code: i32) {
        let docker = self.docker.path().to_str().unwrap();
        let program = program
            .with(&["--log", "trace", "--format", "text=all.txt"])
            .with(&[
                "--format",
                "concise=all.concise",
                "--format",
                "github=all.github",
            ])
            .with(&["--format", "sarif=all.sarif", "--timeout", "20s"])
            .environment("DOCKER_CONFIG", docker)
            .environment("PATH", docker);
        let ended = program.run();
        assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains("debug: "), "{}", ended.stderr);
        let pair = format!("{USER}:{PASSWORD}");
        let secrets = [
            WORD.to_owned(),
            STANDARD.encode(&pair),
            STANDARD.encode(PASSWORD),
            URL_SAFE_NO_PAD.encode(&pair),
            // The first token of the test registry.
            "token-0-of-test".to_owned(),
        ];
        let files = files(program.folder());
        assert!(files.len() > 7, "reports, output, policy and manifest");
        for (name, bytes) in files {
            let text = String::from_utf8_lossy(&bytes);
            let text = text.to_lowercase();
            for secret in &secrets {
                let around = text.split(&secret.to_lowercase()).collect::<Vec<_>>();
                let around = around.get(..2).map(|both| both.join("[SECRET]"));
                assert_eq!(around, None, "{secret} in {name}");
            }
        }
    }
}

/// All files in a folder and in those below it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

fn make_executable(program: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
}

fn me() -> User {
    User::new(USER, PASSWORD)
}

fn my_login() -> Value {
    json!({ "auth": STANDARD.encode(format!("{USER}:{PASSWORD}")) })
}

fn token_server() -> Login {
    Login::Bearer(TokenServer {
        user: Some(me()),
        ..TokenServer::default()
    })
}

#[test]
fn a_password_stays_secret() {
    let scene = Scene::open_to(Login::Basic(me()));
    scene.logged_in(&my_login()).hides_secrets(0);
}

#[test]
fn a_password_that_is_refused_stays_secret() {
    let scene = Scene::open_to(Login::Basic(me()));
    let other = json!({ "username": USER, "password": "sesame-other" });
    scene.logged_in(&other).hides_secrets(3);
}

#[test]
fn a_token_stays_secret() {
    let scene = Scene::open_to(token_server());
    scene.logged_in(&my_login()).hides_secrets(0);
}

#[test]
fn an_identity_token_stays_secret() {
    let login = || {
        Login::Bearer(TokenServer {
            refresh_token: Some("sesame-identity".to_owned()),
            ..TokenServer::default()
        })
    };
    let entry = json!({ "identitytoken": "sesame-identity" });
    Scene::open_to(login()).logged_in(&entry).hides_secrets(0);
    let other = json!({ "identitytoken": "sesame-other-identity" });
    Scene::open_to(login()).logged_in(&other).hides_secrets(3);
}

/// An answer that repeats what it was sent, wherever it can.
fn echo(status: u16) -> Action {
    let document = json!({
        "errors": [{ "code": "SESAME_CODE", "message": PASSWORD, "detail": my_login() }],
        "error_description": PASSWORD,
        "token": "sesame token with blanks",
    });
    let reply = Reply::json(status, "application/json", &document)
        .with("X-Echo", PASSWORD)
        .with("Docker-Content-Digest", PASSWORD)
        .with("WWW-Authenticate", &format!("Bearer realm=\"{PASSWORD}\""));
    Action::Instead(reply)
}

#[test]
fn a_token_server_that_repeats_a_password_is_not_repeated() {
    for status in [200, 400, 401, 403, 404] {
        let scene = Scene::new(token_server(), |_| {
            vec![Fault::always("/token", echo(status))]
        });
        scene.logged_in(&my_login()).hides_secrets(3);
    }
}

#[test]
fn a_registry_that_repeats_a_password_is_not_repeated() {
    for status in [200, 401, 403, 500] {
        let scene = Scene::new(Login::Basic(me()), |_| {
            // The first request learns what is wanted.
            vec![Fault::at("/manifests/v1", 1.., echo(status))]
        });
        scene.logged_in(&my_login()).hides_secrets(3);
    }
}

#[test]
fn a_token_server_that_is_named_with_a_password_is_not_repeated() {
    for realm in [
        "https://robot:sesame-password@127.0.0.1:1/token",
        "https://127.0.0.1:1/token?password=sesame-password",
        "sesame-password",
    ] {
        let challenge = format!("Bearer realm=\"{realm}\"");
        let reply = Reply::new(401).with("WWW-Authenticate", &challenge);
        let scene = Scene::new(Login::Anonymous, |_| {
            vec![Fault::always("/v2/", Action::Instead(reply))]
        });
        scene.logged_in(&my_login()).hides_secrets(3);
    }
}

#[test]
fn a_file_of_credentials_that_is_broken_is_not_repeated() {
    for text in [
        "{ \"auths\": { \"REGISTRY\": { \"auth\": \"sesame",
        "{ \"auths\": { \"REGISTRY\": { \"auth\": \"sesame!!\" } } }",
        "{ \"auths\": { \"REGISTRY\": { \"auth\": [\"sesame\"] } } }",
        "{ \"auths\": { \"REGISTRY\": \"sesame\" } }",
        "sesame",
    ] {
        let scene = Scene::open_to(Login::Basic(me()));
        let text = text.replace("REGISTRY", &scene.registry.name());
        scene.configured(&text).hides_secrets(3);
    }
}

#[test]
fn a_helper_stays_secret() {
    let answer = json!({ "ServerURL": "", "Username": USER, "Secret": PASSWORD });
    let said = format!("echo 'for you: sesame-password' >&2; echo '{answer}'");
    for (script, code) in [
        (said.clone(), 0),
        (format!("{said}; exit 1"), 3),
        (format!("{said}; kill -9 $$"), 3),
        (format!("{said}; echo '{answer}'"), 3),
        ("echo sesame-password".to_owned(), 3),
    ] {
        let scene = Scene::open_to(token_server());
        scene.helped(&script).hides_secrets(code);
    }
}

/// Where the payload is, with a user and a signature in the address, and `port` in place of the right one.
fn signed_address(images: &SignedImages, port: u16) -> Action {
    let payload = &images.payloads[0];
    Action::redirect(&format!(
        "http://{USER}:sesame-user@127.0.0.1:{port}/v2/team/app-0/blobs/{payload}\
         ?X-Amz-Signature=sesame-signature#sesame-fragment"
    ))
}

#[test]
fn a_signed_address_stays_secret() {
    let mut storage = None;
    let scene = Scene::new(token_server(), |images| {
        let started = TestRegistry::start(Setup {
            content: images.content.clone(),
            ..Setup::default()
        });
        let action = signed_address(images, started.port());
        storage = Some(started);
        vec![Fault::always("/blobs/", action)]
    });
    scene.logged_in(&my_login()).hides_secrets(0);
    let asked = storage.map(|storage| storage.count("?X-Amz-Signature=sesame-signature"));
    assert_eq!(asked, Some(1));
}

#[test]
fn a_signed_address_that_gives_no_answer_stays_secret() {
    let scene = Scene::new(token_server(), |images| {
        vec![Fault::always("/blobs/", signed_address(images, 1))]
    });
    scene.logged_in(&my_login()).hides_secrets(3);
}

#[test]
fn the_password_of_a_proxy_stays_secret() {
    let scene = Scene::open_to(Login::Anonymous);
    let image = "registry.internal:5000/team/app-0:v1".to_owned();
    let registries = json!({ "registry.internal:5000": { "http": true } });
    let program = Program::over(&[image], &scene.images.key, &registries);
    let proxy = format!("http://{USER}:{PASSWORD}@127.0.0.1:1");
    scene.hides_secrets_of(program.environment("HTTP_PROXY", &proxy), 3);
}
