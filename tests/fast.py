"""How tests train: with the same batches, steps and results, in a third of the processor time."""

# For `model.compile`. Keras comes back to Python after so many steps instead of after each.
FAST = {"steps_per_execution": 16}
