"""The pack's metrics.json, collected from evaluation reports and the history of the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..data.taxonomy import TASK

HISTORY = {
    "epoch": "epoch",
    "size": "size",
    "learningRate": "learningRate",
    "loss": "training.balancedLoss",
    "accuracy": "training.accuracy",
    "gateLoss": "gate",
    "valLoss": f"{TASK.main}.balancedLoss",
    "valAccuracy": f"{TASK.main}.accuracy",
    "valBalancedAccuracy": f"{TASK.main}.balancedAccuracy",
    "valBalancedAccuracyPhone": "pad_ufes20.balancedAccuracy",
    "valRefusedNonLesion": "non_lesion.gateAccuracy",
}
"""Names in metrics.json of what a run's history holds."""


def collect_metrics(reports: Path, history: Path, generated: str) -> dict[str, Any]:
    """metrics.json of the reports (*.json) in a folder and the history of a run.

    What is not there stays empty.
    """
    loaded, sources = _contents(reports), _contents(reports / "sources")
    epochs = json.loads(history.read_text()) if history.is_file() else []
    return {
        "generated": generated,
        "figures": [figure for report in loaded for figure in report["figures"]],
        "confusion": [report["confusion"] for report in loaded if report["confusion"]],
        "curves": [report["curves"] for report in loaded if report.get("curves")],
        "history": [
            {name: round(row[key], 6) for name, key in HISTORY.items() if key in row}
            for row in epochs
        ],
        "comparison": sorted(_contents(reports / "comparison"), key=_place),
        "sources": [row for report in sources for row in report["rows"]],
        "notes": [*TASK.notes, *sorted({report["note"] for report in sources})],
    }


def _place(row: Mapping[str, Any]) -> tuple[str, int, str]:
    """From the plain to ours, then what is split by picture."""
    return row["splitBy"], ("handmade", "paper", "ours").index(row["family"]), row["id"]


def _contents(folder: Path) -> list[Any]:
    """What the *.json files of a folder hold."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
