//! Which vulnerabilities of an image OpenVEX statements take away.
//!
//! A statement speaks of an image when a product of it carries a digest of that image: by itself, in
//! `hashes`, in a package URL (`pkg:oci/…@sha256:…`) or behind a reference. What names only a repository is
//! no statement about this image, whose content is another one with every push, unless the policy takes it
//! for one; that it is there is said. The repository beside a digest is not compared, since a copy has the
//! same digest.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;

use super::product::Named;
pub use super::product::Product;
use super::purl::Purl;
use crate::model::digest::Digest;
use crate::model::repository::Repository;
use crate::model::scan::{VexFacts, VexProduct, VexStatement, VexStatus, Vulnerability};

/// Number of a statement and of one of its products.
type Place = (usize, usize);

/// The statements of a run, by what their products name.
#[derive(Debug)]
pub struct Statements<'e> {
    facts: &'e VexFacts,
    by_digest: HashMap<Digest, Vec<Place>>,
    by_repository: HashMap<Repository, Vec<Place>>,
    /// By the last part of the name of a repository.
    by_name: HashMap<String, Vec<Place>>,
}

impl<'e> Statements<'e> {
    /// Sorts the statements once for the whole run.
    pub fn new(facts: &'e VexFacts) -> Self {
        let mut statements = Self {
            facts,
            by_digest: HashMap::new(),
            by_repository: HashMap::new(),
            by_name: HashMap::new(),
        };
        for (number, statement) in facts.statements.iter().enumerate() {
            for (product, named) in statement.products.iter().enumerate() {
                for named in named
                    .identifiers
                    .iter()
                    .filter_map(|text| Named::read(text))
                {
                    statements.add(named, (number, product));
                }
            }
        }
        statements
    }

    fn add(&mut self, named: Named, place: Place) {
        let about = match named {
            Named::Digest(digest) => self.by_digest.entry(digest).or_default(),
            Named::Repository(named) => self.by_repository.entry(named.repository).or_default(),
            Named::Name(name) => self.by_name.entry(name).or_default(),
        };
        if about.last() != Some(&place) {
            about.push(place);
        }
    }

    /// Whether a document could not be read: it may take back what another says.
    pub fn are_incomplete(&self) -> bool {
        !self.facts.unread.is_empty()
    }

    /// The statements about an image.
    pub fn about(&self, product: &Product<'_>, now: Timestamp) -> OfImage<'e> {
        let mut of_image = OfImage {
            by_id: HashMap::new(),
        };
        let digests = product.digests.iter();
        let by_digest = digests.filter_map(|digest| self.by_digest.get(*digest));
        let mut known: Vec<Place> = Vec::new();
        for &place in by_digest.flatten() {
            known.push(place);
            of_image.add(self.place(place), Standing::Digest, now);
        }
        let by_repository = self.by_repository.get(&Repository::of(product.image));
        for &place in by_repository.into_iter().flatten() {
            let Some((statement, named)) = self.place(place) else {
                continue;
            };
            let mut identifiers = named
                .identifiers
                .iter()
                .filter_map(|text| Named::read(text));
            let is_it = identifiers
                .any(|named| matches!(named, Named::Repository(named) if named.names(product)));
            if is_it && !known.contains(&place) {
                let standing = match product.by_repository {
                    true => Standing::Repository,
                    false => Standing::Beside,
                };
                of_image.add(Some((statement, named)), standing, now);
            }
        }
        let path = product.image.repository.as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        for &place in self.by_name.get(name).into_iter().flatten() {
            if !known.contains(&place) {
                of_image.add(self.place(place), Standing::Beside, now);
            }
        }
        of_image
    }

    fn place(&self, (statement, product): Place) -> Option<(&'e VexStatement, &'e VexProduct)> {
        let statement = self.facts.statements.get(statement)?;
        Some((statement, statement.products.get(product)?))
    }
}

/// The statements about one image, by vulnerability.
#[derive(Debug)]
pub struct OfImage<'e> {
    /// Shared by all names of a vulnerability, of which there may be a thousand.
    by_id: HashMap<String, Vec<Rc<Applicable<'e>>>>,
}

/// What a statement has to do with the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It names a digest of it.
    Digest,
    /// It names its repository, which the policy accepts.
    Repository,
    /// It names its repository or that one's name, which does not count.
    Beside,
}

#[derive(Debug)]
struct Applicable<'e> {
    statement: &'e VexStatement,
    standing: Standing,
    /// When it was made; none when that is not known, as of one that says that it is still to come.
    time: Option<Timestamp>,
    /// Whether it names no package, so that it speaks of all.
    whole: bool,
    packages: Vec<Purl>,
    /// Whether it names one by something else than a package URL.
    unnamed: bool,
}

/// A statement that takes a vulnerability away.
#[derive(Debug, Clone, Copy)]
pub struct TakingAway<'e> {
    /// The statement.
    pub statement: &'e VexStatement,
    /// Whether it names the repository, and no digest of the image.
    pub by_repository: bool,
}

impl<'e> OfImage<'e> {
    fn add(
        &mut self,
        named: Option<(&'e VexStatement, &'e VexProduct)>,
        standing: Standing,
        now: Timestamp,
    ) {
        let Some((statement, product)) = named else {
            return;
        };
        let packages: Vec<Vec<Purl>> = product
            .subcomponents
            .iter()
            .map(|names| names.iter().filter_map(|text| Purl::parse(text)).collect())
            .collect();
        let applicable = Rc::new(Applicable {
            statement,
            standing,
            time: statement.time.filter(|time| *time <= now),
            whole: packages.is_empty(),
            unnamed: packages.iter().any(Vec::is_empty),
            packages: packages.into_iter().flatten().collect(),
        });
        for id in &statement.ids {
            let about = self.by_id.entry(id.to_ascii_lowercase()).or_default();
            about.push(Rc::clone(&applicable));
        }
    }

    /// The statement that takes the vulnerability away. The latest decides; where several could be the
    /// latest, none of them may speak against it. One about the repository does not outweigh one about the
    /// digest that takes nothing away.
    pub fn taking_away(&self, vulnerability: &Vulnerability) -> Option<TakingAway<'e>> {
        let mut about = self.speaking_of(vulnerability);
        about.retain(|applicable| applicable.standing != Standing::Beside);
        let latest = about.iter().filter_map(|applicable| applicable.time).max();
        let is_latest = |it: &&&Applicable<'e>| it.time.is_none() || it.time == latest;
        let first = about.iter().find(is_latest)?;
        let by_repository = first.standing == Standing::Repository;
        let against = |it: &&&Applicable<'e>| {
            is_latest(it) || (by_repository && it.standing == Standing::Digest)
        };
        let mut deciding = about.iter().filter(against);
        deciding
            .all(|it| takes_away(it.statement.status))
            .then_some(TakingAway {
                statement: first.statement,
                by_repository,
            })
    }

    /// A statement that would take the vulnerability away and does not count, since it names the image's
    /// repository and no digest.
    pub fn beside(&self, vulnerability: &Vulnerability) -> Option<&'e VexStatement> {
        let about = self.speaking_of(vulnerability).into_iter();
        let mut statements = about
            .filter(|it| it.standing == Standing::Beside)
            .map(|it| it.statement);
        statements.find(|statement| takes_away(statement.status))
    }

    fn speaking_of(&self, vulnerability: &Vulnerability) -> Vec<&Applicable<'e>> {
        let names = vulnerability.aliases.iter().chain([&vulnerability.id]);
        let about = names.filter_map(|name| self.by_id.get(&name.to_ascii_lowercase()));
        let about: Vec<&Applicable<'e>> = about.flatten().map(Rc::as_ref).collect();
        if about.is_empty() {
            return about;
        }
        let package = vulnerability.purl.as_deref().and_then(Purl::parse);
        let about = about.into_iter();
        about.filter(|it| it.speaks_of(package.as_ref())).collect()
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
