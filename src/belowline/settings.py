"""Every setting, with its default and a sentence. Read once at start, passed on.

Order, later wins: the default, `belowline.toml` in the data folder, `BELOWLINE_<NAME>` in the
environment, the command line.
"""

import difflib
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import msgspec.inspect

from belowline.errors import Unusable

Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Number = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Origin = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(https?://[^/\s?#@]+/?)?$", description="an origin such as https://talk.example, without a path"
    ),
]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    data: str = "data"
    """Folder that holds the database, its backups and `belowline.toml`."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8080
    """Port to listen on."""
    public_url: Origin = ""
    """Origin under which readers reach this server, such as https://talk.example; default http://host:port."""
    posts_per_minute: Positive = 10
    """Comments that one address may send in a minute before it is asked to wait."""
    trusted_proxies: Number = 0
    """How many proxies in front of this server add to X-Forwarded-For; 0 believes none."""
    cache_mb: Number = 64
    """Memory for ready pages, in MiB; the least used are dropped beyond it and built again when asked for."""
    guests_per_address: Positive = 10
    """Different guests from one network address whose votes on the same comment count, in a day; a home or an
    office shares an address, and so do vote stuffers."""
    readers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    """Threads that read the database."""
    signins_per_minute: Positive = 10
    """Attempts to sign in that one address may make in a minute before it is asked to wait."""
    private_issuers: bool = False
    """Whether identity providers and key sets may stand in a private network, or speak plain http."""
    private_push: bool = False
    """Whether browsers' push services may stand in a private network, or speak plain http."""
    worker: bool = True
    """Whether the serving process also does the jobs (notices, mails); false where `belowline worker` does."""
    erasure_grace_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 14
    """Days between a reader's wish to be erased and its doing; until then they can change their mind by signing in."""
    upload_mb: Positive = 512
    """Largest file that an admin may upload at the desk to import it, in MiB; the command line takes any."""
    mail_host: str = ""
    """SMTP server for sign-in links and notices; unset, no mail is sent and signing in by mail is off."""
    mail_port: Port = 587
    """Its port."""
    mail_from: str = ""
    """Address that mails come from; default belowline@ the host of public_url."""
    mail_user: str = ""
    """Name at the SMTP server, where it wants one."""
    mail_password: str = ""
    """Password at the SMTP server."""
    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    """starttls (port 587), tls (port 465), or none, for a server on this machine."""

    @property
    def database(self) -> Path:
        return Path(self.data) / "belowline.sqlite3"

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


def load(**given: Any) -> Settings:
    """Settings for this run; `given` (from the command line) leaves out what is None.

    Raises Unusable with one sentence that names the file or variable at fault.
    """
    options = {name: value for name, value in given.items() if value is not None}
    environment = _from_environment()
    folder = options.get("data") or environment.get("data") or Settings().data
    file = Path(folder) / "belowline.toml"
    in_file = _from_file(file)
    values = {**in_file, **environment, "data": folder, **options}
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).partition(" - at `$.")[2].rstrip("`")
        what = f"--{name}" if name in options else _variable(name) if name in environment else f"{name} in {file}"
        shown = "not right" if "password" in name else f"“{values.get(name)}”"
        raise Unusable(f"The setting {what} is {shown}; it must be {_expected(name)}.") from error


def unknown_variables() -> list[str]:
    """A sentence for each BELOWLINE_… in the environment that is no setting: most likely it is misspelt."""
    known = {_variable(name) for name in Settings.__struct_fields__}
    return [
        f"{name} is set, but there is no such setting, so it changes nothing."
        f"{_meant(name[len(_PREFIX) :].lower(), _variable)} docs/settings.md has them all."
        for name in sorted(os.environ)
        if name.upper().startswith(_PREFIX) and name not in known
    ]


_PREFIX = "BELOWLINE_"


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _from_environment() -> dict[str, str]:
    """What is set there; an empty variable counts as not set."""
    given = {name: os.environ.get(_variable(name)) for name in Settings.__struct_fields__}
    return {name: text for name, text in given.items() if text}


def _meant(name: str, spelled: Callable[[str], str] = str) -> str:
    like = difflib.get_close_matches(name, Settings.__struct_fields__, 1)
    return f" Is {spelled(like[0])} meant?" if like else ""


def _expected(name: str) -> str:
    """What a setting must be, in words."""
    fields = {field.name: field.type for field in msgspec.inspect.type_info(Settings).fields}  # type: ignore[attr-defined]
    match fields[name]:
        case msgspec.inspect.IntType(ge=least, le=most):
            return f"a whole number from {least} to {most}"
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.LiteralType(values=values):
            *first, last = map(str, values)
            return f"{', '.join(first)} or {last}"
        case msgspec.inspect.Metadata(extra_json_schema={"description": said}):
            return str(said)
    return "text in quotation marks"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"Cannot read {path}: {error}") from error
    for name in values:
        if name not in Settings.__struct_fields__:
            hint = _meant(name)
            raise Unusable(f"{path} has the setting {name}, which there is not.{hint} docs/settings.md has them all.")
    return values
