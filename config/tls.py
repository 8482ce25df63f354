"""What a server must know of the certificate it shows: that it can be used, its names, its end.

It makes none: `stackroom certs` does, or whoever gives certificates at the site.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from config.errors import Mendable

DUE_DAYS = 30
"""So long before its end a certificate is told to be due."""
_ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})


class BadCertificate(Mendable):
    """A certificate or its key that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCertificate:
    """A certificate that fits its key, with the names and addresses it speaks for, in order."""

    path: Path
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    expires_at: dt.datetime

    def speaks_for(self, host: str) -> bool:
        """Say whether a client that calls this name or address would believe it."""
        return host.lower() in self.names or host in self.addresses

    def public_name(self) -> str:
        """Choose what other machines call it: a name before an address, this machine last."""
        names = [name for name in self.names if name != "localhost"]
        addresses = [a for a in self.addresses if not ipaddress.ip_address(a).is_loopback]
        return next(iter((*names, *addresses, *self.names, *self.addresses)), "localhost")

    def find_due(self, now: dt.datetime) -> str | None:
        """Say in a sentence that it has ended or soon will; `None` while it is good."""
        if now >= self.expires_at:
            return f"{self.path} ended on {self.expires_at:%Y-%m-%d}; no browser trusts it any more"
        if now >= self.expires_at - dt.timedelta(days=DUE_DAYS):
            return f"{self.path} ends on {self.expires_at:%Y-%m-%d}; renew it before"
        return None


def load_server_certificate(certificate: Path, key: Path) -> ServerCertificate:
    """Read a certificate and try it with its key; raise BadCertificate."""
    loaded = read_certificate(certificate)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        mismatch = error.reason == "KEY_VALUES_MISMATCH"
        reason = f"is not the key of {certificate}" if mismatch else "is no private key in PEM form"
        raise BadCertificate(f"{key} {reason}") from error
    except OSError as error:
        raise BadCertificate(f"{key}: {error.strerror}") from error
    return describe(certificate, loaded)


def find_server_certificate(certificate: Path | None, key: Path | None) -> ServerCertificate | None:
    """Read what a server was told to show; `None` if it was told nothing. Raise BadCertificate."""
    if certificate is None or key is None:
        return None
    return load_server_certificate(certificate, key)


def read_certificate(path: Path) -> x509.Certificate:
    """Read the first certificate of a PEM file; raise BadCertificate."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise BadCertificate(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise BadCertificate(f"{path} holds no certificate in PEM form") from error


def describe(path: Path, certificate: x509.Certificate) -> ServerCertificate:
    """Say what a certificate speaks for, and until when."""
    try:
        spoken_for = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        spoken_for = x509.SubjectAlternativeName([])
    return ServerCertificate(
        path=path,
        names=tuple(name.lower() for name in spoken_for.get_values_for_type(x509.DNSName)),
        addresses=tuple(str(a) for a in spoken_for.get_values_for_type(x509.IPAddress)),
        expires_at=certificate.not_valid_after_utc,
    )


def address_to_show(host: str, certificate: ServerCertificate | None) -> str:
    """Say by which host a page is best called that listens on `host`, as it stands in a URL."""
    if host in _ANY_ADDRESS and certificate is not None:
        host = certificate.public_name()
    return f"[{host}]" if ":" in host else host
