"""What the explorer's panes show, without a browser."""

import base64
import io
import json
import random
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import kitchen
from kitchen.errors import KitchenError
from kitchen.explorer.inspector import SIDE, inspect, matrix, png
from kitchen.explorer.panes import fitting, packed, unpacked
from kitchen.explorer.widget import HERE, Explorer
from kitchen.graph.reader import bind
from kitchen.graph.source_map import Recorder

NAN, INF = float("nan"), float("inf")


def call_of(bound: Any, name: str, use: int = 0) -> str:
    calls = [x for body in bound.graph.bodies.values() for x in body.calls]
    return str([x.id for x in calls if bound.graph.layers[x.layer].name == name][use])


def boxes_of(explorer: Explorer) -> Any:
    """What is known of each box of the picture."""
    return unpacked(explorer.graph)["boxes"]


def tied(explorer: Explorer, words: str) -> list[str]:
    """The layers of the calls that the first line with these words stands for."""
    tab = explorer.tabs[explorer.tab]
    lines = tab["text"].splitlines()
    number = next(k for k, line in enumerate(lines, 1) if words in line)
    over = [tie for tie in tab["ties"] if tie["line"] <= number <= tie["end"]]
    return sorted({call for tie in over for call in tie["calls"]})


@pytest.mark.parametrize("form", ["functional", "subclassed", "sequential"])
def test_written_code_is_tied_to_the_calls_that_it_makes(form: str) -> None:
    explorer = kitchen.explore(kitchen.examples.shared_layer, form=form).ready()
    assert explorer.tabs[0]["ties"], explorer.tabs[0]["text"]
    own = {call for tie in explorer.tabs[0]["ties"] for call in tie["calls"]}
    known = {call.id for body in explorer.bound.graph.bodies.values() for call in body.calls}
    assert own <= known
    if form == "functional":
        shared = [call_of(explorer.bound, "shared_dense", k) for k in range(2)]
        assert tied(explorer, "shared_dense = layers.Dense") == shared
        assert tied(explorer, "shared_dense_1 = shared_dense(") == shared[:1]
        assert tied(explorer, "shared_dense_2 = shared_dense(") == shared[1:]


def test_every_box_is_told_in_words_and_knows_its_calls() -> None:
    explorer = kitchen.explore(kitchen.examples.siamese).ready()
    boxes = boxes_of(explorer)
    closed = next(box for box in boxes.values() if box["opens"] == "encoder")
    assert closed["label"].startswith("encoder, first use, Sequential")
    assert len(closed["calls"]) == 4  # its own, an input and two layers
    explorer.asked(None, {"do": "open", "name": "encoder"}, [])
    opened = boxes_of(explorer)
    assert [box["closes"] for box in opened.values()].count("encoder") == 2
    assert len(opened) > len(boxes)
    explorer.asked(None, {"do": "open", "name": "nothing of this name"}, [])
    assert boxes_of(explorer) == opened
    explorer.asked(None, {"do": "close", "name": "encoder"}, [])
    assert boxes_of(explorer) == boxes


def test_every_block_opens_and_what_was_opened_closes_with_all_inside() -> None:
    explorer = Explorer(keras.applications.MobileNetV2(weights=None, input_shape=(64, 64, 3)))
    before = boxes_of(explorer)
    assert "block_4" in {box["opens"] for box in before.values()}  # of two equal ones, the first
    for _ in range(40):
        closed = [box["opens"] for box in boxes_of(explorer).values() if box["opens"]]
        if not closed:
            break
        explorer.turn(closed[0], opened=True)
        assert closed[0] in explorer.opened
    frames = [box for box in boxes_of(explorer).values() if box["closes"]]
    assert len(frames) == len(explorer.opened) > 10
    assert all(frame["calls"] and frame["path"] for frame in frames)  # so it can be chosen
    for frame in frames:
        explorer.turn(frame["closes"], opened=False)
        assert frame["closes"] not in explorer.opened
    assert boxes_of(explorer) == before


def test_a_model_closes_with_the_models_opened_inside_it() -> None:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4)], name="inner")
    outer = keras.Sequential([keras.Input((4,)), inner], name="outer")
    explorer = Explorer(keras.Sequential([keras.Input((4,)), outer, layers.Dense(1)]))
    before = boxes_of(explorer)
    for name in ("outer", "inner"):
        explorer.turn(name, opened=True)
    assert {box["closes"] for box in boxes_of(explorer).values()} == {"", "outer", "inner"}
    explorer.turn("outer", opened=False)
    assert explorer.opened == set()
    assert boxes_of(explorer) == before


def test_a_large_model_begins_with_its_blocks() -> None:
    model = keras.applications.MobileNetV2(weights=None, input_shape=(64, 64, 3))
    explorer = Explorer(model).ready()
    boxes = boxes_of(explorer).values()
    assert len(boxes) < 80
    known = {call.id for call in explorer.bound.graph.body.calls}
    assert {call for box in boxes for call in box["calls"]} == known
    assert len(explorer.graph) < 256 * 1024


def test_a_tab_says_why_a_form_cannot_express_the_model() -> None:
    explorer = kitchen.explore(kitchen.examples.two_inputs).ready()
    explorer.asked(None, {"do": "tab", "tab": 1}, [])
    assert explorer.tab == 1
    assert "cannot be a plain Sequential" in explorer.tabs[1]["reason"]
    explorer.asked(None, {"do": "tab", "tab": 9}, [])
    assert explorer.tab == 1


def test_an_example_has_only_its_own_forms() -> None:
    with pytest.raises(KitchenError, match="no such form"):
        kitchen.explore(kitchen.examples.classifier, form="circular")


class Odd(layers.Layer):
    """Has a weight of any shape, and with any entries."""

    def __init__(self, value: Any) -> None:
        super().__init__(name="odd")
        self.value = np.asarray(value, "float32")

    def build(self, shape: Any) -> None:
        self.table = self.add_weight(shape=self.value.shape, name="table")
        self.table.assign(self.value)

    def call(self, x: Any) -> Any:
        return x + 0.0 * keras.ops.sum(self.table)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (3.0, "one number"),
        (np.zeros((0, 4)), "0×4 = 0"),
        ([NAN, INF, 1.0], "2 not finite"),
        ([NAN], "1 not finite"),
        (np.ones((2, 1, 3, 1, 2, 1)), "2×1×3×1×2×1 = 12"),
        (np.zeros((1, 10_000_000)), "1×10000000 = 10,000,000"),
        ([1e38, -1e38], "from -1e+38 to 1e+38"),
    ],
)
def test_weights_of_every_kind(value: Any, told: str) -> None:
    model = keras.Sequential([keras.Input((2,)), Odd(value)])
    bound = bind(model)
    about = inspect(bound, (call_of(bound, "odd"),))
    (weight,) = about["arrays"]
    assert told in weight["told"]
    assert len(json.dumps(about)) < 256 * 1024
    if weight["png"]:
        Image.open(io.BytesIO(base64.b64decode(weight["png"]))).verify()


def test_a_block_is_shown_by_the_largest_of_it() -> None:
    values = np.zeros((1000, 3))
    values[417, 1], values[418, 1] = -7, 2
    small = matrix(values)
    assert small.shape == (SIDE, 3)
    assert small.min() == -7
    assert np.count_nonzero(small) == 1


def test_colours_say_the_sign_and_what_is_no_number() -> None:
    pixels = np.asarray(
        Image.open(io.BytesIO(png(np.array([[-1.0, 0.0, 1.0, NAN]])))).convert("RGB")
    )
    orange, white, purple, grey = pixels[0].astype(int)
    assert orange[0] > orange[2] and purple[2] > purple[1]
    assert min(white) > 240
    assert tuple(grey) == (128, 128, 128)


def test_what_is_said_of_a_call() -> None:
    bound = bind(kitchen.examples.shared_layer.functional())
    about = inspect(bound, (call_of(bound, "shared_dense", 1),))
    rows = dict(about["rows"])
    assert about["title"] == "shared_dense"
    assert rows["use"] == "call 2 of 2, with the same weights"
    assert (rows["takes"], rows["gives"]) == ("(128,) float32", "(64,) float32")
    assert rows["parameters"] == "128×64 + 64 = 8,256, counted once for all calls"
    assert [weight["name"] for weight in about["arrays"]] == ["kernel", "bias"]
    assert sum(about["arrays"][0]["counts"]) == 128 * 64
    assert dict(inspect(bound, (call_of(bound, "input"),))["rows"])["parameters"] == "0"


def test_an_example_goes_through_each_call_by_its_own_way() -> None:
    data = kitchen.examples.siamese.data()
    x = {name: part[:3] for name, part in data.x_test.items()}
    model = kitchen.examples.siamese.functional()
    explorer = kitchen.explore(model, x).ready()
    assert explorer.examples == 3
    explorer.turn("encoder", opened=True)
    ways = [
        tuple(box["path"])
        for box in boxes_of(explorer).values()
        if box["label"].startswith("code, ")
    ]
    assert len(ways) == 2
    encoder = model.get_layer("encoder")
    for way, side in zip(ways, ("left", "right"), strict=True):
        wanted = encoder.predict(x[side][2:3], verbose=0)[0]
        assert np.allclose(explorer.given(2, 0)[way], wanted, atol=1e-6)
    sent: list[Any] = []
    explorer.send = sent.append
    explorer.asked(None, {"do": "inspect", "path": list(ways[0]), "example": 2}, [])
    message, done = sent
    assert done == {"do": "done"}
    assert [array["name"] for array in message["about"]["arrays"]] == [
        "gives (16,)",
        "kernel",
        "bias",
    ]
    assert explorer.given(7, 0) == {}


def test_an_example_that_does_not_fit_is_said_at_once() -> None:
    with pytest.raises(KitchenError, match="could not be run on this input"):
        kitchen.explore(kitchen.examples.classifier, np.zeros((2, 5), "float32"))


def test_a_switch_takes_the_weights_apart_and_together_again() -> None:
    explorer = kitchen.explore(kitchen.examples.shared_layer).ready()
    before = (explorer.graph, explorer.tabs)
    assert explorer.switches == [{"name": "shared_dense", "on": True}]
    explorer.asked(None, {"do": "share", "name": "shared_dense", "on": False}, [])
    assert explorer.bound.graph.count() == 20_738
    assert "shared_dense_call2" in explorer.tabs[0]["text"]
    labels = [box["label"] for box in boxes_of(explorer).values()]
    assert not any("second use" in label for label in labels)
    explorer.asked(None, {"do": "share", "name": "shared_dense", "on": True}, [])
    assert (explorer.graph, explorer.tabs) == before


def test_what_cannot_be_taken_apart_is_said_and_stays() -> None:
    rnn = layers.LSTM(2, stateful=True, return_sequences=True, name="rnn")
    inputs = keras.Input(batch_shape=(4, 3, 2))
    explorer = Explorer(keras.Model(inputs, rnn(rnn(inputs)))).ready()
    sent: list[Any] = []
    explorer.send = lambda content, *more: sent.append(content)
    explorer.asked(None, {"do": "share", "name": "rnn", "on": False}, [])
    assert [content["do"] for content in sent] == ["refused", "done"]
    assert explorer.switches == [{"name": "rnn", "on": True}]


def test_a_line_says_what_goes_along_it() -> None:
    explorer = kitchen.explore(kitchen.examples.siamese).ready()
    shown = unpacked(explorer.graph)["edges"].values()
    assert "encoder, call 2 of 2 to both: (16,) float32" in shown
    assert "output to the output: (1,) float32" in shown
    explorer.turn("encoder", opened=True)
    inside = unpacked(explorer.graph)["edges"].values()
    assert "encoder, call 1 of 2 / hidden to encoder, call 1 of 2 / code: (32,) float32" in inside
    assert all(": (" in text for text in inside)


def test_a_picture_too_large_for_a_message_is_refused_and_the_old_one_stays() -> None:
    explorer = kitchen.explore(kitchen.examples.siamese).ready()
    before = explorer.graph
    with pytest.raises(KitchenError, match="too large to be explored at once"):
        fitting({"boxes": {"b1": {"label": random_text(600_000)}}})
    sent: list[Any] = []
    explorer.send = sent.append
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kitchen.explorer.panes.MOST", 10)
        explorer.asked(None, {"do": "open", "name": "encoder"}, [])
    assert [message["do"] for message in sent] == ["refused", "done"]
    assert explorer.graph == before and explorer.opened == set()


def test_a_large_model_is_not_built_again_and_its_code_is_tied_by_name() -> None:
    stack = [layers.Dense(3 + k % 5, name=f"layer_{k}") for k in range(150)]
    model = keras.Sequential([keras.Input((4,)), *stack])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kitchen.explorer.writing.tied_to", None)
        explorer = Explorer(model).ready()
    for tab in explorer.tabs:
        number = next(k for k, x in enumerate(tab["text"].splitlines(), 1) if '"layer_77"' in x)
        over = [tie for tie in tab["ties"] if tie["line"] <= number <= tie["end"]]
        names = {
            explorer.bound.graph.layers[explorer.bound.graph.calls[x].layer].name
            for tie in over
            for x in tie["calls"]
        }
        assert "layer_77" in names
    assert sum(len(json.dumps(tab)) for tab in explorer.tabs) > 50 * 1024
    assert explorer.get_state("tabs")["tabs"] == packed(explorer.tabs)
    assert len(packed(explorer.tabs)) < 64 * 1024


def test_a_model_with_many_weights_is_not_built_again() -> None:
    model = keras.Sequential([keras.Input((1500,)), layers.Dense(1500, name="wide")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kitchen.explorer.writing.tied_to", None)
        explorer = Explorer(model).ready()
    assert tied(explorer, '"wide"') == [call_of(explorer.bound, "wide")]


def random_text(length: int) -> str:
    return "".join(np.random.default_rng(0).choice(list("0123456789abcdef"), length))


def test_no_message_about_a_call_is_large() -> None:
    class Many(layers.Layer):
        def build(self, shape: Any) -> None:
            self.all = [self.add_weight(shape=(300, 300), name=f"w{k}") for k in range(80)]

        def call(self, x: Any) -> Any:
            return x + keras.ops.sum(self.all[0])

    bound = bind(keras.Sequential([keras.Input((2,)), Many(name="many")]))
    about = inspect(bound, (call_of(bound, "many"),))
    assert len(json.dumps(about)) < 256 * 1024
    assert dict(about["rows"])["arrays"] == "the first 60 of 80"
    assert about["arrays"][0]["png"] and not about["arrays"][-1]["png"]


def test_a_trap_in_the_learners_cell_names_its_line() -> None:
    cell = """import keras
x = keras.Input((4,), name="x")
y = keras.layers.Dense(1, activation="softmax", name="end")(x)
model = keras.Model(x, y)
"""
    recorder = Recorder(cell)
    names = recorder.names()
    exec(compile(recorder.tree(), "<cell>", "exec"), names)  # noqa: S102 - our own
    explorer = Explorer(names["model"], recorder).ready()
    assert [(x["code"], x["line"]) for x in explorer.findings] == [("K201", 3)]
    plain = Explorer(names["model"]).ready()
    assert [(x["code"], x["line"]) for x in plain.findings] == [("K201", 0)]


def test_a_page_that_asks_for_nonsense_is_answered() -> None:
    explorer = kitchen.explore(kitchen.examples.classifier).ready()
    for wish in ({}, {"do": "inspect", "path": ["nowhere"]}, {"do": "tab", "tab": "x"}):
        sent: list[Any] = []
        explorer.send = sent.append
        explorer.asked(None, wish, [])
        assert sent[-1] == {"do": "done"}


def test_an_explorer_leaves_random_numbers_and_names_alone() -> None:
    def following() -> tuple[float, str]:
        return random.random(), layers.Dense(1).name.rpartition("_")[2]  # noqa: S311

    model = kitchen.examples.shared_layer.functional()
    layers.Dense(1)  # the very first has no number
    random.seed(4)
    value, number = following()
    random.seed(4)
    kitchen.explore(model).ready()
    again, later = following()
    assert again == value
    assert int(later) == int(number) + 1


def test_the_pages_code_is_small() -> None:
    files = [path for path in Path(HERE).iterdir() if path.suffix in {".js", ".css"}]
    assert len(files) == 3
    assert sum(path.stat().st_size for path in files) < 80 * 1024
