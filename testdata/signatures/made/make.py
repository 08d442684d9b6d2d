#!/usr/bin/env python3
"""Writes the other files of this folder anew: signatures by own authorities, with a log and a timestamp
authority of their own, and keys of all supported kinds. Every private key lives in memory and in a temporary
folder, and is gone at the end. Needs python3-cryptography and openssl 3 (for the timestamp).

    python3 make.py
"""

import base64
import datetime
import hashlib
import json
import os
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DIGEST = "ab" * 32
CODE_SIGNING = ExtendedKeyUsageOID.CODE_SIGNING


def day(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


ALWAYS = (day("2020-01-01"), day("2120-01-01"))
IN_2020 = (day("2020-01-01"), day("2021-01-01"))
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
THIS_HOUR = (NOW - datetime.timedelta(hours=1), NOW + datetime.timedelta(hours=1))


def b64(data):
    return base64.b64encode(data).decode()


def pem_of(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def der_of(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def p256():
    return ec.generate_private_key(ec.SECP256R1())


def sign(key, message, digest=hashes.SHA256(), pss=False):
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(digest))
    if isinstance(key, rsa.RSAPrivateKey):
        pkcs1 = padding.PKCS1v15()
        scheme = padding.PSS(padding.MGF1(digest), digest.digest_size) if pss else pkcs1
        return key.sign(message, scheme, digest)
    return key.sign(message)


def certificate(key, common_name, issuer, valid, ca=False, usage=None, names=(), digest=hashes.SHA256()):
    """`issuer` is None for a self-signed one, else (certificate, key)."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else [])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if usage:
        critical = usage == ExtendedKeyUsageOID.TIME_STAMPING
        built = built.add_extension(x509.ExtendedKeyUsage([usage]), critical=critical)
    if names:
        built = built.add_extension(x509.SubjectAlternativeName(list(names)), critical=not common_name)
    return built.sign(issuer[1] if issuer else key, digest)


def pem(*certificates):
    return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in certificates)


PAYLOAD = json.dumps(
    {
        "critical": {
            "identity": {"docker-reference": "registry.example.com/team/made"},
            "image": {"docker-manifest-digest": "sha256:" + DIGEST},
            "type": "cosign container image signature",
        },
        "optional": {"env": "prod"},
    },
    separators=(",", ":"),
)

STATEMENT = json.dumps(
    {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "", "digest": {"sha256": DIGEST}, "annotations": {"env": "prod"}}],
        "predicateType": "https://sigstore.dev/cosign/sign/v1",
        "predicate": {},
    },
    separators=(",", ":"),
)
PAYLOAD_TYPE = "application/vnd.in-toto+json"
PAE = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(STATEMENT)} {STATEMENT}".encode()

LOG = p256()


def log_entry(body, time):
    """The annotation `dev.sigstore.cosign/bundle`, signed by the log (SET)."""
    payload = {
        "body": b64(json.dumps(body, separators=(",", ":"), sort_keys=True).encode()),
        "integratedTime": int(time.timestamp()),
        "logID": hashlib.sha256(der_of(LOG)).hexdigest(),
        "logIndex": 7,
    }
    canonical = json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()
    return json.dumps({"SignedEntryTimestamp": b64(sign(LOG, canonical)), "Payload": payload})


def hashedrekord(signature, verifier, over="sha256"):
    return {
        "apiVersion": "0.0.1",
        "kind": "hashedrekord",
        "spec": {
            "data": {"hash": {"algorithm": over, "value": hashlib.new(over, PAYLOAD.encode()).hexdigest()}},
            "signature": {"content": b64(signature), "publicKey": {"content": b64(verifier.encode())}},
        },
    }


def dsse(signature, verifier):
    return {
        "apiVersion": "0.0.1",
        "kind": "dsse",
        "spec": {
            "envelopeHash": {"algorithm": "sha256", "value": "00" * 32},
            "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(STATEMENT.encode()).hexdigest()},
            "signatures": [{"signature": b64(signature), "verifier": b64(verifier.encode())}],
        },
    }


def intoto(signature, verifier):
    return {
        "apiVersion": "0.0.2",
        "kind": "intoto",
        "spec": {"content": {
            "envelope": {
                "payloadType": PAYLOAD_TYPE,
                "signatures": [{"publicKey": b64(verifier.encode()), "sig": b64(b64(signature).encode())}],
            },
            "hash": {"algorithm": "sha256", "value": "00" * 32},
            "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(STATEMENT.encode()).hexdigest()},
        }},
    }


def rekor2_entry(signature, verifier, details, over):
    """An entry of Rekor 2 in a tree of two leaves, whose top the log signed."""
    body = {
        "apiVersion": "0.0.2",
        "kind": "hashedrekord",
        "spec": {"hashedRekordV002": {
            "data": {"algorithm": over.upper().replace("SHA", "SHA2_"), "digest": b64(hashlib.new(over, PAE).digest())},
            "signature": {"content": b64(signature), "verifier": {"keyDetails": details, **verifier}},
        }},
    }
    body = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    leaf = hashlib.sha256(b"\0" + body).digest()
    other = hashlib.sha256(b"\0other").digest()
    top = hashlib.sha256(b"\1" + leaf + other).digest()
    note = f"rekor.example.com\n2\n{b64(top)}\n"
    log_id = hashlib.sha256(der_of(LOG)).digest()
    note += f"\n\u2014 rekor.example.com {b64(log_id[:4] + sign(LOG, note.encode()))}\n"
    return {
        "logIndex": "0",
        "logId": {"keyId": b64(log_id)},
        "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"},
        "inclusionProof": {
            "logIndex": "0",
            "rootHash": b64(top),
            "treeSize": "2",
            "hashes": [b64(other)],
            "checkpoint": {"envelope": note},
        },
        "canonicalizedBody": b64(body),
    }


def timestamp(signature, key, signer, folder):
    """An RFC 3161 token over the bytes of a signature."""
    paths = {name: os.path.join(folder, name) for name in ("data", "key", "cert", "serial", "conf", "query", "reply")}
    with open(paths["data"], "wb") as file:
        file.write(signature)
    with open(paths["key"], "wb") as file:
        file.write(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    with open(paths["cert"], "w") as file:
        file.write(pem(signer))
    with open(paths["serial"], "w") as file:
        file.write("01\n")
    with open(paths["conf"], "w") as file:
        file.write(
            f"[tsa]\nserial={paths['serial']}\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n"
            "digests=sha256\nordering=yes\n"
        )
    run = lambda *words: subprocess.run(["openssl", "ts", *words], check=True, capture_output=True)
    run("-query", "-data", paths["data"], "-sha256", "-out", paths["query"])
    run("-reply", "-config", paths["conf"], "-section", "tsa", "-queryfile", paths["query"],
        "-inkey", paths["key"], "-signer", paths["cert"], "-out", paths["reply"])
    with open(paths["reply"], "rb") as file:
        return b64(file.read())


def main():
    root_key, middle_key = p256(), p256()
    root = certificate(root_key, "made root", None, ALWAYS, ca=True)
    middle = certificate(middle_key, "made intermediate", (root, root_key), ALWAYS, ca=True)
    # The same names with other keys: a chain must not rest on names.
    other_key = p256()
    other = certificate(other_key, "made root", None, ALWAYS, ca=True)
    old_key = p256()
    old = certificate(old_key, "made old root", None, IN_2020, ca=True)
    by_root, by_middle, by_other, by_old = (root, root_key), (middle, middle_key), (other, other_key), (old, old_key)
    email = (x509.RFC822Name("carol@example.com"),)
    uri = (x509.UniformResourceIdentifier("https://ci.example.com/release"),)

    signatures = {}

    def signed(name, key, certificates=(), log=None, stamp=None, over="sha256", change=None, **how):
        signature = sign(key, PAYLOAD.encode(), **how)
        annotations = {"dev.cosignproject.cosign/signature": b64(signature)}
        if certificates:
            annotations["dev.sigstore.cosign/certificate"] = pem(certificates[0])
        if len(certificates) > 1:
            annotations["dev.sigstore.cosign/chain"] = pem(*certificates[1:])
        if log:
            verifier = pem(certificates[0]) if certificates else pem_of(key)
            body = hashedrekord(signature, verifier, over)
            if change:
                change(body["spec"])
            annotations["dev.sigstore.cosign/bundle"] = log_entry(body, log)
        if stamp:
            token = json.dumps({"SignedRFC3161Timestamp": stamp(signature)})
            annotations["dev.sigstore.cosign/rfc3161timestamp"] = token
        signatures[name] = {"annotations": annotations}
        if not certificates:
            signatures[name]["key"] = pem_of(key)

    def by_leaf(name, common_name, issuer, valid, chain=(), log=None, stamp=None, key=None, over="sha256",
                digest=hashes.SHA256(), **how):
        key = key or p256()
        leaf = certificate(key, common_name, issuer, valid, **how)
        signed(name, key, (leaf, *chain), log=log, stamp=stamp, over=over, digest=digest)

    by_leaf("valid", "carol", by_root, ALWAYS, usage=CODE_SIGNING, names=email)
    by_leaf("valid-chain-sent", "carol", by_middle, ALWAYS, chain=(middle, root), usage=CODE_SIGNING, names=email)
    by_leaf("valid-chain-known", "carol", by_middle, ALWAYS, usage=CODE_SIGNING, names=email)
    by_leaf("valid-uri", "", by_root, ALWAYS, usage=CODE_SIGNING, names=uri)
    by_leaf("valid-common-name", "carol", by_root, ALWAYS, usage=CODE_SIGNING)
    by_leaf("valid-p384", "carol", by_root, ALWAYS, usage=CODE_SIGNING, names=email,
            key=ec.generate_private_key(ec.SECP384R1()))
    by_leaf("names-nobody", "", by_root, ALWAYS, usage=CODE_SIGNING)
    by_leaf("no-usage", "carol", by_root, ALWAYS, names=email)
    by_leaf("other-usage", "carol", by_root, ALWAYS, usage=ExtendedKeyUsageOID.SERVER_AUTH, names=email)
    by_leaf("other-authority", "carol", by_other, ALWAYS, chain=(other,), usage=CODE_SIGNING, names=email)
    by_leaf("old-authority", "carol", by_old, ALWAYS, usage=CODE_SIGNING, names=email)
    by_leaf("old-authority-logged", "carol", by_old, ALWAYS, usage=CODE_SIGNING, names=email, log=day("2020-06-01"))
    by_leaf("expired", "carol", by_root, IN_2020, usage=CODE_SIGNING, names=email)
    by_leaf("expired-logged", "carol", by_root, IN_2020, usage=CODE_SIGNING, names=email, log=day("2020-06-01"))
    by_leaf("expired-logged-late", "carol", by_root, IN_2020, usage=CODE_SIGNING, names=email, log=day("2022-06-01"))
    signed("authority-itself", root_key, (root,))
    leaf_key = p256()
    leaf = certificate(leaf_key, "carol", by_root, ALWAYS, usage=CODE_SIGNING, names=email)
    by_leaf("by-a-leaf", "dave", (leaf, leaf_key), ALWAYS, chain=(leaf, root), usage=CODE_SIGNING, names=email)

    rsa_of = lambda bits: rsa.generate_private_key(public_exponent=65537, key_size=bits)
    curve = ec.generate_private_key
    sha384, sha512 = hashes.SHA384(), hashes.SHA512()
    rsa4096 = rsa_of(4096)
    large_key = curve(ec.SECP521R1())
    large = certificate(large_key, "made root on P-521", None, ALWAYS, ca=True, digest=sha512)
    signer = {"usage": CODE_SIGNING, "names": email}
    by_leaf("valid-rsa4096-sha512", "carol", by_root, ALWAYS, key=rsa4096, digest=sha512, **signer)
    host = (x509.DNSName("build.acme.example"),)
    by_leaf("valid-dns", "carol", by_root, ALWAYS, usage=CODE_SIGNING, names=host)
    by_leaf("valid-p521", "carol", by_root, ALWAYS, key=curve(ec.SECP521R1()), digest=sha512, **signer)
    by_leaf("valid-p521-authority", "carol", (large, large_key), ALWAYS, **signer)
    by_leaf("expired-logged-p256-sha512", "carol", by_root, IN_2020, log=day("2020-06-01"), digest=sha512, over="sha512",
            **signer)
    by_leaf("expired-logged-late-p256-sha512", "carol", by_root, IN_2020, log=day("2022-06-01"), digest=sha512,
            over="sha512", **signer)
    by_leaf("expired-logged-rsa4096-sha512", "carol", by_root, IN_2020, log=day("2020-06-01"), key=rsa4096,
            digest=sha512, over="sha512", **signer)

    stamp_root_key, stamp_key = p256(), p256()
    stamp_root = certificate(stamp_root_key, "made timestamp root", None, ALWAYS, ca=True)
    stamp_signer = certificate(stamp_key, "made timestamps", (stamp_root, stamp_root_key), ALWAYS,
                               usage=ExtendedKeyUsageOID.TIME_STAMPING)
    with tempfile.TemporaryDirectory() as folder:
        stamp = lambda signature: timestamp(signature, stamp_key, stamp_signer, folder)
        by_leaf("stamped", "carol", by_root, THIS_HOUR, usage=CODE_SIGNING, names=email, stamp=stamp)
        by_leaf("stamped-late", "carol", by_root, IN_2020, usage=CODE_SIGNING, names=email, stamp=stamp)
        signed("key-stamped", p256(), stamp=stamp)
        by_leaf("stamped-p256-sha512", "carol", by_root, THIS_HOUR, digest=sha512, stamp=stamp, **signer)

    p384 = ec.generate_private_key(ec.SECP384R1())
    rsa2048 = rsa_of(2048)
    logged = day("2026-01-01")
    signed("key-p256", p256(), log=logged)
    signed("key-p384-sha256", p384, log=logged)
    signed("key-p384-sha384", p384, log=logged, digest=hashes.SHA384())
    signed("key-ed25519", ed25519.Ed25519PrivateKey.generate(), log=logged)
    signed("key-rsa2048", rsa2048, log=logged)
    signed("key-rsa3072", rsa_of(3072), log=logged)
    signed("key-rsa4096", rsa4096, log=logged)
    signed("key-rsa2048-pss", rsa2048, log=logged, pss=True)
    signed("key-rsa2048-sha1", rsa2048, log=logged, digest=hashes.SHA1())
    signed("key-rsa2048-sha512", rsa2048, log=logged, digest=sha512)
    signed("key-rsa3072-sha384", rsa_of(3072), log=logged, digest=sha384, over="sha384")
    signed("key-rsa4096-sha512", rsa4096, log=logged, digest=sha512, over="sha512")
    p521, other_p256 = curve(ec.SECP521R1()), p256()
    signed("key-p256-sha1", other_p256, log=logged, digest=hashes.SHA1())
    signed("key-p256-sha384", other_p256, log=logged, digest=sha384, over="sha384")
    signed("key-p256-sha512", other_p256, log=logged, digest=sha512, over="sha512")
    signed("key-p384-sha512", p384, log=logged, digest=sha512, over="sha512")
    signed("key-p521-sha224", p521, log=logged, digest=hashes.SHA224())
    signed("key-p521-sha256", p521, log=logged)
    signed("key-p521-sha384", p521, log=logged, digest=sha384, over="sha384")
    signed("key-p521-sha512", p521, log=logged, digest=sha512, over="sha512")

    # What the log signed is of something else, in one part each.
    other_p521 = curve(ec.SECP521R1())
    other_hash = hashlib.sha512(b"other").hexdigest()
    for name, change in {
        "hash": lambda spec: spec["data"]["hash"].update(value=other_hash),
        "algorithm": lambda spec: spec["data"]["hash"].update(algorithm="sha1", value=other_hash[:40]),
        "signature": lambda spec: spec["signature"].update(content=b64(sign(p521, b"other"))),
        "key": lambda spec: spec["signature"].update(publicKey={"content": b64(pem_of(other_p521).encode())}),
    }.items():
        signed(f"entry-of-another-{name}", p521, log=logged, digest=sha512, over="sha512", change=change)

    def enveloped(name, key, body=dsse, change=None, **how):
        signature = sign(key, PAE, **how)
        body = body(signature, pem_of(key))
        if change:
            change(body["spec"])
        entry = log_entry(body, logged)
        signatures[name] = {
            "envelope": {
                "payloadType": PAYLOAD_TYPE,
                "payload": b64(STATEMENT.encode()),
                "signatures": [{"sig": b64(signature)}],
            },
            "annotations": {"dev.sigstore.cosign/bundle": entry},
            "key": pem_of(key),
        }

    enveloped("envelope-p256", p256())
    enveloped("envelope-p384-sha256", p384)
    enveloped("envelope-p384-sha384", p384, digest=hashes.SHA384())
    enveloped("envelope-ed25519", ed25519.Ed25519PrivateKey.generate())
    enveloped("envelope-rsa3072", rsa_of(3072))
    enveloped("envelope-rsa4096-sha512", rsa4096, digest=sha512)
    enveloped("envelope-p256-sha512", other_p256, digest=sha512)
    enveloped("envelope-p256-sha512-intoto", other_p256, body=intoto, digest=sha512)
    enveloped("envelope-p521-sha512", p521, digest=sha512)
    two = lambda spec: spec["signatures"].append(spec["signatures"][0])
    enveloped("entry-of-two-signatures", p521, digest=sha512, change=two)
    typed = lambda spec: spec["content"]["envelope"].update(payloadType="application/json")
    enveloped("entry-of-another-type", p521, body=intoto, digest=sha512, change=typed)

    def bundled(name, key, details, over, leaf=None, **how):
        """A bundle with an entry of Rekor 2, which needs a timestamp to say when."""
        signature = sign(key, PAE, **how)
        if leaf:
            der = leaf.public_bytes(serialization.Encoding.DER)
            material, verifier = {"certificate": {"rawBytes": b64(der)}}, {"x509Certificate": {"rawBytes": b64(der)}}
        else:
            material, verifier = {"publicKey": {"hint": "made"}}, {"publicKey": {"rawBytes": b64(der_of(key))}}
        with tempfile.TemporaryDirectory() as folder:
            token = timestamp(signature, stamp_key, stamp_signer, folder)
        signatures[name] = {
            "bundle": {
                "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
                "verificationMaterial": {
                    **material,
                    "tlogEntries": [rekor2_entry(signature, verifier, details, over)],
                    "timestampVerificationData": {"rfc3161Timestamps": [{"signedTimestamp": token}]},
                },
                "dsseEnvelope": {
                    "payloadType": PAYLOAD_TYPE,
                    "payload": b64(STATEMENT.encode()),
                    "signatures": [{"sig": b64(signature)}],
                },
            },
            "annotations": {},
            "key": pem_of(key),
        }

    bundled("bundle-p256", other_p256, "PKIX_ECDSA_P256_SHA_256", "sha256")
    bundled("bundle-p384-sha384", p384, "PKIX_ECDSA_P384_SHA_384", "sha384", digest=sha384)
    bundled("bundle-p521-sha512", p521, "PKIX_ECDSA_P521_SHA_512", "sha512", digest=sha512)
    bundled("bundle-rsa4096-sha512", rsa4096, "PKIX_RSA_PKCS1V15_4096_SHA512", "sha512", digest=sha512)
    bundled("bundle-certificate-p521-sha512", p521, "PKIX_ECDSA_P521_SHA_512", "sha512", digest=sha512,
            leaf=certificate(p521, "carol", by_root, ALWAYS, **signer))

    log_id = hashlib.sha256(der_of(LOG)).digest()
    raw = lambda one: {"rawBytes": b64(one.public_bytes(serialization.Encoding.DER))}
    start = {"start": "2020-01-01T00:00:00Z"}
    trusted_root = {
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": [{
            "baseUrl": "https://rekor.example.com",
            "hashAlgorithm": "SHA2_256",
            "publicKey": {"rawBytes": b64(der_of(LOG)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": start},
            "logId": {"keyId": b64(log_id)},
        }],
        "timestampAuthorities": [{
            "certChain": {"certificates": [raw(stamp_signer), raw(stamp_root)]},
            "validFor": start,
        }],
    }

    def write(name, text):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as file:
            file.write(text)

    write("root.pem", pem(root))
    write("chain.pem", pem(middle, root))
    write("old-root.pem", pem(old))
    write("p521-root.pem", pem(large))
    write("leaf.pem", pem(leaf))
    write("payload.json", PAYLOAD)
    write("signatures.json", json.dumps(signatures, indent=1) + "\n")
    write("trusted_root.json", json.dumps(trusted_root, indent=1) + "\n")


main()
