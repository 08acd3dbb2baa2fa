"""Connecting to the engine."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from settings import SettingsError


async def connect(address: str | None = None) -> Client:
    """A client at `address`, or where the SDK's own configuration says. Raises SettingsError if no server answers."""
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = address = address or config.get("target_host") or "localhost:7233"
    try:
        return await Client.connect(**config, data_converter=pydantic_data_converter)
    except (RPCError, RuntimeError) as error:
        raise SettingsError(f"no Temporal server answers at {address} (TEMPORAL_ADDRESS): {error}") from None
