//! Runs that are stopped: by their time limit, by Ctrl-C, by a reader that goes away. What is known by then
//! is reported, and everything else is *could not check*.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::program::{Ended, Program, Running};
use crate::registry::fault::{Action, Fault};
use crate::registry::login::{Login, TokenServer};
use crate::registry::{Setup, TestRegistry};
use crate::signed::SignedImages;

/// A registry that answers, and one that never does, with the same images.
struct Scene {
    images: SignedImages,
    answers: TestRegistry,
    stalls: TestRegistry,
}

impl Scene {
    fn of(number: usize) -> Self {
        let images = SignedImages::new(number);
        let registry = |faults| {
            TestRegistry::start(Setup {
                content: images.content.clone(),
                faults,
                ..Setup::default()
            })
        };
        Self {
            answers: registry(Vec::new()),
            stalls: registry(vec![Fault::always("/v2/", Action::Stall)]),
            images,
        }
    }

    /// The names of the images in a registry.
    fn images_at(&self, registry: &TestRegistry) -> Vec<String> {
        let repositories = self.images.repositories.iter();
        repositories
            .map(|repository| format!("{}/{repository}:v1", registry.name()))
            .collect()
    }

    fn program(&self, images: &[String]) -> Program {
        Program::over(images, &self.images.key, &json!({}))
    }

    /// A run over all images of both.
    fn program_over_both(&self) -> Program {
        let mut images = self.images_at(&self.stalls);
        images.extend(self.images_at(&self.answers));
        self.program(&images)
    }

    /// Holds a run over all images of both registries against what can be known.
    fn holds(&self, ended: &Ended, words: &str) {
        assert_eq!(ended.code, Some(3), "{}", ended.stderr);
        for image in self.images_at(&self.stalls) {
            let (outcome, message) = ended.finding(&image).unwrap();
            assert_eq!(outcome, "not-checked", "{image}");
            assert!(message.contains(words), "{message}");
        }
        for image in self.images_at(&self.answers) {
            assert_eq!(ended.finding(&image), None);
        }
    }
}

fn interrupt(run: &Running<'_>) {
    kill_process(Pid::from_child(&run.child), Signal::INT).unwrap();
}

/// Waits until something holds that is sure to come.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_time_limit_stops_only_what_is_not_answered() {
    let scene = Scene::of(3);
    let ended = scene.program_over_both().with(&["--timeout", "1s"]).run();
    scene.holds(
        &ended,
        "the run reached its time limit of 1 s; --timeout sets another",
    );
}

#[test]
fn images_whose_turn_never_came_are_named_too() {
    let scene = Scene::of(100);
    let images = scene.images_at(&scene.stalls);
    let ended = scene.program(&images).with(&["--timeout", "1s"]).run();
    assert_eq!(ended.code, Some(3));
    assert_eq!(ended.report()["findings"].as_array().unwrap().len(), 100);
    assert!(images.iter().all(|image| ended.finding(image).is_some()));
}

#[test]
fn the_time_limit_does_not_hide_a_violation() {
    let scene = Scene::of(1);
    let mut images = scene.images_at(&scene.stalls);
    images.extend(scene.images_at(&scene.answers));
    let other = SignedImages::new(1).key;
    let program = Program::over(&images, &other, &json!({}));
    let ended = program.with(&["--timeout", "1s"]).run();
    assert_eq!(ended.code, Some(1));
    let outcomes = images.iter().map(|image| ended.finding(image).unwrap().0);
    assert_eq!(outcomes.collect::<Vec<_>>(), ["not-checked", "violation"]);
}

#[test]
fn the_digest_of_an_image_is_shown_although_the_time_was_over() {
    let images = SignedImages::new(1);
    let registry = TestRegistry::start(Setup {
        content: images.content.clone(),
        faults: vec![Fault::always(".sig", Action::Stall)],
        ..Setup::default()
    });
    let image = format!("{}/team/app-0:v1", registry.name());
    let program = Program::over(&[image], &images.key, &json!({}));
    let ended = program.with(&["--timeout", "1s"]).run();
    assert_eq!(ended.code, Some(3));
    assert_eq!(ended.report()["findings"][0]["digest"], *images.digests[0]);
}

#[test]
fn ctrl_c_stops_only_what_is_not_answered() {
    let scene = Scene::of(1);
    let program = scene.program_over_both();
    let run = program.start();
    // What was found is kept when the image is done.
    let cache = program.folder().join(".cache");
    wait_until("the image that is answered is done", || {
        scene.stalls.count("/manifests/") > 0 && has_evidence(&cache)
    });
    interrupt(&run);
    scene.holds(&run.end(), "the run was stopped by Ctrl-C");
}

/// Whether the signatures of an image are in the cache: their annotations are.
fn has_evidence(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    let mut paths = entries.map(|entry| entry.unwrap().path());
    paths.any(|path| match path.is_dir() {
        true => has_evidence(&path),
        false => {
            let bytes = fs::read(&path).unwrap_or_default();
            String::from_utf8_lossy(&bytes).contains("dev.cosignproject.cosign/signature")
        }
    })
}

#[test]
fn a_second_ctrl_c_ends_the_process() {
    // The report is longer than a pipe holds, and nobody reads it.
    let scene = Scene::of(100);
    let program = scene.program(&scene.images_at(&scene.stalls));
    let mut run = program.start_to(Stdio::piped());
    let mut reader = run.child.stdout.take().unwrap();
    wait_until("something is asked", || {
        scene.stalls.count("/manifests/") > 0
    });
    interrupt(&run);
    reader.read_exact(&mut [0]).unwrap();
    interrupt(&run);
    assert_eq!(run.end().code, Some(130));
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let scene = Scene::of(100);
    for (registry, code) in [(&scene.answers, 0), (&scene.stalls, 3)] {
        let program = scene.program(&scene.images_at(registry));
        let program = program.with(&["--timeout", "2s"]);
        let mut run = program.start_to(Stdio::piped());
        drop(run.child.stdout.take());
        let ended = run.end();
        assert_eq!((ended.code, &*ended.stderr), (Some(code), ""));
    }
}

#[test]
fn a_helper_that_hangs_is_stopped_with_the_run() {
    let scene = Scene::of(1);
    let registry = TestRegistry::start(Setup {
        content: scene.images.content.clone(),
        login: Login::Bearer(TokenServer::default()),
        ..Setup::default()
    });
    let docker = tempfile::tempdir().unwrap();
    let config = json!({ "credsStore": "slow" }).to_string();
    fs::write(docker.path().join("config.json"), config).unwrap();
    let helper = docker.path().join("docker-credential-slow");
    let pipe = docker.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let open = format!("exec 3>{}", pipe.display());
    let script = format!("#!/bin/sh\n{open}\nwhile :; do /bin/sleep 1; done\n");
    fs::write(&helper, script).unwrap();
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    // Ends when nobody holds the pipe open any more: not the helper, and nothing that it started.
    let reading = thread::spawn(move || fs::read(pipe));
    let folder = docker.path().to_str().unwrap();
    let program = scene.program(&scene.images_at(&registry));
    let program = program
        .with(&["--timeout", "2s"])
        .environment("DOCKER_CONFIG", folder)
        .environment("PATH", folder);
    let ended = program.run();
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let (_, message) = ended.finding(&scene.images_at(&registry)[0]).unwrap();
    assert!(message.contains("--timeout"), "{message}");
    wait_until("the helper ends", || reading.is_finished());
}
