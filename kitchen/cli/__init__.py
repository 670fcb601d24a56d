"""The command `keras-kitchen`: what this package does for a model that lies in a file.

Its exit codes: 0 done, and the answer is yes; 1 done, and the answer is no (an obstacle, a finding,
another family, something to mend); 2 not done (a wrong word, a file that cannot be used); 130 after
Ctrl-C; 141 where whoever read the output stopped reading.
"""

from collections.abc import Sequence

import click

from kitchen.cli import output
from kitchen.cli.commands import group
from kitchen.cli.words import said
from kitchen.errors import KitchenError

USAGE, INTERRUPTED, CLOSED = 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after the command's name; those of this process by default.

    Returns:
        The exit code.
    """
    output.prepare()
    words = None if arguments is None else list(arguments)
    with output.notes():
        try:
            code = group.main(words, prog_name="keras-kitchen", standalone_mode=False)
            return int(code or 0)
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except click.Abort:
            return INTERRUPTED
        except KitchenError as error:
            output.say(f"Error: {said(error)}")
            return USAGE
        except output.Closed:
            return CLOSED
