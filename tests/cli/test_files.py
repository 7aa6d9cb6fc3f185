from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from autoskl.cli.files import CommandError, atomic_file, check_writable


def write(path: Path, error: OSError | None = None) -> None:
    check_writable(path)
    with atomic_file(path, "the text") as unfinished:
        unfinished.write_text("half" if error else "new")
        if error:
            raise error


def test_nothing_but_the_file_is_left_in_its_folder(tmp_path: Path) -> None:
    foreign = tmp_path / "p.csv.part"
    foreign.write_text("mine")
    write(tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text() == "new"
    assert foreign.read_text() == "mine"
    with pytest.raises(CommandError, match="could not be written"):
        write(tmp_path / "p.csv", OSError(28, "No space left on device"))
    assert (tmp_path / "p.csv").read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_permissions_of_a_replaced_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.touch()
    path.chmod(0o600)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("is_dangling", [False, True])
def test_a_link_is_kept_and_its_target_replaced(tmp_path: Path, is_dangling: bool) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "link.csv"
    elsewhere.mkdir()
    target = elsewhere / "real.csv"
    if not is_dangling:
        target.write_text("old")
    link.symlink_to(target.relative_to(tmp_path))
    write(link)
    assert link.is_symlink()
    assert target.read_text() == "new"
    link.unlink()
    link.symlink_to(tmp_path / "nowhere" / "real.csv")
    with pytest.raises(CommandError, match=r"there is no folder .*nowhere to write link.csv into"):
        check_writable(link)


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()), daemon=True)
    reader.start()
    write(pipe)
    reader.join()
    assert received == ["new"]
    assert pipe.is_fifo()


@pytest.mark.skipif(sys.platform != "linux", reason="numbers of devices differ")
def test_a_device_is_written_to(tmp_path: Path) -> None:
    device = tmp_path / "full"
    try:
        os.mknod(device, 0o600 | stat.S_IFCHR, os.makedev(1, 7))  # always without space
        device.open("wb").close()
    except OSError:
        pytest.skip("devices cannot be made here")
    with pytest.raises(CommandError, match=r"No space left on device'?\)$"):
        write(device)
    assert device.is_char_device()


@pytest.mark.parametrize("denied", ["ro", "ro/model.joblib"])
def test_a_file_that_cannot_be_replaced_is_rejected_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, denied: str
) -> None:
    path = tmp_path / "ro" / "model.joblib"
    path.parent.mkdir()
    path.touch()
    # Not by the mode of the folder, which does not bind the root user.
    monkeypatch.setattr("os.access", lambda asked, mode: Path(asked) != tmp_path / denied)
    with pytest.raises(CommandError, match=f"no permission to write .*{denied}"):
        check_writable(path)
