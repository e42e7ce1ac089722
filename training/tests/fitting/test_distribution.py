"""Two devices, of one process or two, train as one does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ..conftest import package_path

CODE = """
import json, keras, numpy as np
from lentigo_training.fitting.distribution import distribute
from lentigo_training.fitting.keras_engine import KerasEngine
from lentigo_training.data.batches import Batch
from tests.fitting.test_training import small_network

def batch(seed):
    rng = np.random.default_rng(seed)
    classes = np.eye(7)[rng.integers(0, 7, 8)]
    domains = np.eye(3)[rng.integers(0, 3, 8)]
    inputs = rng.uniform(-1, 1, (8, 32, 32, 3))
    copies = np.array([7, 1, 2, 3, 4, 5, 6, 0])  # the turned copy lies on the other device
    arrays = (inputs, classes, np.zeros((8, 7)), domains, np.ones(8), copies)
    return Batch(*(a.astype(np.float32) for a in arrays))

def losses():
    model = small_network()
    engine = KerasEngine(model, 0.02, 0.9)
    engine.begin(0)
    found = [engine.step(batch(i), 0.01, i + 1)["loss"] for i in range(3)]
    return found, len(model.variables[0].value.sharding.device_set)

alone, one = losses()
devices, _ = distribute(8)
shared, several = losses()
try:
    refused = distribute(7)
except ValueError as error:
    refused = str(error)
print(json.dumps([alone, shared, one, several, devices, refused]))
"""


RUN = """
import json, sys, keras
from pathlib import Path
from lentigo_training.fitting.distribution import distribute
from lentigo_training.data.batches import WHOLE
from lentigo_training.fitting.train import Phase, Recipe
from tests.fitting.test_training import start_run

folder, data, several = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "several"
part = distribute(8)[1] if several else WHOLE
recipe = Recipe(phases=(Phase(32, 2),), epoch_length=32, batch=8, warm_up=3, mixed=0.0)
run = start_run(folder, data, recipe, part)
run.train()
devices = len(run.model.variables[0].value.sharding.device_set)
print(json.dumps([[row["loss"] for row in run.history], devices, part.index]))
"""

needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed")


def start(code: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "PYTHONPATH": package_path(),
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(process: subprocess.Popen[str]) -> list[Any]:
    output, errors = process.communicate(timeout=900)
    assert process.returncode == 0, errors
    found: list[Any] = json.loads(output.splitlines()[-1])
    return found


@needs_jax
def test_two_devices_give_the_same_loss_as_one() -> None:
    devices_of_one = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    alone, shared, one, several, devices, refused = result(start(CODE, **devices_of_one))
    assert (one, several, devices) == (1, 2, 2)
    assert shared == pytest.approx(alone, abs=1e-4)
    assert len(set(shared)) == 3
    assert "shared evenly" in refused


@needs_jax
def test_two_processes_give_the_same_loss_as_one(small_data: Path, tmp_path: Path) -> None:
    alone, one, _ = result(start(RUN, str(tmp_path / "alone"), str(small_data), "alone"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    together = [
        start(
            RUN,
            *(str(tmp_path / "several"), str(small_data), "several"),
            KERAS_DISTRIBUTION_JOB_ADDRESSES=f"127.0.0.1:{port}",
            KERAS_DISTRIBUTION_NUM_PROCESSES="2",
            KERAS_DISTRIBUTION_PROCESS_ID=str(i),
        )
        for i in (0, 1)
    ]
    for i, (losses, devices, index) in enumerate(map(result, together)):
        assert (one, devices, index) == (1, 2, i)
        assert losses == pytest.approx(alone, abs=1e-3)
    assert (tmp_path / "several" / "ema-02.weights.h5").is_file()
