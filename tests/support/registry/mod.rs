//! A registry on loopback for tests and benches: it serves an OCI image layout, or content made in the
//! test, under `/v2/`, writes down what it was asked, and misbehaves where a test tells it to.
//!
//! It knows nothing of imagegate, so that a mistake there is not repeated here.
#![allow(
    dead_code,
    reason = "each test binary uses another part of the registry"
)]
#![expect(
    clippy::expect_used,
    reason = "a test stops where its own registry cannot run"
)]

pub mod content;
pub mod fault;
pub mod login;
pub mod rate;
mod routes;
pub mod tls;
pub mod wire;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use content::Content;
use fault::{Action, Fault};
use login::{Login, Tokens};
use rate::Rate;
use tls::ServerTls;
use wire::Request;

/// How a test registry behaves.
#[derive(Default)]
pub struct Setup {
    /// What it serves.
    pub content: Content,
    /// Whether it has the referrers API.
    pub referrers: ReferrersApi,
    /// Who may read.
    pub login: Login,
    /// Waited before every answer.
    pub latency: Duration,
    /// Where it misbehaves; the first that fits a request counts.
    pub faults: Vec<Fault>,
    /// How often it may be asked; without end when there is none.
    pub rate: Option<Rate>,
    /// Its certificate; plain HTTP without.
    pub tls: Option<ServerTls>,
}

/// Whether a test registry has the referrers API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReferrersApi {
    /// It answers 404, as docker-registry does.
    #[default]
    Missing,
    /// It lists all of them at once.
    Whole,
    /// It lists that many a page.
    Pages(usize),
}

/// A request as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Such as `GET`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The value of `Authorization`.
    pub authorization: Option<String>,
    /// All other headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

/// A running registry; it stops when dropped.
pub struct TestRegistry {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    setup: Setup,
    address: SocketAddr,
    tokens: Tokens,
    seen: Mutex<Vec<Seen>>,
    /// How many requests are being answered, and the most that ever were.
    busy: AtomicUsize,
    most_busy: AtomicUsize,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

impl TestRegistry {
    /// Starts on a free port of 127.0.0.1.
    pub fn start(setup: Setup) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the address of the listener");
        let shared = Arc::new(Shared {
            setup,
            address,
            tokens: Tokens::default(),
            seen: Mutex::default(),
            busy: AtomicUsize::new(0),
            most_busy: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if accepting.stopped.load(Ordering::SeqCst) {
                    return;
                }
                accepting.connections.fetch_add(1, Ordering::SeqCst);
                let shared = Arc::clone(&accepting);
                thread::spawn(move || shared.converse(stream));
            }
        });
        Self { address, shared }
    }

    /// Its name in image references, such as `127.0.0.1:41234`.
    pub fn name(&self) -> String {
        self.address.to_string()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// All requests so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared
            .seen
            .lock()
            .expect("the list of requests")
            .clone()
    }

    /// How many requests had `part` in their path or query.
    pub fn count(&self, part: &str) -> usize {
        let seen = self.seen();
        seen.iter()
            .filter(|seen| seen.target.contains(part))
            .count()
    }

    /// How many requests its rate refused.
    pub fn refused(&self) -> usize {
        self.shared.setup.rate.as_ref().map_or(0, Rate::refused)
    }

    /// The most requests that were answered at the same time.
    pub fn most_busy(&self) -> usize {
        self.shared.most_busy.load(Ordering::SeqCst)
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for TestRegistry {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    /// Answers one connection until it is closed.
    fn converse(&self, stream: TcpStream) {
        stream.set_nodelay(true).expect("a socket option");
        let Some(mut connection) = wire::Connection::open(stream, self.setup.tls.as_ref()) else {
            return;
        };
        while let Some(request) = connection.read() {
            if self.stopped.load(Ordering::SeqCst) {
                return;
            }
            let busy = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_busy.fetch_max(busy, Ordering::SeqCst);
            let action = self.note(&request);
            thread::sleep(self.setup.latency);
            let reply = routes::answer(self, &request);
            let goes_on = connection.write(&request, reply, action, &self.stopped);
            self.busy.fetch_sub(1, Ordering::SeqCst);
            if !goes_on {
                return;
            }
        }
    }

    /// Writes the request down and says what goes wrong with it, if anything.
    fn note(&self, request: &Request) -> Option<Action> {
        let mut seen = self.seen.lock().expect("the list of requests");
        let (authorization, headers) = request
            .headers
            .iter()
            .cloned()
            .partition::<Vec<_>, _>(|(name, _)| name == "authorization");
        seen.push(Seen {
            method: request.method.clone(),
            target: request.target.clone(),
            authorization: authorization.into_iter().next().map(|(_, value)| value),
            headers,
        });
        if let Some(refusal) = self.setup.rate.as_ref().and_then(Rate::take_turn) {
            return Some(refusal);
        }
        let faults = self.setup.faults.iter();
        faults
            .filter(|fault| fault.fits(request))
            .find_map(|fault| fault.take_turn())
    }

    fn scheme(&self) -> &'static str {
        match self.setup.tls {
            Some(_) => "https",
            None => "http",
        }
    }

    /// Where it is reached, as it would say itself.
    fn base(&self) -> String {
        format!("{}://{}", self.scheme(), self.address)
    }
}
