"""The network: MobileNetV2 1.0, a shared embedding, a head for the class and one for the gate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from ..data.taxonomy import CLASSES, DOMAINS

LABEL_SMOOTHING = 0.02
"""Share of a label that is spread over the classes, each by its prior in the data set."""

GATE_SHARE = 0.3
"""Weight of the gate's loss beside that of the classes."""

CONSISTENCY = 1.0
"""Weight of the divergence between turned copies of a picture, beside the loss of their class."""

CLIP_NORM = 5.0
"""Gradients of a larger norm, over all weights together, are shortened to it."""

# Keras' MobileNetV2 averages the batch statistics over a thousand steps; short runs need less.
NORM_MOMENTUM = 0.98


def build(weights: str | None = None, dropout: float = 0.3) -> keras.Model:
    """The network with outputs `logits` (n, k), `gate` (n, g), `embedding` (n, 1280), `features`.

    Takes (n, s, s, 3) in [-1, 1] for any s that is a multiple of 32. `weights` are `imagenet`
    (downloaded), a file of MobileNetV2 without its top, a file of this network, or None.
    """
    whole = weights is not None and weights != "imagenet" and not _is_backbone(Path(weights))
    source = keras.applications.MobileNetV2(
        include_top=False,
        weights=None if whole else weights,
        input_shape=(224, 224, 3),
    )
    # Cloned for any size: the padding that Keras chose for 224 is right for all multiples of 32.
    inputs = keras.Input((None, None, 3), name="picture")
    backbone = keras.models.clone_model(source, input_tensors=inputs, clone_function=_clone_layer)
    backbone.set_weights(source.get_weights())
    features = backbone.output
    embedding = keras.layers.GlobalAveragePooling2D(name="embedding")(features)
    dropped = keras.layers.Dropout(dropout, seed=0, name="dropout")(embedding)
    logits = keras.layers.Dense(len(CLASSES), name="logits")(dropped)
    gate = keras.layers.Dense(len(DOMAINS), name="gate")(dropped)
    model = keras.Model(
        inputs,
        {"logits": logits, "gate": gate, "embedding": embedding, "features": features},
        name="lentigo",
    )
    if whole:
        model.load_weights(str(weights))
    return model


def _is_backbone(path: Path) -> bool:
    import h5py

    with h5py.File(path) as file:
        layers = file.get("layers", file)
        return "dense" not in layers


def _clone_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
    config = layer.get_config()
    if isinstance(layer, keras.layers.BatchNormalization):
        config["momentum"] = NORM_MOMENTUM
    return type(layer).from_config(config)


def average(files: Sequence[Path]) -> keras.Model:
    """A network with the mean of the weights of several files, which must have a run in common.

    Wortsman et al., model soups, arXiv:2203.05482.
    """
    model, *others = [build(str(file)) for file in files]
    weights = [m.get_weights() for m in (model, *others)]
    model.set_weights(
        [np.mean(same, axis=0, dtype=np.float32) for same in zip(*weights, strict=True)]
    )
    return model


def renew_norm(model: keras.Model, batches: Iterable[NDArray[np.float32]]) -> None:
    """Measures the statistics of every trained batch norm again: the mean over the batches.

    The mean of the weights of two runs is a network that neither has measured; its activations
    spread less than those of either (Jordan et al., REPAIR, arXiv:2211.08403).
    """
    norms = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    ]
    kept = [norm.momentum for norm in norms]
    for count, inputs in enumerate(batches):
        for norm in norms:
            norm.momentum = count / (count + 1)
        model(inputs, training=True)
    for norm, momentum in zip(norms, kept, strict=True):
        norm.momentum = momentum


def freeze(model: keras.Model, blocks: int) -> None:
    """Keeps the stem and the first `blocks` (0 to 16) inverted residual blocks as they are.

    0 sets everything free. Their batch norm then runs on its stored statistics.
    """
    for layer in model.layers:
        block = re.match(r"block_(\d+)_", layer.name)
        # Keras names the first block `expanded_conv`, the stem `Conv1`; the last layer `Conv_1`.
        number = int(block[1]) if block else 0
        if layer.name.startswith("Conv_1") or layer.name in ("out_relu", "logits", "gate"):
            number = 99
        layer.trainable = number >= blocks


def training_view(model: keras.Model) -> keras.Model:
    """The same layers with only the two heads as outputs, which is what has a loss."""
    outputs = {name: model.output[name] for name in ("logits", "gate")}
    return keras.Model(model.input, outputs, name="lentigo_training")


def class_loss(target: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Cross entropy with logit adjustment (Menon et al., arXiv:2007.07314), one value a picture.

    `target` (n, 15) holds the one-hot class, the log prior of the classes in the picture's data
    set, and the place in the batch of its turned copy (its own without one). With the prior added
    in training, the bare logits speak for equally frequent classes.

    Labels are smoothed towards that prior, not evenly: the best bare logits are the logarithm of
    target over prior, so an even share would make every class that a data set lacks likely.
    """
    count = len(CLASSES)
    onehot, prior = target[:, :count], target[:, count : 2 * count]
    shares = keras.ops.softmax(prior, axis=-1)  # priors of absent classes are floored: sum above 1
    smooth = onehot * (1 - LABEL_SMOOTHING) + shares * LABEL_SMOOTHING
    log = keras.ops.log_softmax(logits + prior, axis=-1)
    # A turned copy is the same lesion, so its prediction should be the same. Both of a pair have
    # their divergence from the other, so together it is symmetric; without a copy it is zero.
    copy = keras.ops.take(log, keras.ops.cast(target[:, 2 * count], "int32"), axis=0)
    divergence = keras.ops.sum(keras.ops.exp(log) * (log - copy), axis=-1)
    return CONSISTENCY * divergence - keras.ops.sum(smooth * log, axis=-1)


def right_under_prior(target: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """1 where the likeliest class under the data set's prior is the true one, else 0; (n,).

    Of a blended picture the true class is that of the larger share. Arguments as in `class_loss`.
    """
    count = len(CLASSES)
    bare = keras.ops.stop_gradient(logits)
    top = keras.ops.argmax(bare + target[:, count : 2 * count], axis=-1)
    return keras.ops.cast(top == keras.ops.argmax(target[:, :count], axis=-1), "float32")


def gate_loss(target: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Cross entropy of the kind of picture, one value a picture."""
    return -keras.ops.sum(target * keras.ops.log_softmax(logits, axis=-1), axis=-1)


def compile_for_training(model: keras.Model, weight_decay: float) -> keras.Model:
    """The training view with AdamW; norm and bias are not decayed."""
    view = training_view(model)
    optimizer = keras.optimizers.AdamW(
        learning_rate=1e-4, weight_decay=weight_decay, global_clipnorm=CLIP_NORM
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    view.compile(
        optimizer=optimizer,
        loss={"logits": class_loss, "gate": gate_loss},
        loss_weights={"logits": 1.0, "gate": GATE_SHARE},
        weighted_metrics={"logits": [keras.metrics.MeanMetricWrapper(right_under_prior, "right")]},
    )
    view.optimizer.build(view.trainable_variables)
    return view
