"""The text of a config is measured before it is parsed."""

import json
from typing import Any

import pytest

from kitchen.errors import FileRefused, FileTruncated
from kitchen.files import text


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth - 2):
        value = [value]
    return {"class_name": value}


def test_depth() -> None:
    assert text.parse(json.dumps(nested(text.DEEPEST)).encode()) == nested(text.DEEPEST)
    with pytest.raises(FileRefused, match="100 deep"):
        text.parse(json.dumps(nested(text.DEEPEST + 1)).encode())


def test_brackets_in_strings_are_text() -> None:
    config = {"class_name": '[{"' * 500 + "\\" * 3, "x\\": '\\"[', "": "]" * 500}
    assert text.parse(json.dumps(config).encode()) == config


def test_number_of_values() -> None:
    text.parse(json.dumps({"class_name": [0] * (text.MOST - 10)}).encode())
    much: Any
    for much in ([0] * text.MOST, [[]] * text.MOST, ["x"] * text.MOST):
        with pytest.raises(FileRefused, match="more entries"):
            text.parse(json.dumps({"class_name": much}).encode())


@pytest.mark.parametrize("wrong", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b'{"class_name": 1'])
def test_no_config(wrong: bytes) -> None:
    with pytest.raises(FileTruncated, match="not the text of a model"):
        text.parse(wrong)


def test_every_dict_is_found_once() -> None:
    inner = {"a": 1}
    config = {"x": [inner, [{"b": {"c": {}}}]], "y": 2}
    assert len(list(text.objects(config))) == 5
    assert text.nesting({"class_name": {"class_name": [{"class_name": 1}]}}) == 3
