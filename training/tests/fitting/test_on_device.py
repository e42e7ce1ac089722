"""Pictures on a device: the same views and losses as on the processor, whose device stands in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lentigo_training.data.augment import make_view
from lentigo_training.data.splits import split_all, write_splits
from lentigo_training.data.view_plan import STRENGTHS, Strength, ViewPlan, draw_view
from lentigo_training.networks import network

from ..conftest import made_picture, run_on_torch

torch = pytest.importorskip("torch", reason="PyTorch is not installed: no views on a device")


def on_tensors(
    picture: NDArray[np.uint8], size: int, plan: ViewPlan, side: int
) -> NDArray[np.float32]:
    from lentigo_training.fitting.on_device.tensors import mirrored
    from lentigo_training.fitting.on_device.views import make_views

    height, width = picture.shape[:2]
    along = torch.arange(side)
    rows, columns = (mirrored(along, torch.tensor(length)) for length in (height, width))
    batch = torch.from_numpy(picture)[rows][:, columns].permute(2, 0, 1)[None].float()
    (view,) = make_views(batch, torch.tensor([[height, width]]), size, [plan])
    return np.asarray(view.permute(1, 2, 0))


@given(
    st.integers(60, 130),
    st.integers(60, 130),
    st.integers(130, 140),
    st.sampled_from([32, 96, 224]),
    st.sampled_from([*STRENGTHS.values(), Strength(0.65, 1.0, 0.5)]),
    st.sampled_from([1.0, 4 / 3]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=150)
def test_a_view_is_that_of_opencv(
    height: int, width: int, side: int, size: int, strength: Strength, aspect: float, seed: int
) -> None:
    picture = made_picture(seed % 50, height, width)
    plan = draw_view((height, width), size, np.random.default_rng(seed), strength, aspect)
    assume(plan.coarse <= min(height, width))  # where one side grows, OpenCV averages neither
    plan = replace(plan, appearance=replace(plan.appearance, noise=0))  # other random numbers
    expected = make_view(picture, size, plan)
    view = on_tensors(picture, size, plan, side)
    assert view.shape == expected.shape
    assert np.array_equal(view, view.round())
    off = np.abs(view - expected)
    # A step of rounding; where eight by eight cosines are rounded, some more.
    filed = plan.coarse or plan.appearance.quality
    assert off.mean() < (5 if filed else 0.6), plan
    assert np.percentile(off, 99) < (25 if filed else 4), plan


def test_noise_is_as_strong_and_comes_from_the_seed() -> None:
    picture = np.full((96, 96, 3), 128, np.uint8)
    plan = draw_view((96, 96), 96, np.random.default_rng(1), Strength(0.9, 0.0))
    look = replace(plan.appearance, noise=6, quality=0, blur=0, vignette=None, gamma=1, contrast=1)
    plan = replace(plan, appearance=look)
    one, again = (on_tensors(picture, 96, plan, 112) for _ in range(2))
    assert np.array_equal(one, again)
    assert one.std(axis=(0, 1)) == pytest.approx(
        make_view(picture, 96, plan).std(axis=(0, 1)), 0.05
    )


SAME_RUN = """
import sys, keras, numpy as np, torch
from dataclasses import replace
from pathlib import Path
from lentigo_training.data.batches import HOST
from lentigo_training.fitting.on_device.views import views_on_device
from lentigo_training.fitting.train import Phase, Recipe, loader_speed
from tests.fitting.test_training import start_run

recipe = Recipe((Phase(64, 1),), 192, 16, warm_up=3, mixed=0.5, turned=0.25)
folder, data = Path(sys.argv[1]), Path(sys.argv[2])
losses = []
for place in ("processor", "device"):
    run = start_run(folder / place, data, recipe)
    if place == "device":
        run.views = views_on_device(run.sampler.pictures)
        assert loader_speed(run, 2) > 0
        values = np.random.default_rng(1).uniform(-1, 1, (9, 5, 5, 3)).astype(np.float32)
        partners, weights = np.arange(9)[::-1].copy(), np.linspace(0, 1, 9, dtype=np.float32)
        for name, *rest in (("blend", partners, weights), ("with_turned", np.arange(8))):
            expected = getattr(HOST, name)(values, *rest)
            assert np.allclose(getattr(run.views, name)(torch.from_numpy(values), *rest), expected)
    found = []
    step = run.engine.step
    def watched(batch, rate, number):
        assert isinstance(batch.inputs, torch.Tensor if place == "device" else np.ndarray)
        assert batch.inputs.shape == (16, 64, 64, 3) and abs(batch.inputs).max() <= 1
        measured = step(batch, rate, number)
        found.append(measured["loss"])
        return measured
    run.engine.step = watched
    run.train()
    losses.append(found)
ours, theirs = losses
assert len(ours) == len(theirs) == 12 and len(set(ours)) == 12
assert np.allclose(ours, theirs, rtol=0.03), losses
"""

TAUGHT = """
import keras, numpy as np, torch
from lentigo_training.data.batches import Batch
from lentigo_training.fitting import torch_engine
from lentigo_training.networks import network
from tests.fitting.test_training import small_network

rng = np.random.default_rng(5)
classes = np.eye(7)[rng.integers(0, 7, 8)]
arrays = (rng.uniform(-1, 1, (8, 64, 64, 3)), classes, np.log(np.full((8, 7), 1 / 7)),
          np.eye(3)[rng.integers(0, 3, 8)], np.ones(8), np.arange(8))
batch = Batch(*(a.astype(np.float32) for a in arrays))
sure = small_network()  # a teacher that says one class of everything
sure.get_layer("logits").set_weights([np.zeros((16, 7)), 30 * np.eye(7)[2]])

def after(teachers):
    engine = torch_engine.TorchEngine(small_network(), 0.0, 0.5, 1, teachers)
    engine.begin(0)
    for number in range(60):
        engine.step(batch, 1e-2, number + 1)
    engine.twin.store()
    logits = engine.model.predict_on_batch(batch.inputs)["logits"]
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return shares[classes[:, 2] == 0, 2].mean()

alone, taught = after([]), after([sure])
assert alone < 0.2 and taught > alone + 0.15, (alone, taught)
assert np.array_equal(sure.get_layer("logits").get_weights()[1], 30 * np.eye(7)[2])
"""


def test_the_first_steps_of_a_run_have_the_losses_of_the_ordinary_loader(
    small_data: Path, tmp_path: Path
) -> None:
    run_on_torch("-c", SAME_RUN, str(tmp_path), str(small_data))


def test_a_student_is_trained_on_a_device(small_data: Path, tmp_path: Path) -> None:
    lists, teacher = tmp_path / "splits", tmp_path / "teacher.weights.h5"
    write_splits(lists, split_all(small_data, {}))
    network.build(None).save_weights(teacher)
    words = "--weights none --phases 32:1 --epoch-length 16 --batch 8 --turned 0.25 --on-device"
    places = ["--data", str(small_data), "--splits", str(lists), "--run", str(tmp_path / "run")]
    run_on_torch(
        *("-m", "lentigo_training", "train", *words.split(), "--teachers", str(teacher), *places)
    )
    (epoch,) = json.loads((tmp_path / "run" / "history.json").read_text())
    assert np.isfinite(epoch["loss"])


def test_a_student_learns_what_its_teachers_say() -> None:
    run_on_torch("-c", TAUGHT)
