//! What was not judged and what passed with a reservation, as lines and sentences that every format and
//! standard error share. Nothing here is escaped yet.

use super::reasons::{self, phrase};
use super::{CheckReport, Listing};
use crate::model::caveat::Caveat;
use crate::model::object::Object;
use crate::model::shorten::shorten;
use crate::model::summary::{Family, NotLookedAt, Summary};

/// Most characters of one text of a manifest in a line.
const TEXT: usize = 200;

/// The sentences about everything that was not judged and everything that passed with a reservation, and by
/// which of them a strict run does not pass. Rules that are not configured are not among them.
pub(super) fn sentences(words: &str, summary: &Summary) -> Vec<String> {
    let of = |family: Family| -> Vec<String> {
        let counts = summary.not_looked_at.iter();
        let counts = counts.filter(|(reason, count)| {
            let named_elsewhere = matches!(reason, NotLookedAt::RuleNotConfigured(_));
            reason.family() == family && *count > 0 && !named_elsewhere
        });
        counts
            .map(|(reason, count)| phrase(*reason, *count))
            .collect()
    };
    let mut lines = Vec::new();
    for (words, family) in [
        (words, Family::NotJudged),
        ("passed with a reservation", Family::Reservation),
    ] {
        let phrases = of(family);
        if !phrases.is_empty() {
            lines.push(format!("{words}: {}", phrases.join(", ")));
        }
    }
    lines
}

/// The sentence about what makes a strict run no pass.
pub(super) fn strict(report: &CheckReport) -> Option<String> {
    let met = report.strict.met(&report.summary);
    let mut names: Vec<&str> = met.map(|(reason, _)| reason.name()).collect();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "strict: could not check everything, because of {}",
        names.join(", ")
    ))
}

/// That no image was judged, when none was.
pub(super) fn nothing_judged(summary: &Summary) -> Option<&'static str> {
    match (summary.judged, summary.images) {
        (0, 0) => Some("nothing was judged: no image was found"),
        (0, _) => Some("nothing was judged: no rule about images judged any of them"),
        _ => None,
    }
}

/// The places that the report lists, of one family.
pub(super) fn listed<'a>(
    caveats: &'a [Caveat],
    listing: &'a Listing,
    family: Family,
) -> impl Iterator<Item = &'a Caveat> {
    let of_family = caveats.iter();
    of_family.filter(move |caveat| caveat.reason.family() == family && listing.shows(caveat.reason))
}

/// `shop/pod.yaml:5:28: exempt-namespace: Pod kube-system/app, image nginx`.
pub(super) fn line(caveat: &Caveat) -> String {
    let mut line = caveat.path.to_string();
    if let Some(at) = caveat.position {
        line.push_str(&format!(":{}:{}", at.line, at.column));
    }
    line.push_str(": ");
    line.push_str(caveat.reason.name());
    if let Some(rule) = reasons::rule(caveat.reason) {
        line.push_str(&format!(" ({rule})"));
    }
    let object = caveat.object.as_deref().map(object);
    let image = caveat.image.as_deref();
    let image = image.map(|image| format!("image {}", shorten(image, TEXT)));
    let detail = caveat.detail.as_deref();
    let detail = detail.map(|detail| shorten(detail, TEXT).into_owned());
    let more = (caveat.times > 1).then(|| format!("{} more", caveat.times));
    let what: Vec<String> = [object, image, detail, more]
        .into_iter()
        .flatten()
        .collect();
    if !what.is_empty() {
        line.push_str(&format!(": {}", what.join(", ")));
    }
    line
}

/// `Pod kube-system/app`.
fn object(object: &Object) -> String {
    let name = object.name.as_deref().unwrap_or("without a name");
    let name = shorten(name, TEXT);
    let kind = shorten(&object.kind, TEXT);
    match &object.namespace {
        Some(namespace) => format!("{kind} {}/{name}", shorten(namespace, TEXT)),
        None => format!("{kind} {name}"),
    }
}
