"""Python source as coloured HTML that follows JupyterLab's theme, and reads plainly without it."""

from html import escape

from pygments.lexers import PythonLexer
from pygments.token import Keyword, Name, Number, Operator, String, Token

# JupyterLab's own editor colours, but for comments, whose colour is too faint in a box; the second
# is for pages that do not define them, and stands out from white as from near-black.
COLOURS = {
    Keyword: ("keyword", "#2e8540"),
    Operator.Word: ("keyword", "#2e8540"),
    Name.Function: ("def", "#3b6fd4"),
    Name.Class: ("def", "#3b6fd4"),
    Name.Builtin: ("builtin", "#2e8540"),
    Name.Decorator: ("meta", "#9a52d0"),
    Number: ("number", "#5b7f3a"),
    String: ("string", "#c2413b"),
}

STYLE = (
    "margin:0;background:transparent;text-align:left;white-space:pre-wrap;overflow-wrap:anywhere;"
    "font-family:var(--jp-code-font-family,monospace)"
)


def highlight(code: str) -> str:
    """Return Python source as a `<pre>` element; its text is the source, escaped.

    Args:
        code: Any text; what is no Python is shown without colour.
    """
    parts = []
    for token, text in PythonLexer(stripnl=False).get_tokens(code):
        while token is not Token and token not in COLOURS:
            token = token.parent
        shown = escape(text)
        if token in COLOURS and text.strip():
            name, other = COLOURS[token]
            shown = (
                f'<span style="color:var(--jp-mirror-editor-{name}-color,{other})">{shown}</span>'
            )
        parts.append(shown)
    return f'<pre style="{STYLE}">{"".join(parts).rstrip()}</pre>'
