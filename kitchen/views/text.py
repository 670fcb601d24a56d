"""Text that a user typed, made safe and short enough to draw, and its width in pixels.

Widths are those of DejaVu Sans, which matplotlib bundles and whose near relative Verdana stands on
Windows and macOS; so boxes can be sized without opening a font.
"""

import unicodedata

from kitchen.errors import shorten

NO_NAME = "(no name)"
REPLACED = "\N{REPLACEMENT CHARACTER}"
LONGEST = 400  # characters looked at: no line is wide enough to show more
BALANCE = 8.0  # pixels that lines may be longer than they need to be
STACKED = 2  # combining marks on one character; more would climb over other boxes

# Advance widths of the characters from space to tilde, in thousandths of the font size.
ASCII = (
    *(318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337),  # space to /
    *(636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531),  # 0 to ?
    *(1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787),  # @ to O
    *(603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500),  # P to _
    *(500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612),  # ` to o
    *(635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838),  # p to ~
)
SIGNS = dict(zip("\xa0·…×÷−→↵◆", (318, 318, 1000, 838, 838, 838, 838, 838, 769), strict=True))
ADVANCE = {chr(32 + k): width for k, width in enumerate(ASCII)} | SIGNS
KNOWN = frozenset(ADVANCE)
ACCENT = 100  # the most that an accent makes a letter wider
OTHER, WIDE = 1100, 1400  # wider than what fonts have: a box may be too wide, never too narrow

NOT_SHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, marks of direction, surrogates, separators
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def clean(text: object) -> str:
    r"""Return `text` as it can stand in XML, in DOT and in a picture.

    What has no picture of its own becomes U+FFFD: control characters, surrogates, non-characters,
    and marks that change the direction of the text around them. A line break becomes "↵".

    >>> clean("a\nb\x00") == "a↵b\N{REPLACEMENT CHARACTER}"
    True
    """
    whole = text if isinstance(text, str) else str(text)
    if len(whole) > LONGEST:
        whole = shorten(whole, LONGEST)
    if (whole.isascii() and whole.isprintable()) or KNOWN.issuperset(whole):
        return whole
    kept = []
    stacked = 0
    for character in whole:
        category = unicodedata.category(character)
        stacked = stacked + 1 if category in {"Mn", "Me"} else 0
        if character == "\n":
            kept.append("↵")
        elif category in NOT_SHOWN and character not in JOINERS:
            kept.append(REPLACED)
        elif stacked > STACKED or is_noncharacter(character):
            kept.append(REPLACED)
        else:
            kept.append(character)
    return "".join(kept)


def is_noncharacter(character: str) -> bool:
    """Return whether Unicode sets a code point aside for no use at all."""
    code = ord(character)
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def width(text: str, size: float) -> float:
    """Return the width of `text` in pixels, at a font size in pixels."""
    try:
        units = sum(map(ADVANCE.__getitem__, text))
    except KeyError:
        units = sum(ADVANCE.get(character) or advance(character) for character in text)
    return size / 1000 * units


def advance(character: str) -> int:
    """Return a width that is enough for a character outside the table."""
    if unicodedata.combining(character) or character in JOINERS:
        return 0
    if (letter := unicodedata.normalize("NFD", character)[0]) in ADVANCE:
        return ADVANCE[letter] + ACCENT
    return WIDE if unicodedata.east_asian_width(character) in "WF" else OTHER


def fit(text: object, size: float, limit: float) -> str:
    """Return `text`, cleaned, and cut in the middle where it is wider than `limit` pixels."""
    whole = clean(text)
    if width(whole, size) <= limit:
        return whole
    few, many = 0, len(whole)  # `few` characters fit and `many` do not
    while many - few > 1:
        middle = (few + many) // 2
        if width(cut(whole, middle), size) <= limit:
            few = middle
        else:
            many = middle
    return cut(whole, few)


def cut(text: str, kept: int) -> str:
    """Return `text` with only `kept` of its characters, a third of them from its end."""
    tail = kept // 3
    return f"{text[: kept - tail]}…{text[len(text) - tail :]}"


def wrap(text: str, size: float, limit: float, most: int = 12) -> list[str]:
    """Return cleaned `text` in lines of at most `limit` pixels, and at most `most` lines."""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and width(longer, size) > limit:
            lines.append(fit(word, size, limit))
        else:
            lines[-1] = longer if width(longer, size) <= limit else fit(longer, size, limit)
    return lines if len(lines) <= most else [*lines[: most - 1], "…"]


def balanced(text: str, size: float, limit: float, most: int = 12) -> list[str]:
    """Return cleaned `text` as `wrap` does, in lines as short as they can be without one more."""
    lines = wrap(text, size, limit, most)
    low, high = limit / 2, limit
    while len(lines) > 1 and high - low > BALANCE:
        middle = (low + high) / 2
        shorter = wrap(text, size, middle, most)
        if len(shorter) > len(lines) or width(shorter[-1], size) > middle:
            low = middle
        else:
            lines, high = shorter, middle
    return lines


def called(name: object) -> str:
    """Return a name, cleaned; "(no name)" where it is empty."""
    return clean(name) or NO_NAME
