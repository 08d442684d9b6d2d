//! `unrendered-template`: what is checked is what will be deployed, not the template it is made from.
//!
//! Documents that could not be parsed are found while reading; here stands what is said about an image
//! with a placeholder in it. What is certain of such an image is judged by the other rules, and so is what
//! it is when its placeholders take their defaults.

use crate::check::catalog::RuleText;
use crate::check::verdict::Complaint;
use crate::check::wording::quoted;
use crate::model::image_use::ImageUse;
use crate::model::object::Object;
use crate::model::reference::PartialReference;
use crate::model::rule::Rule;

/// What is said about the rule.
pub const TEXT: RuleText = RuleText {
    rule: Rule::UnrenderedTemplate,
    summary: "Manifests are rendered before they are checked",
    page: include_str!("../../../docs/rules/unrendered-template.md"),
};

/// Who fills a placeholder in while the objects are in the cluster, so that nothing renders it before.
struct RunTime {
    groups: &'static [&'static str],
    /// What its placeholders begin with.
    open: &'static str,
    /// The words that may follow; any without one.
    words: &'static [&'static str],
    name: &'static str,
    help: &'static str,
}

/// By API group of the object.
const RUN_TIMES: &[RunTime] = &[
    RunTime {
        groups: &["tekton.dev", "triggers.tekton.dev"],
        open: "$(",
        words: &[],
        name: "Tekton",
        help: "give the parameter a `default`, which is judged here, and let an admission policy judge the Pods \
               of runs that set another value",
    },
    RunTime {
        groups: &["argoproj.io"],
        open: "{{",
        words: &[
            "=",
            "inputs.",
            "outputs.",
            "workflow.",
            "item",
            "steps.",
            "tasks.",
            "pod.",
            "node.",
            "retries",
        ],
        name: "Argo Workflows",
        help: "give the parameter a `value` or `default`, which is judged here, and let an admission policy judge \
               the Pods of workflows that set another one",
    },
    RunTime {
        groups: &["kro.run"],
        open: "${",
        words: &[],
        name: "kro",
        help: "give the field of the schema a `default`, which is judged here, and let an admission policy judge \
               what instances set",
    },
    RunTime {
        groups: &["kyverno.io", "policies.kyverno.io"],
        open: "{{",
        words: &[
            "request.",
            "element",
            "images.",
            "target.",
            "serviceAccount",
            "random(",
            "@",
        ],
        name: "Kyverno",
        help: "let an admission policy in the cluster judge what it becomes",
    },
    RunTime {
        groups: &["mutations.gatekeeper.sh"],
        open: "<",
        words: &[],
        name: "Gatekeeper",
        help: "let an admission policy in the cluster judge what it becomes",
    },
];

impl RunTime {
    /// The one that fills in `placeholder` in the object.
    fn of(object: &Object, placeholder: &str) -> Option<&'static Self> {
        let (group, _) = object.api_version.split_once('/')?;
        let mut known = RUN_TIMES.iter();
        let found = known.find(|known| known.groups.contains(&group))?;
        let inside = placeholder.strip_prefix(found.open)?.trim_start();
        let mut words = found.words.iter();
        let is_its = found.words.is_empty() || words.any(|word| inside.starts_with(word));
        is_its.then_some(found)
    }
}

/// What is said about an image with a placeholder.
pub fn complaint(used: &ImageUse, partial: &PartialReference) -> Complaint {
    let (text, placeholder) = (&*used.text, partial.placeholder.as_str());
    let run_time = RunTime::of(&used.object, placeholder);
    let is_whole = text == placeholder;
    let mut message = match (run_time, is_whole) {
        (None, true) => format!("the image is the placeholder {}", quoted(text)),
        (None, false) => format!(
            "{} in the image {} is a placeholder",
            quoted(placeholder),
            quoted(text)
        ),
        (Some(by), true) => format!(
            "the image is {}, which {} fills in when it runs",
            quoted(text),
            by.name
        ),
        (Some(by), false) => format!(
            "{} in the image {} is filled in by {} when it runs",
            quoted(placeholder),
            quoted(text),
            by.name
        ),
    };
    message.push_str(match is_whole {
        true => ", so what will run is not known",
        false => ", so what will run is known only in part",
    });
    if let Some(default) = &partial.default {
        let default = quoted(&default.text);
        message.push_str(&format!("; its default is judged: {default}"));
    }
    let help = run_time.map_or_else(|| help(&used.object, placeholder), |by| by.help);
    let complaint = Complaint::new(message)
        .help(help)
        .detail("placeholder", placeholder);
    match &partial.default {
        Some(default) => complaint.detail("default", default.text.as_str()),
        None => complaint,
    }
}

/// What is said about an image that is a reference and looks like a text to be filled in all the same.
pub fn looks_like_one(text: &str, placeholder: &str) -> Complaint {
    let message = format!(
        "{} in the image {} looks like a placeholder that was not filled in; the image is judged as it \
         stands",
        quoted(placeholder),
        quoted(text)
    );
    Complaint::new(message)
        .help("check the manifest after the placeholder is filled in")
        .detail("placeholder", placeholder)
}

/// What another rule says about `default`, which the image `text` is when its placeholders take their
/// defaults.
pub fn by_default(complaint: Complaint, text: &str, default: &str) -> Complaint {
    let message = format!(
        "{}; this is the image when {} takes its default",
        complaint.message,
        quoted(text)
    );
    Complaint {
        message,
        ..complaint
    }
    .detail("default", default)
}

fn help(object: &Object, placeholder: &str) -> &'static str {
    if placeholder.starts_with("{{") {
        "check what the template renders to, such as `helm template CHART | imagegate check -`"
    } else if placeholder.starts_with("ko://") {
        "check what ko resolves: `ko resolve -f FILE | imagegate check -`"
    } else if placeholder.starts_with("${") && &*object.kind == "Template" {
        "check the text after substitution: `oc process -f FILE | imagegate check -`"
    } else if placeholder.starts_with("$(") {
        "Kubernetes fills nothing in here; where it is a variable of kustomize, check what `kustomize build DIR` \
         prints"
    } else if placeholder.starts_with('$') {
        "check the text after substitution: `envsubst < FILE | imagegate check -`"
    } else {
        "check the manifest after the placeholder is filled in"
    }
}
