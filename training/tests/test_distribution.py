"""Two devices train as one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

CODE = """
import json, keras, numpy as np
from lentigo_training.distribution import distribute
from lentigo_training.engine import KerasEngine
from lentigo_training.loader import Batch
from tests.test_training import small_network

def batch(seed):
    rng = np.random.default_rng(seed)
    classes = np.eye(7)[rng.integers(0, 7, 8)]
    domains = np.eye(3)[rng.integers(0, 3, 8)]
    inputs = rng.uniform(-1, 1, (8, 32, 32, 3))
    arrays = (inputs, classes, np.zeros((8, 7)), domains, np.ones(8))
    return Batch(*(a.astype(np.float32) for a in arrays))

def losses():
    model = small_network()
    engine = KerasEngine(model, 0.02, 0.9)
    engine.begin(0)
    found = [engine.step(batch(i), 0.01, i + 1)["loss"] for i in range(3)]
    return found, len(model.variables[0].value.sharding.device_set)

alone, one = losses()
devices = distribute(8)
shared, several = losses()
try:
    refused = distribute(7)
except ValueError as error:
    refused = str(error)
print(json.dumps([alone, shared, one, several, devices, refused]))
"""


@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed")
def test_two_devices_give_the_same_loss_as_one() -> None:
    process = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=Path(__file__).parents[1],
        env={
            **os.environ,
            "PYTHONPATH": "src",
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    alone, shared, one, several, devices, refused = json.loads(process.stdout.splitlines()[-1])
    assert (one, several, devices) == (1, 2, 2)
    assert shared == pytest.approx(alone, abs=1e-4)
    assert len(set(shared)) == 3
    assert "shared evenly" in refused
