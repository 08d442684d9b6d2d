//! The text report: snippets of awkward lines, grouping, the last lines.

use std::sync::Arc;

use imagegate::model::evidence::{AnsweredBy, ResolvedImage};
use imagegate::model::finding::{Finding, PolicyLine};
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::source::{Source, Sources};
use imagegate::model::span::Position;
use imagegate::model::summary::{NotLookedAt, Summary};
use imagegate::report::{CheckFormat, CheckReport, Style};

use crate::scene::{PLAIN, Scene, finding, print, resolved};

/// The text report, without the summary, of one finding at `needle` in `text`.
fn snippet(text: &str, needle: &str, width: usize) -> String {
    let mut scene = Scene::default();
    let source = scene.file("a.yaml", text);
    let location = scene.place(source, needle);
    scene.findings.push(Finding {
        label: "here".into(),
        ..finding(Rule::DisallowLatestTag, source, location, "message")
    });
    let text = print(
        &scene.report(),
        CheckFormat::Text,
        &Style { width, ..PLAIN },
    );
    let (block, _) = text.split_once("\n\nchecked ").unwrap();
    let (_, frame) = block.split_once('\n').unwrap();
    format!("{frame}\n")
}

/// The last lines of a report with these counts, under the built-in policy.
fn last_lines(summary: Summary) -> String {
    let report = CheckReport {
        summary,
        ..CheckReport::default()
    };
    print(&report, CheckFormat::Text, &PLAIN)
}

/// The lines behind the summary's first two, of a report in which these images were resolved.
fn about_digests(resolved: Vec<(ImageReference, ResolvedImage)>) -> String {
    let report = CheckReport {
        resolved,
        ..CheckReport::default()
    };
    print(
        &report,
        CheckFormat::Text,
        &Style {
            width: 400,
            ..PLAIN
        },
    )
}

#[test]
fn what_tags_stand_for_is_said_with_who_said_so() {
    let mut cached = resolved("redis:7", "2", None);
    cached.1.answered_by = AnsweredBy::Cache;
    let mut stored = resolved("ghcr.io/acme/app:1", "3", None);
    stored.1.answered_by = AnsweredBy::Layout("evidence/".to_owned());
    let text = about_digests(vec![resolved("nginx:1.27", "1", None), cached, stored]);
    let counted = "3 tags were resolved to a digest (1 by the layout evidence/, 1 by the registry, 1 from the cache);";
    assert!(text.contains(counted), "{text}");
    let one = format!("\n  docker.io/library/redis:7@sha256:{}\n", "2".repeat(64));
    assert!(text.contains(&one), "{text}");
}

#[test]
fn a_tag_that_points_elsewhere_than_the_digest_beside_it_is_said_before_the_summary() {
    let pinned = format!("nginx:1.27@sha256:{}", "a".repeat(64));
    let text = about_digests(vec![resolved(&pinned, "a", Some("b"))]);
    let note = format!(
        "note: docker.io/library/{pinned} deploys that digest, while the tag 1.27 points to sha256:{}\n\nchecked",
        "b".repeat(64)
    );
    assert!(text.starts_with(&note), "{text}");
    assert!(!text.contains("resolved to a digest"), "{text}");
}

#[test]
fn a_tag_is_named_with_its_digest_in_one_piece_before_the_counts() {
    let name = format!("example.com/{}", "long/".repeat(30));
    let text = about_digests(vec![resolved(&format!("{name}app:1"), "1", None)]);
    let last = format!("\n  {name}app:1@sha256:{}\n\nchecked", "1".repeat(64));
    assert!(text.contains(&last), "{text}");
}

#[test]
fn many_tags_are_named_in_part_and_counted() {
    let images = (10..25).map(|number| resolved(&format!("nginx:{number}"), "1", None));
    let text = about_digests(images.collect());
    assert!(
        text.contains("15 tags were resolved to a digest by the registry;"),
        "{text}"
    );
    assert!(
        text.contains("nginx:19@") && !text.contains("nginx:20@"),
        "{text}"
    );
    assert!(
        text.contains("\n  and 5 more (--format json lists all)\n"),
        "{text}"
    );
}

#[test]
fn wide_characters_keep_the_mark_in_place() {
    assert_eq!(
        snippet("a: 1\n界: 日本 image\n", "image", 100),
        "   ╭─[a.yaml:2:7]\n 1 │ a: 1\n 2 │ 界: 日本 image\n   ·          ──┬──\n   ·            ╰── here\n   ╰────\n"
    );
}

#[test]
fn a_marked_wide_character_is_marked_over_both_columns() {
    assert_eq!(
        snippet("a: 日本", "日本", 100),
        "   ╭─[a.yaml:1:4]\n 1 │ a: 日本\n   ·    ──┬─\n   ·      ╰── here\n   ╰────\n"
    );
}

#[test]
fn tabs_reach_to_the_next_stop() {
    assert_eq!(
        snippet("\ta:\timage", "image", 100),
        "   ╭─[a.yaml:1:5]\n 1 │     a:  image\n   ·         ──┬──\n   ·           ╰── here\n   ╰────\n"
    );
}

#[test]
fn hidden_characters_are_shown_and_move_the_mark() {
    assert_eq!(
        snippet("a: \u{202e}x\u{1b} image", "image", 100),
        "   ╭─[a.yaml:1:8]\n 1 │ a: \\u{202e}x\\u{1b} image\n   ·                    ──┬──\n   ·                      ╰── here\n   ╰────\n"
    );
}

#[test]
fn a_hidden_character_inside_the_mark_is_marked() {
    assert_eq!(
        snippet("a: ngi\u{200b}nx", "ngi\u{200b}nx", 100),
        "   ╭─[a.yaml:1:4]\n 1 │ a: ngi\\u{200b}nx\n   ·    ──────┬──────\n   ·          ╰── here\n   ╰────\n"
    );
}

#[test]
fn a_scalar_over_several_lines_is_marked_in_its_first() {
    assert_eq!(
        snippet("k: v\nimage: >-\n  nginx\nb: c\n", ">-\n  nginx\n", 100),
        "   ╭─[a.yaml:2:8]\n 1 │ k: v\n 2 │ image: >-\n   ·        ─┬\n   ·         ╰── here\n 3 │   nginx\n   ╰────\n"
    );
}

#[test]
fn a_place_at_the_end_of_an_empty_line_is_marked() {
    let mut scene = Scene::default();
    let source = scene.file("a.yaml", "a:\n");
    let location = scene.span(source, 3, 3);
    scene.findings.push(Finding {
        label: "the text ends".into(),
        ..finding(Rule::InvalidManifest, source, location, "message")
    });
    let text = print(&scene.report(), CheckFormat::Text, &PLAIN);
    assert!(
        text.contains(" 1 │ a:\n 2 │  \n   · ▲\n   · ╰── the text ends\n"),
        "{text}"
    );
}

#[test]
fn a_long_line_is_cut_around_the_mark() {
    let text = format!("{} image: {}", "x".repeat(500), "y".repeat(500));
    assert_eq!(
        snippet(&text, "image:", 40),
        "   ╭─[a.yaml:1:502]\n 1 │ …xxxxxxxxx image: yyyyyyyyyyyyyyyy…\n   ·            ───┬──\n   ·               ╰── here\n   ╰────\n"
    );
}

#[test]
fn a_mark_far_beyond_column_65535_is_drawn() {
    let text = format!("{{{}\"image\": \"a\"}}", " ".repeat(300_000));
    let drawn = snippet(&text, "\"image\"", 80);
    assert!(drawn.contains("[a.yaml:1:300002]"), "{drawn}");
    assert!(drawn.contains("\"image\""), "{drawn}");
    assert!(drawn.contains("╰── here"), "{drawn}");
}

#[test]
fn no_line_of_a_frame_is_wider_than_the_terminal() {
    for width in [30, 40, 80, 120] {
        let text = format!("{}\n{} image", "長い".repeat(300), "x\u{1b}".repeat(300));
        for line in snippet(&text, "image", width).lines() {
            let columns: usize = line
                .chars()
                .map(|c| if "長い".contains(c) { 2 } else { 1 })
                .sum();
            assert!(columns <= width, "{columns} > {width}: {line}");
        }
    }
}

#[test]
fn a_finding_whose_lines_were_not_kept_names_its_place() {
    let mut scene = Scene::default();
    let source = scene.file("a.yaml", "image: a\n");
    let location = scene.place(source, "a");
    let found = Finding {
        label: "container a".into(),
        ..finding(Rule::DisallowLatestTag, source, location, "message")
    };
    let mut sources = Sources::default();
    sources.push(Source {
        path: "a.yaml".into(),
        lines: Vec::new(),
    });
    let report = CheckReport {
        findings: vec![found],
        sources,
        ..CheckReport::default()
    };
    let text = print(&report, CheckFormat::Text, &PLAIN);
    assert!(
        text.starts_with(
            "error[disallow-latest-tag]: message\n  at: a.yaml:1:3\n  here: container a\n"
        ),
        "{text}"
    );
}

/// `count` findings of the same image, each in a file of its own.
fn same_image(count: usize) -> Scene {
    let mut scene = Scene::default();
    for number in 0..count {
        let source = scene.file(&format!("{number}.yaml"), "image: nginx\n");
        let location = scene.place(source, "nginx");
        scene.findings.push(Finding {
            image: Some("nginx".into()),
            ..finding(Rule::DisallowLatestTag, source, location, "no tag")
        });
    }
    scene
}

#[test]
fn the_same_image_is_shown_once_with_all_of_few_places() {
    let text = print(&same_image(4).report(), CheckFormat::Text, &PLAIN);
    assert_eq!(text.matches("╭─").count(), 1);
    assert!(
        text.contains("  note: also at 1.yaml:1:8, 2.yaml:1:8 and 3.yaml:1:8\n"),
        "{text}"
    );
}

#[test]
fn of_many_places_two_are_named_and_the_rest_counted() {
    let text = print(&same_image(7).report(), CheckFormat::Text, &PLAIN);
    assert_eq!(text.matches("╭─").count(), 1);
    assert!(
        text.contains("  note: also at 1.yaml:1:8, 2.yaml:1:8 and 4 more places\n"),
        "{text}"
    );
}

#[test]
fn different_sentences_are_not_put_together() {
    let mut scene = same_image(2);
    scene.findings[1].message = "another".into();
    let text = print(&scene.report(), CheckFormat::Text, &PLAIN);
    assert_eq!(text.matches("╭─").count(), 2);
}

#[test]
fn different_policy_lines_are_not_put_together() {
    let mut scene = same_image(2);
    scene.findings[1].decided_by = Some(PolicyLine {
        path: Arc::from("imagegate.yaml"),
        position: Position { line: 1, column: 1 },
    });
    let text = print(&scene.report(), CheckFormat::Text, &PLAIN);
    assert_eq!(text.matches("╭─").count(), 2);
}

#[test]
fn aliases_are_further_places() {
    let mut scene = Scene::default();
    let source = scene.file("a.yaml", "a: &i nginx\nb: *i\n");
    let location = scene.place(source, "nginx");
    let alias = scene.place(source, "*i");
    scene.findings.push(Finding {
        also_at: vec![alias],
        ..finding(Rule::DisallowLatestTag, source, location, "no tag")
    });
    let text = print(&scene.report(), CheckFormat::Text, &PLAIN);
    assert!(text.contains("  note: also at a.yaml:2:4\n"), "{text}");
}

#[test]
fn a_clean_run_says_what_was_not_judged() {
    let text = last_lines(Summary {
        files: 1,
        documents: 1,
        manifests: 1,
        images: 1,
        unique_images: 1,
        judged: 1,
        not_looked_at: vec![(NotLookedAt::TemplateDocument, 1)],
        ..Summary::default()
    });
    assert_eq!(
        text,
        "checked 1 image (1 distinct) in 1 manifest, 1 file, against the built-in policy\n\
         no findings: everything that was judged passes\n\
         not judged: 1 unrendered template\n"
    );
}

#[test]
fn objects_of_unknown_namespaces_come_with_the_option_that_names_one() {
    let text = last_lines(Summary {
        not_looked_at: vec![(NotLookedAt::UnknownNamespace, 2)],
        ..Summary::default()
    });
    let wanted = "2 objects by their namespace, which is unknown (--namespace gives one)";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn a_run_without_images_claims_no_pass() {
    let text = last_lines(Summary {
        files: 2,
        ..Summary::default()
    });
    assert_eq!(
        text,
        "checked 0 images in 0 manifests, 2 files, against the built-in policy\n\
         nothing was judged: no image was found\n"
    );
}

#[test]
fn the_built_in_policy_says_how_to_get_a_first_one() {
    let text = last_lines(Summary {
        not_looked_at: vec![(
            NotLookedAt::RuleNotConfigured(Rule::VerifyImageSignatures),
            3,
        )],
        ..Summary::default()
    });
    assert!(
        text.ends_with(
            "not configured: verify-image-signatures; `imagegate init` writes a first policy\n"
        ),
        "{text}"
    );
}

#[test]
fn without_violations_the_other_counts_are_still_told() {
    let text = last_lines(Summary {
        images: 2,
        judged: 2,
        not_checked: 1,
        suppressed: 3,
        ..Summary::default()
    });
    assert!(
        text.contains("no violations, 1 could not check, 3 suppressed\n"),
        "{text}"
    );
}

#[test]
fn links_lead_to_the_page_of_the_rule() {
    let style = Style {
        links: true,
        ..PLAIN
    };
    let text = print(&same_image(1).report(), CheckFormat::Text, &style);
    let page = "https://github.com/imagegate/imagegate/blob/main/docs/rules/disallow-latest-tag.md";
    let link = format!("error[\u{1b}]8;;{page}\u{1b}\\disallow-latest-tag\u{1b}]8;;\u{1b}\\]: ");
    assert!(text.starts_with(&link), "{text:?}");
}
