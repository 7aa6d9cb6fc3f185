"""Runs calls under limits: in this process, or in local worker processes that are killed at them.

`LocalWorkers` is the public class. Its `Supervisor` thread dispatches calls to a `WorkerPool`. A
`Launcher` starts the processes of the pool, by forking a template process or as fresh interpreters.
In each of them `serve` answers the requests that come over a `Channel`.
"""

from __future__ import annotations
