//! Which proxy a request goes through: what reqwest makes of the environment, read by the same code, so that
//! a proxy can be named, and a variable that names none is not passed over.
#![expect(
    clippy::disallowed_methods,
    reason = "proxies are configured in the environment"
)]

use std::env;
use std::ffi::OsString;
use std::sync::OnceLock;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;

use super::endpoint::is_loopback;
use super::failure::REPEATED;
use crate::model::shorten::shorten;

/// A proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// The variable that names it; `None` for one of the system's settings.
    pub(super) variable: Option<&'static str>,
    /// Host and port, never user and password.
    pub(super) address: String,
    /// Whether a user is configured for it.
    pub(super) has_user: bool,
}

/// The proxy of a request to that address; `None` when it goes there directly.
///
/// # Errors
/// The variable that names the proxy holds something else. reqwest would go on without a proxy.
pub(super) fn of(url: &Url) -> Result<Option<Proxy>, &'static str> {
    static OF_SYSTEM: OnceLock<Matcher> = OnceLock::new();
    // Set by web servers from what a visitor sends; reqwest knows no proxy then.
    if is_never_for(url) || env::var_os("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let own: [&'static str; 2] = match url.scheme() {
        "http" => ["HTTP_PROXY", "http_proxy"],
        _ => ["HTTPS_PROXY", "https_proxy"],
    };
    let set = first_set(own).or_else(|| first_set(["ALL_PROXY", "all_proxy"]));
    let Some((variable, value)) = set else {
        let system = OF_SYSTEM.get_or_init(Matcher::from_system);
        return Ok(through(system, url).map(|found| Proxy::new(None, &found)));
    };
    let list = NO_PROXY_VARIABLES.iter();
    let list = list.filter_map(|name| env::var(name).ok()).next();
    let excepting = Matcher::builder().no(list.unwrap_or_default());
    if through(&excepting.all("http://proxy.invalid").build(), url).is_none() {
        return Ok(None);
    }
    let value = value.into_string().map_err(|_| variable)?;
    let found = through(&Matcher::builder().all(value).build(), url).ok_or(variable)?;
    match found.uri().scheme_str() {
        Some("http" | "https") => Ok(Some(Proxy::new(Some(variable), &found))),
        // Others are no HTTP proxies.
        _ => Err(variable),
    }
}

/// Whether a request to that address never goes through a proxy, whatever reqwest makes of the environment.
pub(super) fn is_never_for(url: &Url) -> bool {
    is_loopback(url) || is_excepted(url)
}

impl Proxy {
    fn new(variable: Option<&'static str>, found: &Intercept) -> Self {
        let host = found.uri().host().unwrap_or_default();
        let port = found.uri().port_u16();
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        Self {
            variable,
            address: shorten(&format!("{host}{port}"), REPEATED).into_owned(),
            has_user: found.basic_auth().is_some(),
        }
    }
}

fn through(matcher: &Matcher, url: &Url) -> Option<Intercept> {
    matcher.intercept(&url.as_str().parse().ok()?)
}

/// The first of the variables that is set, as reqwest reads them; nothing when it is empty.
fn first_set(names: [&'static str; 2]) -> Option<(&'static str, OsString)> {
    let set = |name: &'static str| env::var_os(name).map(|value| (name, value));
    let found = names.into_iter().find_map(set);
    found.filter(|(_, value)| !value.is_empty())
}

/// Where hosts are excepted from the proxy; the names that reqwest reads, the first that is set counts.
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Whether `NO_PROXY` excepts the host by a star, which reqwest does not know: `*.corp.example` is every host
/// below it, as for Go's programs (golang.org/x/net/http/httpproxy). All else is left to reqwest.
fn is_excepted(url: &Url) -> bool {
    let list = NO_PROXY_VARIABLES
        .iter()
        .find_map(|name| env::var(name).ok());
    let host = url.host_str().unwrap_or_default();
    list.is_some_and(|list| is_below_a_star(host, url.port_or_known_default(), &list))
}

fn is_below_a_star(host: &str, port: Option<u16>, list: &str) -> bool {
    list.split(',').any(|entry| {
        let Some(below) = entry.trim().strip_prefix('*') else {
            return false;
        };
        let (below, wanted) = match below.rsplit_once(':') {
            Some((below, wanted)) => (below, wanted.parse().ok()),
            None => (below, port),
        };
        let host_end = host.len().checked_sub(below.len());
        let end = host_end.and_then(|at| host.get(at..));
        below.starts_with('.')
            && wanted == port
            && end.is_some_and(|end| end.eq_ignore_ascii_case(below))
    })
}

#[cfg(test)]
mod tests {
    use super::is_below_a_star;

    #[test]
    fn a_star_excepts_the_hosts_below_a_domain() {
        for (list, is_excepted) in [
            ("*.corp.example", true),
            ("localhost, *.Corp.example", true),
            ("*.corp.example:443", true),
            ("*.corp.example:5000", false),
            ("*.other.example", false),
            ("*corp.example", false),
            ("corp.example", false),
            ("*", false),
            ("", false),
        ] {
            let excepted = is_below_a_star("a.b.corp.example", Some(443), list);
            assert_eq!(excepted, is_excepted, "{list}");
        }
        assert!(!is_below_a_star(
            "corp.example",
            Some(443),
            "*.corp.example"
        ));
    }
}
