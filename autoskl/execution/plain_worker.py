"""The main module of a worker in a fresh interpreter, where no template process can fork it.

Run as ``python -P -m autoskl.execution.plain_worker`` by `PlainLauncher`.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

from autoskl.execution.process_settings import configure_worker, die_with_parent
from autoskl.execution.template import import_modules
from autoskl.execution.worker import serve

TOKEN = "AUTOSKL_WORKER_TOKEN"


def main(settings: dict[str, Any]) -> None:
    """Connect to the main process, authenticate, and serve.

    Parameters
    ----------
    settings : dict
        ``port``, ``main`` (process id), ``preload`` (modules). The token is in the environment.
    """
    die_with_parent(settings["main"])
    configure_worker()
    connection = socket.create_connection(("127.0.0.1", settings["port"]))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(os.environ.pop(TOKEN).encode())
    import_modules(settings["preload"])
    serve(connection)
    os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
