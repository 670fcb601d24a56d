"""Networks, each in every form, with data to train them on: the article's and what builds on them.

>>> from kitchen.examples import two_inputs
>>> [form.relation for form in two_inputs.forms.values()]
['wider', 'reference', 'same']

This loads neither TensorFlow nor scikit-learn: an example asks for them when it builds a model or
its data.
"""

# Bound here and now, not by a module `__getattr__`: each example has its file's name, so importing
# the file first would leave the module in the example's place.
from kitchen.examples.attention import EXAMPLE as attention
from kitchen.examples.classifier import EXAMPLE as classifier
from kitchen.examples.multiple_outputs import EXAMPLE as multiple_outputs
from kitchen.examples.residual import EXAMPLE as residual
from kitchen.examples.shared_layer import EXAMPLE as shared_layer
from kitchen.examples.siamese import EXAMPLE as siamese
from kitchen.examples.subclassed import EXAMPLE as subclassed
from kitchen.examples.two_inputs import EXAMPLE as two_inputs
from kitchen.examples.unet import EXAMPLE as unet

__all__ = [
    "attention",
    "classifier",
    "multiple_outputs",
    "residual",
    "shared_layer",
    "siamese",
    "subclassed",
    "two_inputs",
    "unet",
]
