"""What lies in the database so that a copy of it is worth nothing: sealed with a key made from SECRET_KEY."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def _key(purpose: bytes) -> bytes:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"desk " + purpose).derive(secret)


def seal(text: str) -> str:
    """Return a text that only this installation can read."""
    return Fernet(base64.urlsafe_b64encode(_key(b"sealing"))).encrypt(text.encode()).decode()


def unseal(sealed: str, seconds: int | None = None) -> str | None:
    """Return what was sealed; None where it is older than that, was changed, or SECRET_KEY is another one."""
    try:
        return Fernet(base64.urlsafe_b64encode(_key(b"sealing"))).decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken:
        return None


def mark(text: str) -> str:
    """Return by what a text is known again that is too short for a plain hash."""
    return hmac.new(_key(b"marks"), text.encode(), hashlib.sha256).hexdigest()
