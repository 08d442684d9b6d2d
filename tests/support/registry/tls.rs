//! Certificates for a test registry, made when a test runs.

use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A connection over TLS.
pub type TlsStream = StreamOwned<ServerConnection, TcpStream>;

/// A certificate authority that nobody knows.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// Certificate and key of a registry.
#[derive(Clone)]
pub struct ServerTls(Arc<ServerConfig>);

impl Authority {
    /// A new one.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    /// Its certificate.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for `localhost` and 127.0.0.1 that is valid now.
    pub fn certify(&self) -> ServerTls {
        self.certify_names(&["localhost", "127.0.0.1"], 4096)
    }

    /// A certificate for these names, valid until the start of `year`.
    pub fn certify_names(&self, names: &[&str], year: i32) -> ServerTls {
        let names: Vec<String> = names.iter().copied().map(str::to_owned).collect();
        let mut params = CertificateParams::new(names).expect("names");
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "registry of the tests");
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key in PKCS#8");
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a certificate with its key");
        ServerTls(Arc::new(config))
    }
}

impl ServerTls {
    /// Shakes hands; `None` when the other side does not want to.
    pub(super) fn accept(&self, mut socket: TcpStream) -> Option<TlsStream> {
        let mut connection = ServerConnection::new(Arc::clone(&self.0)).expect("a connection");
        while connection.is_handshaking() {
            connection.complete_io(&mut socket).ok()?;
        }
        Some(StreamOwned::new(connection, socket))
    }
}
