//! Documents that are no report, told by the names at their top, each with what is wanted instead.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};

/// A kind of document.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What it is, as the end of `it is …`.
    pub what: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// The names that stand at its top, all of them; `*` at the end stands for any rest.
    names: &'static [&'static str],
}

const REPORT: &str =
    "write Trivy's own report (`trivy image --format json`) or Grype's (`grype -o json`)";

const ATTESTED: &str = "attest it (`cosign attest --type vuln`) and accept `attestation`, or write a plain \
                        report (`trivy image --format json`)";

const fn foreign(
    what: &'static str,
    instead: &'static str,
    names: &'static [&'static str],
) -> Foreign {
    Foreign {
        what,
        instead,
        names,
    }
}

/// The first that fits counts.
static FORMATS: [Foreign; 21] = [
    foreign("SARIF", REPORT, &["runs"]),
    foreign("a CycloneDX document", REPORT, &["bomFormat"]),
    foreign("an SPDX document", REPORT, &["spdxVersion"]),
    foreign("an SPDX document", REPORT, &["SPDXID"]),
    foreign("an SPDX document", REPORT, &["@context", "@graph"]),
    foreign(
        "an OpenVEX document",
        "name it under `vex`",
        &["@context", "statements"],
    ),
    foreign("a CSAF document", REPORT, &["document", "vulnerabilities"]),
    foreign("an in-toto statement", ATTESTED, &["predicateType"]),
    foreign("a signed envelope", ATTESTED, &["payloadType", "payload"]),
    foreign("a Sigstore bundle", ATTESTED, &["dsseEnvelope"]),
    foreign(
        "a Kubernetes object, such as a VulnerabilityReport of trivy-operator",
        REPORT,
        &["apiVersion", "kind"],
    ),
    foreign(
        "the predicate of an attestation (`--format cosign-vuln`)",
        ATTESTED,
        &["invocation", "scanner"],
    ),
    foreign(
        "the predicate of an attestation",
        ATTESTED,
        &["scanner", "metadata"],
    ),
    foreign("GitLab's own report", REPORT, &["scan", "vulnerabilities"]),
    foreign("a scan by Amazon ECR", REPORT, &["imageScanFindings"]),
    foreign("a report of Harbor", REPORT, &["application/vnd.*"]),
    foreign(
        "a report of Harbor",
        REPORT,
        &["generated_at", "vulnerabilities"],
    ),
    foreign(
        "a report of Snyk",
        REPORT,
        &["packageManager", "vulnerabilities"],
    ),
    foreign("a report of Snyk", REPORT, &["dependencyCount", "ok"]),
    foreign("a report of Clair", REPORT, &["manifest_hash"]),
    foreign(
        "a bill of materials by Syft",
        REPORT,
        &["artifacts", "descriptor"],
    ),
];

/// A `T` written as an object, and what kind of document the names at its top are those of.
pub(super) struct Told<T> {
    pub(super) value: T,
    pub(super) foreign: Option<&'static Foreign>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Told<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfTold<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfTold<T> {
            type Value = Told<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                let mut seen = Seen::default();
                let noting = Noting {
                    entries,
                    seen: &mut seen,
                };
                let value = T::deserialize(MapAccessDeserializer::new(noting))?;
                Ok(Told {
                    value,
                    foreign: seen.format(),
                })
            }
        }

        deserializer.deserialize_map(OfTold(PhantomData))
    }
}

/// The names of [`FORMATS`] that were seen.
#[derive(Default)]
struct Seen(Vec<&'static str>);

impl Seen {
    fn note(&mut self, name: &str) {
        let names = FORMATS.iter().flat_map(|format| format.names);
        let is_it = |known: &&&str| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == **known,
        };
        for known in names.filter(is_it) {
            if !self.0.contains(known) {
                self.0.push(known);
            }
        }
    }

    fn format(&self) -> Option<&'static Foreign> {
        let mut formats = FORMATS.iter();
        formats.find(|format| format.names.iter().all(|name| self.0.contains(name)))
    }
}

/// The entries of an object, whose names are noted as they come.
struct Noting<'s, A> {
    entries: A,
    seen: &'s mut Seen,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Noting<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.entries.next_key::<String>()? else {
            return Ok(None);
        };
        self.seen.note(&name);
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.entries.next_value_seed(seed)
    }
}
