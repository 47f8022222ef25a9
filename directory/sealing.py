"""What is kept about a conversation is sealed, and found again without keeping an address.

Every conversation has a random data key (AES-256-GCM). That key is itself sealed by `SECRET_KEY` and bound to the
conversation it belongs to, so deleting it destroys all that it sealed, copies and backups of the sealed data included.
Addresses, event ids and references are kept only as HMAC-SHA-256. The keys for these uses are derived from `SECRET_KEY`
by HKDF (RFC 5869), one for each purpose.

Rotation: with several secrets, the newest seals; all of them open, and all are tried when looking something up. A
conversation found under an older secret moves to the newest the next time that person writes.
"""

import hmac
import json
import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12


class SealError(Exception):
    """The secrets in use do not open what is kept. The message holds no data and no key."""

    def __init__(self) -> None:
        super().__init__(
            "SECRET_KEY does not open what this database keeps. Start with the key it was written with; "
            "to change keys, put the new one first and keep the old one after a comma."
        )


class Seal:
    """Seals JSON documents with one key. `bound_to` names what is sealed: a document opens only under the same name."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, document: Any, bound_to: str) -> bytes:
        """The sealed bytes of a JSON-safe document."""
        return self.seal_bytes(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), bound_to)

    def open(self, sealed: bytes, bound_to: str) -> Any:
        """The document. Raises `SealError` for the wrong key, the wrong name or changed bytes."""
        return json.loads(self.open_bytes(sealed, bound_to))

    def seal_bytes(self, plain: bytes, bound_to: str) -> bytes:
        """A fresh nonce, then the ciphertext."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def open_bytes(self, sealed: bytes, bound_to: str) -> bytes:
        """The reverse of `seal_bytes`. Raises `SealError`."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError):
            raise SealError from None


class _Secret:
    """The keys derived from one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.wrap = Seal(self._derive("wrap"))
        self.farewell = Seal(self._derive("farewell"))
        self.locator = self._derive("locator")
        self.event = self._derive("event")
        self.reference = self._derive("reference")
        self.staff = self._derive("staff")

    def _derive(self, purpose: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"signpost {purpose}".encode()).derive(self._secret)


class Keyring:
    """All the secrets in use, newest first. Whatever looks something up returns one key per secret, newest first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("SECRET_KEY is empty: a keyring needs at least one secret.")
        self._secrets = [_Secret(secret) for secret in secrets]

    def locators(self, channel: str, person: str) -> list[str]:
        """The keys under which the conversation with this person may be kept."""
        return [keyed(secret.locator, channel, person) for secret in self._secrets]

    def events(self, channel: str, person: str, event_id: str) -> list[str]:
        """The keys under which this message may be noted as answered."""
        return [keyed(secret.event, channel, person, event_id) for secret in self._secrets]

    def references(self, reference: str) -> list[str]:
        """The keys under which this referral reference may be kept."""
        return [keyed(secret.reference, reference) for secret in self._secrets]

    def staff(self, use: str, *parts: str) -> list[str]:
        """The keys under which a secret of staff (a code, a session), or what is tried for one, may be kept."""
        return [keyed(secret.staff, use, *parts) for secret in self._secrets]

    def wrap(self, data_key: bytes, locator: str) -> bytes:
        """A conversation's data key, sealed by the newest secret and bound to the conversation."""
        return self._secrets[0].wrap.seal_bytes(data_key, locator)

    def unwrap(self, wrapped: bytes, locator: str) -> bytes:
        """The data key. Raises `SealError` if no secret opens it."""
        return self._first([secret.wrap for secret in self._secrets], wrapped, locator)

    def seal_farewell(self, document: Any, bound_to: str) -> bytes:
        """Seals what must outlive its conversation for a moment: the farewell and where to send it."""
        return self._secrets[0].farewell.seal(document, bound_to)

    def open_farewell(self, sealed: bytes, bound_to: str) -> Any:
        """The reverse. Raises `SealError` if no secret opens it."""
        return json.loads(self._first([secret.farewell for secret in self._secrets], sealed, bound_to))

    @staticmethod
    def _first(seals: Sequence[Seal], sealed: bytes, bound_to: str) -> bytes:
        for seal in seals:
            try:
                return seal.open_bytes(sealed, bound_to)
            except SealError:
                continue
        raise SealError


def new_data_key() -> bytes:
    """A random key for one conversation."""
    return secrets.token_bytes(KEY_BYTES)


def keyed(key: bytes, *parts: str) -> str:
    """HMAC over the parts, written so that no two different lists of parts look alike."""
    return hmac.digest(key, json.dumps(parts).encode(), "sha256").hex()
