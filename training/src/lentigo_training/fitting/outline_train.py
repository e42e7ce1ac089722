"""Trains the decoder of the outline on HAM10000's lesion masks, on the PyTorch twin."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from ..data.augment import augment_with_mask
from ..data.datasets import DataError, Picture
from ..data.loader import evaluation_pixels, read_rgb
from ..data.resample import centre_square, scale_to_input
from ..networks import outline
from ..networks.torch_twin import Twin, autocast

SIZE = 224
AHEAD = 3
"""Batches that are made ready while one is trained on."""


@dataclass(frozen=True)
class Recipe:
    """What decides a run, apart from the pictures."""

    epochs: int = 8
    batch: int = 64
    rate: float = 3e-3
    weight_decay: float = 1e-4
    seed: int = 1


def mask_path(picture: Picture) -> Path:
    """Where the mask of a picture lies: `masks/<name>.png` beside its folder of pictures."""
    return picture.path.parent.parent / "masks" / f"{picture.path.stem}.png"


def read_mask(picture: Picture) -> NDArray[np.uint8]:
    """(height, width) uint8, 255 inside and 0 outside. Raises DataError if there is none."""
    path = mask_path(picture)
    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise DataError(f"{path} cannot be read as a mask")
    return np.where(np.asarray(mask) > 0, 255, 0).astype(np.uint8)


def dice(ours: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Dice coefficient of two masks; 1 when both are empty."""
    together = int(ours.sum() + truth.sum())
    return 1.0 if together == 0 else 2 * int((ours & truth).sum()) / together


def train(
    model: keras.Model,
    training: Sequence[Picture],
    validation: Sequence[Picture],
    folder: Path,
    recipe: Recipe,
) -> float:
    """Trains `model` (of `outline.attach`) and leaves the best epoch's decoder in it.

    Writes `outline.weights.h5` and `outline.json` (a row an epoch) to `folder`; returns the mean
    Dice on validation. Goes on from the last whole epoch in the folder. Needs Keras' PyTorch
    backend.
    """
    for layer in model.layers:
        layer.trainable = layer.name.startswith("outline")
    twin = Twin(model)
    free = [p for p in twin.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(free, recipe.rate, weight_decay=recipe.weight_decay)
    folder.mkdir(parents=True, exist_ok=True)
    state, weights = folder / "outline_state.pt", folder / "outline.weights.h5"
    rows: list[dict[str, float]] = []
    if state.exists():
        kept = torch.load(state, weights_only=True)
        twin.load_state_dict(kept["twin"])
        optimizer.load_state_dict(kept["optimizer"])
        rows = kept["rows"]
    for epoch in range(len(rows), recipe.epochs):
        loss = _epoch(twin, optimizer, free, training, recipe, epoch)
        twin.store()
        scores = evaluate(model, validation)
        rows.append({"epoch": epoch + 1, "loss": loss, "dice": float(np.mean(scores))})
        print(json.dumps({k: round(v, 4) for k, v in rows[-1].items()}), flush=True)
        if rows[-1]["dice"] >= max(row["dice"] for row in rows):
            outline.save(model, weights)
        kept = {"twin": twin.state_dict(), "optimizer": optimizer.state_dict(), "rows": rows}
        torch.save(kept, state)
        (folder / "outline.json").write_text(json.dumps(rows, indent=1) + "\n")
    outline.decoder(model).load_weights(str(weights))
    return max(row["dice"] for row in rows)


def evaluate(model: keras.Model, pictures: Sequence[Picture], batch: int = 64) -> list[float]:
    """Dice of each picture with its mask: logits enlarged to the mask's size, above 0 inside."""
    twin = Twin(model).eval()
    pixels = evaluation_pixels(pictures)
    scores = []
    for start in tqdm(range(0, len(pictures), batch), desc="outline", mininterval=5):
        with torch.inference_mode(), autocast():
            inputs = torch.from_numpy(scale_to_input(pixels[start : start + batch]))
            logits = twin(inputs)["outline"].cpu().numpy()[..., 0]
        for picture, map_ in zip(pictures[start : start + batch], logits, strict=True):
            truth = centre_square(read_mask(picture)) > 0
            enlarged = cv2.resize(map_, truth.shape[::-1], interpolation=cv2.INTER_LINEAR)
            scores.append(dice(np.asarray(enlarged) > 0, truth))
    return scores


def _epoch(
    twin: Twin,
    optimizer: torch.optim.Optimizer,
    free: list[Tensor],
    training: Sequence[Picture],
    recipe: Recipe,
    epoch: int,
) -> float:
    steps = len(training) // recipe.batch
    total = 0.0
    twin.train()
    bar = tqdm(total=steps, desc=f"epoch {epoch + 1}/{recipe.epochs}", mininterval=5)
    for number, (inputs, wanted) in enumerate(_batches(training, recipe, epoch)):
        progress = (epoch * steps + number) / (recipe.epochs * steps)
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        with autocast():
            logits = twin(inputs)["outline"][..., 0]
        loss = loss_of(logits, wanted.to(twin.device))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(free, 5.0)
        optimizer.step()
        total += float(loss.detach())
        bar.update()
    bar.close()
    return total / steps


def loss_of(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropy a place plus one minus the soft Dice a picture; both (n, h, w), wanted 0..1."""
    entropy = functional.binary_cross_entropy_with_logits(logits, wanted)
    inside = torch.sigmoid(logits)
    together = 2 * (inside * wanted).sum((1, 2)) + 1
    return entropy + (1 - together / (inside.sum((1, 2)) + wanted.sum((1, 2)) + 1)).mean()


def _batches(
    pictures: Sequence[Picture], recipe: Recipe, epoch: int
) -> Iterator[tuple[Tensor, Tensor]]:
    order = np.random.default_rng([recipe.seed, epoch]).permutation(len(pictures))
    side = SIZE // outline.SIDE_DIVISOR

    def view(place: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        picture = pictures[order[place]]
        rng = np.random.default_rng([recipe.seed, epoch, place])
        pixels, mask = augment_with_mask(read_rgb(picture.path), read_mask(picture), SIZE, rng)
        small = cv2.resize(mask, (side, side), interpolation=cv2.INTER_AREA)
        return pixels, np.asarray(small, np.float32) / np.float32(255)

    starts = range(0, len(pictures) - recipe.batch + 1, recipe.batch)
    with ThreadPoolExecutor(2) as pool:
        waiting: deque[list[Future[tuple[NDArray[np.uint8], NDArray[np.float32]]]]] = deque()
        for start in [*starts, *[None] * AHEAD]:
            if start is not None:
                waiting.append([pool.submit(view, start + i) for i in range(recipe.batch)])
            if len(waiting) > AHEAD or (start is None and waiting):
                pixels, masks = zip(*(f.result() for f in waiting.popleft()), strict=True)
                inputs = scale_to_input(np.stack(pixels))
                yield torch.from_numpy(inputs), torch.from_numpy(np.stack(masks))
