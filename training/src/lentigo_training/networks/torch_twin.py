"""A Keras network as a PyTorch module, made layer by layer, so that nothing is defined twice.

On a CPU with bfloat16 instructions the twin trains faster than the Keras model on TensorFlow where
all layers are free, and about as fast where many are frozen (figures: docs/model.md): PyTorch
convolves in bfloat16 on channels-last memory and normalises in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Array = NDArray[Any]


class Twin(nn.Module):
    """The same function as `model`, which keeps the weights: `load` takes them, `store` gives back.

    Takes (n, h, w, 3) float32 in the Keras model's range from anywhere, gives its named outputs,
    float32, on its `device`.
    Knows the layers that this package uses; raises ValueError for any other.
    """

    def __init__(self, model: keras.Model) -> None:
        super().__init__()
        # In a tuple, so that PyTorch does not register the Keras model as a submodule.
        self._source = (model,)
        self._steps: list[tuple[str, list[int], int]] = []
        self.layers = nn.ModuleDict()
        nodes = model._nodes_by_depth
        for depth in sorted(nodes, reverse=True):
            for node in nodes[depth]:
                layer = node.operation
                if isinstance(layer, keras.layers.InputLayer):
                    continue
                self.layers[layer.name] = _module(layer)
                sources = [id(t) for t in node.input_tensors]
                self._steps.append((layer.name, sources, id(node.output_tensors[0])))
        self._input = id(model.inputs[0])
        self._outputs = {name: id(t) for name, t in model.output.items()}
        self.load()
        self.device = device()
        self.to(self.device, memory_format=torch.channels_last)

    def load(self) -> None:
        """Takes the weights, and which of them are trained, from the Keras model."""
        for layer, module in self._pairs():
            with torch.no_grad():
                for tensor, array in zip(_tensors(module), _to_torch(layer), strict=True):
                    tensor.copy_(torch.from_numpy(array))
        self.take_frozen()

    def take_frozen(self) -> None:
        """Takes from the Keras model which layers are trained."""
        for layer, module in self._pairs():
            for parameter in module.parameters():
                parameter.requires_grad_(layer.trainable)

    def store(self) -> None:
        """Gives the weights to the Keras model."""
        for layer, module in self._pairs():
            arrays = [t.detach().cpu().numpy() for t in _tensors(module)]
            layer.set_weights(_to_keras(layer, arrays))

    def train(self, mode: bool = True) -> Twin:
        """As in Keras, a frozen batch norm runs on its stored statistics."""
        super().train(mode)
        for layer, module in self._pairs():
            if isinstance(module, nn.BatchNorm2d):
                module.train(mode and layer.trainable)
        return self

    def forward(self, inputs: Tensor) -> dict[str, Tensor]:
        """One pass; see the class for shapes."""
        known = {self._input: inputs.to(self.device).permute(0, 3, 1, 2)}
        for name, sources, target in self._steps:
            known[target] = self.layers[name](*(known[s] for s in sources))
        outputs = {name: known[key].float() for name, key in self._outputs.items()}
        return {n: t.permute(0, 2, 3, 1) if t.ndim == 4 else t for n, t in outputs.items()}

    def _pairs(self) -> list[tuple[keras.layers.Layer, nn.Module]]:
        (model,) = self._source
        return [(model.get_layer(name), module) for name, module in self.layers.items()]


class _Function(nn.Module):
    """A layer without weights."""

    def __init__(self, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(*inputs)


def _module(layer: keras.layers.Layer) -> nn.Module:
    layers = keras.layers
    match layer:
        case layers.DepthwiseConv2D():
            channels = int(layer.kernel.shape[2])
            return _convolution(layer, channels, channels, groups=channels)
        case layers.Conv2D():
            return _convolution(layer, int(layer.kernel.shape[2]), layer.filters, groups=1)
        case layers.BatchNormalization():
            width = int(layer.gamma.shape[0])
            return nn.BatchNorm2d(width, eps=layer.epsilon, momentum=1 - layer.momentum)
        case layers.ReLU() if layer.max_value in (None, 6.0):
            return nn.ReLU6() if layer.max_value else nn.ReLU()
        case layers.ZeroPadding2D():
            (top, bottom), (left, right) = layer.padding
            return nn.ZeroPad2d((left, right, top, bottom))
        case layers.MaxPooling2D() if layer.padding == "valid":
            return nn.MaxPool2d(layer.pool_size, layer.strides)
        case layers.UpSampling2D() if layer.interpolation == "bilinear":
            return nn.Upsample(scale_factor=layer.size, mode="bilinear", align_corners=False)
        case layers.GlobalAveragePooling2D():
            return _Function(lambda x: x.mean((2, 3)))
        case layers.Add():
            return _Function(lambda a, b: a + b)
        case layers.Flatten():
            return _Function(lambda x: x.permute(0, 2, 3, 1).flatten(1))
        case layers.Dropout():
            return nn.Dropout(layer.rate)
        case layers.Dense() if layer.activation is keras.activations.linear:
            return nn.Linear(int(layer.kernel.shape[0]), layer.units)
    raise ValueError(f"{type(layer).__name__} '{layer.name}' has no twin")


class _StridedDepthwise(nn.Conv2d):
    """In float32 always: in bfloat16 a CPU's gradient of such an input takes several times longer
    than that of all other layers of its block together."""

    def forward(self, inputs: Tensor) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return super().forward(inputs.float() if inputs.device.type == "cpu" else inputs)


def _convolution(layer: keras.layers.Layer, into: int, out: int, groups: int) -> nn.Module:
    size, stride = layer.kernel_size, tuple(layer.strides)
    kind = _StridedDepthwise if groups > 1 and stride != (1, 1) else nn.Conv2d
    convolve = partial(kind, into, out, size, stride, groups=groups, bias=layer.use_bias)
    if layer.padding == "valid" or size == (1, 1):
        return convolve()
    if stride == (1, 1):
        return convolve(padding=(size[0] // 2, size[1] // 2))
    if size == (3, 3) and stride == (2, 2):
        # Of an even side, Keras' "same" pads one row below and one column to the right.
        return nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), convolve())
    raise ValueError(f"'{layer.name}' has a padding without a twin")


def _tensors(module: nn.Module) -> list[Tensor]:
    """What Keras calls the layer's weights, in its order."""
    if isinstance(module, nn.BatchNorm2d):
        assert module.running_mean is not None
        assert module.running_var is not None
        return [module.weight, module.bias, module.running_mean, module.running_var]
    return list(module.parameters())


def _to_torch(layer: keras.layers.Layer) -> list[Array]:
    return _moved(layer, layer.get_weights(), depthwise=(2, 3, 0, 1), convolution=(3, 2, 0, 1))


def _to_keras(layer: keras.layers.Layer, arrays: Sequence[Array]) -> list[Array]:
    return _moved(layer, arrays, depthwise=(2, 3, 0, 1), convolution=(2, 3, 1, 0))


def _moved(
    layer: keras.layers.Layer,
    arrays: Sequence[Array],
    depthwise: tuple[int, ...],
    convolution: tuple[int, ...],
) -> list[Array]:
    if isinstance(layer, keras.layers.Dropout):  # the state of its generator
        return []
    first, *rest = arrays or [np.empty(0)]
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        first = first.transpose(depthwise)
    elif isinstance(layer, keras.layers.Conv2D):
        first = first.transpose(convolution)
    elif isinstance(layer, keras.layers.Dense):
        first = first.T
    return [np.ascontiguousarray(a) for a in (first, *rest)] if arrays else []


def device() -> torch.device:
    """Where twins compute: on a graphics card if there is one, as Keras on PyTorch does."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(wanted: bool = True) -> torch.autocast:
    """Convolutions in bfloat16 where that is wanted and the processor has instructions for it."""
    kind = device().type
    fast = kind == "cuda" or torch.cpu._is_avx512_bf16_supported()  # no public name yet
    return torch.autocast(kind, torch.bfloat16, enabled=wanted and fast)
