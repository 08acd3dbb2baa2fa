"""`python -m sandbox DATABASE PORT`: the sandbox as a process of its own."""

import sys
from pathlib import Path

import uvicorn

from sandbox.app import create_app

if __name__ == "__main__":
    database, port = sys.argv[1:]
    uvicorn.run(create_app(Path(database)), host="127.0.0.1", port=int(port), log_level="warning")
