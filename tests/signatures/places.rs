//! Where a registry can fail while one image is checked, and how the run ends then.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;

use crate::program::{Ended, Program};
use crate::registry::fault::{Action, Fault};
use crate::registry::login::{Login, TokenServer};
use crate::registry::{ReferrersApi, Setup, TestRegistry};
use crate::signed::SignedImages;

/// Runs of the program at the same time; they wait most of the time.
const AT_ONCE: usize = 16;

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Token,
    Image,
    Referrers,
    ReferrersTag,
    SignatureTag,
    AttestationTag,
    Payload,
}

/// How the run over one image ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Exit code 0 and no finding.
    Pass,
    /// Exit code 1: signed by nobody who is wanted.
    Violation,
    /// Exit code 3, and the message names the request.
    NotChecked,
    /// Exit code 3, and these words in the message.
    Says(&'static str),
}

/// Where a signed image is asked for in a registry without the referrers API.
pub const PLACES: [At; 6] = [
    At::Token,
    At::Image,
    At::Referrers,
    At::ReferrersTag,
    At::SignatureTag,
    At::Payload,
];

/// A fault that lasts.
pub const ALWAYS: Range<usize> = 0..usize::MAX;

/// What a run says that had to stop waiting.
pub const OUT_OF_TIME: End = End::Says("--timeout");

impl At {
    /// The end of the path of the requests.
    pub fn path(self, scene: &Scene) -> String {
        let tag = scene.images.digests[0].replace(':', "-");
        match self {
            Self::Token => "/token".to_owned(),
            Self::Image => "/manifests/v1".to_owned(),
            Self::Referrers => format!("/referrers/{}", scene.images.digests[0]),
            Self::ReferrersTag => format!("/manifests/{tag}"),
            Self::SignatureTag => format!("/manifests/{tag}.sig"),
            Self::AttestationTag => format!("/manifests/{tag}.att"),
            Self::Payload => format!("/blobs/{}", scene.images.payloads[0]),
        }
    }
}

/// What is asked in every run of a test.
pub struct Scene {
    images: SignedImages,
    /// The key that the policy wants.
    key: String,
    referrers: ReferrersApi,
}

impl Scene {
    /// An image that is signed by the wanted key, in a registry without the referrers API.
    pub fn signed() -> Self {
        let images = SignedImages::new(1);
        Self {
            key: images.key.clone(),
            images,
            referrers: ReferrersApi::Missing,
        }
    }

    /// An image that is signed by another key, so that every place is asked.
    pub fn signed_by_another(referrers: ReferrersApi) -> Self {
        let other = SignedImages::new(1).key;
        Self {
            key: other,
            referrers,
            ..Self::signed()
        }
    }

    /// A run in which `action` is what happens at a place, in those turns.
    pub fn run(&self, at: At, turns: Range<usize>, action: &Action, limit: &str) -> Ran {
        let path = at.path(self);
        let fault = Fault::at_end(&path, turns, action.clone());
        self.run_with(path, fault, limit)
    }

    /// A run with a fault that strikes requests for `path`.
    pub fn run_with(&self, path: String, fault: Fault, limit: &str) -> Ran {
        let registry = TestRegistry::start(Setup {
            content: self.images.content.clone(),
            login: Login::Bearer(TokenServer::default()),
            referrers: self.referrers,
            faults: vec![fault],
            ..Setup::default()
        });
        let image = format!("{}/team/app-0:v1", registry.name());
        let program = Program::over(std::slice::from_ref(&image), &self.key, &json!({}));
        let ended = program.with(&["--timeout", limit]).run();
        Ran {
            asked: registry.count(&path) > 0,
            image,
            path,
            ended,
        }
    }
}

/// A run that ended.
pub struct Ran {
    image: String,
    /// The end of the path of the requests that failed.
    path: String,
    /// Whether there was such a request.
    asked: bool,
    ended: Ended,
}

impl Ran {
    /// What is wrong with it, if anything.
    pub fn wrong(&self, end: End) -> Option<String> {
        let finding = self.ended.finding(&self.image);
        let (outcome, message) = finding.unwrap_or_default();
        let code = match end {
            End::Pass => 0,
            End::Violation => 1,
            End::NotChecked | End::Says(_) => 3,
        };
        let right = match end {
            End::Pass => outcome.is_empty(),
            End::Violation => outcome == "violation",
            End::NotChecked => outcome == "not-checked" && message.contains(&self.path),
            End::Says(words) => outcome == "not-checked" && message.contains(words),
        };
        let right = right && self.ended.code == Some(code) && self.asked;
        (!right).then(|| {
            let (code, asked) = (self.ended.code, self.asked);
            format!("exit code {code:?}, {outcome}, asked {asked}: {message}")
        })
    }
}

/// Holds every item against `wrong`, many at the same time, and fails with all that is wrong.
pub fn hold_all<T: Sync>(items: &[T], wrong: impl Fn(&T) -> Option<String> + Sync) {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let worker = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            let wrong = wrong(item);
            found.lock().unwrap().extend(wrong);
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(worker);
        }
    });
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{found:#?}");
}
