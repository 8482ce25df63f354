"""Settings of each process, from the environment (STACKROOM_…) only, because some are secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_ADDRESS = r"^[^@\s<>]+@[^@\s<>]+$"
_TAG_PASSWORD = re.compile(r"(?!0{8})[0-9A-Fa-f]{8}")


def _require_tag_password(password: SecretStr | None) -> SecretStr | None:
    if password is not None and not _TAG_PASSWORD.fullmatch(password.get_secret_value()):
        raise ValueError("STACKROOM_TAG_PASSWORD is 8 hex digits, and not all of them 0")
    return password


TagPassword = Annotated[SecretStr | None, AfterValidator(_require_tag_password)]
"""The access password that the site's tags have, 8 hex digits; without it none is locked."""
Port = Annotated[int, Field(ge=0, le=65535)]


class BrokerSettings(BaseSettings):
    """How to reach the MQTT broker; every client has a name and a password of its own."""

    model_config = SettingsConfigDict(env_prefix="STACKROOM_MQTT_", frozen=True)

    host: str = "127.0.0.1"
    port: Port = 1883
    user: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    """Certificate of the authority that signed the broker's; needed beyond loopback."""

    @model_validator(mode="after")
    def _is_secret_beyond_loopback(self) -> Self:
        if self.ca_file is None and not is_loopback(self.host):
            raise ValueError(
                f"STACKROOM_MQTT_HOST is {self.host}, which is not this machine: "
                "set STACKROOM_MQTT_CA_FILE so that the link is encrypted"
            )
        return self


class ControllerSettings(BaseSettings):
    """The archive side's process."""

    model_config = SettingsConfigDict(env_prefix="STACKROOM_", frozen=True)

    data_dir: Path = Path(".stackroom")
    host: str = "127.0.0.1"
    port: Port = 8080
    """0 lets the system choose; the address is printed."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    demo: bool = False
    """Shows the demo accounts on the sign-in page; only the demo command sets it."""
    session_idle_minutes: Annotated[int, Field(ge=1, le=480)] = 60
    session_hours: Annotated[int, Field(ge=1, le=24)] = 8
    font: Path | None = None
    """Prints labels and plans; without it a font with Chinese characters is looked for."""
    tag_password: TagPassword = None

    @model_validator(mode="after")
    def _is_encrypted_beyond_loopback(self) -> Self:
        _require_tls("STACKROOM_", "HOST", self.host, self.tls_certificate, self.tls_key)
        return self


class RoomSettings(BaseSettings):
    """The room side's process."""

    model_config = SettingsConfigDict(env_prefix="STACKROOM_ROOM_", frozen=True)

    data_dir: Path = Path(".stackroom-room")
    page_host: str = "127.0.0.1"
    page_port: Port = 8090
    """0 lets the system choose; the address is printed."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    page_names: frozenset[str] = frozenset()
    """Names browsers may call the page by, besides this machine's own, its addresses and those
    that its certificate speaks for."""
    pins: dict[str, SecretStr] = {}
    """Name to PIN of each person who may start motion or confirm a reset at the room's own page."""
    badges: dict[str, SecretStr] = {}
    """Name to the number that the person's badge types at that page."""
    probe_passwords: dict[str, SecretStr] = {}
    """User to password at the brokers to which MQTT probes report."""
    probe_ca_file: Path | None = None
    """Certificate of the authority that signed those brokers' own; without it nothing is encrypted,
    and a password goes to a broker on this machine only."""

    @model_validator(mode="after")
    def _is_encrypted_beyond_loopback(self) -> Self:
        """Hold back PINs from a network that could read them."""
        _require_tls(
            "STACKROOM_ROOM_", "PAGE_HOST", self.page_host, self.tls_certificate, self.tls_key
        )
        return self


class ProfileSettings(BaseSettings):
    """Where a site keeps profiles of devices that the product does not ship."""

    model_config = SettingsConfigDict(env_prefix="STACKROOM_", frozen=True)

    profiles_dir: Path | None = None
    """Holds folders `probes` and `units`, apart from the product so that an upgrade keeps them."""


class SimulatorSettings(BaseSettings):
    """A simulated room's process."""

    model_config = SettingsConfigDict(env_prefix="STACKROOM_", frozen=True)

    tag_password: TagPassword = None


class SmtpSettings(BaseSettings):
    """The mail server through which alarms are told; without a host there are no e-mails."""

    model_config = SettingsConfigDict(
        env_prefix="STACKROOM_SMTP_", frozen=True, populate_by_name=True
    )

    host: str | None = None
    port: Port = 587
    user: str | None = None
    password: SecretStr | None = None
    sender: Annotated[str, Field(validation_alias="STACKROOM_SMTP_FROM", pattern=_ADDRESS)] = (
        "stackroom@localhost"
    )
    """Which address the e-mails come from."""
    tls: Literal["starttls", "tls", "none"] = "starttls"

    @model_validator(mode="after")
    def _is_secret_beyond_loopback(self) -> Self:
        """Hold back the password from a network that could read it."""
        if self.tls == "none" and self.password is not None and not is_loopback(self.host or ""):
            raise ValueError(
                f"STACKROOM_SMTP_TLS is none, and {self.host} would get STACKROOM_SMTP_PASSWORD "
                "for everybody to read: use starttls or tls"
            )
        return self


def is_loopback(host: str) -> bool:
    """Say whether an address is reached from this machine only."""
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _require_tls(
    prefix: str, name: str, host: str, certificate: Path | None, key: Path | None
) -> None:
    if (certificate is None) != (key is None):
        raise ValueError(
            f"{prefix}TLS_CERTIFICATE and {prefix}TLS_KEY belong together; one is missing"
        )
    if certificate is None and not is_loopback(host):
        raise ValueError(
            f"{prefix}{name} is {host}, which other machines reach: set "
            f"{prefix}TLS_CERTIFICATE and {prefix}TLS_KEY (`stackroom certs` makes them), "
            "or serve on 127.0.0.1"
        )
