"""The Flower app: a server and two clinics, as processes on this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lentigo_training.federation.update import read

from ..conftest import REPOSITORY
from ..packing.test_signing import PUBLIC

APP = REPOSITORY / "training" / "federation"
BIN = Path(os.environ.get("LENTIGO_FLOWER", APP / ".venv")) / "bin"

pytestmark = pytest.mark.skipif(
    not (BIN / "flwr").is_file(),
    reason=f"Flower is not in {BIN.parent}: python -m venv training/federation/.venv and install "
    "training/federation/requirements.lock there, or name its environment in LENTIGO_FLOWER",
)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens; two minutes at most."""
    end = time.monotonic() + 120
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


Start = Callable[[str, list[str]], "subprocess.Popen[bytes]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "flower"
    home.mkdir()
    return os.environ | {
        "FLWR_HOME": str(home),
        "FLWR_TELEMETRY_ENABLED": "0",
        "PYTHONPATH": str(REPOSITORY / "training" / "src"),
        "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
    }


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def begun(name: str, words: list[str]) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{len(running)}-{name}.log").open("wb")
        process = subprocess.Popen([BIN / name, *words], env=environment, stdout=log, stderr=log)
        running.append(process)
        return process

    yield begun
    for process in reversed(running):
        process.terminate()
    for process in running:
        process.wait(60)


def test_two_clinics_hand_over_their_updates(
    tmp_path: Path, environment: dict[str, str], start: Start
) -> None:
    port = free_port()
    here = f'[superlink]\ndefault = "here"\n[superlink.here]\naddress = "127.0.0.1:{port}"\n'
    (tmp_path / "flower" / "config.toml").write_text(f"{here}insecure = true\n")
    link = ["--insecure", "--host", "127.0.0.1", "--port", str(port)]
    start("flower-superlink", [*link, "--disable-runtime-dependency-installation"])
    wait_for(port)
    signed = Path(__file__).with_name("update.json")
    unsigned = tmp_path / "unsigned.json"
    outer = json.loads(signed.read_text())
    del outer["signature"]
    unsigned.write_text(json.dumps(outer))
    for file in (signed, unsigned):
        node = ["--insecure", "--superlink", f"127.0.0.1:{port}", "--host", "127.0.0.1"]
        node += ["--port", str(free_port()), "--node-config", f'update="{file}"']
        start("flower-supernode", node)
    app, out = tmp_path / "app", tmp_path / "out"
    shutil.copytree(APP, app, ignore=shutil.ignore_patterns(".venv"))
    config = f"out='{out}' patience=120"
    done = subprocess.run(
        [BIN / "flwr", "run", str(app), "here", "--stream", "--run-config", config],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )
    found = [read(path) for path in sorted(out.glob("*.json"))]
    assert len(found) == 2, done.stdout + done.stderr
    assert {update.signer for update in found} == {PUBLIC, None}
    # Byte for byte, so that the signature still holds.
    assert {p.read_text() for p in out.glob("*.json")} == {signed.read_text(), unsigned.read_text()}
