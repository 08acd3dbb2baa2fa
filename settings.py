"""Every setting, documented once. Sources, strongest first: environment (`COUNTERSIGN_CRM__URL`), `countersign.toml`
in the working folder. A secret comes from the environment or from the file that its `..._file` names. Temporal's
address, namespace, TLS and API key come from the Temporal SDK's own environment configuration (`TEMPORAL_ADDRESS`,
`TEMPORAL_NAMESPACE`, ... or a `temporal.toml` profile)."""

import getpass
import os
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "COUNTERSIGN_"
TOML = Path("countersign.toml")

M = TypeVar("M", bound=BaseModel)


class SettingsError(Exception):
    """A setting is unknown, wrong or missing; the message names it and where it came from."""


def _user() -> str:
    """The login; in a container whose user has no name, its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _read_secret_files(section: M) -> M:
    """Puts what stands in the file `NAME_file` in the place of the secret `NAME`."""
    for name, info in type(section).model_fields.items():
        file: Path | None = getattr(section, f"{name}_file", None) if _secret(info) else None
        if file is None:
            continue
        if name in section.model_fields_set:
            raise ValueError(f"{name} and {name}_file are both set; leave one out")
        try:
            setattr(section, name, SecretStr(file.read_text(encoding="utf-8").strip()))
        except OSError as error:
            raise ValueError(f"{name}_file: {error.strerror}: {file}") from None
        except UnicodeDecodeError:
            raise ValueError(f"{name}_file: not a text: {file}") from None
    return section


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")

    _secret_files = model_validator(mode="after")(_read_secret_files)


class PriceSettings(_Section):
    input: Decimal = Field(ge=0, description="Per million input tokens.")
    output: Decimal = Field(ge=0, description="Per million output tokens.")
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$", description="ISO 4217 code.")


class ModelSettings(_Section):
    base_url: str = Field(
        default="", description="OpenAI-compatible address ending in /v1; empty: the sandbox's rehearsal model."
    )
    name: str = Field(default="rehearsal", description="Model name as the endpoint knows it.")
    api_key: SecretStr = Field(default=SecretStr(""), description="Secret.")
    api_key_file: Path | None = Field(default=None, description="File that holds the API key.")
    timeout_seconds: float = Field(default=60, gt=0, le=120, description="Wall-clock bound of one call.")
    max_output_tokens: int = Field(default=4096, gt=0)
    pictures: bool = Field(default=False, description="Whether the model reads pictures (scanned invoices).")
    price: PriceSettings | None = Field(default=None, description="What its tokens cost; without it, no cost is shown.")


class EmbeddingSettings(_Section):
    base_url: str = Field(
        default="",
        description="OpenAI-compatible address ending in /v1 that gets the company's documents and the questions; "
        "empty: the model for 16 languages that comes along, and nothing leaves the machine.",
    )
    name: str = Field(default="", description="Model name as the endpoint knows it; another one embeds all anew.")
    api_key: SecretStr = Field(default=SecretStr(""), description="Secret.")
    api_key_file: Path | None = Field(default=None, description="File that holds the API key.")
    timeout_seconds: float = Field(default=30, gt=0, description="Of one call.")


class CrmSettings(_Section):
    vendor: Literal["odoo"] = "odoo"
    url: str = Field(default="", description="Address of the CRM; empty: the sandbox company.")
    database: str = Field(default="", description="Odoo's database name.")
    user: str = Field(default="", description="Login; only Odoo 17 and 18 (JSON-RPC) need it.")
    api_key: SecretStr = Field(default=SecretStr(""), description="Secret.")
    api_key_file: Path | None = Field(default=None, description="File that holds the API key.")
    timeout_seconds: float = Field(default=20, gt=0, description="Of one call.")


class MailSettings(_Section):
    url: str = Field(
        default="",
        pattern="^$|^(imaps?|imap\\+starttls|maildir):",
        description="Where drafts go: imaps://HOST, imap+starttls://HOST or maildir:FOLDER; empty: a state folder.",
    )
    user: str = Field(default="", description="Login at the IMAP server.")
    password: SecretStr = Field(default=SecretStr(""), description="Secret.")
    password_file: Path | None = Field(default=None, description="File that holds the password.")
    drafts: str = Field(default="", description="Folder for drafts, where the server does not say which it is.")
    name: str = Field(default="", description="Sender's name in drafts.")
    address: str = Field(default="sales@kestrelvos.example", description="Sender's address in drafts.")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        toml_file=TOML,
        extra="forbid",
    )

    state: Path = Field(
        default=Path(".countersign"), description="Folder for the default ledger, blobs and the dev stack."
    )
    ledger_url: SecretStr = Field(
        default=SecretStr(""), description="Secret. SQLAlchemy address; empty: SQLite in the state folder."
    )
    ledger_url_file: Path | None = Field(default=None, description="File that holds the ledger's address.")
    blobs: Path | None = Field(default=None, description="Folder of the blob store; empty: in the state folder.")
    rules: Path | None = Field(
        default=None, description="Folder with JOB.toml files whose keys replace a job's own rules."
    )
    task_queue: str = Field(default="countersign", min_length=1, description="Temporal task queue.")
    ui_url: str = Field(
        default="http://127.0.0.1:8233", description="Temporal UI, for links in CRM records and the CLI."
    )
    approver: str = Field(default_factory=_user, min_length=1, description="Who decides in the CLI.")
    roles: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Their roles (finance, hr): which limited documents they may see. Comma-separated."
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret. What callers of `countersign webhook` share with it."
    )
    webhook_secret_file: Path | None = Field(default=None, description="File that holds the webhook's secret.")
    concurrent_activities: int = Field(default=20, gt=0, description="Threads of one worker for calls to the outside.")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    model: ModelSettings = Field(default_factory=ModelSettings)
    fallback: ModelSettings | None = Field(default=None, description="Second endpoint, tried when the first one fails.")
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    second_opinion: bool = Field(
        default=False,
        description="Whether the model is asked once more, claim by claim, if its source says so: a call for each.",
    )
    crm: CrmSettings = Field(default_factory=CrmSettings)
    mail: MailSettings = Field(default_factory=MailSettings)

    _secret_files = model_validator(mode="after")(_read_secret_files)

    @field_validator("roles", mode="before")
    @classmethod
    def _split_roles(cls, roles: Any) -> Any:
        return [role.strip() for role in roles.split(",") if role.strip()] if isinstance(roles, str) else roles

    @property
    def ledger_address(self) -> str:
        return self.ledger_url.get_secret_value() or f"sqlite:///{self.state.absolute()}/ledger.db"

    @property
    def mail_url(self) -> str:
        return self.mail.url or f"maildir:{self.state.absolute()}/mail"

    @property
    def blob_folder(self) -> Path:
        return self.blobs or self.state / "blobs"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """The settings of this process. Raises SettingsError naming the setting that is unknown, wrong or misplaced."""
    _refuse_secrets_in(TOML)
    _refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(dict(e)) for e in error.errors())) from None


def fields(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting as (dotted path, pydantic field), sections opened up."""
    for name, info in model.model_fields.items():
        section = _section(info.annotation)
        if section:
            yield from fields(section, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", info


def _section(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _secret(info: Any) -> bool:
    return info.annotation is SecretStr


def _variable(path: str) -> str:
    return PREFIX + path.replace(".", "__").upper()


def _refuse_secrets_in(toml: Path) -> None:
    if not toml.is_file():
        return
    try:
        content = tomllib.loads(toml.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{toml}: {error}") from None
    except OSError as error:
        raise SettingsError(f"{toml}: {error.strerror}") from None
    for path, info in fields():
        node: Any = content
        for key in path.split("."):
            node = cast("dict[str, Any]", node).get(key) if isinstance(node, dict) else None
        if node is not None and _secret(info):
            raise SettingsError(
                f"{toml}: {path} is a secret and has no place in this file; set {_variable(path)}, "
                f"or {path}_file to a file that holds it"
            )


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {_variable(path) for path, _ in fields()}
    for name in environment:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"environment: {name} is no setting of Countersign (see `countersign settings`)")


def _sentence(error: Mapping[str, Any]) -> str:
    path = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{TOML}: {path} is no setting of Countersign (see `countersign settings`)"
    got = "" if isinstance(error["input"], (dict, list)) else f" (got {error['input']!r})"  # A section holds secrets.
    return f"{f'setting {path}'.rstrip()}: {error['msg'].removeprefix('Value error, ')}{got}"
