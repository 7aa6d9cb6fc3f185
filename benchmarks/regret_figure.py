"""Draw regret over time from the output of ``autoskl metadata evaluate``.

autoskl metadata evaluate --store s.sqlite > evaluate.txt
python benchmarks/regret_figure.py evaluate.txt docs/regret.svg
"""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

SHOWN = {
    "hand-ordered": ("order made by hand", "#888888"),
    "random order": ("random order", "#c08a2d"),
    "gain over log time": ("shipped", "#1f5fa8"),
    "gain over log time (seen)": ("shipped, on data learned from", "#9dbfe3"),
}
WIDTH, HEIGHT, LEFT, TOP, GAP = 380, 260, 56, 40, 36
FIRST, LAST = 2.0, 600.0
LOWEST, HIGHEST = 0.2, 1.1
TICKS = (2, 5, 10, 20, 60, 120, 300, 600)

_HEAD = re.compile(r"^(\w+): (\d+) data sets")
_NAME_WIDTH = 25


@dataclass
class Panel:
    """Curves of one type of task."""

    title: str
    times: list[float] = field(default_factory=list)
    curves: dict[str, list[float]] = field(default_factory=dict)


def read_panels(text: str) -> list[Panel]:
    """Return the panels of a report, in its order."""
    panels: list[Panel] = []
    for line in text.splitlines():
        head = _HEAD.match(line)
        if head:
            panels.append(Panel(f"{head[1]}, {head[2]} data sets"))
        elif panels and line[:_NAME_WIDTH].strip() == "" and "s.e." in line:
            panels[-1].times = [float(word) for word in line.split() if word[0].isdigit()]
        elif panels and panels[-1].times:
            name, words = line[:_NAME_WIDTH].strip(), line[_NAME_WIDTH:].split()
            if name and len(words) > len(panels[-1].times):
                curve = words[-len(panels[-1].times) :]
                panels[-1].curves[name] = [float(word) for word in curve]
    return panels


def draw(panels: list[Panel]) -> str:
    """Return an SVG document."""
    width = len(panels) * (WIDTH + LEFT) + GAP
    height = TOP + HEIGHT + 60 + 18 * len(SHOWN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, LEFT + number * (WIDTH + LEFT))
    known = {name for panel in panels for name in panel.curves}
    parts += _legend([look for name, look in SHOWN.items() if name in known])
    return "\n".join([*parts, "</svg>\n"])


def _panel(panel: Panel, left: float) -> list[str]:
    bottom = TOP + HEIGHT
    parts = [f'<text x="{left}" y="{TOP - 14}" font-weight="bold">{escape(panel.title)}</text>']
    for time in TICKS:
        x = _x(time, left)
        parts.append(f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom}" stroke="#eeeeee"/>')
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{time:g} s</text>')
    for level in (0.2, 0.4, 0.6, 0.8, 1.0):
        y = _y(level)
        parts.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{y}" y2="{y}" stroke="#eeeeee"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{level:g}</text>')
    for name, (_, colour) in SHOWN.items():
        if name not in panel.curves:
            continue
        pairs = zip(panel.times, panel.curves[name], strict=True)
        points = " ".join(f"{_x(m, left)},{_y(v)}" for m, v in pairs if FIRST <= m <= LAST)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
    return parts


def _legend(shown: list[tuple[str, str]]) -> list[str]:
    parts = []
    for place, (label, colour) in enumerate(shown):
        y = TOP + HEIGHT + 44 + 18 * place
        parts.append(
            f'<line x1="{LEFT}" x2="{LEFT + 28}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" '
            f'stroke-width="2"/><text x="{LEFT + 36}" y="{y}">{escape(label)}</text>'
        )
    return parts


def _x(time: float, left: float) -> float:
    share = math.log(time / FIRST) / math.log(LAST / FIRST)
    return round(left + WIDTH * share, 1)


def _y(value: float) -> float:
    inside = min(max(value, LOWEST), HIGHEST)
    return round(TOP + HEIGHT * (HIGHEST - inside) / (HIGHEST - LOWEST), 1)


def main() -> None:
    """Read a report and write a figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("report", type=Path)
    parser.add_argument("figure", type=Path)
    options = parser.parse_args()
    options.figure.write_text(draw(read_panels(options.report.read_text())), encoding="utf-8")


if __name__ == "__main__":
    main()
