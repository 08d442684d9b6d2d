//! Reading a text, and showing what matters of an image use in one line.

use imagegate::extract::ExtractSettings;
use imagegate::extract::file;
use imagegate::model::file_facts::FileFacts;
use imagegate::model::image_use::ImageUse;
use imagegate::model::rule::Rule;
use imagegate::model::summary::NotLookedAt;
use imagegate::parse::ParseSettings;
use imagegate::policy::settings::{CustomResource, FieldPattern, FieldStep, Spanned};

/// What the file says, with nothing from a policy.
pub fn facts(text: &str) -> FileFacts {
    file::facts("a.yaml".into(), text.into(), &ExtractSettings::default())
}

/// What the file says with an entry of `custom-resources`; `kind` is `group/version/Kind`.
pub fn facts_with(kind: &str, path: &[FieldStep], text: &str) -> FileFacts {
    let [group, version, kind] = kind.split('/').collect::<Vec<_>>()[..] else {
        panic!("{kind} is not group/version/Kind");
    };
    let entry = CustomResource {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: kind.to_owned(),
        paths: vec![Spanned {
            value: FieldPattern(path.to_vec()),
            span: Default::default(),
        }],
    };
    let settings = ExtractSettings::new(vec![entry], ParseSettings::default());
    file::facts("a.yaml".into(), text.into(), &settings)
}

/// `field = text` of every use, in order.
pub fn fields(facts: &FileFacts) -> Vec<String> {
    let line = |used: &ImageUse| format!("{} = {}", used.field, used.text);
    facts.uses.iter().map(line).collect()
}

/// `line:column text` of every use, in order.
pub fn positions(facts: &FileFacts) -> Vec<String> {
    let line = |used: &ImageUse| {
        let start = used.location.start;
        format!("{}:{} {}", start.line, start.column, used.text)
    };
    facts.uses.iter().map(line).collect()
}

/// The rules of the problems, in order.
pub fn rules(facts: &FileFacts) -> Vec<Rule> {
    facts.problems.iter().map(|problem| problem.rule).collect()
}

/// How often something was not looked at for that reason.
pub fn not_looked_at(facts: &FileFacts, reason: &NotLookedAt) -> u32 {
    let caveats = facts.caveats.iter();
    let of_reason = caveats.filter(|caveat| caveat.reason == *reason);
    of_reason.map(|caveat| caveat.times).sum()
}
