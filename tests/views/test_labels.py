import pytest

from kitchen.views.labels import Room, along, candidates, crosses, flattened, placed

AREA = (10.0, 10.0, 20.0, 20.0)


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        ((0, 0), (30, 30), True),
        ((0, 15), (30, 15), True),
        ((12, 12), (13, 13), True),
        ((15, 0), (15, 9), False),
        ((0, 0), (9, 30), False),
        ((0, 25), (25, 30), False),
        ((25, 0), (25, 30), False),
    ],
)
def test_a_piece_of_a_line_touches_an_area_or_not(
    start: tuple[float, float], end: tuple[float, float], touches: bool
) -> None:
    assert crosses(start, end, AREA) is touches
    assert crosses(end, start, AREA) is touches


def test_a_curve_becomes_pieces_from_end_to_end() -> None:
    pieces = flattened([0, 0, 0, 10, 10, 10, 10, 20, 10, 30, 20, 30, 20, 40])
    assert pieces[0] == (0, 0) and pieces[-1] == (20, 40)
    assert (10, 20) in pieces
    assert [y for _, y in pieces] == sorted(y for _, y in pieces)


def test_a_point_along_a_line() -> None:
    line = [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0)]
    assert along(line, 4) == (0, 4)
    assert along(line, 13) == (3, 10)
    assert along(line, 99) == (10, 10)


def test_what_is_taken_is_not_free() -> None:
    room = Room()
    assert room.free(AREA)
    room.take((19, 19, 300, 300))
    assert not room.free(AREA)
    assert room.free((0, 0, 18, 18))
    room.take_line([(0, 5), (500, 5)])
    assert not room.free((400, 0, 410, 10))
    assert room.free((400, 6, 410, 10))


def test_very_long_lines_cost_little() -> None:
    room = Room()
    room.take_line([(0, 0), (1e6, 1e6)])
    assert not room.pieces


def test_texts_of_two_lines_side_by_side_do_not_meet() -> None:
    room = Room()
    lines = {f"e{k}": ([(20.0 * k, 0.0), (20.0 * k, 60.0)], 40.0) for k in range(2)}
    for points, _ in lines.values():
        room.take_line(points)
    found = placed(lines, room, "TB")
    assert all(free for _, free in found.values())
    (x0, _), (x1, _) = (found[name][0] for name in lines)
    assert x0 + 40 <= 0 and x1 >= 20, "one on the left of both lines, one on the right"


def test_two_texts_of_one_line_do_not_cover_each_other() -> None:
    line = [(0.0, 0.0), (0.0, 60.0)]
    found = placed({"e1": (line, 40.0), "e2": (line, 40.0)}, Room(), "TB")
    (x0, y0), (x1, y1) = (place for place, _ in found.values())
    assert abs(x0 - x1) >= 40 or abs(y0 - y1) >= 13


def test_a_text_without_room_covers_something_and_says_so() -> None:
    room = Room()
    room.take((-500, -500, 500, 500))
    ((_, free),) = placed({"e": ([(0, 0), (0, 50)], 30)}, room, "TB").values()
    assert free is False


def test_texts_stand_beside_lines_that_lead_down_and_above_those_that_lead_right() -> None:
    left, top, right, low = next(candidates([(0, 0), (0, 50)], 30, "TB"))
    assert left > 0 and 0 < top < low < 50
    left, top, right, low = next(candidates([(0, 0), (50, 0)], 30, "LR"))
    assert low < 0 and right <= 50


def test_beside_a_line_that_hardly_leads_down_a_text_stands_below_or_above() -> None:
    line = [(0.0, 0.0), (200.0, 20.0)]
    room = Room()
    room.take((-100, -60, 300, 0))
    room.take_line(line)
    (((_, y), free),) = placed({"e": (line, 40.0)}, room, "TB").values()
    assert free and y > 5


def test_a_text_without_free_room_rather_covers_a_line_than_a_box() -> None:
    room = Room()
    for k in range(-50, 50):
        room.take_line([(4.0 * k, -100), (4.0 * k, 100)])
    room.take((4, -100, 200, 100))
    line = [(0.0, 0.0), (0.0, 60.0)]
    (((x, _), free),) = placed({"e": (line, 40.0)}, room, "TB").values()
    assert not free and x + 40 <= 4
