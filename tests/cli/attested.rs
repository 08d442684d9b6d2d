//! An image in a layout with attestations beside it, as cosign 2 stores them, signed by a key that is made
//! for the test.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagegate::model::digest::Digest;
use serde_json::{Value, json};
use sigstore_verify::crypto::KeyPair;

use crate::sandbox::{Checked, Sandbox, pod};

const IMAGE: &str = "registry.example.com/shop/cart:1";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const PAYLOAD: &str = "application/vnd.in-toto+json";

/// cosign's predicate type for scans.
pub const COSIGN: &str = "https://cosign.sigstore.dev/attestation/vuln/v1";

/// in-toto's.
pub const VULNS: &str = "https://in-toto.io/attestation/vulns/v0.2";

/// Content of a layout.
#[derive(Default)]
struct Layout {
    blobs: Vec<(Digest, Vec<u8>)>,
    named: Vec<Value>,
}

impl Layout {
    fn blob(&mut self, bytes: &[u8]) -> Digest {
        let any = Digest::parse(&format!("sha256:{}", "0".repeat(64))).unwrap();
        let digest = any.of_same_algorithm(bytes);
        self.blobs.push((digest.clone(), bytes.to_vec()));
        digest
    }

    fn manifest(&mut self, name: &str, layers: &Value) -> Digest {
        let config = self.blob(b"{}");
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": config.as_str(),
                "size": 2,
            },
            "layers": layers,
        });
        let manifest = manifest.to_string();
        let digest = self.blob(manifest.as_bytes());
        self.named.push(json!({
            "mediaType": MANIFEST,
            "digest": digest.as_str(),
            "size": manifest.len(),
            "annotations": { "org.opencontainers.image.ref.name": name },
        }));
        digest
    }

    fn lies_in(self, mut sandbox: Sandbox) -> Sandbox {
        let list = json!({ "schemaVersion": 2, "manifests": self.named });
        sandbox = sandbox
            .file("evidence/oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
            .file("evidence/index.json", list.to_string());
        for (digest, bytes) in self.blobs {
            sandbox = sandbox.file(&format!("evidence/blobs/sha256/{}", digest.hex()), bytes);
        }
        sandbox
    }
}

/// The envelope of a statement about the image (DSSE 1.0, "PAE").
fn signed(key: &KeyPair, image: &Digest, kind: &str, predicate: &Value) -> String {
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "", "digest": { "sha256": image.hex() } }],
        "predicateType": kind,
        "predicate": predicate,
    });
    let statement = statement.to_string();
    let (type_length, length) = (PAYLOAD.len(), statement.len());
    let encoded = format!("DSSEv1 {type_length} {PAYLOAD} {length} {statement}");
    let signature = key.sign(encoded.as_bytes()).unwrap();
    json!({
        "payloadType": PAYLOAD,
        "payload": STANDARD.encode(statement),
        "signatures": [{ "keyid": "", "sig": STANDARD.encode(signature.as_bytes()) }],
    })
    .to_string()
}

/// A check of the image by attestations of a type and what else the policy's rule has, with one attestation
/// for each predicate.
pub fn attested(kind: &str, further: &[&str], predicates: &[Value]) -> Checked {
    let key = KeyPair::generate_ecdsa_p256().unwrap();
    let mut layout = Layout::default();
    let image = layout.manifest(IMAGE, &json!([]));
    let envelopes = predicates.iter().map(|predicate| {
        let envelope = signed(&key, &image, kind, predicate);
        let digest = layout.blob(envelope.as_bytes());
        json!({
            "mediaType": "application/vnd.dsse.envelope.v1+json",
            "digest": digest.as_str(),
            "size": envelope.len(),
            "annotations": { "dev.cosignproject.cosign/signature": "", "predicateType": kind },
        })
    });
    let envelopes: Vec<Value> = envelopes.collect();
    let tag = format!("{}.att", image.as_str().replace(':', "-"));
    let repository = IMAGE.rsplit_once(':').unwrap().0;
    layout.manifest(&format!("{repository}:{tag}"), &json!(envelopes));
    let further: String = further.iter().map(|line| format!("    {line}\n")).collect();
    let policy = format!(
        "version: 1\nregistries: {{ registry.example.com: {{ layout: evidence }} }}\nrules:\n  \
         check-vulnerability-scan:\n    accept:\n    - attestation: {{ predicate: '{kind}', signers: [{{ key: \
         cosign.pub }}], transparency-log: ignore }}\n{further}"
    );
    let sandbox = Sandbox::new()
        .file("imagegate.yaml", policy)
        .file("cosign.pub", key.public_key_der().unwrap().to_pem())
        .file("k8s/pod.yaml", pod(IMAGE));
    let sandbox = layout.lies_in(sandbox);
    sandbox.check(&["k8s", "--offline", "--no-cache"])
}
