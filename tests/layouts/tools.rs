//! One signed image as each tool writes it: which of its signatures are found.

use imagegate::gather::store::Target;
use imagegate::gather::store::layout::{Layout, LayoutKey};
use imagegate::model::digest::Digest;

use crate::{digest, referrers_of, repository, tag_of, testdata};

/// Images from the registry without the referrers API, and from the one with it.
const FROM_FALLBACK: &str =
    "sha256:30f1409c74c2a88da753051720740addb166fb9630377f26d6b7ad2c04b330f0";
const FROM_API: &str = "sha256:fc89f8d7d91cb6495196a34c1163a2cec8672e77c4e7278d6b766aac2c6d9a35";

/// What the pulls by crane were named.
const PULLED_FROM: &str = "127.0.0.1:81/team/layout-referrers-api";

struct Tool {
    folder: &'static str,
    /// The key under which a tag is answered.
    key: &'static str,
    image: &'static str,
    /// Whether there is something under the tags `.sig` and `.att`.
    tags: bool,
    referrers: usize,
}

const TEAM: &str = "registry.example.com/team/app";

const TOOLS: &[Tool] = &[
    tool("cosign2-save-fallback-tag", TEAM, FROM_FALLBACK, true, 0),
    tool("cosign2-save-referrers-api", TEAM, FROM_API, true, 0),
    tool("cosign3-save-fallback-tag", TEAM, FROM_FALLBACK, true, 2),
    tool("cosign3-save-referrers-api", TEAM, FROM_API, true, 2),
    tool("crane-pull", TEAM, FROM_API, false, 0),
    tool(
        "crane-pull-annotate-ref",
        "127.0.0.1:81",
        FROM_API,
        false,
        0,
    ),
    tool(
        "crane-pull-annotate-ref-with-sig-tags",
        "127.0.0.1:81",
        FROM_API,
        true,
        0,
    ),
    tool("oras-copy-fallback-tag", TEAM, FROM_FALLBACK, false, 0),
    tool("oras-copy-referrers-api", TEAM, FROM_API, false, 0),
    tool(
        "oras-copy-recursive-fallback-tag",
        TEAM,
        FROM_FALLBACK,
        false,
        2,
    ),
    tool(
        "oras-copy-recursive-referrers-api",
        TEAM,
        FROM_API,
        false,
        2,
    ),
    tool("oras-copy-recursive-with-sig-tags", TEAM, FROM_API, true, 2),
];

const fn tool(
    folder: &'static str,
    key: &'static str,
    image: &'static str,
    tags: bool,
    referrers: usize,
) -> Tool {
    Tool {
        folder,
        key,
        image,
        tags,
        referrers,
    }
}

impl Tool {
    fn open(&self, key: &str) -> Layout {
        let path = testdata().join("tool-layouts").join(self.folder);
        Layout::open(&path, self.folder, LayoutKey::parse(key)).unwrap()
    }

    /// Whether the tool writes the tag beside the image.
    fn is_named(&self) -> bool {
        !(self.folder.contains("save") || self.folder == "crane-pull")
    }

    fn name(&self) -> &str {
        match self.key {
            TEAM => TEAM,
            _ => PULLED_FROM,
        }
    }

    fn tagged(&self, tag: &str) -> Option<Digest> {
        let layout = self.open(self.key);
        let found = layout.manifest(&repository(self.name()), Target::Tag(tag));
        found.unwrap().map(|manifest| manifest.digest)
    }
}

#[test]
fn the_image_has_its_tag_where_the_tool_writes_it() {
    for tool in TOOLS.iter().filter(|tool| tool.is_named()) {
        assert_eq!(
            tool.tagged("v1"),
            Some(digest(tool.image)),
            "{}",
            tool.folder
        );
    }
}

#[test]
fn an_image_without_a_tag_is_found_by_its_digest_alone() {
    for tool in TOOLS.iter().filter(|tool| !tool.is_named()) {
        let (layout, image) = (tool.open(tool.key), digest(tool.image));
        let by_tag = layout.manifest(&repository(tool.name()), Target::Tag("v1"));
        let advice = by_tag.unwrap_err().advice.unwrap();
        assert!(advice.contains(tool.image), "{}: {advice}", tool.folder);
        let by_digest = layout.manifest(&repository(tool.name()), Target::Digest(&image));
        assert!(by_digest.unwrap().is_some(), "{}", tool.folder);
    }
}

#[test]
fn tags_of_signatures_are_found_where_the_tool_writes_them() {
    for tool in TOOLS {
        let image = digest(tool.image);
        let [signatures, attestations] =
            [".sig", ".att"].map(|ending| tool.tagged(&tag_of(&image, ending)));
        let found = (signatures.is_some(), attestations.is_some());
        assert_eq!(found, (tool.tags, tool.tags), "{}", tool.folder);
        let differ = signatures != attestations;
        assert_eq!(differ, tool.tags, "{}", tool.folder);
    }
}

#[test]
fn bundles_are_found_by_their_subject() {
    for tool in TOOLS {
        let layout = tool.open(tool.key);
        let found = referrers_of(&layout, &digest(tool.image)).unwrap();
        assert_eq!(found.len(), tool.referrers, "{}", tool.folder);
    }
}

#[test]
fn a_name_that_is_no_full_reference_is_no_name_in_a_whole_registry() {
    for tool in TOOLS.iter().filter(|tool| tool.key == TEAM) {
        let layout = tool.open("registry.example.com");
        let answer = layout.manifest(&repository(TEAM), Target::Tag("v1"));
        let advice = answer.unwrap_err().advice.unwrap();
        assert!(advice.contains(TEAM), "{}: {advice}", tool.folder);
    }
}

#[test]
fn the_type_of_a_referrer_is_that_of_its_manifest() {
    use imagegate::gather::store::Referrers;
    for folder in [
        "oras-copy-recursive-referrers-api",
        "cosign3-save-referrers-api",
    ] {
        let tool = TOOLS.iter().find(|tool| tool.folder == folder).unwrap();
        let Referrers::Listed(listed) = tool.open(TEAM).referrers(&digest(FROM_API)).unwrap()
        else {
            panic!("a layout always lists");
        };
        for referrer in listed {
            let artifact_type = referrer.artifact_type.unwrap();
            assert_eq!(
                artifact_type,
                "application/vnd.dev.sigstore.bundle.v0.3+json"
            );
        }
    }
}
