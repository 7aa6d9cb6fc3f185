"""Messages on stderr; stdout is for results."""

from __future__ import annotations

import sys
from typing import Any


def notify(message: str) -> None:
    """Write a message that is neither a result nor an error.

    Parameters
    ----------
    message : str
    """
    print(f"autoskl: {message}", file=sys.stderr)


def show_error(message: str) -> None:
    """Write an error message on a single line.

    Parameters
    ----------
    message : str
    """
    notify(f"error: {_on_one_line(message)}")


def show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """Write a warning without its source line; replaces `warnings.showwarning`.

    Parameters
    ----------
    message : Warning or str
    *_, **__ : object
        Category, file and line, which are not shown.
    """
    notify(f"warning: {_on_one_line(str(message))}")


def _on_one_line(message: str) -> str:
    return " ".join(message.split())
