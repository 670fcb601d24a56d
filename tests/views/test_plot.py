import base64
import io
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import matplotlib.pyplot as plt
import pytest
from PIL import Image

from kitchen import KitchenError, plots
from kitchen.views.drawing import ALT
from kitchen.views.plot import INCH, WIDTH, Plot, sheet, styled
from tests.views.graphs import SVG

IMAGE = re.compile(
    r'<img alt="([^"<>]*)" width="(\d+)" height="(\d+)" src="data:image/png;base64,([\w/+=]+)">'
)


@pytest.fixture
def plot() -> Plot:
    return plots.scores({"<b>&\"'": 0.5, "plain": 0.25})


@pytest.fixture
def ugly() -> Iterator[None]:
    """What a learner may have set, one way or another."""
    mine: Any = {
        "text.parse_math": True,
        "font.size": 40,
        "text.color": "red",
        "figure.facecolor": "black",
        "savefig.facecolor": "black",
        "axes.grid": True,
        "figure.dpi": 30,
        "savefig.dpi": 30,
        "savefig.bbox": "tight",
    }
    with matplotlib.rc_context(mine):
        yield


def test_it_prints_its_sentence(plot: Plot) -> None:
    assert str(plot) == repr(plot) == plot.alt == plot.finding
    assert plot.alt == "Scores, accuracy: <b>&\"' 0.5 (the highest), plain 0.25."


def test_a_long_sentence_is_cut(plot: Plot) -> None:
    long = Plot(plot.figure, "x" * 10_000)
    assert len(long.alt) <= ALT
    assert len(long.html().partition(" width=")[0]) < ALT + 20


def test_a_notebook_gets_an_image_with_the_sentence_a_png_and_text(plot: Plot) -> None:
    data, about = plot._repr_mimebundle_()
    assert list(data) == ["text/plain", "text/html", "image/png"]
    assert data["text/plain"] == plot.alt
    found = IMAGE.fullmatch(data["text/html"])
    assert found, "nothing but an image, which every page keeps"
    alt, width, height, png = found.groups()
    assert unescape(alt) == plot.alt
    assert png == data["image/png"]
    assert about == {"image/png": {"width": int(width), "height": int(height)}}
    image = Image.open(io.BytesIO(base64.b64decode(png)))
    assert image.width == 2 * int(width)
    assert abs(image.height - 2 * int(height)) <= 1
    assert int(width) == WIDTH * INCH, "a notebook's width"


def test_html_is_what_the_bundle_holds(plot: Plot) -> None:
    assert plot.html() == plot._repr_mimebundle_()[0]["text/html"]


def test_files_open(plot: Plot, tmp_path: Path) -> None:
    for suffix in (".png", ".svg", ".pdf", ".SVG"):
        plot.save(tmp_path / f"plot{suffix}")
        plot.save(str(tmp_path / f"again{suffix}"))
        one, two = (tmp_path / f"{name}{suffix}" for name in ("plot", "again"))
        assert one.read_bytes() == two.read_bytes(), "the same at every writing"
    with Image.open(tmp_path / "plot.png") as image:
        assert image.width == 2 * WIDTH * INCH
    assert (tmp_path / "plot.pdf").read_bytes().startswith(b"%PDF")
    root = ElementTree.fromstring((tmp_path / "plot.svg").read_bytes())
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == plot.alt


@pytest.mark.parametrize("path", ["plot", "plot.jpg", "plot.png.txt", "", 3, None])
def test_other_kinds_of_files_are_refused(plot: Plot, path: str, tmp_path: Path) -> None:
    with pytest.raises(KitchenError, match=r"suffix.*Use one of \.png, \.svg, \.pdf"):
        plot.save(path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["none/plot.svg", "nul\0.png", "\ud800.pdf"])
def test_a_file_that_cannot_be_written_is_our_error(plot: Plot, name: str, tmp_path: Path) -> None:
    with pytest.raises(KitchenError, match="could not be written"):
        plot.save(tmp_path / name)


def test_a_learners_style_changes_nothing_and_stays(ugly: None) -> None:
    mine = dict(matplotlib.rcParams)
    inside = plots.scores({"a$x$b": 0.5}).png
    assert dict(matplotlib.rcParams) == mine
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        outside = plots.scores({"a$x$b": 0.5}).png
    assert inside == outside


def test_the_paper_is_white_under_dark_themes_too(plot: Plot) -> None:
    image = Image.open(io.BytesIO(plot.png)).convert("RGBA")
    assert image.getpixel((0, 0)) == (255, 255, 255, 255)


def test_the_figure_may_be_changed(plot: Plot) -> None:
    before = plot.png
    plot.figure.axes[0].set_xlim(0, 100)
    assert plot.png != before


def test_a_character_without_a_picture_gives_no_warning() -> None:
    with warnings.catch_warnings(), styled():
        warnings.simplefilter("error")
        figure = sheet("名前 👩", 1.0)
    assert Plot(figure, "").png.startswith(b"\x89PNG")


def test_other_warnings_are_not_hidden() -> None:
    with pytest.warns(UserWarning, match="mine"), styled():
        warnings.warn("mine", stacklevel=1)


def test_nothing_is_left_in_pyplot_and_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    code = """
import sys, kitchen
def loaded(*names): return [name for name in names if name in sys.modules]
kitchen.plots
assert not loaded("matplotlib", "tensorflow", "keras", "IPython"), "at the first look"
shown = kitchen.plots.curves({"a": {"loss": [2, 1]}})._repr_mimebundle_()
kitchen.plots.kernels([[1.0, 2.0]], shape=(1, 1)).save(sys.argv[1])
assert not loaded("matplotlib.pyplot", "tensorflow", "keras")
import matplotlib.pyplot
kitchen.plots.scores({"a": 1}).html()
assert matplotlib.pyplot.get_fignums() == []
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, tmp_path / "plot.svg"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_figures_are_gone_when_nobody_holds_them() -> None:
    import gc
    import weakref

    figure = weakref.ref(plots.scores({"a": 1}).figure)
    gc.collect()
    assert figure() is None


def test_a_figure_of_pyplot_is_taken_over_and_as_sharp_as_any() -> None:
    figure, axes = plt.subplots(figsize=(4, 2))
    axes.semilogy([1, 10], [1, 10])
    plot = Plot(figure, "A line.")
    assert figure.number not in plt.get_fignums()
    assert plot.png_size == (384, 192)
    assert Image.open(io.BytesIO(plot.png)).size == (768, 384)
