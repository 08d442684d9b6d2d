//! Key and certificate files: PEM text -> DER that is known to be usable.
//!
//! Nothing here repeats what is in a file: no message holds key material.

pub mod certificates;
mod pem;
pub mod public_key;
