"""Two real panels whose answers and published figures are in ``data/panels`` (sources: data/README.md)."""

import csv
from pathlib import Path

PANELS = Path(__file__).resolve().parents[1] / "data" / "panels"


def panel_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the files."""
    with (PANELS / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
