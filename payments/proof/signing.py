"""The installation's signature: Ed25519, from a secret that only the settings know."""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


def _private() -> Ed25519PrivateKey:
    secret = settings.ONSITE_PROOF_KEY or settings.ONSITE_FIELD_KEY or settings.SECRET_KEY
    return Ed25519PrivateKey.from_private_bytes(sha256(b"onsite.proof:" + secret.encode()).digest())


def public_hex() -> str:
    """The public key that belongs to the present secret, as 64 hexadecimal digits."""
    raw = _private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return raw.hex()


def pem(public: str) -> str:
    """The same key as other programs read it."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(content: bytes) -> bytes:
    """64 bytes; the same content always gives the same ones (RFC 8032)."""
    return _private().sign(content)


def holds(public: str, content: bytes, signature: bytes) -> bool:
    """Whether the signature is of that key over that content."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
