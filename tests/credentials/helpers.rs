//! Credential helpers, as shell scripts that the tests write: what they may say, and what they may do.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use imagegate::gather::credentials::{Credential, Credentials, Environment};
use imagegate::gather::store::Unanswered;
use tempfile::TempDir;

use super::{run, told};

/// Long enough for any script here that ends by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// For scripts that never end.
const IMPATIENCE: Duration = Duration::from_millis(300);

/// A script that is written while another thread starts a process may be "busy" when it is run.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A home with a docker file, and a folder on PATH with one helper.
struct Setting {
    root: TempDir,
    environment: Environment,
    _alone: MutexGuard<'static, ()>,
}

impl Setting {
    /// `docker-credential-test` runs `script`.
    fn new(file: &str, script: &str) -> Self {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let root = tempfile::tempdir().unwrap();
        let (docker, bin) = (root.path().join(".docker"), root.path().join("bin"));
        fs::create_dir(&docker).unwrap();
        fs::create_dir(&bin).unwrap();
        fs::write(docker.join("config.json"), file).unwrap();
        write_program(&bin.join("docker-credential-test"), script);
        let environment = Environment {
            home: Some(root.path().to_owned()),
            path: Some(OsString::from(bin)),
            ..Environment::default()
        };
        Self {
            root,
            environment,
            _alone: alone,
        }
    }

    /// From now on no helper is asked.
    fn forget_store(&self) {
        fs::write(self.root.path().join(".docker/config.json"), "{}").unwrap();
    }

    fn credentials(&self, limit: Duration) -> Credentials {
        Credentials::with_helper_limit(self.environment.clone(), limit)
    }

    fn ask(&self, registry: &str) -> Result<Credential, Unanswered> {
        run(self.credentials(PATIENCE).of(registry, "app"))
    }

    fn impatiently(&self) -> Result<Credential, Unanswered> {
        run(self.credentials(IMPATIENCE).of("example.com", "app"))
    }
}

fn write_program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

const STORE: &str = r#"{"credsStore": "test"}"#;

/// Says what it was asked for.
const ECHO: &str = r#"server=$(cat); printf '{"ServerURL":"%s","Username":"%s","Secret":"for %s"}' "$server" "$1" "$server""#;

#[test]
fn a_helper_is_told_the_server_on_standard_input() {
    let setting = Setting::new(STORE, ECHO);
    let found = setting.ask("example.com:5000").unwrap();
    assert_eq!(told(&found), "get:for example.com:5000");
}

#[test]
fn docker_hub_has_a_name_of_its_own_for_helpers() {
    let setting = Setting::new(STORE, ECHO);
    let found = setting.ask("docker.io").unwrap();
    assert_eq!(told(&found), "get:for https://index.docker.io/v1/");
}

#[test]
fn a_helper_of_the_registry_comes_before_entry_and_store() {
    let file = r#"{"credsStore": "absent", "credHelpers": {"example.com": "test"},
                   "auths": {"example.com": {"auth": "dXNlcjpzZWNyZXQ="}}}"#;
    let setting = Setting::new(file, ECHO);
    assert_eq!(
        told(&setting.ask("example.com").unwrap()),
        "get:for example.com"
    );
}

#[test]
fn an_entry_with_content_comes_before_the_store_and_an_empty_one_leaves_it_to_the_store() {
    let file = r#"{"credsStore": "test", "auths": {
                   "full.example": {"auth": "dXNlcjpzZWNyZXQ="}, "empty.example": {}}}"#;
    let setting = Setting::new(file, ECHO);
    assert_eq!(told(&setting.ask("full.example").unwrap()), "user:secret");
    assert_eq!(
        told(&setting.ask("empty.example").unwrap()),
        "get:for empty.example"
    );
}

#[test]
fn a_helper_under_the_name_of_docker_hubs_api_is_found() {
    let file = r#"{"credHelpers": {"https://index.docker.io/v1/": "test"}}"#;
    let setting = Setting::new(file, ECHO);
    let found = setting.ask("docker.io").unwrap();
    assert_eq!(told(&found), "get:for https://index.docker.io/v1/");
}

#[test]
fn the_user_token_stands_for_an_identity_token() {
    let script = r#"echo '{"ServerURL":"x","Username":"<token>","Secret":"idt"}'"#;
    let setting = Setting::new(STORE, script);
    assert_eq!(told(&setting.ask("example.com").unwrap()), "identity idt");
}

#[test]
fn a_server_that_the_helper_does_not_know_is_anonymous() {
    for script in [
        "echo 'credentials not found in native keychain'; exit 1",
        "printf 'credentials not found in native keychain'; exit 1",
        "echo '{}'",
        r#"echo '{"ServerURL":"","Username":"","Secret":""}'"#,
    ] {
        let setting = Setting::new(STORE, script);
        assert_eq!(
            setting.ask("example.com"),
            Ok(Credential::Anonymous),
            "{script}"
        );
    }
}

/// What a helper may do, and what is said about it.
const FAILURES: &[(&str, &str)] = &[
    ("echo topsecret >&2; echo topsecret; exit 3", "exit code 3"),
    (
        "echo 'x credentials not found in native keychain topsecret'; exit 1",
        "exit code 1",
    ),
    (
        "echo credentials not found in native keychain",
        "no credential",
    ),
    ("kill -9 $$", "it failed"),
    ("echo topsecret", "no credential"),
    ("true", "no credential"),
    ("printf '\\377\\376\\000'", "no credential"),
    (r#"echo '["topsecret"]'"#, "no credential"),
    (
        r#"echo '{"Username":"a","Secret":["topsecret"]}'"#,
        "no credential",
    ),
    (
        r#"echo '{"Username":"","Secret":"topsecret"}'"#,
        "no credential",
    ),
    (
        r#"echo '{"Username":"a:b","Secret":"topsecret"}'"#,
        "no credential",
    ),
    (
        r#"echo '{"Username":"a","Secret":"topsecret"} trailing'"#,
        "no credential",
    ),
    ("while :; do echo topsecret; done", "more than 65536 bytes"),
];

#[test]
fn a_helper_that_fails_is_not_anonymous_and_nothing_that_it_prints_is_repeated() {
    for (script, wanted) in FAILURES {
        let setting = Setting::new(STORE, script);
        let error = setting.ask("example.com").expect_err(script);
        assert!(error.answer.contains(wanted), "{script}: {error}");
        assert!(
            error.asked.contains("`docker-credential-test`"),
            "{script}: {error}"
        );
        assert!(error.asked.contains("example.com"), "{script}: {error}");
        let said = format!("{error} {error:?}");
        assert!(!said.contains("topsecret"), "{script}: {said}");
    }
}

#[test]
fn nothing_that_a_helper_prints_is_logged() {
    let answers = r#"echo topsecret >&2; echo '{"Username":"a","Secret":"topsecret"}'"#;
    let scripts = FAILURES.iter().map(|(script, _)| *script);
    for script in scripts.chain([answers]) {
        let setting = Setting::new(STORE, script);
        let credentials = setting.credentials(PATIENCE);
        let log = logged(async {
            let _ = credentials.of("example.com", "app").await;
            setting.forget_store();
            let later = setting.credentials(PATIENCE);
            later.of("later.example", "app").await.unwrap();
        });
        assert!(log.contains("later.example"), "{script}: nothing is logged");
        assert!(!log.contains("topsecret"), "{script}: {log}");
    }
}

/// What is logged at any level while `task` runs.
fn logged(task: impl Future<Output = ()>) -> String {
    let log = tempfile::NamedTempFile::new().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(Mutex::new(log.reopen().unwrap()))
        .finish();
    // The log belongs to this thread, so the task has to stay on it.
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || runtime.block_on(task));
    fs::read_to_string(log.path()).unwrap()
}

#[test]
fn a_helper_that_hangs_is_stopped() {
    for script in [
        "sleep 60",
        "exec sleep 60",
        "trap '' TERM INT HUP; while :; do sleep 1; done",
        "exec >&-; sleep 60",
        r#"echo '{"Username":"a","Secret":"topsecret"}'; sleep 60"#,
    ] {
        let setting = Setting::new(STORE, script);
        let error = setting.impatiently().expect_err(script);
        assert!(
            error.answer.contains("did not end within 0.3 s"),
            "{script}: {error}"
        );
    }
}

/// What the helper's child writes to the pipe `$0.pipe` until nobody has it open for writing.
fn said_by_child(setting: &Setting) -> mpsc::Receiver<String> {
    let pipe = setting.root.path().join("bin/docker-credential-test.pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(fs::read_to_string(pipe).unwrap()));
    receiver
}

#[test]
fn what_a_stopped_helper_started_is_stopped_too() {
    let script = r#"(sleep 15; echo survived) >"$0.pipe" & wait"#;
    let setting = Setting::new(STORE, script);
    let said = said_by_child(&setting);
    // Long enough for the child to be there.
    let credentials = setting.credentials(Duration::from_secs(2));
    run(credentials.of("example.com", "app")).unwrap_err();
    assert_eq!(said.recv_timeout(PATIENCE).as_deref(), Ok(""));
}

#[test]
fn a_child_that_outlives_the_helper_and_holds_its_output_is_neither_waited_for_nor_stopped() {
    let script =
        r#"(sleep 2; echo survived >&3) 3>"$0.pipe" & echo '{"Username":"a","Secret":"b"}'"#;
    let setting = Setting::new(STORE, script);
    let said = said_by_child(&setting);
    let found = run(setting
        .credentials(Duration::from_secs(1))
        .of("example.com", "app"));
    assert_eq!(told(&found.unwrap()), "a:b");
    assert_eq!(said.recv_timeout(PATIENCE).as_deref(), Ok("survived\n"));
}

#[test]
fn a_helper_that_does_not_read_what_it_is_asked_still_answers() {
    let script = r#"exec <&-; echo '{"Username":"a","Secret":"b"}'"#;
    let setting = Setting::new(STORE, script);
    assert_eq!(told(&setting.ask("example.com").unwrap()), "a:b");
}

#[test]
fn a_helper_is_run_once_for_each_server_whoever_asks_and_whatever_it_answers() {
    let script = r#"echo run >>"$0.log"; sleep 0.2; exit 7"#;
    let setting = Setting::new(STORE, script);
    let credentials = setting.credentials(PATIENCE);
    run(async {
        let all = (0..20).map(|number| {
            let path = format!("app{number}");
            let credentials = &credentials;
            async move { credentials.of("example.com", &path).await.unwrap_err() }
        });
        let mut all: Vec<_> = all.map(Box::pin).collect();
        // Each is begun before the first one ends.
        for asking in &mut all {
            let begun = tokio::time::timeout(Duration::from_millis(5), asking.as_mut());
            assert!(begun.await.is_err());
        }
        for asking in all {
            assert!(asking.await.answer.contains("exit code 7"));
        }
        credentials.of("other.example", "app").await.unwrap_err();
    });
    let log = setting.root.path().join("bin/docker-credential-test.log");
    assert_eq!(fs::read_to_string(log).unwrap().lines().count(), 2);
}

#[test]
fn an_answer_that_is_no_longer_waited_for_is_fetched_again() {
    let script = r#"if [ -e "$0.log" ]; then echo '{"Username":"a","Secret":"b"}'; else : >"$0.log"; sleep 60; fi"#;
    let setting = Setting::new(STORE, script);
    let credentials = setting.credentials(PATIENCE);
    let log = setting.root.path().join("bin/docker-credential-test.log");
    let found = run(async {
        let asking = credentials.of("example.com", "app");
        let begun = async {
            while !log.exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            _ = asking => panic!("the first run never ends"),
            () = begun => {}
        }
        credentials.of("example.com", "app").await
    });
    assert_eq!(told(&found.unwrap()), "a:b");
}

#[test]
fn a_helper_that_is_not_there_is_not_anonymous() {
    let file = r#"{"credsStore": "absent"}"#;
    let setting = Setting::new(file, "true");
    let error = setting.ask("example.com").unwrap_err();
    assert!(
        error.asked.contains("`docker-credential-absent`"),
        "{error}"
    );
    assert!(error.answer.contains("PATH"), "{error}");
    let advice = error.advice.unwrap();
    assert!(advice.contains("config.json"), "{advice}");
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for name in ["../bin/test", "/bin/true", "a b", "x\\ny", "tést", "..%2f"] {
        let file = format!(r#"{{"credsStore": "{name}"}}"#);
        let setting = Setting::new(&file, "true");
        let error = setting.ask("example.com").expect_err(name);
        assert!(error.answer.contains("plain file name"), "{name}: {error}");
    }
}

#[test]
fn a_relative_folder_of_path_is_not_looked_into() {
    let mut setting = Setting::new(STORE, ECHO);
    let bin = setting.root.path().join("bin");
    let current = std::env::current_dir().unwrap();
    let up: std::path::PathBuf = current.components().skip(1).map(|_| "..").collect();
    let relative = up.join(bin.strip_prefix("/").unwrap());
    assert!(relative.join("docker-credential-test").exists());
    setting.environment.path = Some(OsString::from(relative));
    let error = setting.ask("example.com").unwrap_err();
    assert!(error.answer.contains("PATH"), "{error}");
}

#[test]
fn what_cannot_be_run_is_passed_over_on_path() {
    let mut setting = Setting::new(STORE, ECHO);
    let first = setting.root.path().join("first");
    fs::create_dir(&first).unwrap();
    fs::write(first.join("docker-credential-test"), "no program").unwrap();
    let second = setting.root.path().join("second");
    fs::create_dir_all(second.join("docker-credential-test")).unwrap();
    let bin = setting.root.path().join("bin");
    let path = std::env::join_paths([first, second, bin]).unwrap();
    setting.environment.path = Some(path);
    assert_eq!(
        told(&setting.ask("example.com").unwrap()),
        "get:for example.com"
    );
}
