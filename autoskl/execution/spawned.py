"""A worker that is started plainly, where there is no template process to fork it.

Run as ``python -P -m autoskl.execution.spawned`` by `PlainLauncher`.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

from autoskl.execution.process_settings import behave_as_worker, die_with_parent
from autoskl.execution.template import import_modules
from autoskl.execution.worker import serve

TOKEN = "AUTOSKL_WORKER_TOKEN"


def main(settings: dict[str, Any]) -> None:
    """Connect to the main process, prove to be its worker, and serve.

    Parameters
    ----------
    settings : dict
        ``port``, ``main`` (process id), ``preload`` (modules). The token is in the environment.
    """
    die_with_parent(settings["main"])
    behave_as_worker()
    connection = socket.create_connection(("127.0.0.1", settings["port"]))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(os.environ.pop(TOKEN).encode())
    import_modules(settings["preload"])
    serve(connection)
    os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
