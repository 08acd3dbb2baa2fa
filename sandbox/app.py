"""The sandbox as one web application."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from sandbox.company import company_routes
from sandbox.rehearsal.api import rehearsal_routes


def create_app(database: Path) -> Starlette:
    """`database` is a SQLite file; an empty or missing one is seeded with the company."""
    return Starlette(routes=[*rehearsal_routes(), *company_routes(database)])


@contextmanager
def serving(database: Path) -> Generator[str]:
    """The sandbox within this process on a free port; yields its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(database), port=0, log_level="warning", lifespan="off"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            if not thread.is_alive():
                raise RuntimeError("the sandbox did not start")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
