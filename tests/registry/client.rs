//! What the tests ask with, and a small image to ask for.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use imagegate::gather::credentials::{Credentials, Environment};
use imagegate::gather::store::oci::{Descriptor, Document};
use imagegate::gather::store::remote::{Limits, Remote, RemoteSettings};
use imagegate::gather::store::{Referrers, StoredManifest, Target, Unanswered};
use imagegate::model::digest::Digest;
use imagegate::model::repository::Repository;
use imagegate::policy::settings::{NamedFile, RegistryAccess};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::registry::content::{Content, MANIFEST};
use crate::registry::fault::Fault;
use crate::registry::login::Login;
use crate::registry::{ReferrersApi, Setup, TestRegistry};

/// The path of the repository that the tests ask.
pub const PATH: &str = "team/app";

/// The bytes of its only layer.
pub const LAYER: &[u8] = b"a layer of a few bytes";

/// Waits that a test can afford, where no time limit is meant to end anything.
pub fn patient() -> Limits {
    Limits {
        pause: Duration::from_millis(1),
        ..Limits::default()
    }
}

/// Waits for tests in which a time limit must end something.
pub fn hasty() -> Limits {
    Limits {
        connect: Duration::from_millis(400),
        request: Duration::from_millis(400),
        run: Duration::from_secs(60),
        question: Duration::from_secs(3),
        pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(1500),
    }
}

/// A client with nothing configured.
pub struct Client {
    pub remote: Arc<Remote>,
    pub runtime: Runtime,
    registry: String,
    /// Where its credentials are; removed with it.
    _folder: Option<tempfile::TempDir>,
}

impl Client {
    /// Waits patiently.
    pub fn of(registry: &TestRegistry) -> Self {
        Self::with(&registry.name(), patient(), Vec::new(), None)
    }

    /// Gives up soon.
    pub fn in_haste(registry: &TestRegistry) -> Self {
        Self::with(&registry.name(), hasty(), Vec::new(), None)
    }

    /// With `auths` of docker's configuration file for the registry.
    pub fn logged_in(registry: &TestRegistry, auth: &Value) -> Self {
        let name = registry.name();
        Self::with(&name, patient(), Vec::new(), Some(auth))
    }

    /// With entries of the policy.
    pub fn with(
        registry: &str,
        limits: Limits,
        registries: Vec<RegistryAccess>,
        auth: Option<&Value>,
    ) -> Self {
        let folder = auth.map(|auth| {
            let folder = tempfile::tempdir().expect("a folder");
            let config = json!({ "auths": { registry: auth } });
            let file = folder.path().join("config.json");
            fs::write(file, config.to_string()).expect("a file");
            folder
        });
        let environment = Environment {
            docker_config: folder.as_ref().map(|folder| folder.path().to_owned()),
            ..Environment::default()
        };
        let credentials = Arc::new(Credentials::new(environment));
        let settings = RemoteSettings { registries, limits };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        Self {
            remote: Arc::new(Remote::new(settings, credentials)),
            runtime,
            registry: registry.to_owned(),
            _folder: folder,
        }
    }

    pub fn repository(&self) -> Repository {
        self.repository_at(PATH)
    }

    pub fn repository_at(&self, path: &str) -> Repository {
        Repository {
            registry: self.registry.clone(),
            path: path.to_owned(),
        }
    }

    pub fn tag(&self, tag: &str) -> Result<Option<StoredManifest>, Unanswered> {
        let target = Target::Tag(tag);
        self.remote
            .manifest(&self.repository(), target)
            .await_on(self)
    }

    pub fn by_digest(&self, digest: &Digest) -> Result<Option<StoredManifest>, Unanswered> {
        let target = Target::Digest(digest);
        self.remote
            .manifest(&self.repository(), target)
            .await_on(self)
    }

    pub fn tag_digest(&self, tag: &str) -> Result<Option<Digest>, Unanswered> {
        self.remote
            .tag_digest(&self.repository(), tag)
            .await_on(self)
    }

    pub fn blob(&self, descriptor: &Descriptor) -> Result<Option<Vec<u8>>, Unanswered> {
        self.remote
            .blob(&self.repository(), descriptor)
            .await_on(self)
    }

    pub fn referrers(&self, digest: &Digest) -> Result<Referrers, Unanswered> {
        self.remote
            .referrers(&self.repository(), digest)
            .await_on(self)
    }
}

trait AwaitOn: Future + Sized {
    fn await_on(self, client: &Client) -> Self::Output {
        client.runtime.block_on(self)
    }
}

impl<F: Future> AwaitOn for F {}

/// A registry with one image, its digest and the descriptor of its layer.
pub struct Scene {
    pub registry: TestRegistry,
    pub digest: Digest,
    pub layer: Descriptor,
}

impl Scene {
    pub fn with_faults(faults: Vec<Fault>) -> Self {
        Self::start(Setup {
            faults,
            ..Setup::default()
        })
    }

    pub fn with_login(login: Login) -> Self {
        Self::start(Setup {
            login,
            ..Setup::default()
        })
    }

    /// With `referrers` manifests that have the image as their subject.
    pub fn with_referrers(api: ReferrersApi, referrers: usize, faults: Vec<Fault>) -> Self {
        let (mut content, digest, _) = image();
        for number in 0..referrers {
            let subject = json!({ "mediaType": MANIFEST, "digest": digest, "size": 1 });
            let annotations = json!({ "number": number.to_string() });
            let document = json!({
                "schemaVersion": 2, "layers": [], "subject": subject, "annotations": annotations,
            });
            content.manifest(PATH, MANIFEST, &document);
        }
        Self::start(Setup {
            content,
            referrers: api,
            faults,
            ..Setup::default()
        })
    }

    /// As set up, with the image in addition.
    pub fn start(setup: Setup) -> Self {
        let (content, digest, layer) = image();
        let given = setup.content.clone();
        let content = if given.is_empty() { content } else { given };
        Self {
            registry: TestRegistry::start(Setup { content, ..setup }),
            digest: Digest::parse(&digest).expect("a digest"),
            layer,
        }
    }
}

/// Content with one image `PATH:v1`.
pub fn image() -> (Content, String, Descriptor) {
    let mut content = Content::default();
    let blob = content.blob(LAYER);
    let layer = json!({ "mediaType": "text/plain", "digest": blob, "size": LAYER.len() });
    let document = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "layers": [layer] });
    let digest = content.manifest(PATH, MANIFEST, &document);
    content.tag(PATH, "v1", &digest);
    let document = Document::parse(document.to_string().as_bytes()).expect("a manifest");
    let layer = document.layers.into_iter().next().expect("a layer");
    (content, digest, layer)
}

/// A digest that nothing has.
pub fn other_digest() -> Digest {
    Digest::sha256(b"something else")
}

/// The policy's entry for a registry with an authority of its own.
pub fn own_authority(registry: &str, pem: &str) -> RegistryAccess {
    let file = NamedFile {
        path: "ca.pem".to_owned(),
        bytes: pem.as_bytes().into(),
    };
    RegistryAccess {
        name: registry.to_owned(),
        http: false,
        ca: Some(file),
        layout: None,
    }
}

/// A client that gives up soon, with `auths` of docker's configuration file for the registry.
pub fn in_haste_logged_in(registry: &TestRegistry, auth: &Value) -> Client {
    Client::with(&registry.name(), hasty(), Vec::new(), Some(auth))
}

/// What an answer that must not be one says.
pub fn said<T: std::fmt::Debug>(answer: Result<T, Unanswered>) -> String {
    answer.expect_err("no answer").to_string()
}
