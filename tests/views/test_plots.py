import io
import itertools
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text
from PIL import Image

import kitchen
from kitchen import KitchenError, plots
from kitchen.run.gradients import Contributions, Gradients
from kitchen.run.probe import Array
from kitchen.views.looks import COLOURS, mixed
from kitchen.views.plot import Plot
from kitchen.views.plot_panel import MOST_LINES, marked
from kitchen.views.plot_parts import blocks, number, percent, thinned
from kitchen.views.text import clean
from tests.hostile.test_names import NASTY

NAN, INF = float("nan"), float("inf")


def texts(plot: Plot) -> list[str]:
    """Everything that is written, with lines joined."""
    found = plot.figure.findobj(Text)
    assert not any(text.get_parse_math() for text in found if text.get_text())
    return [text.get_text().replace("\n", " ") for text in found]


def images(plot: Plot) -> list[Any]:
    """The heat maps, without the scales beside them."""
    return [image for axes in plot.figure.axes for image in axes.images]


def limits(plot: Plot) -> list[tuple[float, float]]:
    return [image.get_clim() for image in images(plot)]


def painted(plot: Plot) -> Any:
    """The plot as pixels; painting raises where something would warn."""
    return np.asarray(Image.open(io.BytesIO(plot.png)).convert("RGB"))


def shared(
    calls: dict[str, Array], penalty: Any = 0.0, layer: str = "dense", weight: str = "kernel"
) -> Contributions:
    first = next(iter(calls.values()))
    part = np.zeros_like(first) + penalty
    return Contributions(layer, weight, calls, part, np.sum([*calls.values(), part], axis=0))


def gradients(*found: Contributions) -> Gradients:
    return Gradients("model", 1.0, False, found)


def random(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).normal(size=shape)


# What each call adds to a gradient


def test_the_shares_are_those_of_the_gradients() -> None:
    found = shared({"dense, call 1 of 2": random(4, 3), "dense, call 2 of 2": random(3, 4).T}, 0.1)
    plot = plots.contributions(gradients(found))
    total = found.total
    wanted = [
        percent(float(np.sum(part * total) / np.sum(total * total)))
        for part in (*found.calls.values(), found.penalty)
    ]
    assert plot.alt == (
        f"What each call adds to the gradient of dense/kernel: call 1 of 2 {wanted[0]}; "
        f"call 2 of 2 {wanted[1]}; penalty {wanted[2]}; "
        f"the sum has the size {number(float(np.linalg.norm(total)))}."
    )
    assert {f"call 1 of 2 share {wanted[0]}", f"penalty share {wanted[2]}", "together"} <= set(
        texts(plot)
    )


def test_contributions_and_their_sum_have_one_symmetric_scale_and_show_the_numbers() -> None:
    one, two = random(5, 3), -3 * random(5, 3)
    plot = plots.contributions(gradients(shared({"a": one, "b": two})))
    most = np.abs([one, two, one + two]).max()
    assert limits(plot) == [(-most, most)] * 3
    for image, values in zip(images(plot), (one, two, one + two), strict=True):
        np.testing.assert_allclose(image.get_array(), values)
    signs = [text for text in texts(plot) if text in {"+", "="}]
    assert signs == ["+", "="]


def test_a_real_model() -> None:
    model = kitchen.examples.shared_layer.functional()
    model.compile("adam", "binary_crossentropy")
    y = np.ones((8, 1))
    found = kitchen.sharing(model, random(8, 128), [y, y])
    shares = re.findall(r"call \d of 2 (-?\d+)%", plots.contributions(found).alt)
    assert len(shares) == 2 and 99 <= sum(map(int, shares)) <= 101
    assert "shared_dense/kernel" in plots.contributions(found).alt
    assert "shared_dense/bias" in plots.contributions(found, "shared_dense/bias").alt


def test_the_first_weight_with_two_axes_is_shown_unless_another_is_named() -> None:
    bias = shared({"a": random(3), "b": random(3)}, weight="bias")
    found = gradients(bias, shared({"a": random(2, 3), "b": random(2, 3)}))
    assert "dense/kernel" in plots.contributions(found).alt
    assert "dense/bias" in plots.contributions(found, "dense/bias").alt
    assert "dense/bias" in plots.contributions(gradients(bias)).alt


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 3, 2, 4), (1, 1), (500, 3), (3, 1200)])
def test_weights_of_any_shape(shape: tuple[int, ...]) -> None:
    plot = plots.contributions(gradients(shared({"a": random(*shape), "b": random(*shape)})))
    assert len(images(plot)) == 3
    painted(plot)


def test_calls_after_the_tenth_are_added_up() -> None:
    calls = {f"dense, call {k} of 14": random(2, 3) + k for k in range(1, 15)}
    plot = plots.contributions(gradients(shared(calls, 0.5)))
    assert len(images(plot)) == 10 + 1 + 1 + 1
    np.testing.assert_allclose(
        images(plot)[10].get_array(), sum(calls[f"dense, call {k} of 14"] for k in range(11, 15))
    )
    assert "the other 4 calls" in plot.alt
    eleven = dict(list(calls.items())[:11])
    assert len(images(plots.contributions(gradients(shared(eleven))))) == 12, "not one alone"


def test_parts_that_cancel_and_parts_that_are_not_numbers() -> None:
    one = random(2, 2)
    plot = plots.contributions(gradients(shared({"a": one, "b": -one})))
    assert plot.alt.endswith("a –; b –; the sum has the size 0.")
    painted(plot)
    for odd in (NAN, INF, 1e300):
        broken = np.array([[odd, 1.0]])
        plot = plots.contributions(gradients(shared({"a": broken, "b": np.ones((1, 2))})))
        assert limits(plot)[0] == (-2.0, 2.0)
        assert "hatched: 1 of 2 numbers NaN or too large to draw" in texts(plot)
        painted(plot)


def test_what_contributions_refuses() -> None:
    good = gradients(shared({"a": random(2, 3), "b": random(2, 3)}))
    with pytest.raises(KitchenError, match=r"Pass kitchen\.sharing\(model, x, y\)"):
        plots.contributions(kitchen.sharing(kitchen.examples.shared_layer.functional()))  # type: ignore[arg-type]
    with pytest.raises(KitchenError, match="no trainable weight that more than one call uses"):
        plots.contributions(gradients())
    with pytest.raises(KitchenError, match="Use one of 'dense/kernel'"):
        plots.contributions(good, "kernel")


# A kernel before and after


def test_before_and_after_have_one_scale_and_the_change_its_own() -> None:
    before, after = random(6, 4), 2 * random(6, 4) + 0.1
    plot = plots.before_after(before, after, name="first/kernel")
    most, change = np.abs([before, after]).max(), np.abs(after - before).max()
    assert limits(plot) == [(-most, most), (-most, most), (-change, change)]
    assert plot.alt == (
        f"first/kernel (6×4) changed by {number(np.abs(after - before).mean())} on average and by "
        f"at most {number(change)}."
    )


def test_zeros_that_fill_are_counted() -> None:
    before = np.kron(np.eye(2), np.ones((3, 2)))
    assert (
        "of its 24 numbers 12 were 0 before and 0 after"
        in plots.before_after(before, before + 1).alt
    )
    assert plots.before_after(before, before).alt == "kernel (6×4) did not change."


def test_a_kernel_that_became_nan_says_so() -> None:
    after = np.ones((2, 3))
    after[0, 1] = NAN
    plot = plots.before_after(np.ones((2, 3)), after)
    assert "1 of 6 numbers NaN" in plot.alt
    painted(plot)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([[1.0]], [[1.0, 2.0]], "another shape"),
        ([1.0], [1.0], "two axes"),
        (np.zeros((0, 3)), np.zeros((0, 3)), "neither empty"),
        ("kernel", [[1.0]], "real numbers"),
        ([[1.0], [1.0, 2.0]], [[1.0]], "real numbers"),
        ([[1j]], [[1.0]], "real numbers"),
        (None, [[1.0]], "two axes"),
        ([[10**400]], [[1.0]], "real numbers"),
    ],
)
def test_what_before_after_refuses(before: Any, after: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=words):
        plots.before_after(before, after)


def test_small_matrices_have_their_numbers_written_in_and_large_ones_not() -> None:
    assert "-0.25" in texts(plots.before_after([[-0.25, 1.0]], [[0.5, 1.0]]))
    assert len(texts(plots.before_after(random(50, 40), random(50, 40)))) < 200


def test_a_point_of_a_large_matrix_is_the_largest_of_its_block_and_that_is_said() -> None:
    large = np.zeros((1000, 450))
    large[4, 2], large[5, 3], large[999, 449] = -7.0, 2.0, NAN
    small, steps = thinned(large)
    assert steps == blocks(large) == (5, 3)
    assert small.shape == (200, 150)
    assert (small[0, 0], small[1, 1]) == (-7.0, 2.0)
    assert np.isnan(small[-1, -1]) and np.nansum(np.abs(small)) == 9
    plot = plots.before_after(large, large)
    assert any("largest by size of 5×3 numbers" in text for text in texts(plot))
    axes = plot.figure.axes[0]
    assert axes.get_xlim() == (-0.5, 449.5) and axes.get_ylim() == (999.5, -0.5)


def test_a_huge_matrix_is_drawn_in_a_moment() -> None:
    assert painted(plots.before_after(np.ones((3000, 2000)), np.ones((3000, 2000)))).any()


# What each unit looks for


def test_each_unit_is_a_picture_on_one_scale() -> None:
    kernel = random(6, 5)
    plot = plots.kernels(kernel, shape=(2, 3))
    assert limits(plot) == [(-np.abs(kernel).max(), np.abs(kernel).max())] * 5
    for k, image in enumerate(images(plot)):
        np.testing.assert_allclose(image.get_array(), kernel[:, k].reshape(2, 3))
    sizes = np.linalg.norm(kernel, axis=0)
    assert plot.alt == (
        "What each unit looks for, 5 of 5 units: "
        f"weights from {number(kernel.min())} to {number(kernel.max())}; "
        f"unit {sizes.argmax()} has the largest kernel (size {number(sizes.max())}), "
        f"unit {sizes.argmin()} the smallest (size {number(sizes.min())})."
    )


def test_only_the_first_units_are_shown_and_that_is_said() -> None:
    plot = plots.kernels(random(784, 64))
    assert len(images(plot)) == 32
    assert "32 of 64 units" in plot.alt
    assert len(images(plots.kernels(random(784, 64), most=3))) == 3


@pytest.mark.parametrize("value", [0.0, 3.0, 1e-300])
def test_constant_kernels(value: float) -> None:
    plot = plots.kernels(np.full((4, 2), value), shape=(2, 2))
    assert "each kernel has the size" in plot.alt
    painted(plot)


@pytest.mark.parametrize("odd", [NAN, INF, -INF])
def test_kernels_that_are_not_finite(odd: float) -> None:
    kernel = np.full((4, 2), odd)
    assert "8 of 8 numbers NaN or too large" in plots.kernels(kernel, shape=(2, 2)).alt
    kernel[:, 1] = 1.0
    plot = plots.kernels(kernel, shape=(2, 2))
    assert limits(plot) == [(-1.0, 1.0)] * 2
    assert any("hatched: 4 of 8" in text for text in texts(plot))
    painted(plot)


@pytest.mark.parametrize(
    ("kernel", "options", "words"),
    [
        (np.ones((784,)), {}, "two axes"),
        (np.ones((64, 2)), {}, "28×28 has 784 pixels, not 64"),
        (np.ones((4, 2)), {"shape": 4}, "height and width"),
        (np.ones((4, 2)), {"shape": (2, 2, 1)}, "height and width"),
        (np.ones((4, 2)), {"shape": (-2, -2)}, "height and width"),
        (np.ones((784, 2)), {"most": 0}, "whole number from 1"),
        (np.ones((784, 2)), {"most": True}, "whole number from 1"),
        (np.ones((784, 2)), {"most": 10_000}, "whole number from 1"),
    ],
)
def test_what_kernels_refuses(kernel: Any, options: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=words):
        plots.kernels(kernel, **options)


# What a classifier gets wrong


def answers(said: list[int], sure: float = 0.9, classes: int = 10) -> Array:
    found = np.full((len(said), classes), (1 - sure) / (classes - 1))
    found[range(len(said)), said] = sure
    return found


def test_mistakes_are_counted_and_the_surest_come_first() -> None:
    x = np.arange(24.0).reshape(6, 2, 2)
    given = np.vstack([answers([1, 2, 3], 0.6), answers([7, 8, 9], 0.8)])
    plot = plots.mistakes(x, [1, 0, 0, 0, 0, 9], given, shape=(2, 2))
    assert plot.alt == (
        "4 of 6 pictures are misclassified (67%); it was surest of 0 taken for 7 (80% sure), "
        "0 taken for 8 (80% sure), 0 taken for 2 (60% sure)."
    )
    assert [title for title in texts(plot) if "taken for" in title] == [
        "0, taken for 7 80% sure",
        "0, taken for 8 80% sure",
        "0, taken for 2 60% sure",
        "0, taken for 3 60% sure",
    ]
    np.testing.assert_array_equal(images(plot)[0].get_array(), x[3])
    assert len({image.get_clim() for image in images(plot)}) == 1


def test_only_some_mistakes_are_shown_and_the_most_frequent_is_said() -> None:
    x = random(20, 784)
    plot = plots.mistakes(x, np.full((20, 1), 4), answers([9] * 15 + [4] * 5), most=6)
    assert len(images(plot)) == 6
    assert "15 of 20 pictures are misclassified, the 6 it was surest of" in texts(plot)
    assert plot.alt.endswith("most often 4 taken for 9, 15 times.")


def test_when_nothing_is_wrong_it_says_so() -> None:
    plot = plots.mistakes(random(5, 784), range(5), answers([0, 1, 2, 3, 4]))
    assert plot.alt == "All 5 are classified right."
    assert any("no mistake to show" in text for text in texts(plot))
    assert (painted(plot) < 128).any(), "the message is there to be seen"
    one = plots.mistakes(random(1, 784), [0], answers([0]))
    assert one.alt == "The one picture is classified right."


def test_an_answer_that_is_no_number_is_a_mistake_and_comes_last() -> None:
    given = answers([0, 1, 2])
    given[0, 5] = NAN
    plot = plots.mistakes(random(3, 784), [0, 1, 0], given)
    assert plot.alt == (
        "2 of 3 pictures are misclassified (67%): 0 taken for 2 (90% sure), 0 taken for NaN."
    )
    assert "0, taken for NaN" in texts(plot)


@pytest.mark.parametrize("pixel", [0.0, 1.0, -5.0, NAN, INF])
def test_constant_and_broken_pictures(pixel: float) -> None:
    painted(plots.mistakes(np.full((2, 784), pixel), [0, 0], answers([1, 1])))


@pytest.mark.parametrize(
    ("x", "y", "given", "words"),
    [
        (np.ones((3, 784)), [0, 1], answers([0, 1, 2]), "one class for each of the 3"),
        (np.ones((3, 784)), np.eye(3), answers([0, 1, 2]), "y.argmax"),
        (np.ones((3, 784)), [0, 1, 2], answers([0, 1]), "for 3 pictures"),
        (np.ones((3, 784)), [0, 1, 1], np.ones((3, 1)), "np.hstack"),
        (np.ones((3, 784)), [0, 1, 1], [0.1, 0.2, 0.3], "two or more classes"),
        (np.ones((1, 784)), [0], [[-4.0, 9.0]], "softmax"),
        (np.ones((1, 784)), [10], answers([0]), "whole numbers from 0 to 9"),
        (np.ones((1, 784)), [0.5], answers([0]), "whole numbers from 0 to 9"),
        (np.ones((1, 784)), [NAN], answers([0]), "whole numbers from 0 to 9"),
        (np.ones((1, 64)), [0], answers([0]), "784 pixels, not 64"),
        (np.ones((0, 784)), [], np.ones((0, 10)), "x holds pictures"),
        (["a"], [0], answers([0]), "real numbers"),
    ],
)
def test_what_mistakes_refuses(x: Any, y: Any, given: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=re.escape(words)):
        plots.mistakes(x, y, given)


# Scores


def bars(plot: Plot) -> list[float]:
    """The lengths of the bars, each of which starts at zero."""
    found: Any = plot.figure.axes[0].patches
    assert all(bar.get_x() == 0 for bar in found)
    return [bar.get_width() for bar in found]


def test_scores_are_bars_from_zero_with_their_numbers_in_the_order_given() -> None:
    plot = plots.scores({"both": 0.86, "A": 0.72, "B": -0.71}, title="Larger?", unit="share")
    assert bars(plot) == [0.86, 0.72, -0.71]
    said = texts(plot)
    assert {"both", "A", "B", "0.86", "0.72", "-0.71", "share", "Larger?"} <= set(said)
    assert plot.alt == "Larger?, share: both 0.86 (the highest), A 0.72, B -0.71."


@pytest.mark.parametrize(
    ("baseline", "label"), [(0.5, "baseline 0.5"), (("guess", 0.1), "guess 0.1"), (0, "baseline 0")]
)
def test_a_baseline_is_a_line_with_its_label(baseline: Any, label: str) -> None:
    plot = plots.scores({"a": 0.7}, baseline=baseline)
    (line,) = plot.figure.axes[0].lines
    places: Any = line.get_xdata()
    assert number(places[0]) == number(places[1]) == label.split()[1]
    assert label in texts(plot)
    assert plot.alt.endswith(f"; {label}.")


def test_nothing_is_highest_among_equals_or_alone() -> None:
    assert "highest" not in plots.scores({"a": 0.5, "b": 0.5}).alt
    assert "highest" not in plots.scores({"a": 0.5}).alt
    assert "highest" not in plots.scores({"a": NAN, "b": NAN}).alt


@pytest.mark.parametrize(
    "values", [(NAN,), (INF, 1), (-INF, -1), (0, 0), (1e308, -1e308), (1e-320,)]
)
def test_scores_that_cannot_be_drawn_are_written(values: tuple[float, ...]) -> None:
    plot = plots.scores({str(k): value for k, value in enumerate(values)})
    assert number(values[0]) in texts(plot)
    painted(plot)


def test_arrays_of_one_number_are_numbers_and_many_bars_are_cut() -> None:
    one: Any = np.array([[0.5]], "float32")
    assert bars(plots.scores({"a": one})) == [0.5]
    plot = plots.scores({f"m{k}": k for k in range(1000)})
    assert len(bars(plot)) == 40
    assert "40 of 1,000" in plot.alt and "Scores, 40 of 1,000" in texts(plot)


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ({}, {}, "at least one entry"),
        ([0.5], {}, "at least one entry"),
        ({"a": [0.5, 0.6]}, {}, "'a' is one number"),
        ({"a": "high"}, {}, "real numbers"),
        ({"a": None}, {"baseline": "low"}, "real numbers"),
        ({"a": 1}, {"baseline": NAN}, "finite number, or a label"),
        ({"a": 1}, {"baseline": (0.5, "guess")}, "finite number, or a label"),
        ({"a": 1}, {"baseline": ("guess", 0.5, 1)}, "finite number, or a label"),
    ],
)
def test_what_scores_refuses(values: Any, options: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=words):
        plots.scores(values, **options)


# Learning curves


def drawn(axes: Axes) -> list[tuple[list[float], str, str, Any]]:
    """The lines of a panel: values, solid or dashed, marker, colour."""
    return [
        (
            [float(y) for y in np.asarray(line.get_ydata())],
            "-" if line.get_linestyle() == "-" else "--",
            str(line.get_marker()),
            line.get_color(),
        )
        for line in axes.lines
    ]


def test_a_panel_for_each_metric_the_loss_first() -> None:
    history = {
        "list": {"accuracy": [0.5, 0.75], "loss": [1.0, 0.5], "val_loss": [1.5, 0.625]},
        "arrows": {"loss": [2.0, 1.0], "mae": [3.0, 2.0]},
    }
    plot = plots.curves(history)
    loss, accuracy, mae = plot.figure.axes
    assert [axes.get_ylabel() for axes in plot.figure.axes] == ["loss", "accuracy", "mae"]
    assert drawn(loss) == [
        ([1.0, 0.5], "-", "o", COLOURS[0]),
        ([2.0, 1.0], "-", "s", COLOURS[1]),
        ([1.5, 0.625], "--", "o", COLOURS[0]),
    ]
    assert drawn(accuracy) == [([0.5, 0.75], "-", "o", COLOURS[0])]
    assert drawn(mae) == [([3.0, 2.0], "-", "s", COLOURS[1])]
    assert [list(line.get_xdata()) for line in loss.lines] == [[1, 2]] * 3  # type: ignore[arg-type]
    assert plot.alt == (
        "Learning curves: list after 2 epochs: loss 0.5 (validation 0.625), accuracy 0.75; "
        "arrows after 2 epochs: loss 1, mae 2."
    )
    assert {"list", "arrows", "training", "validation"} <= set(texts(plot))


def test_equal_curves_are_both_seen_and_said_to_be_equal() -> None:
    plot = plots.curves(
        {"list": {"loss": [2, 1]}, "arrows": {"loss": [2, 1]}, "c": {"loss": [9, 8]}}
    )
    under, over, other = plot.figure.axes[0].lines
    assert under.get_linewidth() > over.get_linewidth() == other.get_linewidth()
    assert under.get_markersize() > over.get_markersize()
    assert under.get_color() == mixed(COLOURS[0], 0.45), "paler"
    assert (over.get_color(), other.get_color()) == COLOURS[1:3]
    assert "arrows: the same numbers as 'list'" in plot.alt
    assert "c after 2 epochs: loss 8" in plot.alt


@pytest.mark.parametrize(
    "history", [{"a": {}}, {"a": {"loss": []}}, {"a": {"loss": [], "val_loss": []}, "b": {}}]
)
def test_no_epochs_yet(history: Any) -> None:
    plot = plots.curves(history)
    assert plot.alt == "Learning curves: " + "; ".join(f"{x}: no epochs yet" for x in history) + "."
    assert "no epochs yet" in texts(plot)
    painted(plot)


def test_one_epoch_is_a_marker_that_is_seen() -> None:
    plot = plots.curves({"a": {"loss": [0.5], "val_loss": []}})
    assert plot.alt == "Learning curves: a after 1 epoch: loss 0.5 (validation none)."
    blue = np.array([int(COLOURS[0][k : k + 2], 16) for k in (1, 3, 5)])
    seen = np.abs(painted(plot).astype(int) - blue).max(axis=2) < 12
    assert seen[: seen.shape[0] // 2].any(), "in the panel, not in the legend alone"


def test_what_is_not_a_number_is_a_gap_and_said() -> None:
    plot = plots.curves({"a": {"loss": [1, NAN, 2, NAN, INF]}, "b": {"loss": [NAN] * 5}})
    assert plot.alt == "Learning curves: a after 5 epochs: loss ∞; b after 5 epochs: loss NaN."
    label = plot.figure.axes[0].get_xlabel()
    assert label == "epoch\na: not drawn at 3 of 5 epochs\nb: NaN from epoch 1 on"
    painted(plot)
    plot = plots.curves({"a": {"loss": [1, 2, NAN, NAN]}})
    assert plot.figure.axes[0].get_xlabel() == "epoch\na: NaN from epoch 3 on"
    plot = plots.curves({"a": {"val_loss": [INF]}})
    assert "a (validation): ∞ from epoch 1 on" in plot.figure.axes[0].get_xlabel()
    assert "no number that can be drawn" in texts(plot)


def test_markers_are_few_and_every_lonely_number_has_one() -> None:
    values = np.arange(1000.0)
    assert len(marked(values)) <= 22 and marked(values)[-1] == 999
    values[[331, 333]] = NAN
    assert 332 in marked(values)
    assert marked(np.array([])) == []


@pytest.mark.parametrize("values", [(1e308, -1e308), (1e-320, 0), (5, 5), range(100_000)])
def test_numbers_of_any_size(values: Any) -> None:
    painted(plots.curves({"a": {"loss": values}}))


def test_models_differ_in_colour_and_marker_together() -> None:
    plot = plots.curves({f"m{k}": {"loss": [k, k]} for k in range(MOST_LINES)})
    looks = [(marker, colour) for _, _, marker, colour in drawn(plot.figure.axes[0])]
    assert len(set(looks)) == MOST_LINES
    assert all(a != b and c != d for (a, c), (b, d) in itertools.pairwise(looks))


def test_many_metrics_are_cut_and_that_is_said() -> None:
    plot = plots.curves({"a": {f"m{k}": [1.0] for k in range(14)}})
    assert len(plot.figure.axes) == 12
    assert "Learning curves, 12 of 14 metrics" in texts(plot)


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ({}, "at least one entry"),
        ([1.0], "at least one entry"),
        ({"loss": [1.0]}, r'Pass \{"model": run\.history\}'),
        ({"a": {"loss": 1.0}}, "'loss' of 'a' does not have one number"),
        ({"a": {"loss": [[1.0, 2.0]]}}, "'loss' of 'a' does not have one number"),
        ({"a": {"loss": ["low"]}}, "real numbers"),
        ({"a": {"loss": [1, [2]]}}, "real numbers"),
        ({str(k): {} for k in range(MOST_LINES + 1)}, "told apart"),
    ],
)
def test_what_curves_refuses(history: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=words):
        plots.curves(history)


# How far copies move apart


def test_drift_says_where_each_line_starts_and_ends() -> None:
    plot = plots.drift({"a": [0, 0.5, 2], "b": [0.25], "c": []}, unit="L2 distance")
    assert plot.alt == (
        "How far the copies move apart: a from 0 at epoch 0 to 2 at epoch 2; b 0.25 at epoch 0; "
        "c: no epochs yet."
    )
    axes = plot.figure.axes[0]
    assert list(axes.lines[0].get_xdata()) == [0, 1, 2]  # type: ignore[arg-type]
    assert axes.get_ylabel() == "L2 distance"
    assert axes.get_ylim()[0] == 0
    assert {"a", "b", "c", "epoch"} <= set(texts(plot))
    assert "a 5 at epoch 1" in plots.drift({"a": [5]}, first=1).alt


@pytest.mark.parametrize("values", [[], [NAN], [0, 0], [INF, 1], [0, NAN, 1]])
def test_drift_of_any_list(values: list[float]) -> None:
    painted(plots.drift({"a": values}))


@pytest.mark.parametrize(
    ("distances", "options", "words"),
    [
        ({}, {}, "at least one entry"),
        ({"a": [0, -1]}, {}, "0 or more"),
        ({"a": 3}, {}, "one number for each epoch"),
        ({"a": [1]}, {"first": 0.5}, "number of an epoch"),
    ],
)
def test_what_drift_refuses(distances: Any, options: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=words):
        plots.drift(distances, **options)


# Of all of them

FEW = [NASTY[k : k + 5] for k in range(0, len(NASTY), 5)]
HOSTILE: dict[str, Callable[[Sequence[str]], Plot]] = {
    "contributions": lambda names: plots.contributions(
        gradients(shared({name: random(2, 2) for name in names}, layer=names[0], weight=names[-1]))
    ),
    "before_after": lambda names: plots.before_after([[1.0]], [[2.0]], name=names[0]),
    "scores": lambda names: plots.scores(
        dict.fromkeys(names, 1.0), title=names[0], unit=names[-1], baseline=(names[0], 0.5)
    ),
    "curves": lambda names: plots.curves(
        {x: {f"{val}{y}": [NAN, 1] for y in names for val in ("", "val_")} for x in names},
        title=names[0],
    ),
    "drift": lambda names: plots.drift(
        {key: [1.0, NAN] for key in names}, title=names[0], unit=names[-1]
    ),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("names", FEW, ids=[f"{5 * k}" for k in range(len(FEW))])
def test_names_are_data(
    make: Callable[[Sequence[str]], Plot], names: Sequence[str], tmp_path: Path
) -> None:
    plot = make(names)
    plot.alt.encode()
    assert all(clean(character) == character for character in plot.alt)
    assert len(plot.alt) <= 1500
    assert all(len(text) < 600 for text in texts(plot))
    for suffix in (".svg", ".pdf"):
        plot.save(tmp_path / f"plot{suffix}")
    ElementTree.fromstring((tmp_path / "plot.svg").read_bytes())
    height, width, _ = painted(plot).shape
    assert width == 1536 and height < 2000


@pytest.mark.parametrize("name", ["a$x^2$b", "_hidden", "a_b", "%s{0}", r"\frac{1}{0}", "<b>&"])
def test_a_name_that_can_be_shown_is_shown_letter_by_letter(name: str) -> None:
    for make in HOSTILE.values():
        plot = make([name])
        assert name in plot.alt
        assert any(name in text for text in texts(plot))
    assert name in texts(plots.curves({name: {"loss": [1.0]}})), "in the legend"


def test_an_error_stays_short_whatever_was_passed() -> None:
    long: Any = {"x" * 9999: {"loss": "y" * 9999}}
    found = gradients(shared({"a": random(2, 2)}))
    calls: list[Callable[[], Plot]] = [
        lambda: plots.curves(long),
        lambda: plots.scores(long),
        lambda: plots.contributions(found, "x" * 9999),
        lambda: plots.drift({"\ud800" * 9999: [-1]}),
    ]
    for call in calls:
        with pytest.raises(KitchenError) as error:
            call()
        assert len(str(error.value)) <= 500


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.8611, "0.861"),
        (12482, "12,482"),
        (1234.5, "1,234"),
        (1e-7, "1e-07"),
        (1e9, "1e+09"),
        (NAN, "NaN"),
        (-INF, "-∞"),
        (math.pi, "3.14"),
    ],
)
def test_numbers_in_words(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.484, "48%"),
        (-0.05, "-5%"),
        (0.004, "under 1%"),
        (-0.004, "under 1%"),
        (0.996, "over 99%"),
        (1, "100%"),
        (12.3, "1,230%"),
        (NAN, "–"),
        (INF, "–"),
    ],
)
def test_shares_in_words(share: float, text: str) -> None:
    assert percent(share) == text
