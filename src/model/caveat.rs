//! What a reader of a report has to know besides its findings, each with its place: what was not judged,
//! and what passed with a reservation.

use std::sync::Arc;

use super::object::Object;
use super::span::Position;
use super::summary::NotLookedAt;

/// One thing that was not judged, or one pass with a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caveat {
    /// Why.
    pub reason: NotLookedAt,
    /// The file as shown to people.
    pub path: Arc<str>,
    /// Where in the file; `None` when all of it is meant.
    pub position: Option<Position>,
    /// The object, where one is concerned.
    pub object: Option<Arc<Object>>,
    /// The image, where one is concerned. May hold hostile text from the input.
    pub image: Option<Arc<str>>,
    /// What else helps to find or to judge it, in a few words. May hold hostile text from the input.
    pub detail: Option<Arc<str>>,
    /// How many are meant: more than one only for those of a file whose places are not kept, since there
    /// are too many.
    pub times: u32,
}

impl Caveat {
    /// About a whole file.
    pub fn of_file(reason: NotLookedAt, path: Arc<str>) -> Self {
        Self {
            reason,
            path,
            position: None,
            object: None,
            image: None,
            detail: None,
            times: 1,
        }
    }

    /// About a place in a file.
    pub fn at(reason: NotLookedAt, path: Arc<str>, position: Position) -> Self {
        Self {
            position: Some(position),
            ..Self::of_file(reason, path)
        }
    }
}

/// Puts them in the order in which reports list them: path, position, reason.
pub fn arrange(caveats: &mut [Caveat]) {
    caveats.sort_by(|one, other| {
        let key = |caveat: &Caveat| (caveat.position, caveat.reason);
        let paths = one.path.as_bytes().cmp(other.path.as_bytes());
        paths.then_with(|| key(one).cmp(&key(other)))
    });
}
