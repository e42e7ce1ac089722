"""Runs, means of their weights, the outline."""

from __future__ import annotations

import argparse

from ..data.splits import has_list, load_everything, load_split
from ..data.taxonomy import TASK


def train(arguments: argparse.Namespace) -> None:
    """Trains a model, or resumes the run in the folder."""
    import keras

    from ..data.batches import HOST, WHOLE, Views
    from ..fitting.train import Recipe, Run, loader_speed, parse_phases, watched_sample
    from ..networks import network

    part = WHOLE
    if arguments.distribute:
        from ..fitting.distribution import distribute

        devices, part = distribute(arguments.batch)
        print(f"{devices} devices of {part.count} processes share each batch")
    keras.utils.set_random_seed(arguments.seed)
    training = load_everything(arguments.data, arguments.splits, "train")
    validation = {
        name: load_split(arguments.data, arguments.splits, name, "validation")
        for name in TASK.watched
        if has_list(arguments.splits, name)
    }
    if sample := watched_sample(training):
        validation["training"] = sample
    print(f"{len(training)} training pictures, keras backend {keras.backend.backend()}")
    recipe = Recipe(
        phases=parse_phases(arguments.phases),
        epoch_length=arguments.epoch_length,
        batch=arguments.batch,
        rate=arguments.rate,
        warm_up=arguments.warm_up,
        weight_decay=arguments.weight_decay,
        average=arguments.average,
        mixed=arguments.mixed,
        turned=arguments.turned,
        teachers=tuple(arguments.teachers),
        seed=arguments.seed,
    )
    weights = None if arguments.weights == "none" else arguments.weights
    views: Views = HOST
    if arguments.on_device:
        from ..fitting.on_device.views import views_on_device

        views = views_on_device(training)
    run = Run(arguments.run, recipe, network.build(weights), training, validation, part, views)
    speed = loader_speed(run)
    print(f"the loader alone: {speed:.0f} pictures a second at {recipe.phases[-1].size} pixels")
    run.train()


def average(arguments: argparse.Namespace) -> None:
    """Averages several weight files of the same run."""
    from ..data.batches import training_batches
    from ..data.sampler import Sampler
    from ..networks import network

    model = network.average(arguments.weights)
    if arguments.renew_norm:
        network.freeze(model, arguments.frozen)
        training = load_everything(arguments.data, arguments.splits, "train")
        sampler = Sampler(training, arguments.seed)
        batches = training_batches(sampler, 0, arguments.renew_norm, 64, arguments.size)
        network.renew_norm(model, (batch.inputs for batch in batches))
    model.save_weights(arguments.out)
    print(f"the mean of {len(arguments.weights)} files is in {arguments.out}")


def outline(arguments: argparse.Namespace) -> None:
    """Trains the outline decoder on HAM10000's masks; the classifier does not change."""
    import keras

    from ..fitting.outline_train import Recipe, train
    from ..networks import network
    from ..networks import outline as decoder

    keras.utils.set_random_seed(arguments.seed)
    model = decoder.attach(network.build(str(arguments.weights)))
    training = load_split(arguments.data, arguments.splits, "ham10000", "train")
    validation = load_split(arguments.data, arguments.splits, "ham10000", "validation")
    recipe = Recipe(epochs=arguments.epochs, seed=arguments.seed)
    best = train(model, training, validation, arguments.run, recipe)
    decoder.save(model, arguments.out)
    print(f"mean Dice on validation {best:.4f}; the decoder is in {arguments.out}")
