//! Who signed, each counted once: the owner of a key or of a certificate. Certificates of one issuer that
//! share a name have one owner, so that nobody counts twice by a certificate with one name more.

use std::collections::HashMap;

use super::wanted::Who;

/// Those who signed, by number.
#[derive(Debug, Default)]
pub(super) struct Signatories<'a> {
    known: HashMap<Name<'a>, usize>,
    /// For each number one that stands for the same owner; itself, or one below.
    same_as: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Name<'a> {
    Key(&'a [u8]),
    Certificate(&'a str, Option<&'a str>),
}

impl<'a> Signatories<'a> {
    /// The number of who signed. Two numbers may turn out to be one owner's: see [`Self::owner`].
    pub(super) fn number(&mut self, who: Who<'a>) -> usize {
        let names: Vec<Name<'a>> = match who {
            Who::Key(der) => vec![Name::Key(der)],
            Who::Identity(identity) => {
                let issuer = identity.issuer.as_deref();
                let names = identity.names();
                names.map(|name| Name::Certificate(name, issuer)).collect()
            }
        };
        let known = names.iter().filter_map(|name| self.known.get(name));
        let mut owners: Vec<usize> = known.map(|number| self.owner(*number)).collect();
        owners.sort_unstable();
        let owner = owners.first().copied().unwrap_or_else(|| {
            self.same_as.push(self.same_as.len());
            self.same_as.len() - 1
        });
        for other in owners {
            self.same_as[other] = owner;
        }
        for name in names {
            self.known.insert(name, owner);
        }
        owner
    }

    /// The number of the owner, once everybody is known.
    pub(super) fn owner(&self, mut number: usize) -> usize {
        while self.same_as[number] != number {
            number = self.same_as[number];
        }
        number
    }

    /// How many numbers were given.
    pub(super) fn len(&self) -> usize {
        self.same_as.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::signature::Identity;

    fn owners(certificates: &[&[&str]]) -> Vec<usize> {
        let identities = certificates.iter().map(|names| Identity {
            subject: names[0].to_owned(),
            other_names: names[1..].iter().map(|name| (*name).to_owned()).collect(),
            issuer: None,
        });
        let identities: Vec<Identity> = identities.collect();
        let mut all = Signatories::default();
        let numbers = identities.iter().map(|one| all.number(Who::Identity(one)));
        let numbers: Vec<usize> = numbers.collect();
        numbers.into_iter().map(|one| all.owner(one)).collect()
    }

    #[test]
    fn certificates_that_share_a_name_have_one_owner() {
        assert_eq!(owners(&[&["a", "b"], &["b"], &["c"]]), [0, 0, 2 - 1]);
    }

    #[test]
    fn a_later_certificate_joins_two_owners() {
        assert_eq!(owners(&[&["a"], &["b"], &["a", "b"]]), [0, 0, 0]);
    }
}
