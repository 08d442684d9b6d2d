//! Every fault of a registry at every place where it can strike, through the program. A signed image then
//! passes, where another place says all that has to be known or another attempt helps; or it is *could
//! not check*, and the message names the request. It is never "unsigned", and never a pass by fault.

use serde_json::json;

use crate::places::At::{
    self, AttestationTag, Image, Payload, Referrers, ReferrersTag, SignatureTag, Token,
};
use crate::places::End::{self, NotChecked, Pass, Says, Violation};
use crate::places::{ALWAYS, OUT_OF_TIME, PLACES, Scene, hold_all};
use crate::registry::ReferrersApi;
use crate::registry::content::INDEX;
use crate::registry::fault::{Action, Fault};
use crate::registry::wire::Reply;

/// A fault that lasts, and how the run ends for each place: by default [`ends`].
struct Row {
    name: &'static str,
    action: Action,
    /// Where it ends otherwise.
    except: &'static [(At, End)],
}

impl Row {
    fn new(name: &'static str, action: Action) -> Self {
        Self {
            name,
            action,
            except: &[],
        }
    }

    fn except(mut self, except: &'static [(At, End)]) -> Self {
        self.except = except;
        self
    }

    /// The same for an image that is not known to be signed: no place may fail, and each may say that
    /// there is none.
    fn that_matters(self) -> Self {
        let except: &[(At, End)] = match self.name {
            "404" => &[
                (Referrers, Violation),
                (ReferrersTag, Violation),
                (SignatureTag, Violation),
                (AttestationTag, Violation),
                (Payload, Says("names the blob sha256:")),
            ],
            _ => &[
                (Referrers, NotChecked),
                (ReferrersTag, NotChecked),
                (AttestationTag, NotChecked),
            ],
        };
        self.except(except)
    }

    fn end(&self, at: At) -> End {
        let mut except = self.except.iter();
        let found = except.find(|(place, _)| *place == at);
        found.map_or_else(|| ends(at), |(_, end)| *end)
    }
}

/// How a run ends for a signed image when a place gives no answer: the tag of signatures says all that
/// has to be known, so the other places may fail.
fn ends(at: At) -> End {
    match at {
        Token | Image | SignatureTag | Payload => NotChecked,
        Referrers | ReferrersTag | AttestationTag => Pass,
    }
}

const TEN_GIGABYTES: u64 = 10_000_000_000;

/// Nothing that is asked after a stall is asked in time.
const STALLED: &[(At, End)] = &[
    (Token, OUT_OF_TIME),
    (Image, OUT_OF_TIME),
    (Referrers, OUT_OF_TIME),
    (ReferrersTag, OUT_OF_TIME),
    (SignatureTag, OUT_OF_TIME),
    (Payload, OUT_OF_TIME),
];

fn refused(status: u16, header: &str, value: &str) -> Action {
    Action::Instead(Reply::new(status).with(header, value))
}

/// Answers with a status that say nothing.
fn statuses() -> Vec<Row> {
    vec![
        Row::new("401 without a challenge", Action::status(401)),
        Row::new(
            "401 with a broken challenge",
            refused(401, "WWW-Authenticate", "Bearer realm=\"unfinished"),
        ),
        Row::new("403", Action::error(403, "DENIED")),
        // The tag of signatures is the one place where "there is none" means "unsigned".
        Row::new("404", Action::error(404, "MANIFEST_UNKNOWN")).except(&[
            (Image, Says("there is no such image")),
            (SignatureTag, Violation),
            (Payload, Says("names the blob sha256:")),
        ]),
        Row::new("404 for want of rights", Action::error(404, "DENIED")),
        Row::new("429", Action::status(429)),
        Row::new("429 for an hour", refused(429, "Retry-After", "3600")),
        Row::new(
            "429 for as long as the run may take",
            refused(429, "Retry-After", "50"),
        ),
        Row::new(
            "429 until a date",
            refused(429, "Retry-After", "Fri, 06 Nov 2893 08:49:37 GMT"),
        ),
        Row::new("500", Action::status(500)),
        Row::new("204", Action::status(204)),
        Row::new("a redirect in circles", Action::redirect("?again")),
        Row::new(
            "a redirect without encryption",
            Action::redirect("http://storage.example.com/x"),
        ),
        Row::new("a redirect to nowhere", Action::status(302)),
    ]
}

/// Connections that break.
fn connections() -> Vec<Row> {
    vec![
        Row::new("reset", Action::Reset),
        Row::new("closed", Action::Close),
        Row::new("truncated", Action::Truncate),
    ]
}

/// Answers with something else in place of what was asked for.
fn replacements() -> Vec<Row> {
    let page = b"<html>Please log in to this network</html>";
    let page = Reply::new(200).with("Content-Type", "text/html").body(page);
    let gzip = "gzip".to_owned();
    vec![
        Row::new("a page", Action::Instead(page)),
        Row::new("nothing", Action::status(200)),
        Row::new("10 GB", Action::Length(TEN_GIGABYTES)),
        Row::new("no end", Action::Endless),
        Row::new("headers without end", Action::EndlessHeaders),
        Row::new("compressed", Action::Header("Content-Encoding", gzip)),
    ]
}

/// What was asked for, altered or called something else.
fn alterations() -> Vec<Row> {
    let digest = format!("sha256:{}", "0".repeat(64));
    let media_type = "text/html".to_owned();
    vec![
        // A token has no digest, and that of a blob was asked for.
        Row::new(
            "another digest",
            Action::Header("Docker-Content-Digest", digest),
        )
        .except(&[(Token, Pass), (Payload, Pass)]),
        // Blobs are known by their digest, whatever they are called.
        Row::new(
            "another media type",
            Action::Header("Content-Type", media_type),
        )
        .except(&[(Token, Pass), (Payload, Pass)]),
        // The altered bit is in the token, which is then refused.
        Row::new("another bit", Action::Flip).except(&[(Token, Says("401 Unauthorized"))]),
    ]
}

/// Runs every row at every place, and fails with a list of what ended otherwise than it should.
fn hold(scene: &Scene, rows: &[Row], places: &[At], limit: &str) {
    let work = rows
        .iter()
        .flat_map(|row| places.iter().map(move |at| (row, *at)));
    let work: Vec<(&Row, At)> = work.collect();
    hold_all(&work, |(row, at)| {
        let end = row.end(*at);
        let wrong = scene.run(*at, ALWAYS, &row.action, limit).wrong(end)?;
        Some(format!("{} at {at:?} is not {end:?}: {wrong}", row.name))
    });
}

/// For faults that end without a time limit.
const LONG: &str = "50s";

#[test]
fn statuses_that_are_no_answer() {
    hold(&Scene::signed(), &statuses(), &PLACES, LONG);
}

#[test]
fn connections_that_break() {
    hold(&Scene::signed(), &connections(), &PLACES, LONG);
}

#[test]
fn answers_that_are_something_else() {
    hold(&Scene::signed(), &replacements(), &PLACES, LONG);
    hold(&Scene::signed(), &alterations(), &PLACES, LONG);
}

#[test]
fn answers_that_never_come() {
    let rows = [
        Row::new("stall", Action::Stall).except(STALLED),
        Row::new("stall in the middle", Action::StallInBody).except(STALLED),
    ];
    hold(&Scene::signed(), &rows, &PLACES, "2s");
}

#[test]
fn faults_that_pass_are_waited_for() {
    let scene = Scene::signed();
    let actions = [
        ("429", Action::status(429)),
        ("429 for a second", refused(429, "Retry-After", "1")),
        ("500", Action::status(500)),
        ("503", Action::status(503)),
        ("reset", Action::Reset),
        ("closed", Action::Close),
        ("truncated", Action::Truncate),
    ];
    let work = actions
        .iter()
        .flat_map(|action| PLACES.map(|at| (action, at)));
    let work: Vec<_> = work.collect();
    hold_all(&work, |((name, action), at)| {
        let wrong = scene.run(*at, 0..1, action, LONG).wrong(Pass)?;
        Some(format!("{name} at {at:?}: {wrong}"))
    });
}

/// Holds the rows against an image that is signed by somebody else, so that every place has to say that
/// there is nothing more.
fn hold_unsatisfied(referrers: ReferrersApi, places: &[At]) {
    let scene = Scene::signed_by_another(referrers);
    let rows = [statuses(), connections(), replacements()];
    let rows: Vec<Row> = rows.into_iter().flatten().map(Row::that_matters).collect();
    hold(&scene, &rows, places, LONG);
}

#[test]
fn no_answer_is_not_taken_for_unsigned() {
    let places = [ReferrersTag, SignatureTag, AttestationTag, Payload];
    hold_unsatisfied(ReferrersApi::Missing, &places);
}

#[test]
fn no_list_of_referrers_is_not_taken_for_unsigned() {
    hold_unsatisfied(ReferrersApi::Whole, &[Referrers, ReferrersTag]);
}

/// Lists of referrers whose next page is again one of them, or always another one.
#[test]
fn pages_without_end_are_not_taken_for_unsigned() {
    for next in ["<?from=0>; rel=\"next\"", "<x/y>; rel=\"next\""] {
        let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [] });
        let page = Reply::json(200, INDEX, &list).with("Link", next);
        let fault = || Fault::always("/referrers/", Action::Instead(page.clone()));
        let run = |scene: &Scene| {
            let path = Referrers.path(scene);
            scene.run_with(path, fault(), LONG)
        };
        let signed = run(&Scene::signed()).wrong(Pass);
        assert_eq!(signed, None, "{next}");
        let other = run(&Scene::signed_by_another(ReferrersApi::Whole));
        assert_eq!(other.wrong(NotChecked), None, "{next}");
    }
}
