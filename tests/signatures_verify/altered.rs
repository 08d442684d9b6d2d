//! Altered copies of good signatures: one bit of one byte of one part, at every byte of every part. Each
//! copy is refused.
//!
//! What is left out is not covered by any signature, and nothing is concluded from it:
//! - `dev.sigstore.cosign/chain`: certificates that may help to find a path; the path itself is verified;
//! - `publicKey.hint` of a bundle and `keyid` of an envelope: the key comes from the policy;
//! - below a checkpoint, the log's name and the line ends (a signature is found by the four bytes of the key's
//!   identifier before it), and the signatures of witnesses, whom the trusted root does not name;
//! - in a timestamp, what its format carries outside its own signature, such as a status and certificates:
//!   there a copy is refused or proves the very same.

use imagegate::gather::stored::StoredSignature;
use imagegate::gather::verify::Verifier;
use imagegate::model::digest::Digest;
use imagegate::model::signature::{Anchor, Trial};

use crate::part::{Coding, Part, bytes, hex, unhex, with};
use crate::stored::{Image, key, outcome, private, public, sigstore};

const LEGACY: &[Part] = &[
    Part::Layer,
    Part::Annotation("dev.cosignproject.cosign/signature", Coding::Base64),
];

const LEGACY_CERTIFICATE: &[Part] = &[Part::Annotation(
    "dev.sigstore.cosign/certificate",
    Coding::Pem,
)];

const LEGACY_ENTRY: &[Part] = &[
    Part::Entry("/SignedEntryTimestamp", Coding::Base64),
    Part::Entry("/Payload/body", Coding::Base64),
    Part::Entry("/Payload/integratedTime", Coding::Number),
    Part::Entry("/Payload/logIndex", Coding::Number),
    Part::Entry("/Payload/logID", Coding::Hex),
];

const BUNDLE: &[Part] = &[
    Part::Bundle("/dsseEnvelope/payload", Coding::Base64),
    Part::Bundle("/dsseEnvelope/payloadType", Coding::Text),
    Part::Bundle("/dsseEnvelope/signatures/0/sig", Coding::Base64),
];

const BUNDLE_CERTIFICATE: &[Part] = &[Part::Bundle(
    "/verificationMaterial/certificate/rawBytes",
    Coding::Base64,
)];

const BUNDLE_PROOF: &[Part] = &[
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/canonicalizedBody",
        Coding::Base64,
    ),
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/logId/keyId",
        Coding::Base64,
    ),
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/inclusionProof/rootHash",
        Coding::Base64,
    ),
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/inclusionProof/treeSize",
        Coding::Number,
    ),
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint/envelope",
        Coding::Text,
    ),
];

const BUNDLE_PROMISE: &[Part] = &[
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/inclusionPromise/signedEntryTimestamp",
        Coding::Base64,
    ),
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/integratedTime",
        Coding::Number,
    ),
];

/// Whether nothing is signed at that place of a part; see above.
fn is_unsigned(part: Part, bytes: &[u8], at: usize) -> bool {
    let Part::Bundle(pointer, Coding::Text) = part else {
        return false;
    };
    if !pointer.ends_with("checkpoint/envelope") {
        return false;
    }
    let envelope = std::str::from_utf8(bytes).expect("text");
    let below = envelope.find("\n\n").expect("a blank line") + 2;
    let line = envelope[below..].lines().next().expect("a signature");
    let signature = below + line.rfind(' ').expect("a name") + 1;
    let is_signature = (signature..below + line.len()).contains(&at);
    // The dash that begins the line is part of its form.
    at >= below + "—".len() && !is_signature
}

/// What is altered, and what it is held against.
struct Good {
    verifier: Verifier,
    stored: StoredSignature,
    digest: Digest,
    trial: Trial,
}

impl Good {
    fn new(verifier: Verifier, name: &str, trial: Trial) -> Self {
        let image = Image::named(name);
        let good = Self {
            verifier,
            stored: image.only().clone(),
            digest: image.digest.clone(),
            trial,
        };
        assert!(good.passes(&good.stored), "{name} itself passes");
        good
    }

    /// Alters every byte of a part that is signed in parts only.
    fn proves_the_same_or_nothing(&self, part: Part) {
        let proof = outcome(&self.verifier, &self.stored, &self.digest, &self.trial);
        let original = bytes(&self.stored, part);
        let mut refused = 0;
        for at in 0..original.len() {
            let mut altered = original.clone();
            altered[at] ^= 1 << (at % 8);
            let copy = with(&self.stored, part, &altered).expect("bytes");
            let outcome = outcome(&self.verifier, &copy, &self.digest, &self.trial);
            refused += usize::from(outcome.is_err());
            assert!(
                outcome.is_err() || outcome == proof,
                "byte {at} of {part:?}"
            );
        }
        assert!(refused * 4 > original.len(), "most of {part:?} is signed");
    }

    fn passes(&self, stored: &StoredSignature) -> bool {
        outcome(&self.verifier, stored, &self.digest, &self.trial).is_ok()
    }

    /// Alters every byte of the parts: all eight bits of short ones, one bit of each byte of long ones.
    fn refuses_altered(&self, parts: &[Part]) {
        for &part in parts {
            let original = bytes(&self.stored, part);
            let same = with(&self.stored, part, &original).expect("it can be written");
            assert!(self.passes(&same), "{part:?} written again passes");
            let mut copies = 0;
            for at in 0..original.len() {
                if is_unsigned(part, &original, at) {
                    continue;
                }
                let bits = if original.len() <= 100 {
                    0..8
                } else {
                    at % 8..at % 8 + 1
                };
                for bit in bits {
                    let mut altered = original.clone();
                    altered[at] ^= 1 << bit;
                    let Some(copy) = with(&self.stored, part, &altered) else {
                        continue;
                    };
                    copies += 1;
                    assert!(
                        !self.passes(&copy),
                        "{part:?} with bit {bit} of byte {at} flipped"
                    );
                }
            }
            assert!(copies > 0, "{part:?} was altered");
        }
    }

    fn refuses_other_digests(&self) {
        let (_, digits) = self.digest.as_str().split_once(':').expect("a digest");
        let original = unhex(digits);
        for at in 0..original.len() {
            for bit in 0..8 {
                let mut altered = original.clone();
                altered[at] ^= 1 << bit;
                let digest = Digest::parse(&format!("sha256:{}", hex(&altered)));
                let digest = digest.expect("a digest");
                let outcome = outcome(&self.verifier, &self.stored, &digest, &self.trial);
                assert!(outcome.is_err(), "bit {bit} of byte {at} of the digest");
            }
        }
    }

    fn refuses_other_keys(&self) {
        let Anchor::Key(der) = &self.trial.anchor else {
            panic!("a key");
        };
        for at in 0..der.len() {
            let mut altered = der.to_vec();
            altered[at] ^= 1 << (at % 8);
            let trial = Trial {
                anchor: Anchor::Key(altered.into()),
                log: self.trial.log,
            };
            let outcome = outcome(&self.verifier, &self.stored, &self.digest, &trial);
            assert!(outcome.is_err(), "byte {at} of the key");
        }
    }
}

#[test]
fn altered_copies_of_a_real_keyless_signature_are_refused() {
    let good = Good::new(public(), "real-keyless-gha", sigstore(true));
    good.refuses_altered(LEGACY);
    good.refuses_altered(LEGACY_CERTIFICATE);
    good.refuses_other_digests();
}

#[test]
fn a_real_keyless_signature_with_an_altered_log_entry_is_refused() {
    let good = Good::new(public(), "real-keyless-gha", sigstore(true));
    good.refuses_altered(LEGACY_ENTRY);
}

#[test]
fn altered_copies_of_a_real_signature_by_a_key_in_the_public_log_are_refused() {
    let trial = key("real-keyed-public-rekor", true);
    let good = Good::new(public(), "real-keyed-public-rekor", trial);
    good.refuses_altered(LEGACY);
    good.refuses_altered(LEGACY_ENTRY);
    good.refuses_other_digests();
    good.refuses_other_keys();
}

#[test]
fn altered_copies_of_a_real_signature_by_a_key_alone_are_refused() {
    let trial = key("real-keyed-cosign-v3.0.4-legacy", false);
    let good = Good::new(public(), "real-keyed-cosign-v3.0.4-legacy", trial);
    good.refuses_altered(LEGACY);
    good.refuses_other_digests();
    good.refuses_other_keys();
}

#[test]
fn altered_copies_of_a_bundle_by_a_key_with_a_log_entry_are_refused() {
    let good = Good::new(private(), "v3-log", key("cosign-v3", true));
    good.refuses_altered(BUNDLE);
    good.refuses_altered(BUNDLE_PROOF);
    good.refuses_altered(BUNDLE_PROMISE);
    good.refuses_other_digests();
    good.refuses_other_keys();
}

#[test]
fn altered_copies_of_a_keyless_bundle_are_refused() {
    let good = Good::new(private(), "v3-keyless", sigstore(true));
    good.refuses_altered(BUNDLE);
    good.refuses_altered(BUNDLE_CERTIFICATE);
    good.refuses_altered(BUNDLE_PROOF);
    good.refuses_altered(BUNDLE_PROMISE);
    good.refuses_other_digests();
}

/// What a public bundle attests; it is no image, but a digest is a digest.
const PACKAGE: &str = "sha256:54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f";

fn package(name: &str, verifier: Verifier) -> Good {
    let good = Good {
        verifier,
        stored: crate::public::bundle(name),
        digest: Digest::parse(PACKAGE).expect("a digest"),
        trial: sigstore(true),
    };
    assert!(good.passes(&good.stored), "{name} itself passes");
    good
}

const PROOF_PATH: &[Part] = &[
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/logIndex",
        Coding::Number,
    ),
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/inclusionProof/hashes/0",
        Coding::Base64,
    ),
    Part::Bundle(
        "/verificationMaterial/tlogEntries/0/inclusionProof/hashes/5",
        Coding::Base64,
    ),
];

const PROOF_INDEX: &[Part] = &[Part::Bundle(
    "/verificationMaterial/tlogEntries/0/inclusionProof/logIndex",
    Coding::Number,
)];

const TIMESTAMP: Part = Part::Bundle(
    "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp",
    Coding::Base64,
);

#[test]
fn altered_proofs_of_a_large_public_log_are_refused() {
    let good = package("conda-attestation", public());
    good.refuses_altered(&BUNDLE_PROOF[1..]);
    good.refuses_altered(BUNDLE_PROMISE);
    good.refuses_altered(PROOF_PATH);
    good.refuses_altered(PROOF_INDEX);
}

#[test]
fn altered_proofs_of_rekor_2_are_refused() {
    let good = package("conda-attestation-rekor2", crate::public::staging());
    good.refuses_altered(BUNDLE);
    // Of this version the root and the size are those of the checkpoint; the fields beside it are no claim.
    good.refuses_altered(&[BUNDLE_PROOF[0], BUNDLE_PROOF[1], BUNDLE_PROOF[4]]);
    good.refuses_altered(PROOF_PATH);
}

#[test]
fn an_altered_timestamp_is_refused_or_says_the_same() {
    let good = package("conda-attestation-rekor2", crate::public::staging());
    good.proves_the_same_or_nothing(TIMESTAMP);
}

/// A signature whose log entry sigstore-verify has no terms for, so that it is verified here.
fn made(name: &str) -> Good {
    let good = Good {
        verifier: crate::made::verifier(),
        stored: crate::made::signature(name),
        digest: crate::made::image(),
        trial: crate::made::key_of(name, true),
    };
    assert!(good.passes(&good.stored), "{name} itself passes");
    good
}

#[test]
fn altered_copies_of_a_signature_by_a_scheme_of_our_own_are_refused() {
    let good = made("key-p521-sha512");
    good.refuses_altered(LEGACY);
    good.refuses_altered(LEGACY_ENTRY);
    good.refuses_other_digests();
    good.refuses_other_keys();
}

#[test]
fn altered_proofs_of_a_bundle_by_a_scheme_of_our_own_are_refused() {
    let good = made("bundle-p521-sha512");
    good.refuses_altered(BUNDLE);
    good.refuses_altered(&[BUNDLE_PROOF[0], BUNDLE_PROOF[1], BUNDLE_PROOF[4]]);
    good.refuses_altered(&PROOF_PATH[..2]);
    good.proves_the_same_or_nothing(TIMESTAMP);
    good.refuses_other_digests();
}
