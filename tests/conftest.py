"""The real parts that tests run on: Temporal's dev server, the sandbox company, a worker."""

import os
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

import sandbox
from sandbox.app import serving
from settings import Settings
from starter.stack import temporal_binary
from workflows.attributes import SEARCH_ATTRIBUTES


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(("COUNTERSIGN_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
async def temporal() -> AsyncGenerator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_binary()),
        search_attributes=SEARCH_ATTRIBUTES,
        data_converter=pydantic_data_converter,
    ) as environment:
        yield environment


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The sandbox company's address."""
    with serving(tmp_path_factory.mktemp("company") / "company.db") as url:
        yield url


@pytest.fixture
def settings(company: str, tmp_path: Path) -> Settings:
    return sandbox.point_at(Settings(state=tmp_path / "state"), company)
