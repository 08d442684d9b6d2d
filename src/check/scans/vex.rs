//! Which vulnerabilities of an image OpenVEX statements take away.
//!
//! A statement speaks of an image when a product of it carries a digest of that image: by itself, in
//! `hashes`, in a package URL (`pkg:oci/…@sha256:…`) or behind a reference. What names only a repository is
//! no statement about this image, whose content is another one with every push, unless the policy takes it
//! for one; that it is there is said. The repository beside a digest is not compared, since a copy has the
//! same digest.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;

use super::product::Named;
pub use super::product::Product;
use super::purl::Purl;
use crate::model::repository::Repository;
use crate::model::scan::{VexFacts, VexProduct, VexStatement, VexStatus, Vulnerability};

/// Number of a statement and of one of its products.
type Place = (u32, u32);

/// The statements of a run, by what their products name.
#[derive(Debug)]
pub struct Statements<'e> {
    facts: &'e VexFacts,
    /// What is named as a number, in order: two names may have the same. There may be millions, so that the
    /// names themselves are not kept a second time.
    by_name: Vec<(u64, Place)>,
}

impl<'e> Statements<'e> {
    /// Sorts the statements once for the whole run.
    pub fn new(facts: &'e VexFacts) -> Self {
        let mut by_name = Vec::new();
        for (number, statement) in (0..).zip(&facts.statements) {
            for (product, named) in (0..).zip(&statement.products) {
                let names = identified(named).map(|named| number_of(&named));
                by_name.extend(names.map(|name| (name, (number, product))));
            }
        }
        by_name.sort_unstable();
        by_name.dedup();
        Self { facts, by_name }
    }

    /// Whether a document could not be read: it may take back what another says.
    pub fn are_incomplete(&self) -> bool {
        !self.facts.unread.is_empty()
    }

    /// The statements about an image.
    pub fn about(&self, product: &Product<'_>, now: Timestamp) -> OfImage<'e> {
        let mut of_image = Indexing::new(now);
        let mut known: HashSet<Place> = HashSet::new();
        for digest in &product.digests {
            let wanted = Named::Digest((*digest).clone());
            for (place, named) in self.naming(&wanted, |named| *named == wanted) {
                if known.insert(place) {
                    of_image.add(place.0, named, Standing::Digest);
                }
            }
        }
        let standing = match product.by_repository {
            true => Standing::Repository,
            false => Standing::Beside,
        };
        let wanted = Named::any_of(Repository::of(product.image));
        let is_it =
            |named: &Named| matches!(named, Named::Repository(named) if named.names(product));
        for (place, named) in self.naming(&wanted, is_it) {
            if !known.contains(&place) {
                of_image.add(place.0, named, standing);
            }
        }
        let path = product.image.repository.as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        let wanted = Named::Name(name.to_owned());
        for (place, named) in self.naming(&wanted, |named| *named == wanted) {
            if !known.contains(&place) {
                of_image.add(place.0, named, Standing::Beside);
            }
        }
        of_image.finish()
    }

    /// The products that `wanted` finds, of which an identifier is what `is_it` says.
    fn naming(
        &self,
        wanted: &Named,
        is_it: impl Fn(&Named) -> bool,
    ) -> impl Iterator<Item = (Place, (&'e VexStatement, &'e VexProduct))> {
        let wanted = number_of(wanted);
        let first = self.by_name.partition_point(|(name, _)| *name < wanted);
        let found = self.by_name.iter().skip(first);
        let found = found.take_while(move |(name, _)| *name == wanted);
        found.filter_map(move |(_, place)| {
            let named = self.place(*place)?;
            let is_named = identified(named.1).any(|named| is_it(&named));
            is_named.then_some((*place, named))
        })
    }

    fn place(&self, (statement, product): Place) -> Option<(&'e VexStatement, &'e VexProduct)> {
        let statement = self.facts.statements.get(statement as usize)?;
        Some((statement, statement.products.get(product as usize)?))
    }
}

/// What the identifiers of a product name.
fn identified(product: &VexProduct) -> impl Iterator<Item = Named> + '_ {
    let identifiers = product.identifiers.iter();
    identifiers.filter_map(|text| Named::read(text))
}

/// The number by which a name is found.
fn number_of(named: &Named) -> u64 {
    let mut hasher = DefaultHasher::new();
    match named {
        Named::Digest(digest) => (0_u8, digest).hash(&mut hasher),
        Named::Repository(named) => (1_u8, &named.repository).hash(&mut hasher),
        Named::Name(name) => (2_u8, name).hash(&mut hasher),
    }
    hasher.finish()
}

/// The statements about one image, by vulnerability.
#[derive(Debug)]
pub struct OfImage<'e> {
    applicable: Vec<Applicable<'e>>,
    /// Places in `applicable`. A statement stands there once, however many of its products are the image.
    by_id: HashMap<String, Vec<usize>>,
}

/// [`OfImage`] while it grows.
struct Indexing<'e> {
    now: Timestamp,
    of_image: OfImage<'e>,
    /// Where a statement, by its number, stands in `applicable`.
    known: HashMap<(u32, Standing), usize>,
}

/// What a statement has to do with the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Standing {
    /// It names a digest of it.
    Digest,
    /// It names its repository, which the policy accepts.
    Repository,
    /// It names its repository or that one's name, which does not count.
    Beside,
}

/// A statement, with what all products of it that are the image name together.
#[derive(Debug)]
struct Applicable<'e> {
    statement: &'e VexStatement,
    standing: Standing,
    /// When it was made; none when that is not known, as of one that says that it is still to come.
    time: Option<Timestamp>,
    /// Whether a product names no package, so that it speaks of all.
    whole: bool,
    /// In order, each once.
    packages: Vec<Purl>,
    /// Whether it names one by something else than a package URL.
    unnamed: bool,
    /// Whether the packages that the statement names beside its products are among these.
    has_shared: bool,
}

/// A statement that takes a vulnerability away.
#[derive(Debug, Clone, Copy)]
pub struct TakingAway<'e> {
    /// The statement.
    pub statement: &'e VexStatement,
    /// Whether it names the repository, and no digest of the image.
    pub by_repository: bool,
}

impl<'e> Indexing<'e> {
    fn new(now: Timestamp) -> Self {
        Self {
            now,
            of_image: OfImage {
                applicable: Vec::new(),
                by_id: HashMap::new(),
            },
            known: HashMap::new(),
        }
    }

    /// Takes in a product of the statement with that number.
    fn add(
        &mut self,
        number: u32,
        (statement, product): (&'e VexStatement, &'e VexProduct),
        standing: Standing,
    ) {
        let OfImage { applicable, by_id } = &mut self.of_image;
        let place = *self.known.entry((number, standing)).or_insert_with(|| {
            for id in &statement.ids {
                let about = by_id.entry(id.to_ascii_lowercase()).or_default();
                if about.last() != Some(&applicable.len()) {
                    about.push(applicable.len());
                }
            }
            applicable.push(Applicable {
                statement,
                standing,
                time: statement.time.filter(|time| *time <= self.now),
                whole: false,
                packages: Vec::new(),
                unnamed: false,
                has_shared: false,
            });
            applicable.len() - 1
        });
        if let Some(applicable) = applicable.get_mut(place) {
            applicable.add(product);
        }
    }

    fn finish(mut self) -> OfImage<'e> {
        for applicable in &mut self.of_image.applicable {
            applicable.packages.sort();
            applicable.packages.dedup();
        }
        self.of_image
    }
}

impl<'e> OfImage<'e> {
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
        let places = names.filter_map(|name| self.by_id.get(&name.to_ascii_lowercase()));
        let mut known = HashSet::new();
        let places = places.flatten().filter(|place| known.insert(**place));
        let about: Vec<&Applicable<'e>> = places
            .filter_map(|place| self.applicable.get(*place))
            .collect();
        if about.is_empty() {
            return about;
        }
        let package = vulnerability.purl.as_deref().and_then(Purl::parse);
        let about = about.into_iter();
        about.filter(|it| it.speaks_of(package.as_ref())).collect()
    }
}

impl Applicable<'_> {
    /// Takes in what a product names.
    fn add(&mut self, product: &VexProduct) {
        let shared = &self.statement.subcomponents;
        let named = match product.subcomponents.is_empty() {
            false => &product.subcomponents,
            true if shared.is_empty() => {
                self.whole = true;
                return;
            }
            true if self.has_shared => return,
            true => {
                self.has_shared = true;
                shared
            }
        };
        for names in named {
            let before = self.packages.len();
            let packages = names.iter().filter_map(|text| Purl::parse(text));
            self.packages.extend(packages);
            self.unnamed |= self.packages.len() == before;
        }
    }

    /// Where the packages cannot be compared, a statement that takes nothing away speaks of each: it may be
    /// the correction of an earlier one.
    fn speaks_of(&self, package: Option<&Purl>) -> bool {
        let is_named = package.is_some_and(|package| self.names(package));
        let may_be_named = package.is_none() || self.unnamed;
        self.whole || is_named || (may_be_named && !takes_away(self.statement.status))
    }

    fn names(&self, package: &Purl) -> bool {
        // They are in order: those of the same name stand together.
        let of = |purl: &Purl| (&*purl.kind, &*purl.name).cmp(&(&*package.kind, &*package.name));
        let first = self.packages.partition_point(|named| of(named).is_lt());
        let named = self.packages.iter().skip(first);
        let mut named = named.take_while(|named| of(named).is_eq());
        named.any(|named| named.names(package))
    }
}

const fn takes_away(status: VexStatus) -> bool {
    match status {
        VexStatus::NotAffected | VexStatus::Fixed => true,
        VexStatus::Affected | VexStatus::UnderInvestigation => false,
    }
}
