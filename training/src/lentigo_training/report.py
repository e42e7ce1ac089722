"""Evaluation reports and the pack's metrics.json that is collected from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def collect_metrics(reports: Path, history: Path, generated: str) -> dict[str, Any]:
    """metrics.json of the reports (*.json) in a folder and the history of a run.

    What is not there stays empty.
    """
    loaded = [json.loads(path.read_text()) for path in sorted(reports.glob("*.json"))]
    return {
        "generated": generated,
        "figures": [figure for report in loaded for figure in report["figures"]],
        "confusion": [report["confusion"] for report in loaded if report["confusion"]],
        "history": json.loads(history.read_text()) if history.is_file() else [],
        "notes": [note for report in loaded for note in report["notes"]],
    }
