"""Lesson 00: how to work here, and one easy question."""

from kitchen.teaching.question import Question

QUESTIONS = (
    Question(
        key="00.a",
        text="How many boxes will the picture of this network have? (Its input is drawn as a "
        "rounded shape, which does not count.)",
        choices={
            1: "A `Sequential` is one model, but its picture shows what is inside.",
            2: "There is one for each layer: all units of a layer are in one box together.",
            11: "Many books draw a circle for each unit. Here all units of a layer are in one box "
            "together, which says how many they are.",
        },
        answer=lambda model, drawing: len(model.layers),
    ),
)
