from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SKIPPED = re.compile(r"(^|/)(\..*|__pycache__|build|dist|scratch|.*\.egg-info)(/|$)")

# A letter in brackets, so that this file does not accuse itself.
UNWANTED = {
    "a path of a machine": re.compile(r"(?<![\w.*<>/-])/(?:home|root|work|Users|mnt|opt)/\w"),
    "the host of a registry": re.compile(
        r"py[p]i\.org|pythonh[o]sted\.org|download\.pyt[o]rch\.org|an[a]conda\.(org|com)"
    ),
    "a note instead of the work": re.compile(r"\b(T[O]DO|F[I]XME|X[X]X)\b"),
}


def tracked_files() -> list[Path]:
    """Return the files under version control, or in a bare copy every file that is not made."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
        return [path for name in listed if name and (path := ROOT / name).is_file()]
    every = (path for path in ROOT.rglob("*") if path.is_file())
    return [path for path in every if not SKIPPED.search(path.relative_to(ROOT).as_posix())]


def lines() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every line of every text file."""
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what: str) -> None:
    assert [place for place, line in lines() if UNWANTED[what].search(line)] == []


def test_no_file_is_large() -> None:
    assert [str(path) for path in tracked_files() if path.stat().st_size > 1_000_000] == []


def test_the_pinned_versions_cover_what_is_required() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = {
        re.split(r"[\[<>=~! ]", requirement)[0]
        for requirement in [*project["dependencies"], *(r for extra in extras for r in extra)]
        if not requirement.startswith("autoskl")
    }
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.M)
    assert wanted <= set(pinned)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (built,) = folder.glob("autoskl-*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_the_wheel_is_typed_and_brings_the_metadata(wheel: set[str]) -> None:
    files = (path for path in (ROOT / "metadata").rglob("*") if path.is_file())
    shipped = {f"autoskl/_metadata/{path.relative_to(ROOT / 'metadata')}" for path in files}
    assert {"autoskl/py.typed", "autoskl/cli/program.py"} | shipped <= wheel


def test_the_wheel_brings_nothing_else(wheel: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"autoskl"}
