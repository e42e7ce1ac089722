"""The PyTorch twin, in processes of their own: Keras' backend is chosen once for a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: the twin is not tested")

TRAINING = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "KERAS_BACKEND": "torch", "PYTHONPATH": "src"}

SAME_FUNCTION = """
import keras, numpy as np, torch
from lentigo_training.networks import network
from lentigo_training.networks.predict import predict_pixels
from lentigo_training.networks.torch_twin import Twin

keras.utils.set_random_seed(2)
model = network.build(None)
rng = np.random.default_rng(1)
for layer in model.layers:  # statistics and scales unlike those of a fresh network
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
twin = Twin(model).eval()
inputs = rng.uniform(-1, 1, (2, 96, 96, 3)).astype(np.float32)
ours = model.predict_on_batch(inputs)
with torch.no_grad():
    theirs = twin(torch.from_numpy(inputs))
assert set(ours) == set(theirs)
for name, values in ours.items():
    assert values.shape == tuple(theirs[name].shape)
    assert np.allclose(values, theirs[name], atol=1e-4 * np.abs(values).max()), name

weights = model.get_weights()
for parameter in twin.parameters():
    parameter.data.mul_(2)
twin.store()
changed = model.get_weights()
assert any(not np.array_equal(a, b) for a, b in zip(weights, changed))
twin.load()
twin.store()
assert all(np.array_equal(a, b) for a, b in zip(changed, model.get_weights()))

network.freeze(model, 3)
twin.take_frozen()
twin.train()
assert not any(p.requires_grad for p in twin.layers["bn_Conv1"].parameters())
assert not twin.layers["bn_Conv1"].training and twin.layers["Conv_1_bn"].training

pixels = rng.integers(0, 256, (3, 96, 96, 3), np.uint8)
assert predict_pixels(model, pixels)["logits"].shape == (3, 7)
"""


def test_twin_is_the_same_function() -> None:
    subprocess.run(
        [sys.executable, "-c", SAME_FUNCTION],
        cwd=TRAINING,
        env=ENVIRONMENT,
        check=True,
        timeout=300,
    )


def test_a_run_on_the_twin() -> None:
    """All that holds for a run under Keras' own step holds on the twin."""
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/fitting/test_training.py"],
        cwd=TRAINING,
        env=ENVIRONMENT,
        check=True,
        timeout=300,
    )
