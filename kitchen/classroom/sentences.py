"""What is said to a teacher of each wrong answer, in words that fit a whole class."""

from string import Template
from typing import Any

from kitchen.teaching.task import Task

# Of the codes that any exercise may give. What a learner reads names their own layers and numbers.
COMMON = {
    "no model": "The answer is something else than a model.",
    "inputs": "The number of inputs is another one.",
    "outputs": "The number of outputs is another one.",
    "input shapes": "The inputs have other shapes.",
    "output shapes": "The outputs have other shapes.",
    "not shared": "Several layers are made where one is to be called several times.",
    "called once": "A layer that is to be called several times is called once.",
    "shared": "One layer is called several times where several layers are asked.",
    "parameters": "The number of parameters is another one.",
    "function": "With the same numbers it computes something else.",
    "settings": "A layer has other settings, such as another activation.",
    "unclear": "The answer is not in the form that is asked.",
    "unknown name": "An arrow names what is not in the network.",
    "turned round": "The right things stand the other way round.",
    "missing": "Arrows are missing.",
    "extra": "There are arrows too many.",
    "unknown letter": "There is no line of that letter.",
    "twice": "A line stands there twice.",
    "too early": "A line uses what is not made yet.",
    "unfinished": "No line makes the model.",
    "A is wrong": "The number for B is right, the one for A is not.",
    "B is wrong": "The number for A is right, the one for B is not.",
    "both wrong": "Neither number is right.",
}


def sentence(task: Task, code: str, *, personal: bool = False) -> str:
    """Return what an answer of one kind shows; empty where only its code is known.

    Args:
        task: The exercise.
        code: The code that the check gives such an answer.
        personal: Whether the variants differ, so that a number stands there by its name.

    >>> task = kitchen.exercise("03.1").task
    >>> sentence(task, "no bias")
    'A `Dense` layer has a bias too: 5 numbers more.'
    >>> sentence(task, "no bias", personal=True)
    'A `Dense` layer has a bias too: [units] numbers more.'
    """
    likely: list[Any] = [*task.misconceptions, *getattr(task, "distractors", ())]
    found = next((one.say for one in likely if one.code == code), "")
    if not found and code.startswith("no "):
        return COMMON.get(code, f"There is no `{code[3:]}`.")
    if not found:
        return COMMON.get(code, "")
    names = {name: f"[{name}]" for name in task.vary}
    text = Template(found).safe_substitute(names) if personal else task.fill(found)
    return text[:1].upper() + text[1:]
