"""Runs the network over many pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..data.datasets import Picture
from ..data.resample import scale_to_input
from ..data.views import CHUNK, COUNT, Look, view_batches


def predict_pixels(
    model: keras.Model,
    pixels: NDArray[np.uint8],
    names: tuple[str, ...] = ("logits", "gate"),
    batch: int = 64,
    exact: bool = True,
) -> dict[str, NDArray[Any]]:
    """The named outputs, float32 (n, …), for pixels (n, size, size, 3) uint8.

    Not `exact` may round to bfloat16 where that is faster: good enough to watch a run.
    """
    run = _runner(model, names, exact)
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    for start in range(0, len(pixels), batch):
        chunk = pixels[start : start + batch]
        missing = batch - len(chunk)  # one shape only, so that nothing is compiled twice
        padded = np.concatenate([chunk, np.repeat(chunk[-1:], missing, axis=0)])
        outputs = run(scale_to_input(padded))
        for name in names:
            parts[name].append(np.asarray(outputs[name], np.float32)[: len(chunk)])
    return {name: np.concatenate(parts[name]) for name in names}


def predict_views(
    model: keras.Model,
    pictures: Sequence[Picture],
    names: tuple[str, ...] = ("logits", "gate"),
    count: int = COUNT,
    look: Look | None = None,
) -> dict[str, NDArray[Any]]:
    """The named outputs (n, count, …) for the first views of pictures, each decoded once.

    `look` changes each square picture before its views are made.
    """
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    chunks = view_batches(pictures, count=count, look=look)
    for chunk in tqdm(chunks, total=-(-len(pictures) // CHUNK), mininterval=10):
        outputs = predict_pixels(model, chunk.reshape(-1, *chunk.shape[2:]), names)
        for name in names:
            parts[name].append(outputs[name].reshape(*chunk.shape[:2], -1))
    return {name: np.concatenate(parts[name]) for name in names}


def _runner(
    model: keras.Model, names: tuple[str, ...], exact: bool
) -> Callable[[NDArray[Any]], Any]:
    """Keras' own inference or, under its PyTorch backend, that of the faster twin (float32)."""
    if keras.backend.backend() != "torch":
        return _view(model, names).predict_on_batch  # type: ignore[no-any-return]
    import torch

    from .torch_twin import autocast

    twin = _twin(model)
    twin.load()

    def run(inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        with torch.inference_mode(), autocast(not exact):
            outputs = twin(torch.from_numpy(inputs))
        return {name: outputs[name].cpu().numpy() for name in names}

    return run


@lru_cache(maxsize=4)
def _view(model: keras.Model, names: tuple[str, ...]) -> keras.Model:
    """Cached, because Keras compiles every model object again."""
    return keras.Model(model.input, {name: model.output[name] for name in names})


@lru_cache(maxsize=4)
def _twin(model: keras.Model) -> Any:
    from .torch_twin import Twin

    return Twin(model).eval()
