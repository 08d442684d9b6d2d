//! What an earlier run found says nothing about what is there now.

use serde_json::json;

use crate::program::{Ended, Program};
use crate::registry::fault::{Action, Fault};
use crate::registry::{Setup, TestRegistry};
use crate::signed::SignedImages;

/// A run that wants a signature by the image's own key and keeps what it finds, then one that wants
/// another key; between them the registry loses the signatures, and begins to answer `action` to whoever
/// asks for the image.
fn second_run(action: Action) -> (String, Ended) {
    let images = SignedImages::new(1);
    let digest = &images.digests[0];
    let path = |name: &str| format!("/manifests/{name}");
    let none = Action::error(404, "NAME_UNKNOWN");
    let registry = TestRegistry::start(Setup {
        content: images.content.clone(),
        faults: vec![
            Fault::at(&path(digest), 1.., action),
            Fault::at(&path(&digest.replace(':', "-")), 2.., none),
        ],
        ..Setup::default()
    });
    let image = format!("{}/{}@{digest}", registry.name(), images.repositories[0]);
    let wanting = |key: &str| Program::over(std::slice::from_ref(&image), key, &json!({}));
    let first = wanting(&images.key);
    assert_eq!(first.run().code, Some(0));
    let cache = first.folder().join(".cache");
    let second = wanting(&SignedImages::new(1).key);
    let second = second.environment("XDG_CACHE_HOME", &cache.to_string_lossy());
    let ended = second.run();
    (image, ended)
}

#[test]
fn an_image_that_is_gone_since_an_earlier_run_is_not_called_unsigned() {
    let (image, ended) = second_run(Action::error(404, "NAME_UNKNOWN"));
    assert_eq!(ended.code, Some(3));
    let (_, message) = ended.finding(&image).unwrap();
    assert!(message.contains("no such image any more"), "{message}");
}

#[test]
fn an_image_that_may_not_be_read_since_an_earlier_run_is_not_called_unsigned() {
    let (image, ended) = second_run(Action::error(403, "DENIED"));
    assert_eq!(ended.code, Some(3));
    let (_, message) = ended.finding(&image).unwrap();
    assert!(message.contains("403 Forbidden"), "{message}");
}
