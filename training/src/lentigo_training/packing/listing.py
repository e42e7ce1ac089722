"""index.json: which packs lie in a folder, for the app to choose from (docs/packs.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import signing

NAME = "index.json"
FOLDER = "packs"
"""Name of the folder that has a list."""


def write_index(packs: Path) -> int:
    """Lists the packs in the subfolders of a folder; returns how many there are."""
    listed = [_entry(path.parent) for path in sorted(packs.glob("*/manifest.json"))]
    text = json.dumps({"format": 1, "packs": listed}, indent=2, ensure_ascii=False)
    (packs / NAME).write_text(text + "\n")
    return len(listed)


def _entry(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text())
    names = ["manifest.json", *(file["path"] for file in manifest["files"])]
    names += [manifest["bank"]["path"]] if "bank" in manifest else []
    names += [signing.NAME] if (folder / signing.NAME).is_file() else []
    return {
        "id": manifest["id"],
        "name": manifest["name"],
        "reads": manifest["texts"]["reads"],
        "version": manifest["version"],
        "bytes": sum((folder / name).stat().st_size for name in names),
        "address": f"{folder.name}/",
    }
