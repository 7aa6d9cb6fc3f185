"""What a worker does: answer one call after the other until the main process is gone."""

from __future__ import annotations

import gc
import os
import pickle
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autoskl.core.result import Status
from autoskl.execution.channel import Channel, Message
from autoskl.execution.executor import Outcome
from autoskl.execution.isolation import describe_exception, run_isolated
from autoskl.execution.memory import peak_private, resident_private, restart_peak
from autoskl.execution.pickling import Part, from_parts, to_parts
from autoskl.execution.process_settings import children, return_freed_memory
from autoskl.execution.shared_data import receive_shared

_MUCH_MEMORY = 1 << 24


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker can take calls.

    Attributes
    ----------
    pid : int
        Its process id, also that of its group.
    resident : int
        Private memory that it began with, in bytes.
    """

    pid: int
    resident: int


@dataclass(frozen=True, slots=True)
class Data:
    """A value for `MemoryHandle`; its parts follow."""

    key: str


@dataclass(frozen=True, slots=True)
class Request:
    """A call; its parts follow."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call, without the value; the parts of the value follow.

    Attributes
    ----------
    ticket : int
    outcome : Outcome
    is_spent : bool
        Whether the call left threads or processes behind, so that the worker should be replaced.
    """

    ticket: int
    outcome: Outcome
    is_spent: bool


Note = Ready | Data | Request | Answer


def with_note(note: Note, parts: Sequence[Part] = ()) -> list[Part]:
    """Return a message: a note, followed by parts."""
    return [pickle.dumps(note, protocol=5), *parts]


def note_of(message: Message) -> Note:
    """Return the note at the beginning of a message."""
    note: Note = pickle.loads(message[0])
    return note


def serve(connection: socket.socket) -> None:
    """Answer requests until the other side closes the connection.

    Parameters
    ----------
    connection : socket
        Connected stream socket; made blocking.
    """
    connection.setblocking(True)
    channel = Channel(connection)
    resident = resident_private("self")
    channel.send(with_note(Ready(os.getpid(), resident)))
    while not channel.ended:
        for message in channel.receive():
            note = note_of(message)
            if isinstance(note, Data):
                receive_shared(note.key, message[1:])
            elif isinstance(note, Request):
                _answer(channel, note.ticket, message[1:])
        if resident_private("self") > resident + _MUCH_MEMORY:
            gc.collect()
            return_freed_memory()
            resident = resident_private("self")


def _answer(channel: Channel, ticket: int, call: Message) -> None:
    restart_peak()
    outcome = run_isolated(lambda: from_parts(call)())
    peak = peak_private()
    try:
        parts = to_parts(outcome.value)
    except Exception as error:
        reason = f"the result cannot be sent back: {describe_exception(error)}"
        status = Status.MEMORY if isinstance(error, MemoryError) else Status.RAISED
        outcome, parts = replace(outcome, status=status, reason=reason), []
    outcome = replace(outcome, value=None, peak_bytes=peak)
    channel.send(with_note(Answer(ticket, outcome, _is_spent()), parts))


def _is_spent() -> bool:
    return threading.active_count() > 1 or bool(children())
