//! HTTP/1.1 with keep-alive, as little of it as the tests need, and the ways to break it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::fault::Action;
use super::tls::{ServerTls, TlsStream};

/// A request.
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// What came behind the headers.
    pub body: Vec<u8>,
}

impl Request {
    /// The path. A proxy is told the whole address (RFC 9112, section 3.2.2).
    pub(super) fn path(&self) -> &str {
        let address = self.target.split('?').next().unwrap_or_default();
        match address.strip_prefix("http://") {
            Some(rest) => rest.find('/').map_or("/", |start| &rest[start..]),
            None => address,
        }
    }

    pub(super) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// Without headers and body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With these bytes.
    #[must_use]
    pub fn body(mut self, bytes: &[u8]) -> Self {
        self.body = bytes.to_vec();
        self
    }

    /// With a JSON document.
    pub fn json(status: u16, media_type: &str, document: &Value) -> Self {
        let reply = Self::new(status).with("Content-Type", media_type);
        reply.body(document.to_string().as_bytes())
    }

    /// With an error document of the distribution specification.
    pub fn error(status: u16, code: &str) -> Self {
        let error = serde_json::json!({ "code": code, "message": "said by the test registry" });
        let document = serde_json::json!({ "errors": [error] });
        Self::json(status, "application/json", &document)
    }
}

/// How the end of a body is told.
enum Framing {
    Length(u64),
    Chunked,
}

trait Stream: Read + Write + Send {
    /// The socket, to break it.
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream {
    fn socket(&self) -> &TcpStream {
        &self.sock
    }
}

/// The first byte of a TLS connection (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 22;

/// One connection.
pub(super) struct Connection {
    stream: BufReader<Box<dyn Stream>>,
}

impl Connection {
    pub(super) fn open(stream: TcpStream, tls: Option<&ServerTls>) -> Option<Self> {
        let stream: Box<dyn Stream> = match tls {
            Some(tls) => Box::new(tls.accept(stream)?),
            None => Box::new(stream),
        };
        let mut connection = Self {
            stream: BufReader::new(stream),
        };
        // Answered as Go's server does, which most registries are built with.
        let starts = connection.stream.fill_buf().ok()?.first().copied();
        if starts == Some(TLS_HANDSHAKE) {
            let said = "client sent an HTTPS request to an HTTP server";
            let _ = connection.raw(format!("HTTP/1.0 400 Bad Request\r\n\r\n{said}\n").as_bytes());
            return None;
        }
        Some(connection)
    }

    /// The next request; `None` when the other side is done.
    pub(super) fn read(&mut self) -> Option<Request> {
        let first = self.line()?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = Vec::new();
        while let Some((name, value)) = self.line()?.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut request = Request {
            method,
            target,
            headers,
            body: Vec::new(),
        };
        let length = request.header("content-length");
        let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        request.body = vec![0; length];
        self.stream.read_exact(&mut request.body).ok()?;
        Some(request)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// Answers; `false` when the connection is over.
    pub(super) fn write(
        &mut self,
        request: &Request,
        reply: Reply,
        action: Option<Action>,
        stopped: &AtomicBool,
    ) -> bool {
        let written = match action {
            None => self.put(request, &reply),
            Some(action) => self.misbehave(request, reply, action, stopped),
        };
        written.unwrap_or(false)
    }

    fn misbehave(
        &mut self,
        request: &Request,
        mut reply: Reply,
        action: Action,
        stopped: &AtomicBool,
    ) -> io::Result<bool> {
        let half = reply.body.len() / 2;
        match action {
            Action::Instead(other) => return self.put(request, &other),
            Action::Header(name, value) => {
                reply
                    .headers
                    .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                return self.put(request, &reply.with(name, &value));
            }
            Action::Body(bytes) => return self.put(request, &reply.body(&bytes)),
            Action::Flip => {
                reply.body[half] ^= 1;
                return self.put(request, &reply);
            }
            Action::Close => {}
            Action::Reset => self.reset()?,
            Action::Stall => stall(stopped),
            Action::StallInBody => {
                self.head(&reply, Framing::Length(reply.body.len() as u64))?;
                self.raw(&reply.body[..half])?;
                stall(stopped);
            }
            Action::Truncate => {
                self.head(&reply, Framing::Length(reply.body.len() as u64))?;
                self.raw(&reply.body[..half])?;
            }
            Action::Length(length) => {
                self.head(&reply, Framing::Length(length))?;
                self.flood(stopped, "")?;
            }
            Action::Endless => {
                self.head(&reply, Framing::Chunked)?;
                self.flood(stopped, "10000\r\n")?;
            }
            Action::EndlessHeaders => {
                self.raw(b"HTTP/1.1 200 OK\r\n")?;
                while !stopped.load(Ordering::SeqCst) {
                    self.raw(b"X-More: and more\r\n")?;
                }
            }
        }
        Ok(false)
    }

    fn put(&mut self, request: &Request, reply: &Reply) -> io::Result<bool> {
        self.head(reply, Framing::Length(reply.body.len() as u64))?;
        if request.method != "HEAD" {
            self.raw(&reply.body)?;
        }
        Ok(true)
    }

    fn head(&mut self, reply: &Reply, framing: Framing) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} Said\r\n", reply.status);
        for (name, value) in &reply.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &match framing {
            Framing::Length(length) => format!("Content-Length: {length}\r\n\r\n"),
            Framing::Chunked => "Transfer-Encoding: chunked\r\n\r\n".to_owned(),
        };
        self.raw(head.as_bytes())
    }

    /// Zeros until the other side has had enough; `chunk` is the line before each 64 KiB.
    fn flood(&mut self, stopped: &AtomicBool, chunk: &str) -> io::Result<()> {
        let zeros = vec![0; 0x10000];
        while !stopped.load(Ordering::SeqCst) {
            self.raw(chunk.as_bytes())?;
            self.raw(&zeros)?;
            if !chunk.is_empty() {
                self.raw(b"\r\n")?;
            }
        }
        Ok(())
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes)?;
        stream.flush()
    }

    /// Closes with RST in place of FIN.
    fn reset(&self) -> io::Result<()> {
        let socket = socket2::SockRef::from(self.stream.get_ref().socket());
        socket.set_linger(Some(Duration::ZERO))
    }
}

fn stall(stopped: &AtomicBool) {
    while !stopped.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(10));
    }
}
