"""All rules, by their codes."""

from kitchen.graph.rules import (
    alphabet,
    axes,
    classes,
    gradients,
    layers,
    losses,
    metrics,
    sharing,
    structure,
    targets,
    weights,
)
from kitchen.graph.rules.base import Rule

MODULES = (
    structure,
    classes,
    sharing,
    layers,
    weights,
    losses,
    alphabet,
    gradients,
    metrics,
    axes,
    targets,
)
RULES: tuple[Rule, ...] = tuple(
    sorted((rule for module in MODULES for rule in module.RULES), key=lambda rule: rule.code)
)
