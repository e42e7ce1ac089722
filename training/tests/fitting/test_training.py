"""A run that was killed and resumed ends where an uninterrupted one ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from lentigo_training.data.batches import WHOLE, Batch, Part, mix, training_batches
from lentigo_training.data.loader import evaluation_pixels
from lentigo_training.data.sampler import Sampler
from lentigo_training.data.splits import load_split, split_all, write_splits
from lentigo_training.data.taxonomy import CLASSES
from lentigo_training.fitting.train import Phase, Recipe, Run, parse_phases, watched_sample
from lentigo_training.networks import network

from ..conftest import package_path

RECIPE = Recipe(
    phases=(Phase(32, 1, 1), Phase(64, 1)), epoch_length=64, batch=8, warm_up=3, save_every=3
)


def small_network() -> keras.Model:
    """A network of the same form as the real one: norm, dropout, the four outputs."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(8, 3, strides=4, name="Conv1")(inputs)
    x = keras.layers.BatchNormalization(name="bn_Conv1")(x)
    x = keras.layers.ReLU(6.0, name="Conv1_relu")(x)
    x = keras.layers.Conv2D(16, 3, strides=2, name="block_3_expand")(x)
    features = keras.layers.BatchNormalization(name="block_3_expand_BN", momentum=0.9)(x)
    embedding = keras.layers.GlobalAveragePooling2D(name="embedding")(features)
    dropped = keras.layers.Dropout(0.3, seed=0)(embedding)
    outputs = {
        "logits": keras.layers.Dense(7, name="logits")(dropped),
        "gate": keras.layers.Dense(3, name="gate")(dropped),
        "embedding": embedding,
        "features": features,
    }
    return keras.Model(inputs, outputs)


def start_run(folder: Path, data: Path, recipe: Recipe = RECIPE, part: Part = WHOLE) -> Run:
    lists = folder.parent / "splits"
    if not lists.exists():
        write_splits(lists, split_all(data, {}))
    training = [
        p for name in ("ham10000", "non_lesion") for p in load_split(data, lists, name, "train")
    ]
    validation = {"ham10000": load_split(data, lists, "ham10000", "validation")}
    return Run(folder, recipe, small_network(), training, validation, part)


def test_killed_and_resumed_is_the_same_as_uninterrupted(small_data: Path, tmp_path: Path) -> None:
    whole = start_run(tmp_path / "whole", small_data)
    whole.train()
    assert [row["epoch"] for row in whole.history] == [1, 2]
    assert all(np.isfinite(row["loss"]) for row in whole.history)
    assert all(0 < row["accuracy"] <= 1 for row in whole.history)
    # A step is part of what an epoch takes.
    assert all(r["stepPicturesPerSecond"] >= r["picturesPerSecond"] for r in whole.history)

    code = (
        "import sys, time; from pathlib import Path\n"
        "from tests.fitting.test_training import start_run\n"
        "run = start_run(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "run.train(stop_after=12); print('waiting', flush=True); time.sleep(600)"
    )
    killed = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(killed), str(small_data)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": package_path()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    while "waiting" not in process.stdout.readline():
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # Four batches of the second epoch were done, the checkpoint has three of them.
    resumed = start_run(killed, small_data)
    assert (resumed.position.epoch, resumed.position.batch) == (1, 3)
    resumed.train()
    assert resumed.position == whole.position
    for model in (whole, resumed):
        model.engine.swap()  # so that the Keras models hold what was averaged
    for one, other in zip(whole.model.variables, resumed.model.variables, strict=True):
        if "seed_generator" not in one.path:
            ours, theirs = (keras.ops.convert_to_numpy(v) for v in (one, other))
            assert np.allclose(ours, theirs, atol=1e-5), one.path
    ends, others = whole.engine.state(), resumed.engine.state()
    for name in ("optimizer", "average"):
        for one, other in zip(ends[name], others[name], strict=True):
            assert np.allclose(one, other, atol=1e-5)
    losses = [run.history[1]["loss"] for run in (whole, resumed)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)
    assert (killed / "ema-02.weights.h5").is_file()


def test_training_lowers_the_loss(small_data: Path, tmp_path: Path) -> None:
    recipe = Recipe(
        phases=(Phase(32, 4),), epoch_length=160, batch=16, rate=5e-3, warm_up=5, mixed=0.0
    )
    run = start_run(tmp_path / "run", small_data, recipe)
    run.train()
    assert run.history[-1]["loss"] < run.history[0]["loss"] - 0.1


def test_training_pictures_are_read_beside_those_of_validation(
    small_data: Path, tmp_path: Path
) -> None:
    run = start_run(tmp_path / "run", small_data, replace(RECIPE, turned=0.25))
    sample = watched_sample(run.sampler.pictures, 20)
    assert len(sample) == 20
    assert {p.dataset for p in sample} == {"ham10000"}
    assert sample == watched_sample(run.sampler.pictures, 20)
    run.validation["training"] = (sample, evaluation_pixels(sample, 64))
    run.train(stop_after=8)
    (row,) = run.history
    for figure in ("accuracy", "balancedLoss"):
        assert {f"training.{figure}", f"ham10000.{figure}"} <= row.keys()


def test_another_recipe_is_refused(small_data: Path, tmp_path: Path) -> None:
    start_run(tmp_path / "run", small_data).train(stop_after=3)
    with pytest.raises(ValueError, match="another recipe: rate"):
        start_run(tmp_path / "run", small_data, Recipe(RECIPE.phases, 64, 8, 1e-3, 3, save_every=3))


def test_frozen_layers_stay(small_data: Path, tmp_path: Path) -> None:
    run = start_run(tmp_path / "run", small_data)
    frozen = run.model.get_layer("Conv1").get_weights()
    free = run.model.get_layer("block_3_expand").get_weights()
    run.train(stop_after=8)  # the first epoch, with block 0 frozen
    run.engine.swap()
    assert np.array_equal(run.model.get_layer("Conv1").get_weights()[0], frozen[0])
    assert not np.array_equal(run.model.get_layer("block_3_expand").get_weights()[0], free[0])


def test_batches(small_data: Path, tmp_path: Path) -> None:
    write_splits(tmp_path, split_all(small_data, {}))
    pictures = [
        p for n in ("ham10000", "non_lesion") for p in load_split(small_data, tmp_path, n, "train")
    ]
    sampler = Sampler(pictures, seed=5)
    batches = list(training_batches(sampler, 2, 48, 8, 32))
    assert len(batches) == 6
    for batch in batches:
        assert batch.inputs.shape == (8, 32, 32, 3)
        assert -1 <= batch.inputs.min() < batch.inputs.max() <= 1
        assert np.array_equal(batch.classes.sum(axis=1), batch.has_class)
        assert np.array_equal(batch.domains[:, 2], 1 - batch.has_class)
        assert (batch.domains.sum(axis=1) == 1).all()
    halves = [training_batches(sampler, 2, 48, 8, 32, part=Part(i, 2)) for i in (0, 1)]
    for whole, *parts in zip(batches, *halves, strict=True):
        assert np.array_equal(whole.inputs, np.concatenate([p.inputs for p in parts]))
        assert np.array_equal(whole.classes, np.concatenate([p.classes for p in parts]))
        assert np.array_equal(whole.copies, np.concatenate([p.copies for p in parts]))
    later = list(training_batches(sampler, 2, 48, 8, 32, start=4))
    assert np.array_equal(later[1].inputs, batches[5].inputs)
    # Rare classes are drawn more often than they occur, and the prior says how often.
    drawn = [p for e in range(20) for p in sampler.epoch(e, 400) if p.dataset == "ham10000"]
    prior = np.exp(sampler.log_prior("ham10000"))
    for code in ("nv", "mel", "bcc"):
        share = np.mean([p.dx == code for p in drawn])
        assert share == pytest.approx(prior[CLASSES.index(code)], abs=0.01)
    assert prior[CLASSES.index("mel")] > 0.22  # a fifth of the pictures


def test_mixing_stays_within_a_data_set() -> None:
    rng = np.random.default_rng(0)
    count = 64
    sets = ["ham10000" if i % 2 else "pad_ufes20" for i in range(count)]
    # A picture is one number; odd places hold positive ones, even places negative ones.
    values = np.array([(i + 1) * (1 if i % 2 else -1) for i in range(count)], np.float32)
    plain = Batch(
        inputs=np.tile(values[:, None, None, None], (1, 2, 2, 3)),
        classes=np.eye(7, dtype=np.float32)[np.arange(count) % 7],
        priors=np.zeros((count, 7), np.float32),
        domains=np.zeros((count, 3), np.float32),
        has_class=np.ones(count, np.float32),
        copies=np.arange(count, dtype=np.float32),
    )
    mixed = mix(plain, sets, 0.5, rng)
    changed = np.flatnonzero((mixed.inputs != plain.inputs).any((1, 2, 3)))
    assert 0.25 * count < len(changed) < 0.7 * count
    assert ((mixed.inputs[:, 0, 0, 0] > 0) == (values > 0)).all()
    assert np.allclose(mixed.classes.sum(1), 1)
    assert np.array_equal(mix(plain, sets, 0.0, rng).inputs, plain.inputs)


def test_class_loss_leaves_bare_logits_for_equal_classes() -> None:
    """With the true class drawn by the prior alone, the best logits are all alike."""
    prior = np.log(np.array([0.5, 0.2, 0.1, 0.1, 0.05, 0.03, 0.02]))
    onehot = np.eye(7)
    own = np.arange(7)[:, None]
    target = np.concatenate([onehot, np.tile(prior, (7, 1)), own], axis=1).astype(np.float32)

    def expected(logits: np.ndarray) -> float:
        losses = network.class_loss(
            keras.ops.convert_to_tensor(target),
            keras.ops.convert_to_tensor(np.tile(logits, (7, 1)).astype(np.float32)),
        )
        return float(np.exp(prior) @ keras.ops.convert_to_numpy(losses))

    even = expected(np.zeros(7))
    assert even < expected(prior)
    assert even < expected(-prior / 2)


def test_average_of_weights(tmp_path: Path) -> None:
    networks = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        networks.append(network.build(None))
        networks[-1].save_weights(tmp_path / f"{seed}.weights.h5")
    mean = network.average([tmp_path / "1.weights.h5", tmp_path / "2.weights.h5"])
    kernels = [m.get_layer("logits").get_weights()[0] for m in (*networks, mean)]
    assert not np.allclose(kernels[0], kernels[1])
    assert np.allclose(kernels[2], (kernels[0] + kernels[1]) / 2, atol=1e-7)


def test_norm_is_measured_anew() -> None:
    model = small_network()
    network.freeze(model, 1)
    first, second = model.get_layer("bn_Conv1"), model.get_layer("block_3_expand_BN")
    rng = np.random.default_rng(0)
    batches = [rng.uniform(-1, 1, (4, 32, 32, 3)).astype(np.float32) for _ in range(3)]
    frozen = first.get_weights()
    before = keras.Model(model.input, second.input)
    network.renew_norm(model, iter(batches))
    means = [np.asarray(before.predict_on_batch(b)).mean((0, 1, 2)) for b in batches]
    assert np.allclose(second.get_weights()[2], np.mean(means, axis=0), atol=1e-5)
    assert second.momentum == 0.9
    assert all(np.array_equal(a, b) for a, b in zip(frozen, first.get_weights(), strict=True))


def test_learning_rate_rises_and_falls() -> None:
    recipe = Recipe(phases=(Phase(160, 10),), warm_up=100)
    rates = [recipe.learning_rate(s) for s in range(recipe.epochs * recipe.batches)]
    assert rates[0] < recipe.rate / 50
    assert max(rates) == pytest.approx(recipe.rate, rel=0.01)
    assert rates[-1] == pytest.approx(recipe.rate / 100, rel=0.01)


def test_phases() -> None:
    assert parse_phases("160:5:4,192:4") == (Phase(160, 5, 4), Phase(192, 4))
    for text in ("160", "100:2", "160:0", "160:1:2:3", "a:b"):
        with pytest.raises(ValueError, match=r"SIZE|invalid"):
            parse_phases(text)
