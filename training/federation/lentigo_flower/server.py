"""At the one who merges: asks every clinic for its update, checks it, and writes it to a folder."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import numpy as np
from flwr.app import Context, Message, RecordDict
from flwr.serverapp import Grid, ServerApp

from lentigo_training.federation import aggregate
from lentigo_training.federation.update import Update, read

app = ServerApp()
log = logging.getLogger("flwr")


@app.main()
def main(grid: Grid, context: Context) -> None:
    """Fails where too few clinics come or an update does not hold; nothing is merged here."""
    config = context.run_config
    out, patience = Path(str(config["out"])), float(config["patience"])
    nodes = _clinics(grid, int(config["devices"]), patience)
    asked = [Message(RecordDict(), dst_node_id=node, message_type="query") for node in nodes]
    out.mkdir(parents=True, exist_ok=True)
    updates = []
    for number, reply in enumerate(grid.send_and_receive(asked, timeout=patience), start=1):
        if reply.has_error():
            raise RuntimeError(f"a clinic could not hand over its update: {reply.error}")
        path = out / f"update-{number}.json"
        path.write_text(str(reply.content["update"]["text"]), encoding="utf-8")
        updates.append(read(path))
    _describe(updates)


def _clinics(grid: Grid, count: int, patience: float) -> list[int]:
    """The first so many clinics that are there."""
    end = time.monotonic() + patience
    while len(nodes := sorted(grid.get_node_ids())) < count:
        if time.monotonic() > end:
            raise RuntimeError(f"{len(nodes)} of {count} clinics came")
        time.sleep(1)
    return nodes[:count]


def _describe(updates: list[Update]) -> None:
    if len({(u.pack, u.classes) for u in updates}) > 1:
        raise RuntimeError("the updates are of several packs")
    for update in updates:
        signer = update.signer or "not signed"
        said = (update.name, update.weight, signer, update.said_noise)
        log.info("%s: %d lesions, %s, %s", *said)
    # Where all start from one head, heads lie as far apart as their changes.
    for place in aggregate.outliers(np.stack([u.layer.flat() for u in updates])):
        log.warning("%s lies far from the others", updates[place].name)
