"""Which piece of the learner's own cell made each layer and each call of a model."""

import ast
import itertools
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kitchen.graph.reader import Bound
from kitchen.graph.tracing import sublayers

NUMBERS = itertools.count()
CALCULATES = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Subscript)


@dataclass(frozen=True, order=True)
class Span:
    """A piece of source code.

    Args:
        line: Its first line, from 1.
        column: Its first character's place in that line, in UTF-8 bytes from 0, as Python counts.
        end_line: Its last line.
        end_column: The place after its last character, in the same way.
    """

    line: int
    column: int
    end_line: int
    end_column: int


def span_of(node: ast.expr) -> Span:
    """Return the piece of code that an expression is."""
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    return Span(node.lineno, node.col_offset, end_line, end_column)


@dataclass(frozen=True)
class SourceMap:
    """What made the parts of one model.

    Args:
        source: The code.
        calls: By a call's id, the expression that called the layer; where nobody wrote a call, as
            in a Sequential's list, the one that made the layer.
        layers: By a layer's id, the expression that made the layer.
    """

    source: str
    calls: Mapping[str, Span] = field(default_factory=dict)
    layers: Mapping[str, Span] = field(default_factory=dict)


class Recorder:
    """Runs code as it would run without it, and remembers which expression gave which object.

    Args:
        source: The code.

    >>> recorder = Recorder("total = sum([1, 2])")
    >>> names = {}
    >>> exec(compile(recorder.tree(), "<cell>", "exec"), recorder.names(), names)
    >>> names["total"]
    3
    """

    def __init__(self, source: str):
        """Take the code; nothing is run yet."""
        self.source = source
        self.name = f"__kitchen_record_{next(NUMBERS)}__"
        self.open = True
        self.spans: list[Span] = []
        self.seen: dict[int, tuple[Any, Span]] = {}  # with the object: an id lives as long as it
        self.models: list[Any] = []

    def tree(self) -> ast.Module:
        """Return the code's syntax tree, with every expression that calculates recorded.

        Raises:
            SyntaxError: It is no Python.
        """
        tree: ast.Module = self.changed(ast.parse(self.source))
        return tree

    def changed(self, tree: Any) -> Any:
        """Return a syntax tree in which each expression that calculates hands on its value."""
        return ast.fix_missing_locations(Wrapper(self).visit(tree))

    def names(self) -> dict[str, Any]:
        """Return what the changed code needs to find among its global names."""
        return {self.name: self.record}

    def record(self, index: int, value: Any) -> Any:
        """Note what an expression gave, the innermost one first, and hand it on."""
        keras = sys.modules.get("keras")
        if self.open and keras is not None:
            parts = value if type(value) in {list, tuple} else (value,)
            parts = list(value.values()) if type(value) is dict else parts
            for part in parts:
                if isinstance(part, keras.KerasTensor | keras.layers.Layer):
                    if id(part) not in self.seen and isinstance(part, keras.Model):
                        self.models.append(part)
                    self.seen.setdefault(id(part), (part, self.spans[index]))
        return value

    def close(self) -> None:
        """Record no more, and hold nothing; functions of the code run as before."""
        self.open = False
        self.seen, self.models = {}, []

    def map(self, bound: Bound) -> SourceMap:
        """Return what made the parts of a model that was read after the code was run."""
        layers = {
            key: self.seen[id(layer)][1]
            for key, layer in bound.layers.items()
            if id(layer) in self.seen
        }
        calls = {
            key: self.seen[tensor][1]
            for tensor, key in bound.tensors.items()
            if tensor in self.seen
        }
        for call in bound.graph.calls.values():
            if call.id not in calls and call.layer in layers:
                calls[call.id] = layers[call.layer]
        return SourceMap(self.source, calls, layers)

    def built(self) -> Any:
        """Return the model that the code built last and put into no other; `None` for none."""
        inside = {id(x) for model in self.models for x in sublayers(model) if x is not model}
        whole = [model for model in self.models if id(model) not in inside]
        return whole[-1] if whole else None


class Wrapper(ast.NodeTransformer):
    """Wraps every expression that calculates something in a call of the recorder."""

    def __init__(self, recorder: Recorder):
        """Take the recorder that gets the spans."""
        self.recorder = recorder

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Wrap the inner expressions, then the node itself if it is one."""
        super().generic_visit(node)
        reads = isinstance(getattr(node, "ctx", None), ast.Load) or not hasattr(node, "ctx")
        if not (isinstance(node, CALCULATES) and reads and isinstance(node, ast.expr)):
            return node
        index = len(self.recorder.spans)
        self.recorder.spans.append(span_of(node))
        name = ast.copy_location(ast.Name(self.recorder.name, ast.Load()), node)
        number = ast.copy_location(ast.Constant(index), node)
        return ast.copy_location(ast.Call(name, [number, node], []), node)

    def visit_Delete(self, node: ast.Delete) -> ast.AST:
        """Leave a deletion's own targets, which must stay names and places."""
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        """Wrap all of a match statement but its patterns, in which nothing may be called."""
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.guard = self.visit(case.guard) if case.guard else None
            case.body = [self.visit(statement) for statement in case.body]
        return node
