"""What activities work with, opened once per process from the settings."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import HttpUrl, ValidationError

from activities.catalogue import CatalogueFeed
from activities.knowledge import KnowledgeFeed
from connectors.base import Crm, Deals, Erp, Mailbox, Payables
from connectors.embeddings import EndpointEmbedder
from connectors.imap import ImapMailbox
from connectors.maildir import Maildir
from connectors.model import Endpoint, Price
from connectors.odoo import OdooCrm, OdooDeals, OdooErp, OdooPayables, OdooRpc
from jobs.core import Job
from jobs.mail import Address
from knowledge.embedding import Embedder, Multilingual
from ledger.blobs import Blobs
from ledger.store import Ledger
from settings import ModelSettings, Settings, SettingsError


@dataclass(frozen=True)
class Resources:
    jobs: Mapping[str, Job[Any]]
    blobs: Blobs
    ledger: Ledger
    crm: Crm
    deals: Deals
    erp: Erp
    payables: Payables
    catalogue: CatalogueFeed
    knowledge: KnowledgeFeed
    mailbox: Mailbox
    endpoints: Sequence[Endpoint]
    ui_url: str
    second_opinion: bool = False
    """Whether the model is asked once more about each claim."""

    def case_url(self, case_id: str) -> str:
        return f"{self.ui_url}/namespaces/default/workflows/{case_id}"

    def close(self) -> None:
        self.crm.close()
        self.mailbox.close()
        self.ledger.close()


def open_resources(settings: Settings, jobs: Iterable[Job[Any]]) -> Resources:
    """Raises SettingsError where an address is missing or a rules file is wrong. Nothing is connected to yet."""
    if not settings.crm.url:
        raise SettingsError("setting crm.url: the address of your CRM is missing (COUNTERSIGN_CRM__URL)")
    endpoints = [_endpoint("model", settings.model)]
    if settings.fallback:
        endpoints.append(_endpoint("fallback", settings.fallback))
    rpc = OdooRpc(
        settings.crm.url,
        settings.crm.database,
        settings.crm.api_key,
        user=settings.crm.user,
        timeout=settings.crm.timeout_seconds,
    )
    erp = OdooErp(rpc)
    ledger, blobs = Ledger(settings.ledger_address), Blobs(settings.blob_folder)
    return Resources(
        jobs={job.name: _with_rules(job, settings.rules) for job in jobs},
        blobs=blobs,
        ledger=ledger,
        crm=OdooCrm(rpc),
        deals=OdooDeals(rpc),
        erp=erp,
        payables=OdooPayables(rpc),
        catalogue=CatalogueFeed(erp),
        knowledge=KnowledgeFeed(ledger, blobs, open_embedder(settings)),
        mailbox=_mailbox(settings),
        endpoints=endpoints,
        ui_url=settings.ui_url.rstrip("/"),
        second_opinion=settings.second_opinion,
    )


def open_embedder(settings: Settings) -> Embedder:
    """Raises SettingsError where the endpoint's model is not named. Nothing is loaded or connected to yet."""
    own = settings.embedding
    if not own.base_url:
        return Multilingual()
    if not own.name:
        raise SettingsError("setting embedding.name: the name of the endpoint's embedding model is missing")
    return EndpointEmbedder(own.base_url, own.name, own.api_key, own.timeout_seconds)


def _with_rules(job: Job[Any], folder: Path | None) -> Job[Any]:
    path = folder / f"{job.name}.toml" if folder else None
    if path is None or not path.exists():
        return job
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
        return replace(job, rules=type(job.rules).model_validate({**job.rules.model_dump(), **own}))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"{path}: {wrong}") from None


def _mailbox(settings: Settings) -> Mailbox:
    mail, sender = settings.mail, Address(name=settings.mail.name, email=settings.mail.address)
    scheme, _, folder = settings.mail_url.partition(":")
    if scheme == "maildir":
        return Maildir(Path(folder), sender)
    return ImapMailbox(settings.mail_url, mail.user, mail.password, sender, folder=mail.drafts)


def _endpoint(name: str, model: ModelSettings) -> Endpoint:
    if not model.base_url:
        raise SettingsError(f"setting {name}.base_url: the address of your model is missing")
    return Endpoint(
        name=name,
        base_url=HttpUrl(model.base_url),
        model=model.name,
        api_key=model.api_key,
        timeout_seconds=model.timeout_seconds,
        max_output_tokens=model.max_output_tokens,
        reads_pictures=model.pictures,
        price=model.price and Price(**model.price.model_dump()),
    )
