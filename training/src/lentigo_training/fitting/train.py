"""The training run: phases of growing picture size, AdamW, warm-up and cosine, EMA, checkpoints."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from ..data.batches import HOST, WHOLE, Batch, Part, Views, training_batches
from ..data.datasets import Picture
from ..data.loader import evaluation_pixels
from ..data.sampler import Sampler
from ..data.taxonomy import TASK
from ..evaluation.metrics import quick_figures
from ..networks import network
from ..networks.predict import predict_pixels
from . import checkpoint
from .checkpoint import Position
from .engines import engine_for


@dataclass(frozen=True)
class Phase:
    """Some epochs with pictures of `size` pixels and the first `frozen` blocks kept as they are."""

    size: int
    epochs: int
    frozen: int = 0


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a run does, apart from the pictures."""

    phases: tuple[Phase, ...]
    epoch_length: int = 8000
    batch: int = 32
    rate: float = 8e-4
    warm_up: int = 150
    weight_decay: float = 0.02
    average: float = 0.999
    mixed: float = 0.3
    """Share of pictures that are blended with another; without, rare classes are memorised."""
    turned: float = 0.0
    """Share of a batch that is turned copies of others, from which consistency is learnt."""
    teachers: tuple[str, ...] = ()
    """Weight files of networks that teach this one."""
    seed: int = 1
    save_every: int = 60

    @property
    def epochs(self) -> int:
        """Epochs of all phases."""
        return sum(p.epochs for p in self.phases)

    @property
    def batches(self) -> int:
        """Batches of one epoch."""
        return self.epoch_length // self.batch

    def phase(self, epoch: int) -> Phase:
        """The phase that an epoch (from 0) belongs to."""
        for phase in self.phases:
            if epoch < phase.epochs:
                return phase
            epoch -= phase.epochs
        return self.phases[-1]

    def learning_rate(self, step: int) -> float:
        """Rate at a step (from 0): linear warm-up, then half a cosine down to a hundredth."""
        warm = min(1.0, (step + 1) / max(1, self.warm_up))
        progress = min(1.0, step / max(1, self.epochs * self.batches))
        return self.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def parse_phases(text: str) -> tuple[Phase, ...]:
    """`160:5:4,192:4` → five epochs at 160 pixels with four blocks frozen, then four at 192.

    Raises ValueError for anything else.
    """
    phases = []
    for part in text.split(","):
        numbers = [int(n) for n in part.split(":")]
        if not 2 <= len(numbers) <= 3 or numbers[0] % 32 or min(numbers[:2]) < 1:
            raise ValueError(f"'{part}' is not SIZE:EPOCHS[:FROZEN] with a SIZE divisible by 32")
        phases.append(Phase(*numbers))
    return tuple(phases)


def loader_speed(run: Run, batches: int = 8) -> float:
    """Pictures a second that the loader of a run alone makes, at the size of the last phase.

    Training waits for it where the steps (`stepPicturesPerSecond` of the history) are faster.
    """
    recipe = run.recipe
    length = batches * recipe.batch
    began = time.monotonic()
    made = training_batches(
        run.sampler,
        0,
        length,
        recipe.batch,
        recipe.phases[-1].size,
        mixed=recipe.mixed,
        turned=recipe.turned,
        views=run.views,
    )
    for batch in made:
        float(batch.inputs[0, 0, 0, 0])  # a device has made it once a value of it is here
    return length / (time.monotonic() - began)


def watched_sample(training: Sequence[Picture], count: int = 1000) -> list[Picture]:
    """Training pictures of the main data set, as they occur, that are read like those of validation
    after each epoch: a gap between the two shows overfitting."""
    pictures = [p for p in training if p.dataset == TASK.main]
    order = np.random.default_rng(0).permutation(len(pictures))[:count]
    return [pictures[i] for i in sorted(order)]


class Run:
    """A training run in a folder.

    Leaves `state.npz`, `history.json`, `best.weights.h5` and `ema-NN.weights.h5` of each epoch.
    Started in a folder that holds a state, it goes on from there; the phases may then be others
    (a shorter or longer run), all else of the recipe must be the same.

    Of several processes that train together each makes its part of a batch, and the first writes.
    """

    def __init__(
        self,
        folder: Path,
        recipe: Recipe,
        model: keras.Model,
        training: Sequence[Picture],
        validation: Mapping[str, Sequence[Picture]],
        part: Part = WHOLE,
        views: Views = HOST,
    ) -> None:
        self.folder = folder
        self.recipe = recipe
        self.model = model
        self.part = part
        self.views = views
        self.sampler = Sampler(training, recipe.seed)
        self.validation = {name: (p, evaluation_pixels(p)) for name, p in validation.items()}
        teachers = [network.build(file) for file in recipe.teachers]
        self.engine = engine_for(model, recipe.weight_decay, recipe.average, recipe.seed, teachers)
        self.position = Position(0, 0, 0)
        self.history: list[dict[str, Any]] = []
        self._running: dict[str, float] = {}
        self._frozen: int | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "state.npz").exists():
            self._resume()

    def train(self, stop_after: int | None = None) -> None:
        """Trains to the end of the recipe, or for `stop_after` batches."""
        left = math.inf if stop_after is None else stop_after
        while self.position.epoch < self.recipe.epochs and left > 0:
            left -= self._epoch(left)

    def _epoch(self, limit: float) -> int:
        recipe, position = self.recipe, self.position
        phase = recipe.phase(position.epoch)
        self._begin(phase.frozen)
        batches = training_batches(
            self.sampler,
            position.epoch,
            recipe.epoch_length,
            recipe.batch,
            phase.size,
            position.batch,
            mixed=recipe.mixed,
            turned=recipe.turned,
            part=self.part,
            views=self.views,
        )
        if position.batch == 0:
            self._running = {}
        done, began, stepping = 0, time.monotonic(), 0.0
        title = f"epoch {position.epoch + 1}/{recipe.epochs} at {phase.size}"
        bar = tqdm(total=recipe.batches, initial=position.batch, desc=title, mininterval=5)
        for batch in batches:
            if done >= limit:
                break
            start = time.monotonic()
            self._step(batch)
            stepping += time.monotonic() - start
            done += 1
            bar.set_postfix({k: f"{v:.3f}" for k, v in self._means().items()})
            bar.update()
            if position.batch % recipe.save_every == 0:
                self._save()
        bar.close()
        if position.batch >= recipe.batches:
            pictures = done * recipe.batch
            self._finish_epoch(phase, pictures / (time.monotonic() - began), pictures / stepping)
        return max(done, 1)

    def _step(self, batch: Batch) -> None:
        rate = self.recipe.learning_rate(self.position.step)
        measured = self.engine.step(batch, rate, self.position.step + 1)
        if not math.isfinite(measured["loss"]):
            raise FloatingPointError(f"the loss is {measured['loss']} at step {self.position.step}")
        classed = float(batch.has_class.sum())
        sums = {**measured, "accuracy": measured["accuracy"] * classed, "classed": classed}
        for name, value in sums.items():
            self._running[name] = self._running.get(name, 0.0) + value
        self.position.step += 1
        self.position.batch += 1

    def _means(self) -> dict[str, float]:
        """Of the epoch so far: losses by batch, accuracy by picture that has a class."""
        sums, batches = self._running, self.position.batch
        accuracy = sums["accuracy"] / max(1.0, sums["classed"])
        return {k: sums[k] / batches for k in ("loss", "gate")} | {"accuracy": accuracy}

    def _finish_epoch(self, phase: Phase, speed: float, step_speed: float) -> None:
        position = self.position
        row: dict[str, Any] = {
            "epoch": position.epoch + 1,
            "size": phase.size,
            "learningRate": self.recipe.learning_rate(position.step - 1),
            "picturesPerSecond": round(speed, 1),
            "stepPicturesPerSecond": round(step_speed, 1),
            **self._means(),
        }
        self.engine.swap()
        for name, (pictures, pixels) in self.validation.items():
            outputs = predict_pixels(self.model, pixels, exact=False)
            figures = quick_figures(pictures, outputs["logits"], outputs["gate"])
            row |= {f"{name}.{key}": value for key, value in figures.items()}
        self.history.append(row)
        self._write_weights(f"ema-{row['epoch']:02}.weights.h5")
        if self._is_best():
            self._write_weights("best.weights.h5")
        self.engine.swap()
        print(json.dumps({k: round(v, 4) for k, v in row.items()}), flush=True)
        self.position = Position(position.epoch + 1, 0, position.step)
        self._save()
        if self.part.index == 0:
            history = json.dumps(self.history, indent=1)
            (self.folder / "history.json").write_text(history + "\n")

    def _write_weights(self, name: str) -> None:
        if self.part.index == 0:
            self.model.save_weights(self.folder / name)

    def _is_best(self) -> bool:
        """Judged by the class-balanced loss on validation, which is less jumpy than accuracy."""
        key = f"{TASK.main}.balancedLoss"
        if key not in self.history[-1]:
            return True
        return bool(self.history[-1][key] <= min(row[key] for row in self.history))

    def _begin(self, frozen: int) -> None:
        """A phase that frees other blocks begins a new optimizer."""
        if self._frozen != frozen:
            self.engine.begin(frozen)
            self._frozen = frozen

    def _save(self) -> None:
        if self.part.index > 0:
            return
        extra = {
            "history": self.history,
            "running": self._running,
            "frozen": self._frozen,
            "recipe": asdict(self.recipe),
        }
        checkpoint.save(self.folder / "state.npz", self.position, self.engine.state(), extra)

    def _resume(self) -> None:
        self.position, groups, extra = checkpoint.load(self.folder / "state.npz")
        mine, theirs = json.loads(json.dumps(asdict(self.recipe))), extra["recipe"]
        changed = sorted(
            k for k in mine if k not in ("phases", "save_every") and mine[k] != theirs.get(k)
        )
        if changed:
            raise ValueError(f"{self.folder} holds a run of another recipe: {', '.join(changed)}")
        self.history, self._running = extra["history"], extra["running"]
        self._begin(extra["frozen"])
        self.engine.restore(groups)
