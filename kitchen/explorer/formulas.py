"""What a layer computes, as one line."""

FORMULAS = {
    "Activation": "activation(x)",
    "Add": "a + b + …",
    "Average": "(a + b + …) / how many",
    "AveragePooling2D": "mean over each window",
    "BatchNormalization": "gamma · (x − mean) / √(variance + epsilon) + beta",
    "Concatenate": "all inputs laid side by side",
    "Conv1D": "activation(kernel slid over x + bias)",
    "Conv2D": "activation(kernel slid over x + bias)",
    "Dense": "activation(x · kernel + bias)",
    "Dot": "the dot product of a and b",
    "Dropout": "x; in training, a share of it zero and the rest larger",
    "Embedding": "row number x of the table",
    "Flatten": "all numbers in one row",
    "GlobalAveragePooling1D": "mean over the rows",
    "GlobalAveragePooling2D": "mean over height and width",
    "LayerNormalization": "gamma · (x − mean) / √(variance + epsilon) + beta",
    "MaxPooling1D": "the largest of each window",
    "MaxPooling2D": "the largest of each window",
    "Maximum": "the largest of a, b, …",
    "Multiply": "a · b · …",
    "ReLU": "the larger of x and 0",
    "Reshape": "the same numbers in another shape",
    "Softmax": "eˣ / Σ eˣ",
    "Subtract": "a − b",
}


def formula(class_name: str) -> str:
    """Return what a layer of Keras computes; empty where that takes more than a line.

    >>> formula("Dense")
    'activation(x · kernel + bias)'
    """
    return FORMULAS.get(class_name, "")
