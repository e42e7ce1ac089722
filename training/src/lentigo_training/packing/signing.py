"""signature.json: who made a pack, as Ed25519 over a prefix and the manifest's exact bytes.

The manifest has the hash of every other file, so this signs the whole pack; docs/packs.md has the
format. The private key comes from the environment and is nowhere else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

NAME = "signature.json"
VARIABLE = "LENTIGO_SIGNING_KEY"
"""Holds the private key: 64 hex digits."""

PACK = b"lentigo-pack-v1\n"
"""Prefix of the signed manifest, so that the signature is valid for nothing else."""

ALGORITHM = "ed25519"


def new_key() -> str:
    """A private key, as the environment holds it."""
    return Ed25519PrivateKey.generate().private_bytes_raw().hex()


def key_of(text: str) -> Ed25519PrivateKey:
    """Raises ValueError unless it is 64 hex digits; the message does not contain the key."""
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
    except ValueError:
        raise ValueError(f"{VARIABLE} does not hold 64 hex digits") from None


def public_key(key: Ed25519PrivateKey) -> str:
    """Its public key in hex digits."""
    return key.public_key().public_bytes_raw().hex()


def sign(folder: Path) -> str | None:
    """Signs the manifest in a pack's folder and returns the public key.

    Without a key in the environment the pack is left unsigned: a signature of before is removed.
    """
    text = os.environ.get(VARIABLE)
    if not text:
        (folder / NAME).unlink(missing_ok=True)
        return None
    key = key_of(text)
    made = key.sign(PACK + (folder / "manifest.json").read_bytes())
    signature = {"algorithm": ALGORITHM, "publicKey": public_key(key), "signature": made.hex()}
    (folder / NAME).write_text(json.dumps(signature, indent=2) + "\n")
    return signature["publicKey"]


def signer(folder: Path) -> str | None:
    """The public key that a pack is signed by; None where it is not signed.

    Raises ValueError where the signature is none of this manifest.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    message = PACK + (folder / "manifest.json").read_bytes()
    try:
        found = json.loads(path.read_text())
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(found["publicKey"]))
        public.verify(bytes.fromhex(found["signature"]), message)
    except (InvalidSignature, KeyError, TypeError, ValueError):
        raise ValueError(f"{path} is no signature of the manifest beside it") from None
    return public.public_bytes_raw().hex()
