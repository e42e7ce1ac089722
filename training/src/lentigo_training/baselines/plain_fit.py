"""A plain training loop for the networks that ours is compared with: cross entropy, AdamW, cosine.

Every network of a comparison gets the same pictures, number of epochs, rates and views. A fit in a
folder goes on from its last whole epoch.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from ..data.resample import scale_to_input
from ..networks.torch_twin import Twin, autocast

Pixels = NDArray[np.uint8]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Budget:
    """What every network of a comparison gets."""

    size: int = 128
    epochs: int = 3
    batch: int = 64
    rate: float = 5e-4
    warm_up: int = 50
    weight_decay: float = 0.02
    seed: int = 1

    @property
    def side(self) -> int:
        """Pixels to a side of what is kept of a picture, from which views of `size` are cut."""
        return self.size + self.size // 8

    def learning_rate(self, step: int, steps: int) -> float:
        """Rate at a step (from 0) of `steps`: linear warm-up, then half a cosine."""
        warm = min(1.0, (step + 1) / self.warm_up)
        return self.rate * warm * 0.5 * (1 + math.cos(math.pi * step / steps))


@dataclass(frozen=True)
class Labelled:
    """Pixels (n, side, side, 3) uint8 and the index of each picture's class (n,)."""

    pixels: Pixels
    truth: Indices


def fit(
    model: keras.Model, training: Labelled, validation: Labelled, budget: Budget, folder: Path
) -> list[dict[str, Any]]:
    """Trains `model` in place; returns loss and accuracy by epoch.

    Loss and accuracy of training are those of the augmented views as they were learnt from, in
    training mode; those of validation belong to the end of the epoch.
    """
    twin = Twin(model)
    optimizer = torch.optim.AdamW(
        twin.parameters(), lr=budget.rate, weight_decay=budget.weight_decay, fused=True
    )
    history: list[dict[str, Any]] = []
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "state.pt"
    if state.is_file():
        kept = torch.load(state, weights_only=True)
        if kept["budget"] != asdict(budget):
            raise ValueError(f"{folder} holds a fit with another budget")
        twin.load_state_dict(kept["twin"])
        optimizer.load_state_dict(kept["optimizer"])
        history = kept["history"]
    for epoch in range(len(history), budget.epochs):
        began = time.monotonic()
        row = {"epoch": epoch + 1, **_epoch(twin, optimizer, training, budget, epoch)}
        row["picturesPerSecond"] = round(len(training.truth) / (time.monotonic() - began), 1)
        logits = predict(twin, validation.pixels, budget.size)
        row["valLoss"] = float(nn.functional.cross_entropy(logits, _tensor(validation.truth)))
        row["valAccuracy"] = float((logits.argmax(1) == _tensor(validation.truth)).float().mean())
        history.append(row)
        print(folder.name, json.dumps({k: round(v, 4) for k, v in row.items()}), flush=True)
        temporary = state.with_suffix(".tmp")
        torch.save(
            {
                "budget": asdict(budget),
                "twin": twin.state_dict(),
                "optimizer": optimizer.state_dict(),
                "history": history,
            },
            temporary,
        )
        temporary.replace(state)
    twin.store()
    return history


def predict(twin: Twin, pixels: Pixels, size: int, batch: int = 64) -> Tensor:
    """(n, 7) float32 logits of the centre of each picture, in full precision."""
    twin.eval()
    margin = (pixels.shape[1] - size) // 2
    with torch.no_grad():
        parts = [
            twin(torch.from_numpy(scale_to_input(_centre(pixels[i : i + batch], margin, size))))
            for i in range(0, len(pixels), batch)
        ]
    return torch.cat([part["logits"] for part in parts]).cpu()


def _epoch(
    twin: Twin, optimizer: torch.optim.AdamW, training: Labelled, budget: Budget, epoch: int
) -> dict[str, float]:
    torch.manual_seed(budget.seed * 1000 + epoch)  # dropout, whether resumed or not
    twin.train()
    batches = len(training.truth) // budget.batch
    loss_sum, right = 0.0, 0
    views = _views(training, budget, epoch)
    for number, (inputs, truth) in enumerate(
        tqdm(views, total=batches, desc=f"epoch {epoch + 1}/{budget.epochs}", mininterval=10)
    ):
        step = epoch * batches + number
        for group in optimizer.param_groups:
            group["lr"] = budget.learning_rate(step, budget.epochs * batches)
        with autocast():
            logits = twin(torch.from_numpy(inputs))["logits"]
        target = _tensor(truth).to(twin.device)
        loss = nn.functional.cross_entropy(logits, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += float(loss.detach())
        right += int((logits.argmax(1) == target).sum())
    if not math.isfinite(loss_sum):
        raise FloatingPointError(f"the loss is {loss_sum} in epoch {epoch + 1}")
    return {"loss": loss_sum / batches, "accuracy": right / (batches * budget.batch)}


def _views(
    training: Labelled, budget: Budget, epoch: int
) -> Iterator[tuple[NDArray[np.float32], Indices]]:
    """Batches of random views: a shifted cut, one of eight flips and turns, the light ± 10 %."""
    rng = np.random.default_rng([budget.seed, epoch])
    order = rng.permutation(len(training.truth))
    room = training.pixels.shape[1] - budget.size + 1
    for start in range(0, len(order) - budget.batch + 1, budget.batch):
        chosen = order[start : start + budget.batch]
        cuts = rng.integers(0, room, (budget.batch, 2))
        turns = rng.integers(0, 8, budget.batch)
        views = np.empty((budget.batch, budget.size, budget.size, 3), np.uint8)
        for i, (place, (top, left), turn) in enumerate(zip(chosen, cuts, turns, strict=True)):
            cut = training.pixels[place, top : top + budget.size, left : left + budget.size]
            views[i] = np.rot90(cut if turn < 4 else cut[:, ::-1], turn % 4)
        light = rng.uniform(0.9, 1.1, (budget.batch, 1, 1, 1)).astype(np.float32)
        inputs = np.clip((scale_to_input(views) + 1) * light - 1, -1, 1)
        yield inputs, training.truth[chosen]


def _centre(pixels: Pixels, margin: int, size: int) -> Pixels:
    return pixels[:, margin : margin + size, margin : margin + size]


def _tensor(indices: Indices) -> Tensor:
    return torch.from_numpy(np.asarray(indices, np.int64))
