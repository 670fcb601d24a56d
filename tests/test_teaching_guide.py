"""TEACHING.md speaks of what is there."""

import re
from pathlib import Path

import tensorflow as tf

import kitchen

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "TEACHING.md").read_text(encoding="utf-8")


def test_every_lesson_has_its_minutes() -> None:
    rows = re.findall(r"^\| (\d\d) .+ \| (\d+) \|", TEXT, re.MULTILINE)
    lessons = sorted(path.name[:2] for path in (ROOT / "lessons").glob("[0-9]*.ipynb"))
    assert [number for number, _ in rows] == lessons


def test_the_minutes_of_the_hour_add_up() -> None:
    part = TEXT.partition("### 50 minutes")[2].partition("\n## ")[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", part, re.MULTILINE))) == 50


def test_the_exercises_that_it_names_are_there() -> None:
    keys = set(re.findall(r"\b\d\d\.[123]\b", TEXT))
    assert keys
    for key in keys:
        assert kitchen.exercise(key).task.key == key


def test_the_answers_to_its_questions_are_right() -> None:
    layers = tf.keras.layers
    a, b = tf.keras.Input((20,)), tf.keras.Input((20,))
    dense = layers.Dense(10)
    assert tf.keras.Model([a, b], [dense(a), dense(b)]).count_params() == 210
    again = layers.Dense(3)
    listed = tf.keras.Sequential([tf.keras.Input((3,)), again, again])
    assert len(tf.keras.Sequential.from_config(listed.get_config()).layers) == 1
    assert kitchen.explain(kitchen.examples.residual.functional()).wrapped
