//! Ctrl-C while a registry keeps a run waiting.

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::sandbox::{Run, Sandbox, pod};

/// Runs the program and interrupts it when it has asked the registry, which is `REGISTRY` in `arguments`
/// and in the manifest, for the second time: by then it listens.
fn interrupted(arguments: &[&str]) -> Run {
    let registry = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = registry.local_addr().unwrap().to_string();
    let named = |text: &str| text.replace("REGISTRY", &address);
    let policy = "version: 1\nrules:\n  disallow-latest-tag: {}\n  verify-image-signatures:\n    \
                  require:\n      - signers: [{ keyless: { issuer: 'https://a', subject: 'b' } }]\n";
    let sandbox = Sandbox::new()
        .variable("IMAGEGATE_ALL_EVIDENCE", "1")
        .file("imagegate.yaml", policy)
        .file("pod.yaml", pod(&named("REGISTRY/app:latest")));
    let arguments: Vec<String> = arguments.iter().map(|text| named(text)).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = sandbox.command("", &arguments);
    let mut running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first request is cut off, so that it is made once more; the second one is never answered.
    drop(connection(&registry, &mut running));
    let _unanswered = connection(&registry, &mut running);
    let process = Pid::from_raw(i32::try_from(running.id()).unwrap()).unwrap();
    kill_process(process, Signal::INT).unwrap();
    Run::from(running.wait_with_output().unwrap())
}

/// The next connection to the registry; a program that ends instead fails the test.
fn connection(registry: &TcpListener, running: &mut Child) -> TcpStream {
    registry.set_nonblocking(true).unwrap();
    loop {
        match registry.accept() {
            Ok((stream, _)) => return stream,
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        assert_eq!(running.try_wait().unwrap(), None, "it ended without asking");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_is_not_known_by_then_is_not_checked() {
    let run = interrupted(&["inspect", "REGISTRY/app:1"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stdout.contains("stopped by Ctrl-C"), "{}", run.stdout);
}

#[test]
fn what_is_known_by_then_is_reported_and_decides() {
    let run = interrupted(&["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("disallow-latest-tag: "),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("stopped by Ctrl-C"), "{}", run.stdout);
}
