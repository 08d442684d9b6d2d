//! Which vulnerabilities of an image OpenVEX statements take away.
//!
//! A statement speaks of an image when a product of it carries a digest of that image: by itself, in
//! `hashes`, in a package URL (`pkg:oci/…@sha256:…`) or behind a reference. What names only a repository is
//! no statement about this image: its content is another one with every push. The repository beside a
//! digest is not compared, since a copy has the same digest.

use std::collections::HashMap;

use jiff::Timestamp;

use super::purl::Purl;
use crate::model::digest::Digest;
use crate::model::reference::ImageReference;
use crate::model::scan::{VexFacts, VexStatement, VexStatus, Vulnerability};

/// The statements of a run, by the digests of their products.
#[derive(Debug)]
pub struct Statements<'e> {
    facts: &'e VexFacts,
    /// Number of the statement and of its product.
    by_digest: HashMap<Digest, Vec<(usize, usize)>>,
}

impl<'e> Statements<'e> {
    /// Sorts the statements once for the whole run.
    pub fn new(facts: &'e VexFacts) -> Self {
        let mut by_digest: HashMap<Digest, Vec<(usize, usize)>> = HashMap::new();
        for (number, statement) in facts.statements.iter().enumerate() {
            for (product, named) in statement.products.iter().enumerate() {
                for digest in named.identifiers.iter().filter_map(|text| digest(text)) {
                    let about = by_digest.entry(digest).or_default();
                    if about.last() != Some(&(number, product)) {
                        about.push((number, product));
                    }
                }
            }
        }
        Self { facts, by_digest }
    }

    /// Whether a document could not be read: it may take back what another says.
    pub fn are_incomplete(&self) -> bool {
        !self.facts.unread.is_empty()
    }

    /// The statements about an image with these digests: its own, and that of the platform in question.
    pub fn about(&self, digests: &[&Digest], now: Timestamp) -> OfImage<'e> {
        let mut by_id: HashMap<String, Vec<Applicable<'e>>> = HashMap::new();
        let found = digests
            .iter()
            .filter_map(|digest| self.by_digest.get(digest));
        for &(number, product) in found.flatten() {
            let statement = self.facts.statements.get(number);
            let product = statement.and_then(|statement| statement.products.get(product));
            let (Some(statement), Some(product)) = (statement, product) else {
                continue;
            };
            let packages: Vec<Vec<Purl>> = product
                .subcomponents
                .iter()
                .map(|names| names.iter().filter_map(|text| Purl::parse(text)).collect())
                .collect();
            let applicable = Applicable {
                statement,
                time: statement.time.filter(|time| *time <= now),
                whole: packages.is_empty(),
                unnamed: packages.iter().any(Vec::is_empty),
                packages: packages.into_iter().flatten().collect(),
            };
            for id in &statement.ids {
                let about = by_id.entry(id.to_ascii_lowercase()).or_default();
                about.push(applicable.clone());
            }
        }
        OfImage { by_id }
    }
}

/// The statements about one image, by vulnerability.
#[derive(Debug)]
pub struct OfImage<'e> {
    by_id: HashMap<String, Vec<Applicable<'e>>>,
}

#[derive(Debug, Clone)]
struct Applicable<'e> {
    statement: &'e VexStatement,
    /// When it was made; none when that is not known, as of one that says that it is still to come.
    time: Option<Timestamp>,
    /// Whether it names no package, so that it speaks of all.
    whole: bool,
    packages: Vec<Purl>,
    /// Whether it names one by something else than a package URL.
    unnamed: bool,
}

impl<'e> OfImage<'e> {
    /// The statement that takes the vulnerability away. The latest decides; where several could be the
    /// latest, none of them may speak against it.
    pub fn taking_away(&self, vulnerability: &Vulnerability) -> Option<&'e VexStatement> {
        let names = vulnerability.aliases.iter().chain([&vulnerability.id]);
        let about = names.filter_map(|name| self.by_id.get(&name.to_ascii_lowercase()));
        let about: Vec<&Applicable<'e>> = about.flatten().collect();
        if about.is_empty() {
            return None;
        }
        let package = vulnerability.purl.as_deref().and_then(Purl::parse);
        let about: Vec<&Applicable<'e>> = about
            .into_iter()
            .filter(|applicable| applicable.speaks_of(package.as_ref()))
            .collect();
        let latest = about.iter().filter_map(|applicable| applicable.time).max();
        let mut deciding = about
            .into_iter()
            .filter(|applicable| applicable.time.is_none() || applicable.time == latest)
            .map(|applicable| applicable.statement);
        let first = deciding.next()?;
        let mut all = std::iter::once(first).chain(deciding);
        all.all(|statement| takes_away(statement.status))
            .then_some(first)
    }
}

impl Applicable<'_> {
    /// Where the packages cannot be compared, a statement that takes nothing away speaks of each: it may be
    /// the correction of an earlier one.
    fn speaks_of(&self, package: Option<&Purl>) -> bool {
        let mut named = self.packages.iter();
        let is_named = package.is_some_and(|package| named.any(|named| named.names(package)));
        let may_be_named = package.is_none() || self.unnamed;
        self.whole || is_named || (may_be_named && !takes_away(self.statement.status))
    }
}

const fn takes_away(status: VexStatus) -> bool {
    match status {
        VexStatus::NotAffected | VexStatus::Fixed => true,
        VexStatus::Affected | VexStatus::UnderInvestigation => false,
    }
}

/// The digest in the identifier of a product.
fn digest(identifier: &str) -> Option<Digest> {
    if let Some(purl) = Purl::parse(identifier) {
        let image = matches!(purl.kind.as_str(), "oci" | "docker");
        let version = purl.version.filter(|_| image);
        return version.and_then(|version| Digest::parse(&version));
    }
    let bare = identifier.replacen("sha-", "sha", 1);
    Digest::parse(&bare).or_else(|| ImageReference::parse(identifier).ok()?.digest)
}
