"""A small company to try Countersign on: a CRM that speaks Odoo's API, and a rehearsal model that speaks OpenAI's."""

from pathlib import Path

from pydantic import SecretStr

from settings import Settings

DATABASE = "sandbox"
API_KEY = "sandbox"
KNOWLEDGE = Path(__file__).parent / "knowledge"
"""The company's papers."""


def needed(settings: Settings) -> bool:
    """Whether some address is left open, for the sandbox to fill."""
    return not settings.crm.url or not settings.model.base_url


def point_at(settings: Settings, url: str) -> Settings:
    """The settings with every address that was left open pointing at the sandbox that runs at `url`."""
    crm, model = settings.crm, settings.model
    if not crm.url:
        crm = crm.model_copy(update={"url": url, "database": DATABASE, "api_key": SecretStr(API_KEY)})
    if not model.base_url:
        model = model.model_copy(update={"base_url": f"{url}/v1"})
    return settings.model_copy(update={"crm": crm, "model": model})


def environment(url: str, settings: Settings) -> dict[str, str]:
    """`point_at` for another process: the variables it needs."""
    variables: dict[str, str] = {}
    if not settings.crm.url:
        variables |= {
            "COUNTERSIGN_CRM__URL": url,
            "COUNTERSIGN_CRM__DATABASE": DATABASE,
            "COUNTERSIGN_CRM__API_KEY": API_KEY,
        }
    if not settings.model.base_url:
        variables["COUNTERSIGN_MODEL__BASE_URL"] = f"{url}/v1"
    return variables
