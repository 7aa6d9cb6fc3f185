"""The command line: ``autoskl fit``, ``predict``, ``leaderboard``, ``report``, ``metadata``."""

from autoskl.cli.commands import infer_task
from autoskl.cli.program import main

__all__ = ["infer_task", "main"]
