"""Runs the command line as ``python -m autoskl``."""

from __future__ import annotations

import sys

from autoskl.cli import main

if __name__ == "__main__":
    sys.exit(main())
