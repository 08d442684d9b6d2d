//! Identities that nearly match: what a reader overlooks when both texts look the same.

use crate::check::wording::quoted;
use crate::model::signature::Identity;
use crate::policy::pattern::{Expression, TextPattern};
use crate::policy::settings::Signer;

/// By what alone the identity differs from the wanted one, and what to write; `None` when it is another one,
/// or the very one.
pub(super) fn differs(wanted: &Signer, identity: &Identity) -> Option<String> {
    let (issuer, subject) = match wanted {
        Signer::Key { .. } => return None,
        Signer::Keyless { issuer, subject }
        | Signer::Certificate {
            issuer, subject, ..
        } => (issuer, subject),
    };
    let written = identity.issuer.as_deref().unwrap_or_default();
    let fields = [
        ("issuer", issuer, vec![written]),
        ("subject", subject, identity.names().collect()),
    ];
    let mut said = Vec::new();
    for (field, pattern, texts) in fields {
        if texts.iter().any(|text| pattern.matches(text)) {
            continue;
        }
        said.push(
            texts
                .iter()
                .find_map(|text| difference(field, pattern, text))?,
        );
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn difference(field: &str, pattern: &TextPattern, text: &str) -> Option<String> {
    let wanted = pattern.as_str();
    if let Some(expression) = Expression::read(wanted) {
        let meant = expression.meant?;
        return TextPattern::new(meant.as_str()).matches(text).then(|| {
            let (wanted, meant) = (quoted(wanted), quoted(&meant));
            format!(
                "the wanted {field} {wanted} is a regular expression, and patterns are none: write {meant}"
            )
        });
    }
    if TextPattern::new(wanted.replace('*', "**")).matches(text) {
        let crossing = quoted(&wanted.replace("**", "*").replace('*', "**"));
        return Some(format!(
            "in the wanted {field} `*` stays inside a `/` segment: {crossing} would match, as far as that is meant"
        ));
    }
    let by = LIKENESSES.iter().find_map(|(like, by)| {
        let pattern = TextPattern::new(like(wanted));
        pattern.matches(&like(text)).then_some(*by)
    })?;
    let instead = match wanted.contains('*') {
        true => String::new(),
        false => format!(": write {} if that one is meant", quoted(text)),
    };
    Some(format!(
        "the wanted {field} {} differs from {} of the certificate {by}{instead}",
        quoted(wanted),
        quoted(text)
    ))
}

type Likeness = (fn(&str) -> String, &'static str);

/// What two texts may have in common, the smallest difference first.
const LIKENESSES: [Likeness; 5] = [
    (without_slash, "by a slash at the end alone"),
    (str::to_lowercase, "by capital letters alone"),
    (without_scheme, "by `http` and `https` alone"),
    (trimmed, "by blanks around it alone"),
    (
        |text| without_slash(&without_scheme(&trimmed(&text.to_lowercase()))),
        "by capital letters, blanks, the scheme or a slash at the end alone",
    ),
];

fn without_slash(text: &str) -> String {
    text.trim_end_matches('/').to_owned()
}

fn without_scheme(text: &str) -> String {
    let rest = text.strip_prefix("https://");
    let rest = rest.or_else(|| text.strip_prefix("http://"));
    rest.unwrap_or(text).to_owned()
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}
