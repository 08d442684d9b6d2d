//! Which answers ask for another attempt, and how long to wait before it.
#![expect(
    clippy::disallowed_methods,
    reason = "`Retry-After` may be a date, which is held against the clock"
)]

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::failure::{Again, Failure, in_seconds};
use super::limits::{ATTEMPTS, Budget, Limits};

/// The failure that a status is when it may pass: 408, 429 and those of the server.
pub(super) fn passing_failure(status: StatusCode, headers: &HeaderMap) -> Option<Failure> {
    let of_server = status.is_server_error()
        && status != StatusCode::NOT_IMPLEMENTED
        && status != StatusCode::HTTP_VERSION_NOT_SUPPORTED;
    let advice = match status {
        StatusCode::TOO_MANY_REQUESTS => {
            "the registry limits how often it is asked: log in, wait, or use a mirror or a layout"
        }
        StatusCode::REQUEST_TIMEOUT => "try again when the registry is less busy",
        _ if of_server => "try again when the registry works again",
        _ => return None,
    };
    let failure = Failure::new(status.to_string()).advise(advice);
    let Some(wait) = retry_after(headers) else {
        return Some(failure.again(Again::Soon));
    };
    let answer = format!("{status} with the wish to wait {}", in_seconds(wait));
    Some(Failure { answer, ..failure }.again(Again::After(wait)))
}

/// The header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date. What is neither says nothing.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    let wait = date.duration_since(Timestamp::now());
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// Whether the registry asks to be asked less: by a limit of its own, or because it cannot keep up.
pub(super) fn is_refusal(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

/// How long to wait before another attempt; `None` when there is none.
pub(super) fn before_next(
    failure: &Failure,
    attempts: u32,
    limits: &Limits,
    budget: Budget,
) -> Option<Duration> {
    if attempts >= ATTEMPTS {
        return None;
    }
    let wait = match failure.again {
        Again::Never => return None,
        Again::Once if attempts > 1 => return None,
        Again::Once | Again::Soon => scattered(limits.pause * 2_u32.pow(attempts - 1)),
        Again::After(wait) if wait > limits.longest_pause => return None,
        Again::After(wait) => wait,
    };
    (wait < budget.left()).then_some(wait)
}

/// Between half of it and all of it, so that those who failed together do not come back together.
pub(super) fn scattered(pause: Duration) -> Duration {
    // The standard library seeds each new hasher key from the system's randomness.
    let random = RandomState::new().hash_one(0_u8);
    let share = (random % 512) as u32;
    pause / 2 + pause / 1024 * share
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn headers(retry_after: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(retry_after).unwrap())])
    }

    fn wait(retry_after: &str) -> Again {
        let failure = passing_failure(StatusCode::TOO_MANY_REQUESTS, &headers(retry_after));
        failure.unwrap().again
    }

    #[test]
    fn the_wish_to_wait_is_seconds_or_a_date() {
        assert_eq!(wait("7"), Again::After(Duration::from_secs(7)));
        let past = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(wait(past), Again::After(Duration::ZERO));
        let Again::After(long) = wait("Fri, 06 Nov 2893 08:49:37 GMT") else {
            panic!("a date far ahead");
        };
        assert!(long > Duration::from_secs(1_000_000));
        for nothing in ["", "-1", "soon", "99999999999999999999"] {
            assert_eq!(wait(nothing), Again::Soon, "{nothing}");
        }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let tried = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            passing_failure(status, &HeaderMap::new()).is_some()
        };
        let yes = [408, 429, 500, 502, 503, 504, 599];
        let no = [200, 301, 400, 401, 403, 404, 405, 418, 501, 505];
        assert!(yes.into_iter().all(tried));
        assert!(!no.into_iter().any(tried));
    }

    #[test]
    fn pauses_grow_and_end() {
        let limits = Limits::default();
        let failure = Failure::new("").again(Again::Soon);
        let long = Budget::new(Duration::from_secs(60));
        for attempts in 1..ATTEMPTS {
            let full = limits.pause * 2_u32.pow(attempts - 1);
            let wait = before_next(&failure, attempts, &limits, long).unwrap();
            assert!(wait >= full / 2 && wait <= full, "{wait:?} of {full:?}");
        }
        assert_eq!(before_next(&failure, ATTEMPTS, &limits, long), None);
        let spent = Budget::new(Duration::from_millis(50));
        assert_eq!(before_next(&failure, 1, &limits, spent), None);
    }

    #[test]
    fn a_wish_that_is_too_long_is_not_granted() {
        let limits = Limits::default();
        let budget = Budget::new(limits.question);
        let wish = |seconds| Failure::new("").again(Again::After(Duration::from_secs(seconds)));
        assert_eq!(before_next(&wish(31), 1, &limits, budget), None);
        let granted = Some(Duration::from_secs(3));
        assert_eq!(before_next(&wish(3), 1, &limits, budget), granted);
    }
}
