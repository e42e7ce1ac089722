"""Rounds kernels to eight bits so that the network's outputs, not its weights, change least.

Layer by layer, on training pictures: each kernel is rounded one input channel at a time and what a
rounding spoils is made good by the input channels that are still free (GPTQ: Frantar et al.,
arXiv:2210.17323), seen through the network as rounded so far. Then the bias takes up what is left
of the mean error.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..data.resample import scale_to_input
from .encoding import best_scale, choose

DAMPING = 0.01
POSITIONS = 20_000
"""Most positions (pictures times places) that one layer's statistics are taken from."""

Scales = dict[str, NDArray[np.float32]]
"""Scale of each output channel, by the name of the layer."""


def round_kernels(folded: keras.Model, pixels: NDArray[np.uint8]) -> tuple[keras.Model, Scales]:
    """A copy of the folded network with rounded kernels and corrected biases, and the scales.

    `pixels` (n, 224, 224, 3) are some hundred training pictures. Depthwise and first kernels are
    rounded to float16, as the pack holds them. Both networks are run side by side, one layer at a
    time, so that every layer is computed about once.
    """
    rounded = keras.models.clone_model(folded)
    rounded.set_weights(folded.get_weights())
    scales: Scales = {}
    start = keras.ops.convert_to_tensor(scale_to_input(pixels))
    exact, near = _Outputs(folded, start), _Outputs(rounded, start)
    for layer in tqdm(folded.layers[1:], desc="rounding"):
        target = rounded.get_layer(layer.name)
        exact.run(layer)
        if layer.get_weights():
            kernel, bias = layer.get_weights()
            if choose(kernel.shape, kernel.dtype) == "int8":
                x = _positions(near.inputs(target))
                flat, scale = gptq(kernel.reshape(-1, kernel.shape[-1]), x)
                kernel, scales[layer.name] = flat.reshape(kernel.shape), scale
            else:
                kernel = kernel.astype(np.float16).astype(np.float32)
            target.set_weights([kernel, bias])
            shift = _channel_means(exact.of(layer)) - _channel_means(near.run(target))
            target.set_weights([kernel, bias + shift])
        near.run(target)
        exact.forget()
        near.forget()
    return rounded, scales


class _Outputs:
    """Values of a network's tensors, computed layer by layer and dropped when no longer needed."""

    def __init__(self, model: keras.Model, start: Any) -> None:
        self._values: dict[int, Any] = {id(model.input): start}
        self._waiting = Counter(
            id(tensor) for layer in model.layers[1:] for tensor in _list(layer.input)
        )
        self._done: set[str] = set()

    def inputs(self, layer: keras.layers.Layer) -> Any:
        """What a layer of one input gets."""
        return self._values[id(layer.input)]

    def of(self, layer: keras.layers.Layer) -> Any:
        """What a layer gave."""
        return self._values[id(layer.output)]

    def run(self, layer: keras.layers.Layer) -> Any:
        """Computes a layer (again) from its inputs."""
        inputs = [self._values[id(tensor)] for tensor in _list(layer.input)]
        output = layer(inputs if len(inputs) > 1 else inputs[0])
        self._values[id(layer.output)] = output
        if layer.name not in self._done:
            self._done.add(layer.name)
            self._waiting.subtract(id(tensor) for tensor in _list(layer.input))
        return output

    def forget(self) -> None:
        """Drops activations that all users have read."""
        for key in [k for k in self._values if self._waiting[k] <= 0]:
            del self._values[key]


def _list(tensors: Any) -> list[Any]:
    return tensors if isinstance(tensors, list) else [tensors]


def _channel_means(values: Any) -> NDArray[np.float32]:
    axes = tuple(range(len(values.shape) - 1))
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.mean(values, axis=axes)), np.float32)


def gptq(
    kernel: NDArray[np.float32], x: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rounds a kernel (in, out) for inputs x (n, in); returns it and the scales (out,).

    Every value of the result is a whole number from -127 to 127 times its column's scale.
    """
    scale = best_scale(kernel)
    hessian = (x.T @ x).astype(np.float64)
    hessian += np.eye(len(hessian)) * (DAMPING * np.mean(np.diag(hessian)) + 1e-8)
    # Channels with the most energy first: the errors of the others can still be made good.
    order = np.argsort(-np.diag(hessian), kind="stable")
    inverse = np.linalg.cholesky(np.linalg.inv(hessian[np.ix_(order, order)])).T
    free = kernel[order].astype(np.float64)
    steps = np.empty_like(free)
    for i in range(len(free)):
        steps[i] = np.clip(np.rint(free[i] / scale), -127, 127)
        error = (free[i] - steps[i] * scale) / inverse[i, i]
        free[i + 1 :] -= np.outer(inverse[i, i + 1 :], error)
    result = np.empty_like(kernel)
    result[order] = steps.astype(np.float32) * scale
    return result, scale


def _positions(values: Any) -> NDArray[np.float32]:
    flat = keras.ops.reshape(values, (-1, values.shape[-1]))
    chosen = flat[:: max(1, flat.shape[0] // POSITIONS)]
    return np.asarray(keras.ops.convert_to_numpy(chosen), np.float32)
