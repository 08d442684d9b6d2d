//! `strict`: what is not a pass, although no rule found anything.

use crate::model::strict::Strict;
use crate::model::summary::NotLookedAt;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::settings::Spanned;

use super::decode::{Reader, Value};
use super::spelling::{listed, nearest, quoted};

const WANTED: &str = "true, false or a list of reasons";

/// `true`, `false`, or a list of reasons.
pub(super) fn strict(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<Strict>> {
    let span = value.span;
    if reader.tree().is_sequence(value.node) {
        let reasons = reader.filled_list(value, reason)?;
        let value = Strict::of(reasons);
        return Some(Spanned { value, span });
    }
    let Some(scalar) = reader.scalar(value) else {
        let help = "write `strict: true`, or a list of reasons: strict: [exempt-namespace]";
        reader.wrong_type(value, WANTED, Some(help.to_owned()));
        return None;
    };
    if known(scalar.value).is_some() {
        let help = format!("write it as a list: strict: [{}]", scalar.value);
        reader.wrong_type(value, WANTED, Some(help));
        return None;
    }
    let value = match reader.boolean(value)?.value {
        true => Strict::plain(),
        false => Strict::default(),
    };
    Some(Spanned { value, span })
}

fn known(name: &str) -> Option<NotLookedAt> {
    let mut all = NotLookedAt::ALL.into_iter();
    all.find(|reason| reason.name() == name)
}

fn reason(reader: &mut Reader<'_>, value: &Value) -> Option<NotLookedAt> {
    let text = reader.text(value)?;
    if let Some(reason) = known(&text.value) {
        return Some(reason);
    }
    let names = NotLookedAt::ALL.map(NotLookedAt::name);
    let help = match nearest(&text.value, &names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the reasons are {}", listed(&names)),
    };
    let message = format!("unknown reason {}", quoted(&text.value));
    reader.report(PolicyDiagnostic::new(text.span, message, "no such reason").with_help(help));
    None
}
