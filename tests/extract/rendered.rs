//! The output of `helm template` names the template of each document.

use crate::read::facts;

const OBJECT: &str = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: nginx}]}\n";

/// The templates that the images of the text come from.
fn templates(text: &str) -> Vec<Option<String>> {
    let found = facts(text);
    let origins = found.uses.iter().map(|used| used.origin.as_deref());
    let template = |origin: Option<&imagegate::model::origin::Origin>| {
        let deployed = origin?.deployed_by.first()?;
        Some(deployed.path.to_string())
    };
    origins.map(template).collect()
}

#[test]
fn the_template_of_an_image_is_the_one_named_above_it() {
    let text = format!(
        "---\n# Source: app/templates/a.yaml\n{OBJECT}---\n# Source: app/charts/b/templates/b.yaml\n{OBJECT}---\n{OBJECT}"
    );
    let of = |path: &str| Some(path.to_owned());
    let [a, b] = ["app/templates/a.yaml", "app/charts/b/templates/b.yaml"];
    assert_eq!(templates(&text), [of(a), of(b), of(b)]);
}

#[test]
fn a_comment_that_a_template_prints_names_no_other_one() {
    let text = format!("---\n# Source: app/templates/a.yaml\n# Source: b.yaml\n{OBJECT}");
    assert_eq!(templates(&text), [Some("app/templates/a.yaml".to_owned())]);
    assert_eq!(templates(&format!("# Source: b.yaml\n{OBJECT}")), [None]);
}
