"""Where branches part and meet: through which call must everything pass on its way?

Call `a` dominates call `b` if every way from the inputs to `b` goes through `a`. The nearest such
call is where the branches that meet in `b` have parted.
"""

from collections.abc import Iterable


class Dominators:
    """A tree that grows: each call hangs from the nearest call through which all must pass.

    Node 0 stands for what lies outside. Every question takes a time that grows with the logarithm
    of the depth, as each node keeps a jump far up (Myers, "An applicative random-access stack",
    1983).
    """

    def __init__(self) -> None:
        """Start with the outside alone."""
        self.parent, self.jump, self.depth = [0], [0], [0]

    def add(self, before: Iterable[int]) -> int:
        """Add the next call and return its node.

        Args:
            before: The nodes that it follows, all added already; none for one that follows the
                outside.
        """
        nodes = iter(before)
        above = next(nodes, 0)
        for node in nodes:
            above = self.meeting(above, node)
        jump = self.jump[above]
        even = (
            self.depth[above] - self.depth[jump] == self.depth[jump] - self.depth[self.jump[jump]]
        )
        self.parent.append(above)
        self.jump.append(self.jump[jump] if even else above)
        self.depth.append(self.depth[above] + 1)
        return len(self.parent) - 1

    def at_depth(self, node: int, depth: int) -> int:
        """Return the node at a depth on the way from `node` up."""
        while self.depth[node] > depth:
            far = self.jump[node]
            node = far if self.depth[far] >= depth else self.parent[node]
        return node

    def meeting(self, a: int, b: int) -> int:
        """Return the nearest node from which both `a` and `b` hang."""
        depth = min(self.depth[a], self.depth[b])
        a, b = self.at_depth(a, depth), self.at_depth(b, depth)
        while a != b:
            if self.jump[a] != self.jump[b]:
                a, b = self.jump[a], self.jump[b]
            else:
                a, b = self.parent[a], self.parent[b]
        return a

    def above(self, a: int, b: int) -> bool:
        """Return whether every way to `b` goes through `a`."""
        return self.at_depth(b, self.depth[a]) == a
