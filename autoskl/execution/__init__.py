"""Runs calls elsewhere under limits: in this process, or in local workers with a hard kill."""

from __future__ import annotations
