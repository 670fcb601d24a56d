"""The commands and their options; each loads what it needs when it runs."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kitchen.cli import output
from kitchen.cli.classroom import export
from kitchen.cli.doctor import doctor
from kitchen.cli.lab import lab
from kitchen.cli.output import examples
from kitchen.cli.report import class_report
from kitchen.cli.words import spoken
from kitchen.errors import KitchenError
from kitchen.files.archive import find
from kitchen.graph.model_graph import Form
from kitchen.tables import printable

MARKS = ("explain", "lint")
KINDS = ("svg", "png", "pdf", "dot")
FORMS = ("functional", "sequential", "subclassed")
YES, NO = 0, 1

CODES = """
Exit codes:
  0    done, and the answer is yes: no obstacle, no finding, the same family
  1    done, and the answer is no
  2    not done: a wrong word, or a file that cannot be used
  130  ended by Ctrl-C
"""
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
ALL = examples(
    "lab",
    "draw model.keras -o model.svg",
    "explain model.keras",
    "source model.keras --form functional",
    "lint model.keras",
    "compare one.keras other.keras",
    "doctor",
    "export --student lessons/03_shared_layer.ipynb -o out/",
    "class-report submissions/ --marks marks.csv",
)


@click.group(context_settings=SETTINGS, epilog=f"{ALL}\n\n\b{CODES}")
@click.version_option(package_name="keras-kitchen", message="%(prog)s %(version)s")
def group() -> None:
    """Tools for Keras models, Sequential and functional.

    A FILE is what model.save("model.keras") writes. It may come from anyone: what asks for more
    than Keras's own layers is refused.
    """


custom = click.option(
    "--custom",
    metavar="MODULE:NAME",
    multiple=True,
    help="A class or function of your own that the model needs. Its module runs; it is looked for"
    " in this folder too.",
)


def opened(file: str, words: Sequence[str]) -> Any:
    """Return the model in a file.

    Raises:
        KitchenError: As for `kitchen.load`, or what the user has named is not there.
    """
    find(file)  # before anything else is loaded
    import kitchen

    return kitchen.load(file, custom_objects=named(words))


def named(words: Sequence[str]) -> dict[str, Any]:
    """Return the classes and functions that the user has named.

    Raises:
        KitchenError: One is not there.
    """
    found = {}
    for word in words:
        module, _, name = word.partition(":")
        if (here := str(Path.cwd())) not in sys.path:
            sys.path.insert(0, here)
        try:
            found[name] = getattr(importlib.import_module(module), name)
        except Exception as error:  # whatever the user's own module raises
            raise KitchenError(
                f"--custom cannot be followed: {type(error).__name__}: {error}.",
                received=repr(word),
                fix="Give it as MODULE:NAME, for example my_layers:Scale.",
            ) from None
    return found


@group.command(
    epilog=examples(
        "draw model.keras",
        "draw model.keras -o model.svg --direction LR --mark explain",
        "draw resnet.keras -o resnet.png --expand conv3_block2",
        "draw model.keras -o - --format dot | dot -Tjpg -o model.jpg",
    )
)
@click.argument("file")
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    help="Where to write the picture: .svg, .png, .pdf or .dot; - is standard output.",
)
@click.option("--format", "kind", type=click.Choice(KINDS), help="What to write for -o -; svg.")
@click.option("--direction", type=click.Choice(["TB", "LR"]), default="TB", show_default=True)
@click.option("--expand", metavar="NAME", multiple=True, help="Open a block or a model inside it.")
@click.option("--expand-all", is_flag=True, help="Open everything.")
@click.option("--collapse/--no-collapse", default=None, help="Show repeated blocks as one box.")
@click.option("--mark", type=click.Choice(MARKS), help="Mark the calls that explain or lint name.")
@click.option("--masks", is_flag=True, help="Show masks that Keras passes along by itself.")
@click.option("--no-shapes", is_flag=True, help="Leave out the shapes of tensors.")
@click.option("--no-params", is_flag=True, help="Leave out numbers of parameters.")
@click.option(
    "--timeout", type=float, help="Seconds to lay out; 10, or 1.2 for more than 2,000 boxes."
)
@custom
def draw(file: str, target: str | None, kind: str | None, custom: Sequence[str], **how: Any) -> int:
    """Draw a model with a box for each call of a layer.

    Without -o, the picture comes in words. Exit code 1 where the graph could not be laid out and
    the file shows the words.
    """
    suffix = kind_of(target, kind)
    model = opened(file, custom)
    import kitchen

    drawing = kitchen.draw(
        model,
        direction=how["direction"],
        expand=how["expand_all"] or how["expand"],
        collapse=how["collapse"],
        highlight=getattr(kitchen, how["mark"])(model) if how["mark"] else None,
        show_masks=how["masks"],
        show_shapes=not how["no_shapes"],
        show_params=not how["no_params"],
        timeout=how["timeout"],
    )
    problem = spoken(drawing.problem)
    if target is None:
        output.emit(drawing.text.replace(drawing.problem, problem, 1))
        return YES
    output.write(drawing, target, suffix)
    if problem:
        output.say(f"Note: {problem}")
    return NO if problem else YES


def kind_of(target: str | None, kind: str | None) -> str:
    """Return what kind of file is to be written, before a model is loaded for it."""
    if target is None or target == "-":
        return kind or "svg"
    suffix = Path(target).suffix.lower().removeprefix(".")
    if suffix not in KINDS:
        raise click.UsageError(f"-o takes a name that ends in .{', .'.join(KINDS)}, or -")
    if kind not in (None, suffix):
        raise click.UsageError("--format is for -o -; elsewhere the name says it.")
    check_folder(target)
    return suffix


def check_folder(target: str) -> None:
    """Raise where there is no folder to write into, before a model is loaded."""
    if target != "-" and not Path(target).absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {str(Path(target).parent)!r} to write into.")


@group.command(epilog=examples("explain model.keras"))
@click.argument("file")
@custom
def explain(file: str, custom: Sequence[str]) -> int:
    """Say whether the model could be a Sequential, and what stops it.

    Exit code 0 where a plain Sequential could express it, 1 where something stops that.
    """
    model = opened(file, custom)
    import kitchen

    explanation = kitchen.explain(model)
    output.emit(str(explanation))
    return NO if explanation.obstacles else YES


@group.command(
    epilog=examples(
        "source model.keras --form functional",
        "source resnet.keras --compact -o resnet.py",
        "source unet.keras --form sequential --wrap",
    )
)
@click.argument("file")
@click.option("--form", type=click.Choice(FORMS), help="How to write it; as it is by default.")
@click.option("--wrap", is_flag=True, help="Let a Sequential hide branches inside its elements.")
@click.option("--compact", is_flag=True, help="Write repeated blocks as loops.")
@click.option("-o", "--output", "target", default="-", metavar="FILE", help="Where to write it.")
@custom
def source(
    file: str, form: Form | None, wrap: bool, compact: bool, target: str, custom: Sequence[str]
) -> int:
    """Write the model as Python source."""
    check_folder(target)
    model = opened(file, custom)
    import kitchen

    text = kitchen.source(model, form, wrap=wrap, compact=compact)
    output.write_text(str(text), target)
    return YES


@group.command(epilog=examples("lint model.keras"))
@click.argument("file")
@custom
def lint(file: str, custom: Sequence[str]) -> int:
    """Look for mistakes that Keras accepts silently.

    Exit code 0 where there is none, 1 where there are findings.
    """
    model = opened(file, custom)
    import kitchen

    findings = kitchen.lint(model)
    output.emit(str(findings))
    return NO if findings else YES


@group.command(epilog=examples("compare sequential.keras functional.keras"))
@click.argument("a")
@click.argument("b")
@custom
def compare(a: str, b: str, custom: Sequence[str]) -> int:
    """Say by running two models whether they are one family.

    Exit code 0 where one set of numbers fits both, one for one, and gives the same outputs and
    gradients; 1 elsewhere.
    """
    for file in (a, b):
        find(file)
    models = [opened(file, custom) for file in (a, b)]
    import kitchen
    from kitchen.views.comparison import parameters, title

    blocks = []
    for file, model in zip((a, b), models, strict=True):
        graph = kitchen.read(model)
        blocks.append(f"{printable(file)}: {printable(title(graph))}\n{parameters(graph)}")
    verdict = kitchen.equivalent(*models)
    output.emit("\n\n".join([*blocks, spoken(str(verdict))]))
    return YES if verdict else NO


group.add_command(lab)
group.add_command(doctor)
group.add_command(export)
group.add_command(class_report)
