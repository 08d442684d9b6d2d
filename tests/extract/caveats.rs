//! Where what is passed over stands.

use imagegate::model::caveat::Caveat;
use imagegate::model::summary::NotLookedAt;

use crate::read::facts;

/// `line:column object "image" "detail"` of everything that is passed over for this reason.
fn places(text: &str, reason: NotLookedAt) -> Vec<String> {
    let found = facts(text);
    let line = |caveat: &Caveat| {
        let at = caveat
            .position
            .map(|at| format!("{}:{}", at.line, at.column));
        let object = caveat
            .object
            .as_deref()
            .map(|object| object.kind.to_string());
        let texts = [
            at,
            object,
            caveat.image.as_deref().map(str::to_owned),
            caveat.detail.as_deref().map(str::to_owned),
        ];
        let texts: Vec<String> = texts.into_iter().flatten().collect();
        texts.join(" ")
    };
    let of_reason = found
        .caveats
        .iter()
        .filter(|caveat| caveat.reason == reason);
    of_reason.map(line).collect()
}

#[test]
fn lines_of_a_template_have_their_place_and_their_text() {
    let text = "kind: Pod\n---\napiVersion: v1\nkind: Pod\nspec:\n  {{- range .x }}\n  - image: {{ .y }}\n  {{- end }}\n";
    assert_eq!(
        places(text, NotLookedAt::TemplateImageLine),
        ["7:5 image: {{ .y }}"]
    );
}

#[test]
fn an_entry_of_a_kustomization_has_its_place_and_its_image() {
    let text = "images:\n  - name: a\n    newTag: b\n  - {name: c, newName: d}\n";
    assert_eq!(
        places(text, NotLookedAt::KustomizeImage),
        ["2:5 a", "4:5 c"]
    );
}

#[test]
fn an_object_that_deploys_nothing_has_its_place_and_its_name() {
    let text = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {image: x}\n";
    assert_eq!(
        places(text, NotLookedAt::NotDeployed),
        ["1:1 ClusterPolicy"]
    );
}

#[test]
fn images_of_a_status_have_the_place_of_the_status() {
    let text = "apiVersion: example.com/v1\nkind: Widget\nstatus:\n  containers: [{image: x}]\n";
    assert_eq!(places(text, NotLookedAt::NotDeployed), ["4:3 Widget"]);
}

#[test]
fn of_very_many_places_in_one_file_the_rest_is_counted() {
    let lines = "- image: {{ .y }}\n".repeat(5_000);
    let found = facts(&format!(
        "apiVersion: v1\nkind: Pod\nspec:\n  {{{{- x }}}}\n{lines}"
    ));
    assert!(found.caveats.len() < 2_000, "{}", found.caveats.len());
    let lines = found.caveats.iter();
    let lines = lines.filter(|caveat| caveat.reason == NotLookedAt::TemplateImageLine);
    assert_eq!(lines.map(|caveat| caveat.times).sum::<u32>(), 5_000);
}
