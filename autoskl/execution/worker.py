"""The loop of a worker process: answers one request after the other."""

from __future__ import annotations

import gc
import os
import pickle
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autoskl.core.freed_memory import return_freed_memory
from autoskl.core.result import Status
from autoskl.execution.channel import Channel, Message
from autoskl.execution.executor import Outcome
from autoskl.execution.isolation import describe_exception, run_isolated
from autoskl.execution.memory import peak_private, reset_peak, resident_private
from autoskl.execution.pickling import Part, from_parts, to_parts
from autoskl.execution.process_settings import child_pids
from autoskl.execution.shared_data import receive_shared

_MAX_GROWTH_BYTES = 1 << 22
"""Growth of the memory between calls from which on the garbage is collected."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker can take calls.

    Attributes
    ----------
    pid : int
        Its process id, also that of its process group.
    resident_bytes : int
        Private memory that it started with.
    """

    pid: int
    resident_bytes: int


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value for `MemoryHandle`; its parts follow."""

    key: str


@dataclass(frozen=True, slots=True)
class Request:
    """A call; its parts follow."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Response:
    """The outcome of a call without its value; the parts of the value follow.

    Attributes
    ----------
    ticket : int
    outcome : Outcome
    left_something : bool
        Whether the call left threads or processes behind, so that the worker should be replaced.
    """

    ticket: int
    outcome: Outcome
    left_something: bool


Header = Ready | SharedValue | Request | Response


def encode_message(header: Header, parts: Sequence[Part] = ()) -> list[Part]:
    """Return a message: a header, followed by parts."""
    return [pickle.dumps(header, protocol=5), *parts]


def header_of(message: Message) -> Header:
    """Return the header of a message."""
    header: Header = pickle.loads(message[0])
    return header


def serve(connection: socket.socket) -> None:
    """Answer requests until the peer closes the connection.

    Parameters
    ----------
    connection : socket
        Connected stream socket; made blocking.
    """
    connection.setblocking(True)
    channel = Channel(connection)
    resident = resident_private("self")
    channel.send(encode_message(Ready(os.getpid(), resident)))
    while not channel.is_closed:
        for message in channel.receive():
            header = header_of(message)
            if isinstance(header, SharedValue):
                receive_shared(header.key, message[1:])
            elif isinstance(header, Request):
                _answer(channel, header.ticket, message[1:])
        if resident_private("self") > resident + _MAX_GROWTH_BYTES:
            gc.collect()
            return_freed_memory()
            resident = resident_private("self")


def _answer(channel: Channel, ticket: int, call: Message) -> None:
    reset_peak()
    outcome = run_isolated(lambda: from_parts(call)())
    peak = peak_private()
    try:
        parts = to_parts(outcome.value)
    except Exception as error:
        reason = f"the result cannot be sent back: {describe_exception(error)}"
        status = Status.MEMORY if isinstance(error, MemoryError) else Status.RAISED
        outcome, parts = replace(outcome, status=status, reason=reason), []
    outcome = replace(outcome, value=None, peak_bytes=peak)
    left_something = threading.active_count() > 1 or bool(child_pids())
    channel.send(encode_message(Response(ticket, outcome, left_something), parts))
