"""What a lesson's plots put beside each other is measured in one unit."""

from tests.lessons.notebooks import LESSONS, code_cells, read, text


def test_losses_and_the_pulls_of_their_gradients_have_an_axis_each() -> None:
    (path,) = (path for path in LESSONS if path.stem.startswith("05"))
    (cell,) = (cell for cell in code_cells(read(path)) if 'predict("05.b"' in cell.source)
    shown = [text(x.data.get("text/plain", "")) for x in cell.outputs if "data" in x]
    plots = [line for said in shown for line in said.splitlines() if ": loss of" in line]
    plots += [line for said in shown for line in said.splitlines() if ": pull of" in line]
    assert len(plots) == 2
    assert "pull of" not in plots[0] and "loss of" not in plots[1]
    assert "gradient" in plots[1]
