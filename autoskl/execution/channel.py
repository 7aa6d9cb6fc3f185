"""Messages over a stream socket; one end may block, the other must not."""

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
_MAX_PARTS = 1 << 24
_MAX_PART_BYTES = 1 << 48
_SMALL_PART_BYTES = 1 << 16
_MAX_BYTES_PER_TURN = 1 << 26
"""Bytes that `receive` reads at a time, so that a fast sender does not starve other channels."""


class BrokenChannelError(Exception):
    """The received bytes are no message: something else writes to the socket."""


class Channel:
    """Sends and receives messages, each a list of parts (bytes).

    Each received part has memory of its own, so that arrays can use it without a copy.

    Parameters
    ----------
    connection : socket
        Connected stream socket. With `setblocking(False)`, `receive` and `flush` return at once.

    Attributes
    ----------
    is_closed : bool
        Whether the peer has closed the connection. Messages completed before are still delivered.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._outgoing: deque[memoryview] = deque()
        self._incoming: deque[Message] = deque()
        self._parser = self._parse()
        self._buffer = next(self._parser)
        self.is_closed = False

    def fileno(self) -> int:
        """Return the file descriptor of the socket, for selectors."""
        return self._socket.fileno()

    @property
    def is_sending(self) -> bool:
        """Whether a part of a message is still to be sent."""
        return bool(self._outgoing)

    def send(self, parts: Sequence[Part]) -> None:
        """Queue a message and send as much of it as possible now."""
        views = [memoryview(part) for part in parts]
        head = bytearray(_HEADER.pack(_MAGIC, len(views)))
        for view in views:
            head += _LENGTH.pack(view.nbytes)
        for view in views:
            # Small parts are joined: one system call instead of many.
            if view.nbytes < _SMALL_PART_BYTES:
                head += view
            else:
                self._outgoing += [memoryview(head), view]
                head = bytearray()
        if head:
            self._outgoing.append(memoryview(head))
        self.flush()

    def flush(self) -> None:
        """Send what is queued; all of it on a blocking socket."""
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
            self.is_closed = True

    def receive(self) -> list[Message]:
        """Return complete messages: those that have arrived; on a blocking socket at least one.

        Raises
        ------
        BrokenChannelError
        """
        blocking = self._socket.gettimeout() is None
        left = _MAX_BYTES_PER_TURN
        while (blocking and not self._incoming) or (not blocking and left > 0):
            try:
                received = self._socket.recv_into(self._buffer)
            except BlockingIOError:
                break
            except OSError:
                received = 0
            if not received:
                self.is_closed = True
                break
            left -= received
            self._buffer = self._buffer[received:]
            if not self._buffer:
                self._buffer = next(self._parser)
        messages = list(self._incoming)
        self._incoming.clear()
        return messages

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _parse(self) -> Generator[memoryview, None, None]:
        """Yield the buffer to fill next, which is never empty."""
        while True:
            header = bytearray(_HEADER.size)
            yield memoryview(header)
            magic, n_parts = _HEADER.unpack(header)
            if magic != _MAGIC or n_parts > _MAX_PARTS:
                raise BrokenChannelError("the received bytes do not begin like a message")
            lengths = bytearray(_LENGTH.size * n_parts)
            if lengths:
                yield memoryview(lengths)
            message: Message = []
            for (length,) in _LENGTH.iter_unpack(lengths):
                if length > _MAX_PART_BYTES:
                    raise BrokenChannelError(f"a message part of {length} bytes is announced")
                # Unlike bytearray, numpy leaves the memory untouched until it is filled.
                part = np.empty(length, dtype=np.uint8).data
                if length:
                    yield part
                message.append(part)
            self._incoming.append(message)
