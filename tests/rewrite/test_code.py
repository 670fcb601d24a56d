"""Code is laid out as `ruff format` lays it out, whatever its size."""

import random
import string
from typing import Any

import pytest

from kitchen.rewrite.code import Code, Either, call, flat, keyed, lay_out, listed, tupled
from tests.rewrite.programs import reformatted


class Writer:
    """Random statements: far more in a second than hypothesis would make."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)  # noqa: S311

    def word(self, longest: int = 20) -> str:
        return "".join(
            self.random.choices(string.ascii_uppercase, k=self.random.randint(1, longest))
        )

    def some(self, most: int, depth: int) -> list[Code]:
        return [self.value(depth + 1) for _ in range(self.random.randint(0, most))]

    def value(self, depth: int) -> Code:
        kind = self.random.choice("aaaaalltdccc") if depth < 3 else "a"
        if kind == "a":
            texts = [self.word(), f'"{self.word(30)}"', str(self.random.randint(0, 9999)), "None"]
            return (self.random.choice(texts),)
        if kind == "d":
            return keyed({f'"{self.word()}{k}"': x for k, x in enumerate(self.some(3, depth))})
        if kind == "c":
            return self.call(depth)
        return (listed if kind == "l" else tupled)(self.some(5, depth))

    def call(self, depth: int) -> Code:
        named = {f"{self.word(8)}{k}": x for k, x in enumerate(self.some(3, depth))}
        return call(f"layers.{self.word()}", *self.some(2, depth), **named)

    def statement(self) -> list[str]:
        names = [self.word(30), f"{self.word(9)}, {self.word(9)}", f"({self.word(9)},)"]
        before = self.random.choice(["", "return ", *(f"{name} = " for name in names)])
        code = self.call(0)
        if (kind := self.random.randint(0, 4)) == 0:
            code = call("tf.keras.Sequential", listed([self.call(1), self.call(1)], tall=True))
        elif kind > 2:
            code = call(code, *self.some(2, 1), (self.word(),))
        return lay_out(code, before=before, indent=4)


@pytest.mark.parametrize("seed", range(8))
def test_ruff_leaves_it_alone(seed: int) -> None:
    writer = Writer(seed)
    lines = [line for _ in range(500) for line in writer.statement()]
    assert reformatted("\n".join(["def f():", *lines, ""])) == ""


@pytest.mark.parametrize("size", range(60, 75))
def test_a_sign_gives_way_to_a_function_where_the_line_is_too_long(size: int) -> None:
    name = "x" * size
    either = (Either((name, " + ", "y" * 12), call("ops.add", name, "y" * 12)),)
    lines = lay_out(either, before="z = ", indent=4)
    assert (len(lines) == 1) is (len(f"    z = {name} + {'y' * 12}") <= 88)
    assert reformatted("\n".join(["def f():", *lines, ""])) == ""


def test_wide_letters_count_twice() -> None:
    def lines(count: int) -> Any:
        return lay_out(call("f", '"' + "名" * count + '"', "x"))

    assert len(lines(40)) == 1
    assert len(lines(41)) == 4
    for count in (38, 39, 40, 41, 42):
        assert reformatted("\n".join([*lines(count), ""])) == ""


def test_flat_code_is_one_line() -> None:
    assert flat(call("f", listed([("1",)]), tupled([("2",)]), a=keyed({'"b"': ("3",)}))) == (
        'f([1], (2,), a={"b": 3})'
    )
