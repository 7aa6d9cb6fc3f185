"""Runs calls elsewhere under limits: in this process, or in local workers with a hard kill.

`LocalWorkers` is the face. Behind it a `Supervisor` thread keeps a `Crew` busy; a `Launcher` starts
the crew's processes, by forks of a template process or plainly; in each of them `serve` answers
requests that come over a `Channel`.
"""

from __future__ import annotations
