//! Images that are signed while a test or bench runs, by a key made for it, as cosign 2 signs them.
#![allow(
    dead_code,
    reason = "each test binary uses another part of the signed images"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sigstore_verify::crypto::KeyPair;

use crate::registry::content::{Content, MANIFEST};

/// The repositories of a set of images, each with the tag `v1`.
pub struct SignedImages {
    /// What a registry serves.
    pub content: Content,
    /// The public key that signed all of them, in PEM.
    pub key: String,
    /// Their repositories, such as `team/app-7`.
    pub repositories: Vec<String>,
    /// Their digests, in the order of the repositories.
    pub digests: Vec<String>,
    /// The digests of what was signed, in the same order.
    pub payloads: Vec<String>,
    /// What was signed and the signature in base64, in the same order.
    pub signatures: Vec<(Vec<u8>, String)>,
}

impl SignedImages {
    /// So many images, each with content and a repository of its own.
    pub fn new(number: usize) -> Self {
        let pair = KeyPair::generate_ecdsa_p256().expect("a key");
        let der = pair.public_key_der().expect("the public half");
        let mut images = Self {
            content: Content::default(),
            key: der.to_pem(),
            repositories: Vec::new(),
            digests: Vec::new(),
            payloads: Vec::new(),
            signatures: Vec::new(),
        };
        for number in 0..number {
            images.add(&pair, format!("team/app-{number}"));
        }
        images
    }

    fn add(&mut self, pair: &KeyPair, repository: String) {
        let content = &mut self.content;
        let config = json!({ "architecture": "amd64", "os": "linux", "author": repository });
        let config = config.to_string();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": content.blob(config.as_bytes()),
                "size": config.len(),
            },
            "layers": [],
        });
        let digest = content.manifest(&repository, MANIFEST, &manifest);
        content.tag(&repository, "v1", &digest);
        let payload = json!({
            "critical": {
                "identity": { "docker-reference": repository },
                "image": { "docker-manifest-digest": digest },
                "type": "cosign container image signature",
            },
            "optional": null,
        });
        let payload = payload.to_string();
        let stored_payload = content.blob(payload.as_bytes());
        let signature = pair.sign(payload.as_bytes()).expect("a signature");
        let signature = STANDARD.encode(signature.as_bytes());
        let signatures = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": content.blob(b"{}"),
                "size": 2,
            },
            "layers": [{
                "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
                "digest": stored_payload,
                "size": payload.len(),
                "annotations": {
                    "dev.cosignproject.cosign/signature": signature,
                },
            }],
        });
        let stored = content.manifest(&repository, MANIFEST, &signatures);
        content.tag(
            &repository,
            &format!("{}.sig", digest.replace(':', "-")),
            &stored,
        );
        self.repositories.push(repository);
        self.digests.push(digest);
        self.payloads.push(stored_payload);
        self.signatures.push((payload.into_bytes(), signature));
    }
}
