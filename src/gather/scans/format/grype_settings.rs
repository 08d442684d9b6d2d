//! What Grype writes of its own settings (`descriptor.configuration`; `cmd/grype/cli/options` of
//! anchore/grype): those by which a scan finds less than Grype does by itself, and does not say what.
//!
//! What `only-fixed`, `only-notfixed`, `ignore-states`, `ignore` and VEX documents leave out is not among
//! them: Grype lists it (`ignoredMatches`), so that it is weighed.

use serde::Deserialize;

use super::json::{Collected, Object, Text, Texts};

/// The settings as written. Names of which nothing follows are skipped: each version has others.
#[derive(Deserialize)]
pub(super) struct Settings {
    exclude: Option<Collected<Texts>>,
    distro: Option<Text>,
    search: Option<Object<Search>>,
    #[serde(rename = "match")]
    matching: Option<Object<Matching>>,
}

#[derive(Deserialize)]
struct Search {
    #[serde(rename = "indexed-archives")]
    indexed_archives: Option<bool>,
}

/// The matchers that use CPEs unless they are told not to.
#[derive(Deserialize)]
struct Matching {
    stock: Option<Object<Matcher>>,
    jvm: Option<Object<Matcher>>,
    golang: Option<Object<Golang>>,
}

#[derive(Deserialize)]
struct Matcher {
    #[serde(rename = "using-cpes")]
    using_cpes: Option<bool>,
}

#[derive(Deserialize)]
struct Golang {
    #[serde(rename = "always-use-cpe-for-stdlib")]
    for_stdlib: Option<bool>,
}

impl Settings {
    /// Those that leave something out, as they would stand in a file of settings.
    pub(super) fn exclusions(self) -> Vec<String> {
        let Collected(Texts(paths)) = self.exclude.unwrap_or_default();
        let distro = self.distro.and_then(Text::filled);
        let search = self.search.and_then(|Object(it)| it.indexed_archives);
        let matching = self.matching.map(|Object(matching)| matching);
        let (stock, jvm, golang) =
            matching.map_or((None, None, None), |it| (it.stock, it.jvm, it.golang));
        let uses = |matcher: Option<Object<Matcher>>| matcher.and_then(|Object(it)| it.using_cpes);
        let for_stdlib = golang.and_then(|Object(it)| it.for_stdlib);
        let switches = [
            ("search.indexed-archives", search),
            ("match.stock.using-cpes", uses(stock)),
            ("match.jvm.using-cpes", uses(jvm)),
            ("match.golang.always-use-cpe-for-stdlib", for_stdlib),
        ];
        let off = switches.iter().filter(|(_, value)| *value == Some(false));
        let paths = paths.iter().map(|path| format!("exclude: {path}"));
        let distro = distro.iter().map(|distro| format!("distro: {distro}"));
        let off = off.map(|(name, _)| format!("{name}: false"));
        paths.chain(distro).chain(off).collect()
    }
}
