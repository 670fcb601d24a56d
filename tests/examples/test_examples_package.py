"""The package names its examples, and looking at them loads no heavy library."""

import subprocess
import sys

import pytest

import kitchen.examples
from kitchen.examples.example import Example


def test_every_public_name_is_an_example_of_that_name() -> None:
    assert set(kitchen.examples.__all__) == {
        "classifier",
        "two_inputs",
        "shared_layer",
        "siamese",
        "residual",
        "subclassed",
        "multiple_outputs",
        "unet",
        "attention",
    }
    for name in kitchen.examples.__all__:
        example = getattr(kitchen.examples, name)
        assert isinstance(example, Example)
        assert example.name == name


@pytest.mark.parametrize(
    "first",
    ["import kitchen.examples", "import kitchen.examples.two_inputs, kitchen.examples.digits"],
)
def test_looking_at_an_example_loads_neither_tensorflow_nor_scikit_learn(first: str) -> None:
    code = f"""
import sys
{first}
example = kitchen.examples.two_inputs
repr(example), dict(example.forms), example.code("functional"), example.code("attempt")
print(type(example).__name__)
print([name for name in ("tensorflow", "keras", "sklearn", "scipy") if name in sys.modules])
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split("\n") == ["Example", "[]", ""]
