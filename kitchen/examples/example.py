"""What an example is: one network in several forms, the naive attempt, and data to train it on."""

import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from kitchen import backend
from kitchen.errors import KitchenError, shorten

Relation = Literal["reference", "same", "wider", "wrapped"]


@dataclass(frozen=True)
class Data:
    """Arrays to train and to test with; no image is in both.

    Args:
        x_train: One float32 array, or a dict from input name to array where there are several.
        y_train: One array, or a list in the order of the outputs, or a dict from output name to
            array, where there are several.
        x_test: As `x_train`.
        y_test: As `y_train`.
    """

    x_train: Any
    y_train: Any
    x_test: Any
    y_test: Any


@dataclass(frozen=True)
class Form:
    """One way of writing an example's network, and how it relates to the functional one.

    Args:
        name: What `Example.forms` and `Example.code` call it.
        relation: "reference" (the functional one), "same" (one set of numbers fits both),
            "wider" (it can imitate the network and become others too) or "wrapped" (an element of
            the stack branches inside).
        build: Takes nothing and returns a fresh Keras model that has its weights.
        note: What it keeps and what it hides, as a plain sentence.
        map_inputs: From the functional model's inputs to this form's; NumPy arrays stay arrays,
            tensors stay tensors. None where both take the same.
        map_weights: From the arrays of the functional model's `get_weights()` to those for this
            form's `set_weights`. None where they are the same, in the same order.
        map_outputs: From the functional model's outputs, or its targets, to this form's. None
            where they are the same.
        loss: What trains this form, as `compile` takes it, where the example's losses do not fit
            its outputs.
    """

    name: str
    relation: Relation
    build: Callable[[], Any]
    note: str
    map_inputs: Callable[[Any], Any] | None = None
    map_weights: Callable[[list[Any]], list[Any]] | None = None
    map_outputs: Callable[[Any], Any] | None = None
    loss: Any = None


def by_name(*forms: Form) -> Mapping[str, Form]:
    """Return `forms` as a read-only mapping from their names, in the order given."""
    return MappingProxyType({form.name: form for form in forms})


@dataclass(frozen=True, repr=False)
class Example:
    """One network in every form, with data to train it on.

    Args:
        name: Its public name, as in `kitchen.examples.two_inputs`.
        title: Its name in words.
        question: The task that its data ask, as a sentence.
        forms: From a form's name to the form; "functional" is the reference.
        naive: Builds the Sequential that a learner would write first.
        load: Returns the data.
        loss: The loss of the task, as `compile` takes it; a dict by output where there are several,
            each as `keras.losses.get` takes it.
        metrics: Its metrics, likewise.
        loss_weights: The weights of the losses, where there are several.

    >>> from kitchen.examples import two_inputs
    >>> two_inputs.forms["sequential"].relation
    'wider'
    """

    name: str
    title: str
    question: str
    forms: Mapping[str, Form]
    naive: Callable[[], Any]
    load: Callable[..., Data]
    loss: Any = None
    metrics: Any = None
    loss_weights: Any = None

    def sequential(self) -> Any:
        """Return a fresh Sequential; `forms["sequential"]` says how it relates to the network."""
        return self.forms["sequential"].build()

    def functional(self) -> Any:
        """Return a fresh functional model: the article's network itself."""
        return self.forms["functional"].build()

    def subclassed(self) -> Any:
        """Return a fresh model of a class that subclasses `tf.keras.Model`."""
        return self.forms["subclassed"].build()

    def form(self, name: str) -> Form:
        """Return the form of a name.

        Raises:
            KitchenError: There is no such form.
        """
        if name not in self.forms:
            raise self.no_form(name, self.forms)
        return self.forms[name]

    def no_form(self, name: Any, known: Iterable[str]) -> KitchenError:
        """Return the error for a name that is none of those known."""
        return KitchenError(
            f"The example {self.name} has no such form.",
            received=shorten(repr(name), 80),
            fix=f"Choose one of {', '.join(known)}.",
        )

    def ready(self, form: str, *, seed: int = 7) -> Any:
        """Return a fresh model of a form, compiled, with the weights that all forms begin with.

        A wider form begins as the network itself.

        Args:
            form: A name in `forms`.
            seed: Decides the weights.

        Raises:
            KitchenError: There is no such form.
        """
        keras: Any = backend.keras()
        keras.utils.set_random_seed(seed)
        weights = self.functional().get_weights()
        chosen = self.form(form)
        model, change = chosen.build(), chosen.map_weights
        model.set_weights(change(weights) if change else weights)
        if chosen.loss is not None:  # its outputs are others, and so would its metrics be
            model.compile("adam", chosen.loss)
            return model
        loss = self.loss
        if isinstance(loss, Mapping):
            loss = {name: keras.losses.get(one) for name, one in loss.items()}
        model.compile("adam", loss, metrics=self.metrics, loss_weights=self.loss_weights)
        return model

    def attempt(self) -> Any:
        """Build the Sequential that a learner would write first.

        Returns:
            A Sequential, where there is nothing to refuse: the classifier is a plain stack.

        Raises:
            ValueError: Keras's own, unchanged: `two_inputs` and `siamese` ask for a second `Input`,
                `shared_layer` stacks the shared layer on itself, where the shapes do not fit, and
                `multiple_outputs` puts a list of two heads where a layer belongs. `residual` has
                an `Add` in the list, `subclassed` a `Multiply` and `unet` a `Concatenate`, and
                each gets one tensor; so does the layer in `attention` that takes two.
        """
        return self.naive()

    def data(self, **options: Any) -> Data:
        """Return the arrays to train and to test with: the same ones in every call.

        Args:
            **options: Those of the function of this name in `kitchen.examples.digits`;
                `two_inputs` takes `question="same parity"`, and `siamese` takes `swapped=True`.
        """
        return self.load(**options)

    def code(self, form: str) -> str:
        """Return the source of the function that builds a form, as plain Keras that runs anywhere.

        Args:
            form: A name in `forms`, or "attempt".

        Raises:
            KitchenError: There is no such form.

        >>> from kitchen.examples import classifier
        >>> print(classifier.code("sequential").splitlines()[0])
        def sequential():
        """
        builders = {name: form.build for name, form in self.forms.items()}
        builders["attempt"] = self.naive
        if form not in builders:
            raise self.no_form(form, builders)
        return as_a_learner_writes(builders[form])

    def __repr__(self) -> str:
        """Return the title, the question and one line for each form."""
        width = max(map(len, self.forms))
        lines = [
            f"{form.name:<{width}}  {form.relation:<9}  {form.note}" for form in self.forms.values()
        ]
        return "\n".join([f"{self.title} ({self.name}). {self.question}", *lines])


def as_a_learner_writes(function: Callable[..., Any]) -> str:
    """Return the source of a function of this package, as plain Keras that runs anywhere."""
    source = textwrap.dedent(inspect.getsource(function))
    # It reaches Keras through the package's one door; a learner writes an import.
    return source.replace("keras: Any = backend.keras()", "from tensorflow import keras")
