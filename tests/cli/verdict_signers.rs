//! The verdict table's rows about keys and certificates, on the signatures of `testdata/signatures/made` and
//! some of the signed images beside them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::sandbox::{Checked, Sandbox, pod};

const RULE: &str = "verify-image-signatures";
/// What the made signatures are of: nothing has this digest, so that only its signatures can be there.
const MADE: &str = "sha256:abababababababababababababababababababababababababababababababab";
/// The image `v2-keyed:v1`, and its digest, signed with the key `cosign-v2`.
const KEYED: &str = "sha256:ffa1b2a9c48582465364dc7806b424a2a9cb7946927f7000e9977ca75c424ef7";
/// A platform of the index `v2-index:v1`, which is signed with that key.
const PLATFORM: &str = "sha256:ac0e90fd612d9ae7fe5f034bc3213b4ef7a4ad82628cf759888398faf11131b6";
const WORKFLOW: &str =
    "https://github.com/acme/payments/.github/workflows/release.yml@refs/tags/v1.4.0";

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/signatures")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(testdata().join(path)).unwrap()
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// A layout in a folder of the sandbox.
struct Layout {
    sandbox: Sandbox,
    manifests: Vec<Value>,
}

impl Layout {
    fn new() -> Self {
        Self {
            sandbox: Sandbox::new(),
            manifests: Vec::new(),
        }
    }

    /// A copy of the signed images.
    fn of_signed_images() -> Self {
        let mut sandbox = Sandbox::new();
        for blob in std::fs::read_dir(testdata().join("layout/blobs/sha256")).unwrap() {
            let blob = blob.unwrap();
            let path = format!("layout/blobs/sha256/{}", blob.file_name().to_str().unwrap());
            sandbox = sandbox.file(&path, std::fs::read(blob.path()).unwrap());
        }
        let index = parsed(&read("layout/index.json"));
        Self {
            sandbox,
            manifests: index["manifests"].as_array().unwrap().clone(),
        }
    }

    /// Adds a blob; its descriptor.
    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let hex: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let path = format!("layout/blobs/sha256/{hex}");
        let sandbox = std::mem::replace(&mut self.sandbox, Sandbox::new());
        self.sandbox = sandbox.file(&path, bytes);
        json!({ "mediaType": media_type, "digest": format!("sha256:{hex}"), "size": bytes.len() })
    }

    /// Adds a manifest under a tag of `registry.example.com/team`.
    fn tagged(&mut self, tag: &str, media_type: &str, manifest: &Value) -> String {
        let mut descriptor = self.blob(media_type, manifest.to_string().as_bytes());
        let name = format!("registry.example.com/team/{tag}");
        descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": name });
        self.manifests.push(descriptor.clone());
        descriptor["digest"].as_str().unwrap().to_owned()
    }

    /// The image, judged by one entry of `require` with these signers.
    fn checked(self, image: &str, signer: &Value, log: &str, root: &str) -> Checked {
        let index = json!({ "schemaVersion": 2, "manifests": self.manifests });
        let policy = json!({
            "version": 1,
            "trusted-root": testdata().join(root),
            "registries": { "registry.example.com": { "layout": "layout" } },
            "rules": { RULE: { "require": [{ "signers": [signer], "transparency-log": log }] } },
        });
        let image = format!("registry.example.com/team/{image}");
        let sandbox = self
            .sandbox
            .file("layout/index.json", index.to_string())
            .file("layout/oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
            .file("imagegate.yaml", policy.to_string())
            .file("pod.yaml", pod(&image));
        sandbox.check(&["pod.yaml", "--no-cache"])
    }
}

const MADE_ROOT: &str = "made/trusted_root.json";
const PRIVATE_ROOT: &str = "trusted_root.json";
const NO_LOG: &str = "ignore";

/// The made signature with that name, and what else is written of it.
fn made(name: &str) -> (Layout, Value) {
    let all = parsed(&read("made/signatures.json"));
    let written = all[name].clone();
    assert!(written.is_object(), "{name} is in signatures.json");
    let mut layout = Layout::new();
    let media_type = "application/vnd.dev.cosign.simplesigning.v1+json";
    let mut layer = layout.blob(media_type, &read("made/payload.json"));
    layer["annotations"] = written["annotations"].clone();
    let config = layout.blob("application/vnd.oci.image.config.v1+json", b"{}");
    let manifest = json!({ "schemaVersion": 2, "config": config, "layers": [layer] });
    let tag = format!("made:{}.sig", MADE.replace(':', "-"));
    layout.tagged(
        &tag,
        "application/vnd.oci.image.manifest.v1+json",
        &manifest,
    );
    (layout, written)
}

/// The made signature, judged by the key that made it.
fn by_its_key(name: &str, log: &str) -> Checked {
    let (layout, written) = made(name);
    let signer = json!({ "key": written["key"] });
    layout.checked(&format!("made@{MADE}"), &signer, log, MADE_ROOT)
}

/// The made signature, judged by the authority of the made certificates.
fn by_authority(name: &str, subject: &str, root: &str) -> Checked {
    let chain = testdata().join("made/root.pem");
    let signer = json!({ "certificate": { "chain": chain, "subject": subject } });
    made(name)
        .0
        .checked(&format!("made@{MADE}"), &signer, NO_LOG, root)
}

#[track_caller]
fn assert_violated(run: &Checked, words: &str) {
    run.assert_ends(RULE, "violation", 1, words);
}

#[track_caller]
fn assert_advises(run: &Checked, words: &str) {
    let help = run.report["findings"][0]["help"].as_str().unwrap();
    assert!(help.contains(words), "{help}");
}

fn key(name: &str) -> Value {
    json!({ "key": testdata().join("keys").join(name) })
}

/// The certificates of the private Fulcio that signed some of the images.
fn fulcio() -> String {
    let root = parsed(&read(PRIVATE_ROOT));
    let chain = &root["certificateAuthorities"][0]["certChain"]["certificates"];
    let blocks = chain.as_array().unwrap().iter().map(|one| {
        let der = one["rawBytes"].as_str().unwrap();
        format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n")
    });
    blocks.collect()
}

#[test]
fn a_signature_over_a_longer_hash_is_0() {
    for name in ["key-rsa4096-sha512", "key-p256-sha512", "key-p521-sha512"] {
        for log in ["require", "ignore"] {
            by_its_key(name, log).assert_passes();
        }
    }
}

#[test]
fn a_signature_by_a_scheme_that_does_not_count_is_a_violation_that_names_it() {
    for (name, scheme) in [
        ("key-rsa2048-sha1", "RSA over SHA-1"),
        ("key-rsa2048-pss", "RSA-PSS over SHA-256"),
        ("key-p521-sha224", "ECDSA over SHA-224"),
    ] {
        assert_violated(&by_its_key(name, NO_LOG), scheme);
    }
}

#[test]
fn a_certificate_that_names_the_wanted_host_is_0() {
    by_authority("valid-dns", "build.acme.example", MADE_ROOT).assert_passes();
    let other = by_authority("valid-dns", "other.acme.example", MADE_ROOT);
    assert_violated(&other, "by identity `build.acme.example`");
}

#[test]
fn an_expired_certificate_is_a_violation_that_names_the_expiry() {
    let run = by_authority("expired", "carol@*", MADE_ROOT);
    assert_violated(&run, "its certificate expired at 2021-01-01 00:00:00 UTC");
    assert_advises(&run, "with a timestamp by an authority of `trusted-root`");
    let stamped = by_authority("stamped-late", "carol@*", MADE_ROOT);
    assert_violated(
        &stamped,
        "expired at 2021-01-01 00:00:00 UTC, before it was signed",
    );
}

#[test]
fn a_timestamp_by_an_unknown_authority_is_named() {
    let run = by_authority("stamped-late", "carol@*", PRIVATE_ROOT);
    assert_violated(
        &run,
        "its timestamp is by the authority `CN=made timestamp root`",
    );
    assert_advises(&run, "`trusted-root`");
}

#[test]
fn a_keyless_certificate_without_a_log_of_certificates_is_a_violation_that_names_the_other_signer()
{
    let signer = json!({ "keyless": { "issuer": "**", "subject": "**" } });
    let image = "keyless-no-sct:v1";
    let run = Layout::of_signed_images().checked(image, &signer, "require", PRIVATE_ROOT);
    assert_violated(&run, "no timestamp (SCT) of a log of certificates");
    assert_advises(&run, "write the signer as `certificate`");

    let mut layout = Layout::of_signed_images();
    layout.sandbox = layout.sandbox.file("fulcio.pem", fulcio());
    let signer = json!({ "certificate": { "chain": "fulcio.pem", "subject": "**" } });
    layout
        .checked(image, &signer, "require", PRIVATE_ROOT)
        .assert_passes();
}

fn keyless(issuer: &str, subject: &str) -> Checked {
    let signer = json!({ "keyless": { "issuer": issuer, "subject": subject } });
    let layout = Layout::of_signed_images();
    layout.checked("v3-keyless-workflow:v1", &signer, "require", PRIVATE_ROOT)
}

#[test]
fn an_identity_that_nearly_matches_is_a_violation_that_points_at_the_difference() {
    let issuer = "https://token.actions.githubusercontent.com";
    keyless(issuer, WORKFLOW).assert_passes();
    for (issuer, subject, difference) in [
        (
            format!("{issuer}/"),
            WORKFLOW.to_owned(),
            "by a slash at the end alone",
        ),
        (
            issuer.replace("https", "http"),
            WORKFLOW.to_owned(),
            "by `http` and `https` alone",
        ),
        (
            issuer.to_owned(),
            WORKFLOW.replace("acme", "Acme"),
            "by capital letters alone",
        ),
        (
            issuer.to_owned(),
            "https://github.com/acme/*".to_owned(),
            "`*` stays inside a `/` segment",
        ),
    ] {
        let run = keyless(&issuer, &subject);
        assert_violated(&run, "is not signed by a wanted signer");
        assert_advises(&run, difference);
    }
}

#[test]
fn a_regular_expression_in_place_of_a_pattern_is_a_violation_that_writes_the_pattern() {
    let issuer = "https://token.actions.githubusercontent.com";
    let run = keyless(issuer, "^https://github.com/acme/.*$");
    assert_violated(&run, "is not signed by a wanted signer");
    assert_advises(&run, "write `https://github.com/acme/**`");
}

#[test]
fn a_signature_of_the_notary_project_is_a_violation_that_names_it() {
    let (mut layout, _) = made("valid");
    layout.manifests.clear();
    let image = layout.blob("application/vnd.oci.image.config.v1+json", b"{}");
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let manifest =
        json!({ "schemaVersion": 2, "mediaType": media_type, "config": image, "layers": [] });
    let digest = layout.tagged("notation:v1", media_type, &manifest);
    let layer = layout.blob("application/jose+json", b"{}");
    let signature = json!({
        "schemaVersion": 2,
        "mediaType": media_type,
        "artifactType": "application/vnd.cncf.notary.signature",
        "config": image,
        "layers": [layer],
        "subject": { "mediaType": media_type, "digest": digest, "size": manifest.to_string().len() },
    });
    let descriptor = layout.blob(media_type, signature.to_string().as_bytes());
    layout.manifests.push(descriptor);
    let run = layout.checked("notation:v1", &key("cosign-v2.pub"), NO_LOG, PRIVATE_ROOT);
    assert_violated(&run, "a signature of the Notary Project");
}

#[test]
fn an_unsigned_index_of_signed_platforms_is_told_so() {
    let mut layout = Layout::of_signed_images();
    let platform = json!({ "os": "linux", "architecture": "amd64" });
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let size = read(&format!("layout/blobs/{}", KEYED.replace(':', "/"))).len();
    let child =
        json!({ "mediaType": media_type, "digest": KEYED, "size": size, "platform": platform });
    let index = json!({ "schemaVersion": 2, "manifests": [child] });
    layout.tagged(
        "v2-keyed:all",
        "application/vnd.oci.image.index.v1+json",
        &index,
    );
    let run = layout.checked("v2-keyed:all", &key("cosign-v2.pub"), NO_LOG, PRIVATE_ROOT);
    assert_violated(&run, "is unsigned");
    assert_advises(&run, "each of its platforms is signed as wanted");
}

#[test]
fn an_unsigned_platform_of_a_signed_index_is_told_where_the_signature_is() {
    let image = format!("v2-index:v1@{PLATFORM}");
    let layout = Layout::of_signed_images();
    let run = layout.checked(&image, &key("cosign-v2.pub"), NO_LOG, PRIVATE_ROOT);
    assert_violated(&run, "is unsigned");
    assert_advises(&run, "to which the tag points, is signed as wanted");
}
