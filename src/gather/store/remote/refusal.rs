//! What an answer without content means: that there is no such thing, or nothing at all.
//!
//! The error document of the distribution specification ("Error Codes") is read for its codes only. Its
//! messages are not repeated: a server can write there whatever it was sent, credentials too.

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::challenge::ChallengeError;
use super::exchange::Answer;
use super::failure::Failure;

/// Codes that say that there is no such thing.
const NONE: [&str; 5] = [
    "MANIFEST_UNKNOWN",
    "NAME_UNKNOWN",
    "BLOB_UNKNOWN",
    "MANIFEST_BLOB_UNKNOWN",
    "NOT_FOUND",
];

/// The codes of a registry that does not know such a request: that of the specification, and the one that
/// go-containerregistry's registry writes.
const UNSUPPORTED: [&str; 2] = ["UNSUPPORTED", "METHOD_UNKNOWN"];

/// Codes that say that we may not.
const ABOUT_US: [&str; 2] = ["UNAUTHORIZED", "DENIED"];

/// The code that says that we ask too often.
const TOO_MANY: &str = "TOOMANYREQUESTS";

/// More codes of the specification. Only known codes are repeated.
const OTHERS: [&str; 7] = [
    "BLOB_UPLOAD_INVALID",
    "BLOB_UPLOAD_UNKNOWN",
    "DIGEST_INVALID",
    "MANIFEST_INVALID",
    "NAME_INVALID",
    "SIZE_INVALID",
    TOO_MANY,
];

/// What an error document says.
enum Said {
    /// The body is no error document.
    Nothing,
    /// These codes, in upper case; an empty one where an error has none.
    Codes(Vec<String>),
    /// The body could not be read.
    Unread,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    errors: Value,
}

fn said(answer: &Answer) -> Said {
    let Some(body) = &answer.body else {
        return Said::Unread;
    };
    let Ok(document) = serde_json::from_slice::<Document>(body) else {
        return Said::Nothing;
    };
    let code = |error: &Value| {
        error["code"]
            .as_str()
            .unwrap_or_default()
            .to_ascii_uppercase()
    };
    match document.errors {
        Value::Null => Said::Nothing,
        Value::Array(errors) if errors.is_empty() => Said::Nothing,
        // An error without a code is one of an unknown kind.
        Value::Array(errors) => Said::Codes(errors.iter().map(code).collect()),
        _ => Said::Unread,
    }
}

/// Whether the answer is a page for people. Proxies, firewalls and web servers write those in place of
/// what a registry says, so nothing is learnt from one.
pub(super) fn is_page(answer: &Answer) -> bool {
    const TYPES: [&str; 2] = ["text/html", "application/xhtml+xml"];
    const STARTS: [&[u8]; 2] = [b"<!doctype html", b"<html"];
    let media_type = answer.media_type();
    if media_type.is_some_and(|found| TYPES.contains(&found.as_str())) {
        return true;
    }
    let body = answer.body.as_deref().unwrap_or_default();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let body = body.trim_ascii_start();
    STARTS.iter().any(|start| {
        let first = body.get(..start.len());
        first.is_some_and(|first| first.eq_ignore_ascii_case(start))
    })
}

/// Whether the answer says that there is no such thing: 404 with nothing that speaks of another reason.
/// A host that a registry redirected to has to say it with a code, as only a registry does.
pub(super) fn is_none(answer: &Answer) -> bool {
    if answer.status != StatusCode::NOT_FOUND || is_page(answer) {
        return false;
    }
    match said(answer) {
        Said::Nothing => !answer.elsewhere,
        Said::Codes(codes) => codes.iter().all(|code| NONE.contains(&code.as_str())),
        Said::Unread => false,
    }
}

/// Whether the answer says that the registry does not know such a request: by a code, or by a status that
/// means nothing else ("Not Acceptable" for the type of a list, "Not Implemented").
pub(super) fn is_unsupported(answer: &Answer) -> bool {
    if is_page(answer) {
        return false;
    }
    let by_status = matches!(answer.status.as_u16(), 406 | 501) && !answer.elsewhere;
    let is_one_of = |codes: &[&str], code: &String| codes.contains(&code.as_str());
    match (answer.status.as_u16(), said(answer)) {
        (406 | 501, Said::Nothing) => by_status,
        (406 | 501, Said::Codes(codes)) if by_status => !codes
            .iter()
            .any(|code| is_one_of(&ABOUT_US, code) || code == TOO_MANY),
        (400 | 404 | 405 | 406 | 501, Said::Codes(codes)) => {
            codes.iter().all(|code| is_one_of(&UNSUPPORTED, code))
        }
        _ => false,
    }
}

/// What to do where a registry wants to know who asks.
pub(super) fn log_in(registry: &str) -> String {
    format!("log in with `docker login {registry}`, or see docs/registries.md")
}

/// A refusal that does not say in a readable way what would have to be shown.
pub(super) fn of_challenge(answer: &Answer, error: &ChallengeError, registry: &str) -> Failure {
    if is_page(answer) {
        return of(answer, registry, true);
    }
    let failure = Failure::new(format!("{}: {error}", answer.status));
    match error {
        // Without a challenge nothing is shown, whoever is logged in.
        ChallengeError::Missing => failure.advise(
            "no login changes that: an old registry may refuse so what it does not know; update it, or ask \
             who runs it to let this request through",
        ),
        ChallengeError::Malformed | ChallengeError::NoRealm | ChallengeError::OtherScheme => failure
            .advise("the registry, or a proxy before it, is set up wrongly: no login changes that"),
    }
}

/// The failure that the answer is. `anonymous`: whether it was asked without credentials.
pub(super) fn of(answer: &Answer, registry: &str, anonymous: bool) -> Failure {
    let codes = match said(answer) {
        Said::Codes(codes) => codes,
        Said::Nothing | Said::Unread => Vec::new(),
    };
    let known = codes.iter().find(|code| is_known(code));
    let code = known.map_or_else(String::new, |code| format!(" ({code})"));
    let by = match answer.elsewhere {
        true => ", by the host that it redirected to",
        false => "",
    };
    let page = match is_page(answer) {
        true => " with a page for people",
        false => "",
    };
    let failure = Failure::new(format!("{}{code}{by}{page}", answer.status));
    if is_page(answer) {
        return failure.advise(
            "a proxy, a firewall or a web server wrote that page, not the registry: ask who runs it to let \
             these requests through",
        );
    }
    let is_about_us = codes.iter().any(|code| ABOUT_US.contains(&code.as_str()))
        || [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status);
    if is_about_us && anonymous {
        failure.advise(format!("no credentials were shown: {}", log_in(registry)))
    } else if is_about_us {
        failure.advise(format!(
            "the credentials that are configured for {registry} may not read this"
        ))
    } else if answer.status == StatusCode::BAD_REQUEST {
        failure.advise(
            "when the registry expects TLS there, name its `ca` under `registries` in the policy, or \
             leave `http` out",
        )
    } else {
        failure
    }
}

fn is_known(code: &str) -> bool {
    [&NONE[..], &UNSUPPORTED, &ABOUT_US, &OTHERS]
        .concat()
        .contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderMap;

    fn answer(status: u16, body: Option<&str>, elsewhere: bool) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.map(|body| body.as_bytes().to_vec()),
            elsewhere,
            peer: None,
        }
    }

    fn document(codes: &[&str]) -> String {
        let errors: Vec<_> = codes
            .iter()
            .map(|code| serde_json::json!({ "code": code, "message": "secret-word" }))
            .collect();
        serde_json::json!({ "errors": errors }).to_string()
    }

    #[test]
    fn only_a_404_without_another_reason_says_that_there_is_none() {
        let none = |status, body: &str| is_none(&answer(status, Some(body), false));
        for code in NONE {
            assert!(none(404, &document(&[code])), "{code}");
        }
        for body in [
            "",
            "404 page not found\n",
            "<Error><Code>NoSuchKey</Code></Error>",
            "{}",
            r#"{"errors":[]}"#,
        ] {
            assert!(none(404, body), "{body}");
        }
        for codes in [
            &["DENIED"][..],
            &["UNAUTHORIZED"],
            &["TOOMANYREQUESTS"],
            &["WHATEVER"],
        ] {
            assert!(!none(404, &document(codes)), "{codes:?}");
        }
        assert!(!none(404, &document(&["MANIFEST_UNKNOWN", "DENIED"])));
        let unclear = [
            r#"{"errors":[{"message":"denied"}]}"#,
            r#"{"errors":[{"code":401}]}"#,
            r#"{"errors":["DENIED"]}"#,
            r#"{"errors":{"code":"DENIED"}}"#,
        ];
        for body in unclear {
            assert!(!none(404, body), "{body}");
        }
        for status in [200, 204, 400, 401, 403, 405, 410, 418] {
            assert!(!none(status, &document(&["MANIFEST_UNKNOWN"])), "{status}");
        }
        assert!(
            !is_none(&answer(404, None, false)),
            "a body that was not read"
        );
    }

    #[test]
    fn a_page_for_people_says_nothing() {
        let pages = [
            "<html><h1>404</h1></html>",
            " \r\n<!DOCTYPE html>\n<html>",
            "\u{feff}<HTML lang=en>",
        ];
        for page in pages {
            for status in [404, 406, 501] {
                let page = answer(status, Some(page), false);
                assert!(!is_none(&page) && !is_unsupported(&page), "{page:?}");
            }
        }
        let mut typed = answer(404, Some("not here"), false);
        assert!(is_none(&typed));
        let page = "Text/HTML; charset=utf-8".parse().unwrap();
        typed.headers.insert(reqwest::header::CONTENT_TYPE, page);
        assert!(!is_none(&typed));
        let failure = of(&typed, "ghcr.io", true);
        assert_eq!(failure.answer, "404 Not Found with a page for people");
        assert!(!failure.advice.unwrap().contains("docker login"));
    }

    #[test]
    fn another_host_has_to_say_it_as_a_registry_does() {
        assert!(!is_none(&answer(
            404,
            Some("<Error>NoSuchKey</Error>"),
            true
        )));
        let said = document(&["MANIFEST_UNKNOWN"]);
        assert!(is_none(&answer(404, Some(&said), true)));
    }

    #[test]
    fn unsupported_is_said_by_code_or_by_406_and_501() {
        let unsupported = |status, body: &str| is_unsupported(&answer(status, Some(body), false));
        for status in [400, 404, 405, 406, 501] {
            assert!(unsupported(status, &document(&["UNSUPPORTED"])), "{status}");
        }
        for status in [400, 404, 405] {
            assert!(!unsupported(status, "404 page not found"), "{status}");
            assert!(!unsupported(status, &document(&["MANIFEST_INVALID"])));
        }
        for status in [406, 501] {
            assert!(unsupported(status, ""), "{status}");
            assert!(unsupported(status, "not acceptable"), "{status}");
            assert!(unsupported(status, &document(&["MANIFEST_INVALID"])));
            for code in ["DENIED", "UNAUTHORIZED", "TOOMANYREQUESTS"] {
                let codes = document(&["UNSUPPORTED", code]);
                assert!(!unsupported(status, &codes), "{status} {code}");
            }
            assert!(!is_unsupported(&answer(status, None, false)), "{status}");
            assert!(!is_unsupported(&answer(status, Some(""), true)), "{status}");
        }
        assert!(!unsupported(403, &document(&["UNSUPPORTED"])));
        assert!(!unsupported(400, &document(&["UNSUPPORTED", "DENIED"])));
    }

    #[test]
    fn messages_and_unknown_codes_are_not_repeated() {
        let body = document(&["SECRET_WORD", "DENIED"]);
        let failure = of(&answer(403, Some(&body), false), "ghcr.io", false);
        assert_eq!(failure.answer, "403 Forbidden (DENIED)");
    }
}
