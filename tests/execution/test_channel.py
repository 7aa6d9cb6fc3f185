from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoskl.execution.channel import BrokenChannelError, Channel

Pair = tuple[Channel, Channel]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Return a blocking channel and a non-blocking one."""
    a, b = socket.socketpair()
    b.setblocking(False)
    worker, main = Channel(a), Channel(b)
    yield worker, main
    worker.close()
    main.close()


def received(channel: Channel) -> list[list[bytes]]:
    return [[bytes(part) for part in message] for message in channel.receive()]


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.binary(max_size=300), max_size=5), max_size=5))
def test_messages_arrive_complete_and_in_order(pair: Pair, messages: list[list[bytes]]) -> None:
    worker, main = pair
    for message in messages:
        worker.send(message)
    assert received(main) == messages
    assert main.receive() == []


def test_sending_a_long_message_does_not_block(pair: Pair) -> None:
    worker, main = pair
    parts = [b"note", bytes(5_000_000), b"", bytes(range(256)) * 1000]
    main.send(parts)
    assert main.is_sending
    got: list[list[bytes]] = []
    reader = threading.Thread(target=lambda: got.extend(received(worker)))
    reader.start()
    while main.is_sending:
        main.flush()
    reader.join()
    assert got == [parts]


def test_a_message_may_arrive_in_pieces(pair: Pair) -> None:
    worker, main = pair
    probe, ours = socket.socketpair()
    Channel(ours).send([b"one", b"two"])
    data = probe.recv(1000)
    probe.close()
    ours.close()
    for k in range(len(data)):
        assert main.receive() == []
        worker._socket.send(data[k : k + 1])
    assert received(main) == [[b"one", b"two"]]


def test_received_parts_are_writable(pair: Pair) -> None:
    worker, main = pair
    worker.send([b"abc"])
    [[part]] = main.receive()
    assert not part.readonly


def test_a_closed_connection_is_noticed_after_the_last_message(pair: Pair) -> None:
    worker, main = pair
    worker.send([b"last"])
    worker.close()
    assert not main.is_closed
    assert received(main) == [[b"last"]]
    assert main.is_closed
    assert main.receive() == []


def test_send_to_closed_worker_is_reported_as_exit(pair: Pair) -> None:
    worker, main = pair
    worker.close()
    main.send([b"hello"])
    assert main.is_closed
    assert not main.is_sending


def test_a_blocking_receive_returns_when_the_connection_is_closed(pair: Pair) -> None:
    worker, main = pair
    main.close()
    assert worker.receive() == []
    assert worker.is_closed


@pytest.mark.parametrize(
    ("garbage", "message"),
    [
        (b"this is not a message", "do not begin like a message"),
        (b"ask\x01\xff\xff\xff\xff", "do not begin like a message"),
        (b"ask\x01\x01\x00\x00\x00" + b"\xff" * 8, "a message part of 18446744073709551615 bytes"),
    ],
)
def test_garbage_raises_an_error(pair: Pair, garbage: bytes, message: str) -> None:
    worker, main = pair
    worker._socket.send(garbage)
    with pytest.raises(BrokenChannelError, match=message):
        main.receive()
