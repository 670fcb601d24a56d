"""One model in one form: as a Sequential, as a functional model, or as a class."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kitchen.backend import keras
from kitchen.rewrite.bodies import Lines, paths
from kitchen.rewrite.code import Code, Ref, call, listed
from kitchen.rewrite.literals import Unwritable, string
from kitchen.rewrite.statements import Class, Function, Gap, Line, Statement
from kitchen.rewrite.unit import Unit

MODEL = "model"  # the variable of the model itself
SCOPE = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*")  # what TensorFlow takes as a name
RENAME = "Use form='functional', or a name of letters, digits and underscores."


def sequential(unit: Unit, owner: str) -> Function:
    """Write the function that builds a Sequential."""
    lines = Lines(unit, owner)
    elements: list[Code] = []
    one = len(lines.body.inputs) == 1 and lines.body.inputs[0].tensor.shape is not None
    if one:  # with several, or of any shape, it has no `Input`, and layers are built one by one
        elements.append(unit.input(lines.body.inputs[0]))
    late: list[Line] = []
    for made in lines.calls:
        thing = lines.layer(made.layer)
        with unit.blaming(thing.id):
            known = unit.build_arguments(thing.id) is not None
            if not one and unit.has_weights(thing.id) and known:
                unit.built_early.add(thing.id)
                elements.append(lines.variable(thing))
            else:
                elements.append(lines.callee(thing))
        if unit.freezes_late(made.layer) and made.layer not in lines.parameters:
            late.append(Statement((unit.layer_ref(made.layer), ".trainable = False")))
    named = unit.named(owner)
    given = list(lines.lines)
    empty = Statement((f"{MODEL} = ", *call("tf.keras.Sequential", **named)))
    adding = [*given, empty, *(Statement(call(f"{MODEL}.add", x)) for x in elements)]
    late = list(dict.fromkeys(late))
    code = call("tf.keras.Sequential", listed(elements, tall=bool(elements)), **named)
    return replace(
        finished(unit, owner, lines, code, late), adding=closed(unit, owner, adding, late)
    )


def functional(unit: Unit, owner: str) -> Function:
    """Write the function that builds a functional model."""
    lines = Lines(unit, owner)
    lines.inputs()
    if len(lines.body.inputs) > 1 or len(lines.calls) > 3:
        lines.lines.append(Gap())
    lines.run()
    code = call(
        "tf.keras.Model",
        inputs=lines.structure(lines.body.input_structure, lines.body.inputs),
        outputs=lines.structure(lines.body.output_structure, lines.body.outputs),
        **unit.named(owner),
    )
    return finished(unit, owner, lines, code, [])


def finished(unit: Unit, owner: str, lines: Lines, code: Code, late: Sequence[Line]) -> Function:
    """Return the function that builds a model and gives it back.

    Args:
        unit: The whole model.
        owner: The model.
        lines: What comes before.
        code: What makes the model.
        late: What is done with it then.
    """
    if len(lines.lines) > 3:
        lines.lines.append(Gap())
    if late or unit.freezes_here(owner):
        made = [*lines.lines, Statement((f"{MODEL} = ", *code))]
        lines.lines = closed(unit, owner, made, late)
    else:
        lines.lines.append(Statement(("return ", *code)))
    given = [unit.layer_ref(key) for key in lines.parameters]
    return Function(unit.functions[owner], given, lines.lines, unit.hints)


def closed(unit: Unit, owner: str, made: Sequence[Line], late: Sequence[Line]) -> list[Line]:
    """Return lines that make a model, with those that freeze it and give it back."""
    freezing = [Statement((f"{MODEL}.trainable = False",))] if unit.freezes_here(owner) else []
    return [*made, *late, *freezing, Statement((f"return {MODEL}",))]


def subclass(unit: Unit, owner: str, training: bool) -> tuple[Class, Lines]:
    """Write the class whose objects are the model."""
    check_names(unit, owner)
    lines = Lines(unit, owner, eager=True, training=training)
    lines.lines += list(taking(unit, lines))
    lines.lines += list(casting(unit, lines))
    lines.run()
    result = lines.structure(lines.body.output_structure, lines.body.outputs)
    last = lines.lines[-1] if lines.lines else Gap()
    if isinstance(last, Statement) and last.targets == result and not last.unpack:
        lines.lines.pop()
        result = last.code
    lines.lines.append(Statement(("return ", *result)))
    given = [unit.layer_ref(key) for key in lines.parameters]
    attributes = [*given, *(ref for key in lines.made if (ref := unit.layer_ref(key)) not in given)]
    named = call("super().__init__", **unit.named(owner))
    return Class(
        unit.functions[owner],
        given,
        named,
        lines.making,
        lines.lines,
        lines.told,
        attributes,
        unit.hints,
        set(dir(keras().Sequential(name="any"))),
    ), lines


def taking(unit: Unit, lines: Lines) -> Iterable[Line]:
    """Yield the lines that take the inputs out of the one argument of `call`."""
    structure, ports = lines.body.input_structure, lines.body.inputs
    spots = [(port.tensor.call, port.tensor.index) for port in ports]
    if structure == 0:
        lines.values[spots[0]] = ("inputs",)
        return
    refs = [lines.input_ref(port, k) for k, port in enumerate(ports)]
    lines.values |= {spot: (ref,) for spot, ref in zip(spots, refs, strict=True)}
    flat = isinstance(structure, list | tuple) and list(structure) == list(range(len(ports)))
    if flat:
        targets = [r if s in unit.needed else None for r, s in zip(refs, spots, strict=True)]
        yield Statement(("inputs",), tuple(targets), unpack=True)
        return
    for path, k in sorted(paths(structure), key=lambda found: found[1]):
        if spots[k] in unit.needed:
            yield Statement(("inputs", *path), (refs[k],))


def casting(unit: Unit, lines: Lines) -> Iterable[Line]:
    """Yield the lines that give inputs their dtype: a subclass takes all floats as float32."""
    for k, port in enumerate(lines.body.inputs):
        dtype, spot = str(port.tensor.dtype), (port.tensor.call, port.tensor.index)
        if spot in unit.needed and "float" in dtype and dtype != "float32":
            ref = unit.ref((*spot, dtype), unit.hints[lines.input_ref(port, k)])
            yield Statement(call("ops.cast", lines.values[spot], string(dtype)), (ref,))
            lines.values[spot] = (ref,)


def check_names(unit: Unit, owner: str) -> None:
    """Raise if TensorFlow refuses the name of a layer: a subclass runs in its name scopes.

    Raises:
        KitchenError: It does.
    """
    waiting, seen = [owner], {owner}
    while waiting:
        for made in unit.graph.bodies[waiting.pop()].calls:
            name = unit.titles.given(made.layer)
            if unit.graph.layers[made.layer].kind != "input" and not SCOPE.fullmatch(name or "x"):
                with unit.blaming(made.layer):
                    raise Unwritable("inside a subclass, TensorFlow refuses such a name", RENAME)
            if made.layer in unit.graph.bodies and made.layer not in seen:
                seen.add(made.layer)
                waiting.append(made.layer)


def built(unit: Unit, owner: str, lines: Lines, written: Class) -> Function:
    """Write the function that makes the object of a class, and its weights."""
    known = written.known()
    made: list[Line] = [Statement((f"{MODEL} = ", *call(written.name)))]
    ports = lines.body.inputs
    lines.values = {}
    for k, port in enumerate(ports):
        spot = port.tensor.call, port.tensor.index
        if len(ports) == 1:
            lines.values[spot] = unit.input(port)
        else:
            ref = lines.input_ref(port, k)
            lines.values[spot] = (ref,)
            made.append(Statement(unit.input(port), (ref,)))
    given = lines.structure(lines.body.input_structure, ports)
    made.append(Statement(call(MODEL, given), remark="# The first call makes the weights."))
    for line in lines.late:
        if isinstance(line, Statement) and isinstance(line.code[0], Ref):
            attribute = known[line.code[0]].removeprefix("self")
            made.append(Statement((MODEL, attribute, ".trainable = False")))
    if unit.freezes_here(owner):
        made.append(Statement((f"{MODEL}.trainable = False",)))
    made.append(Statement((f"return {MODEL}",)))
    return Function("build", [], made, unit.hints)
