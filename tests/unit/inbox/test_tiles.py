"""The tile map's drawing: nothing on top of anything, places on the side on which they lie, names that fit."""

from hypothesis import given
from hypothesis import strategies as st

from ldis.inbox.tiles import MOST_LINES, SIGNS_IN_A_LINE, Square, broken, laid_out
from ldis.submissions.rules import HarmLevel

spots = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4), st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=12
).map(lambda found: {key: spot for spot, key in {spot: key for key, spot in found.items()}.items()})


def square(key: str, reports: int = 0) -> Square:
    return Square(key, key, reports, HarmLevel.MILD if reports else None)


@given(spots=spots, without=st.sets(st.text("xyz", min_size=1, max_size=3), max_size=9))
def test_every_square_has_a_place_of_its_own_on_the_board(
    spots: dict[str, tuple[int, int]], without: set[str]
) -> None:
    board = laid_out([square(key) for key in (*spots, *sorted(without))], spots)
    at = {tile.square.key: (tile.x, tile.y) for tile in board.tiles}
    assert len(set(at.values())) == len(spots) + len(without)
    wide, high = board.square
    assert all(x + wide <= board.width and y + high <= board.height for x, y in at.values())
    for one, spot in spots.items():
        for other, further in spots.items():
            assert (at[one][0] < at[other][0]) == (spot[0] < further[0])
            assert (at[one][1] < at[other][1]) == (spot[1] < further[1])


@given(name=st.text("abcdefgh -", min_size=1, max_size=80))
def test_a_name_fits_its_square(name: str) -> None:
    lines = broken(name)
    assert len(lines) <= MOST_LINES
    assert all(len(line) <= SIGNS_IN_A_LINE + 3 for line in lines)


def test_long_names_are_broken_where_people_would() -> None:
    assert broken("Kingston upon Hull, City of") == ["Kingston upon", "Hull, City of"]
    assert broken("Stoke-on-Trent") == ["Stoke-on-Trent"]
    assert broken("Bournemouth, Christchurch and Poole") == ["Bournemouth,", "Christchurch", "and Poole"]


def test_more_reports_are_never_lighter() -> None:
    shades = [laid_out([square("a", number)], {}).tiles[0].shade for number in range(50)]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (0, 4)
