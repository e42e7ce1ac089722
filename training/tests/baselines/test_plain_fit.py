"""The networks that ours is compared with: a fit that goes on, the network of the paper."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: fits are not tested")

from lentigo_training.baselines import plain_fit as fitting
from lentigo_training.baselines.plain_fit import Budget, Labelled, fit, predict
from lentigo_training.networks.paper import build_paper_network
from lentigo_training.networks.torch_twin import Twin

BUDGET = Budget(size=32, epochs=3, batch=16, rate=5e-3, warm_up=4)


def tiny_network() -> keras.Model:
    keras.utils.set_random_seed(3)
    layers = keras.layers
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="one")(inputs)
    x = layers.BatchNormalization(momentum=0.8, name="norm")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.MaxPooling2D(4, name="pool")(x)
    x = layers.Dropout(0.2, seed=0, name="dropout")(x)
    x = layers.Flatten(name="flat")(x)
    return keras.Model(inputs, {"logits": layers.Dense(7, name="logits")(x)})


def coloured(n: int, seed: int) -> Labelled:
    """Pictures whose class is their colour."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    pixels = rng.integers(0, 90, (n, BUDGET.side, BUDGET.side, 3))
    pixels[np.arange(n), :, :, truth] += 130
    return Labelled(pixels.astype(np.uint8), truth)


def test_a_fit_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training, validation = coloured(96, 0), coloured(48, 1)
    whole = tiny_network()
    history = fit(whole, training, validation, BUDGET, tmp_path / "whole")
    assert [row["epoch"] for row in history] == [1, 2, 3]
    assert history[-1]["valLoss"] < history[0]["valLoss"]
    assert history[-1]["valAccuracy"] > 0.9

    epoch = fitting._epoch

    def killed(*arguments: object) -> object:
        if arguments[-1] == 2:
            raise KeyboardInterrupt
        return epoch(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        fit(tiny_network(), training, validation, BUDGET, tmp_path / "killed")
    monkeypatch.setattr(fitting, "_epoch", epoch)
    resumed = tiny_network()
    again = fit(resumed, training, validation, BUDGET, tmp_path / "killed")
    assert again[2]["loss"] == pytest.approx(history[2]["loss"], abs=1e-4)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-4)
    with pytest.raises(ValueError, match="another budget"):
        fit(resumed, training, validation, Budget(size=32), tmp_path / "killed")


def test_views_show_the_picture() -> None:
    """Cuts, flips and turns of the picture itself, its light a little changed."""
    ramp = np.arange(36 * 36 * 3).reshape(1, 36, 36, 3) % 200
    one = Labelled(ramp.astype(np.uint8), np.array([4]))
    budget = Budget(size=32, batch=1)
    cut = one.pixels[0].astype(float)
    for epoch in range(6):
        ((inputs, truth),) = fitting._views(one, budget, epoch)
        assert truth.tolist() == [4]
        light = (inputs[0] + 1).max() / 2 * 255
        assert light < 255
        seen = (inputs[0] + 1) * 127.5
        candidates = [
            np.rot90(side[top : top + 32, left : left + 32], k)
            for side in (cut, cut[:, ::-1])
            for k in range(4)
            for top in range(5)
            for left in range(5)
        ]
        gains = [(seen * c).sum() / (c * c).sum() for c in candidates]
        errors = [np.abs(seen - g * c).max() for g, c in zip(gains, candidates, strict=True)]
        best = int(np.argmin(errors))
        assert errors[best] < 0.1
        assert 0.9 <= gains[best] <= 1.1


def test_network_of_the_paper_and_its_twin() -> None:
    model = build_paper_network(128)
    rng = np.random.default_rng(0)
    for layer in model.layers:  # else nothing of the picture gets through a fresh network
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = (w.shape for w in layer.get_weights())
            small = [rng.uniform(-0.2, 0.2, shape) for shape in (beta, mean)]
            layer.set_weights([np.ones(gamma), *small, rng.uniform(0.02, 0.1, variance)])
    pixels = rng.integers(0, 256, (3, 128, 128, 3), np.uint8)
    inputs = pixels.astype(np.float32) / 127.5 - 1
    ours = predict(Twin(model), pixels, 128).numpy()
    assert ours.shape == (3, 7)
    assert ours.std(axis=0).max() > 1e-3
    assert np.allclose(ours, model.predict_on_batch(inputs)["logits"], rtol=1e-3, atol=1e-4)
