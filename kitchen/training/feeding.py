"""Batches in an order that depends on the seed and the epoch alone, so that it can be repeated."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kitchen.backend import keras


@dataclass
class Feed:
    """Arrays on their way into `fit`.

    Args:
        dataset: A `tf.data.Dataset` of batches.
        epoch: The variable that says which epoch's order comes next.
        steps: How many batches an epoch has.
    """

    dataset: Any
    epoch: Any
    steps: int


def feed(data: Any, rows: int, *, batch_size: int, seed: int) -> Feed:
    """Return arrays as batches, shuffled anew in each epoch.

    `fit` on arrays shuffles by a state that nobody can set: after a restart it would go on in
    another order. Here epoch k of seed s has one order, on every machine. The rest is done as
    `fit` does it, and takes as long.

    Args:
        data: A tuple of structures of arrays: x, y and maybe sample weights.
        rows: How many examples there are.
        batch_size: How many stand in a batch; the last one may have fewer.
        seed: The seed.
    """
    import tensorflow as tf

    with tf.device("/CPU:0"):
        epoch = tf.Variable(0, dtype=tf.int64, trainable=False)

    def order(_: Any) -> Any:
        seeds = tf.stack([tf.constant(seed, tf.int64), epoch.read_value()])
        return tf.random.experimental.stateless_shuffle(tf.range(rows, dtype=tf.int64), seeds)

    def batches(places: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(places).batch(batch_size)

    def taken(places: Any, whole: Any) -> Any:
        return keras().tree.map_structure(lambda x: tf.gather(x, places), whole)

    pieces = keras().tree.lists_to_tuples(data)  # of a list a data set would make one array
    whole = tf.data.Dataset.from_tensors(pieces).repeat()
    places = tf.data.Dataset.range(1).map(order).flat_map(batches)
    dataset = tf.data.Dataset.zip((places, whole)).map(taken, num_parallel_calls=tf.data.AUTOTUNE)
    steps = -(-rows // batch_size)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(steps))
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    options.experimental_external_state_policy = tf.data.experimental.ExternalStatePolicy.IGNORE
    return Feed(dataset.with_options(options).prefetch(tf.data.AUTOTUNE), epoch, steps)


def as_array(value: Any) -> Any:
    """Return what can be sliced by rows: floats in Keras's usual dtype, as `fit` makes them."""
    k = keras()
    if k.ops.is_tensor(value):
        return k.ops.cast(value, k.config.floatx()) if value.dtype.is_floating else value
    found = np.asarray(value)
    return found.astype(k.config.floatx(), copy=False) if found.dtype.kind == "f" else found


def split(data: Any, rows: int, share: float) -> tuple[Any, Any, int]:
    """Return the first rows, the last rows, and how many the first are; `share` is the last's."""
    kept = round(rows * (1 - share))
    tree = keras().tree
    first = tree.map_structure(lambda x: x[:kept], data)
    return first, tree.map_structure(lambda x: x[kept:], data), kept
