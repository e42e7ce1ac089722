"""At a clinic: hands over the head update that a device exported, and nothing else."""

from __future__ import annotations

from pathlib import Path

from flwr.app import ConfigRecord, Context, Message, RecordDict
from flwr.clientapp import ClientApp

app = ClientApp()


@app.query()
def update(message: Message, context: Context) -> Message:
    """The text of the file that `--node-config 'update="FILE"'` names."""
    text = Path(str(context.node_config["update"])).read_text(encoding="utf-8")
    return Message(RecordDict({"update": ConfigRecord({"text": text})}), reply_to=message)
