"""The PyTorch twin, in processes of their own: Keras' backend is chosen once for a process."""

from __future__ import annotations

import pytest

from ..conftest import run_on_torch

pytest.importorskip("torch", reason="PyTorch is not installed: the twin is not tested")

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

with torch.autocast("cpu", torch.bfloat16):  # one with a stride is slow in bfloat16 on a CPU
    strided, plain = (
        twin.layers[f"block_{n}_depthwise"](torch.zeros(1, width, 9, 9, dtype=torch.bfloat16))
        for n, width in ((1, 96), (2, 144))
    )
assert strided.dtype == torch.float32 and plain.dtype == torch.bfloat16

pixels = rng.integers(0, 256, (3, 96, 96, 3), np.uint8)
assert predict_pixels(model, pixels)["logits"].shape == (3, 7)
"""


def test_twin_is_the_same_function() -> None:
    run_on_torch("-c", SAME_FUNCTION)


SAME_STEP = """
import keras, numpy as np
from lentigo_training.data.batches import Batch
from lentigo_training.fitting.keras_engine import KerasEngine
from lentigo_training.fitting.torch_engine import TorchEngine
from lentigo_training.networks import network

rng = np.random.default_rng(5)
has_class = np.array([1, 1, 1, 0, 1, 1, 1, 0])
arrays = (
    rng.uniform(-1, 1, (8, 64, 64, 3)), np.eye(7)[rng.integers(0, 7, 8)] * has_class[:, None],
    np.log(np.tile(rng.dirichlet(np.ones(7)), (8, 1))), np.eye(3)[rng.integers(0, 3, 8)],
    has_class, np.array([6, 1, 2, 3, 4, 5, 0, 7]),
)
batch = Batch(*(a.astype(np.float32) for a in arrays))
found = []
for make in (lambda m: KerasEngine(m, 0.02, 0.9), lambda m: TorchEngine(m, 0.02, 0.9, 1)):
    keras.utils.set_random_seed(4)
    engine = make(network.build(None, dropout=0.0))
    engine.begin(0)
    found.append(engine.step(batch, 1e-3, 1))
one, other = found
assert set(one) == set(other) == {"loss", "gate", "accuracy"}
for name in ("loss", "gate"):
    assert np.isclose(one[name], other[name], rtol=0.05), (name, found)
assert one["accuracy"] == other["accuracy"], found
assert 0 <= one["accuracy"] <= 1
"""


def test_both_engines_have_one_loss() -> None:
    run_on_torch("-c", SAME_STEP)


def test_a_run_on_the_twin() -> None:
    """All that holds for a run under Keras' own step holds on the twin."""
    run_on_torch("-m", "pytest", "-q", "tests/fitting/test_training.py")
