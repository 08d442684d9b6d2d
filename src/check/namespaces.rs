//! Which namespace an object belongs to, and what the policy says there.
//!
//! The order is the object's own, `--namespace`, the policy's default, else unknown. It holds for the
//! items of a List one by one, as `kubectl apply` does it, and for every kind alike: whether a custom
//! resource is cluster-scoped cannot be seen in a manifest. A namespace that Kubernetes could not have
//! created (a placeholder, say) is unknown too, and is not replaced by a default: the object does name
//! one.

use std::collections::{BTreeSet, HashMap};

use crate::model::image_use::ImageUse;
use crate::model::object::{Object, is_namespace};
use crate::model::origin::Destination;
use crate::model::rule::Rule;
use crate::policy::resolve::Decision;
use crate::policy::settings::{Policy, UnknownNamespace};

/// What the policy says about one namespace.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The namespace, `None` when it is unknown.
    pub namespace: Option<&'a str>,
    /// Whether images there are not judged.
    pub exempt: bool,
    decisions: [Option<Decision>; Rule::ALL.len()],
}

impl Place<'_> {
    /// What the rule does with findings there; `None` when it is off.
    pub fn decision(&self, rule: Rule) -> Option<Decision> {
        self.decisions[rule as usize]
    }
}

/// Resolves namespaces and asks the policy once for each.
#[derive(Debug)]
pub struct Namespaces<'a> {
    policy: &'a Policy,
    fallback: Option<&'a str>,
    places: HashMap<Option<&'a str>, usize>,
    /// The number of the place of what the policy file itself says.
    of_policy: Option<usize>,
    known: Vec<Place<'a>>,
    /// The namespaces into which kustomizations put the objects of the file at hand.
    overlays: Vec<Option<&'a str>>,
    /// Places of objects that may end up in one of several namespaces.
    several: HashMap<Vec<Option<&'a str>>, usize>,
}

impl<'a> Namespaces<'a> {
    /// `given` is `--namespace`.
    pub fn new(policy: &'a Policy, given: Option<&'a str>) -> Self {
        let default = policy.default_namespace.as_ref();
        Self {
            policy,
            fallback: given.or(default.map(|name| name.value.as_str())),
            places: HashMap::new(),
            of_policy: None,
            known: Vec::new(),
            overlays: Vec::new(),
            several: HashMap::new(),
        }
    }

    /// Says that kustomizations put the objects that come next into these namespaces, in place of their own.
    pub fn put_into(&mut self, destinations: &'a [Destination]) {
        let names: BTreeSet<Option<&'a str>> =
            destinations.iter().map(|it| self.name_of(it)).collect();
        self.overlays = names.into_iter().collect();
    }

    /// The number of the place of an image: where what deploys it puts it, and where its object puts itself.
    pub fn number_of(&mut self, used: &'a ImageUse) -> usize {
        let origin = used.origin.as_deref();
        let deployed_by = origin.map_or(&[][..], |origin| &origin.deployed_by);
        if deployed_by.is_empty() {
            return self.number(&used.object);
        }
        let names: BTreeSet<Option<&'a str>> = deployed_by
            .iter()
            .map(|deployment| self.name_of(&deployment.namespace))
            .chain(used.object.namespace.as_deref().map(known))
            .collect();
        self.in_one_of(names.into_iter().collect())
    }

    /// The name of a destination; `None` when it is not known.
    fn name_of(&self, destination: &'a Destination) -> Option<&'a str> {
        match destination {
            Destination::Named(name) => known(name),
            Destination::Unnamed => self.fallback,
            Destination::Unknown => None,
        }
    }

    /// The number of the place of an object, for [`Self::place`].
    pub fn number(&mut self, object: &'a Object) -> usize {
        let namespace = match object.namespace.as_deref() {
            Some(name) => known(name),
            None => self.fallback,
        };
        match self.overlays.is_empty() {
            true => self.numbered(namespace),
            false => self.in_one_of_several(namespace),
        }
    }

    /// The place of an object that is put into the namespaces of kustomizations, and perhaps deployed as it is
    /// written too. Nobody can say that it is not, so the strictest of all holds: it is exempt only where
    /// it is exempt everywhere.
    fn in_one_of_several(&mut self, own: Option<&'a str>) -> usize {
        let mut all: BTreeSet<Option<&'a str>> = self.overlays.iter().copied().collect();
        all.insert(own);
        self.in_one_of(all.into_iter().collect())
    }

    /// The place of what is put into all of these, of which there is one at least.
    fn in_one_of(&mut self, all: Vec<Option<&'a str>>) -> usize {
        if let [only] = all[..] {
            return self.numbered(only);
        }
        if let Some(&number) = self.several.get(&all) {
            return number;
        }
        let numbers: Vec<usize> = all.iter().map(|name| self.numbered(*name)).collect();
        let places = || numbers.iter().map(|number| &self.known[*number]);
        let decisions = Rule::ALL.map(|rule| {
            let decisions = places().filter_map(|place| place.decision(rule));
            // `Enforce` comes before `Audit`.
            decisions.min_by_key(|decision| decision.action)
        });
        let place = Place {
            // An exception for one of several must not reach the others.
            namespace: None,
            exempt: places().all(|place| place.exempt),
            decisions,
        };
        self.known.push(place);
        self.several.insert(all, self.known.len() - 1);
        self.known.len() - 1
    }

    /// The number of the place of the policy file, where overrides by namespace never apply.
    pub fn of_policy(&mut self) -> usize {
        let known = self.of_policy;
        let number = known.unwrap_or_else(|| {
            self.known.push(Place {
                namespace: None,
                exempt: false,
                decisions: Rule::ALL.map(|rule| self.policy.decide(rule, None)),
            });
            self.known.len() - 1
        });
        self.of_policy = Some(number);
        number
    }

    /// The number of the place of something in the input that belongs to no object.
    pub fn nowhere(&mut self) -> usize {
        self.numbered(None)
    }

    /// A place by its number.
    pub fn place(&self, number: usize) -> &Place<'a> {
        &self.known[number]
    }

    fn numbered(&mut self, namespace: Option<&'a str>) -> usize {
        if let Some(&number) = self.places.get(&namespace) {
            return number;
        }
        let exempt = namespace.is_some_and(|name| {
            let patterns = &self.policy.exempt_namespaces;
            patterns.iter().any(|pattern| pattern.value.matches(name))
        });
        self.known.push(Place {
            namespace,
            exempt,
            decisions: Rule::ALL.map(|rule| match namespace {
                Some(_) => self.policy.decide(rule, namespace),
                None => self.policy.decide_unknown(rule),
            }),
        });
        self.places.insert(namespace, self.known.len() - 1);
        self.known.len() - 1
    }
}

/// The name, where a namespace can have it.
fn known(name: &str) -> Option<&str> {
    is_namespace(name).then_some(name)
}

/// Whether the policy says anything by namespace, so that an unknown one makes a difference. The exempt
/// list does not count: it is always there, and an unknown namespace is judged. Neither does anything where
/// an unknown namespace has the strictest action: then nothing is lost by not knowing it.
pub fn policy_asks_for_namespaces(policy: &Policy) -> bool {
    if policy.unknown_namespace.value == UnknownNamespace::Strictest {
        return false;
    }
    let overrides = policy.overrides.iter().map(|entry| &entry.namespaces);
    let exceptions = policy.exceptions.iter().map(|entry| &entry.namespaces);
    overrides.chain(exceptions).any(Option::is_some)
}
