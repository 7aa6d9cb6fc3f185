"""Messages over a stream socket, for a side that must never block and for one that may."""

from __future__ import annotations

import socket
import struct
from collections import deque
from collections.abc import Generator, Sequence

import numpy as np

from autoskl.execution.pickling import Part

Message = list[memoryview]

_HEADER = struct.Struct("<4sI")
_LENGTH = struct.Struct("<Q")
_MAGIC = b"ask\x01"
_MOST_PARTS = 1 << 24
_LONGEST_PART = 1 << 48
_SMALL = 1 << 16
_TURN = 1 << 26


class BrokenChannelError(Exception):
    """What came in is no message: the other side is not itself any more."""


class Channel:
    """Sends and receives messages, each a list of parts (bytes).

    Received parts are fresh memory of their own, so that arrays can be made of them without a copy.

    Parameters
    ----------
    connection : socket
        Connected stream socket. With `setblocking(False)`, `receive` and `flush` return at once.

    Attributes
    ----------
    ended : bool
        Whether the other side is gone. Messages that were complete before are still delivered.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._outgoing: deque[memoryview] = deque()
        self._incoming: deque[Message] = deque()
        self._parser = self._parse()
        self._room = next(self._parser)
        self.ended = False

    def fileno(self) -> int:
        """Return the descriptor of the socket, for selectors."""
        return self._socket.fileno()

    @property
    def is_sending(self) -> bool:
        """Whether a part of a message still waits for the other side to read."""
        return bool(self._outgoing)

    def send(self, parts: Sequence[Part]) -> None:
        """Queue a message and send as much of it as goes now."""
        views = [memoryview(part) for part in parts]
        head = bytearray(_HEADER.pack(_MAGIC, len(views)))
        for view in views:
            head += _LENGTH.pack(view.nbytes)
        for view in views:
            # Small parts travel together: one system call instead of many.
            if view.nbytes < _SMALL:
                head += view
            else:
                self._outgoing += [memoryview(head), view]
                head = bytearray()
        if head:
            self._outgoing.append(memoryview(head))
        self.flush()

    def flush(self) -> None:
        """Send what is queued, all of it on a blocking socket."""
        try:
            while self._outgoing:
                sent = self._socket.send(self._outgoing[0])
                if sent == self._outgoing[0].nbytes:
                    self._outgoing.popleft()
                else:
                    self._outgoing[0] = self._outgoing[0][sent:]
        except BlockingIOError:
            return
        except OSError:
            self._outgoing.clear()
            self.ended = True

    def receive(self) -> list[Message]:
        """Return complete messages: those that are here, or on a blocking socket at least one.

        Raises
        ------
        BrokenChannelError
        """
        blocking = self._socket.gettimeout() is None
        left = _TURN  # then the turn of other channels, however fast this one sends
        while (blocking and not self._incoming) or (not blocking and left > 0):
            try:
                received = self._socket.recv_into(self._room)
            except BlockingIOError:
                break
            except OSError:
                received = 0
            if not received:
                self.ended = True
                break
            left -= received
            self._room = self._room[received:]
            if not self._room:
                self._room = next(self._parser)
        messages = list(self._incoming)
        self._incoming.clear()
        return messages

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _parse(self) -> Generator[memoryview, None, None]:
        """Yield the memory to be filled next, never empty."""
        while True:
            header = bytearray(_HEADER.size)
            yield memoryview(header)
            magic, n_parts = _HEADER.unpack(header)
            if magic != _MAGIC or n_parts > _MOST_PARTS:
                raise BrokenChannelError("what came in does not begin like a message")
            lengths = bytearray(_LENGTH.size * n_parts)
            if lengths:
                yield memoryview(lengths)
            message: Message = []
            for (length,) in _LENGTH.iter_unpack(lengths):
                if length > _LONGEST_PART:
                    raise BrokenChannelError(f"a part of {length} bytes is announced")
                # Unlike bytearray, numpy leaves the memory untouched until it is filled.
                part = np.empty(length, dtype=np.uint8).data
                if length:
                    yield part
                message.append(part)
            self._incoming.append(message)
