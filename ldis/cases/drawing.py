"""The table of rules as a picture: the states from top to bottom, what leads on at the right, back at the left.

A move from a state to the one below it is a straight arrow. Any other runs in a lane of its own beside the boxes: every
state from which it may be made joins the lane, and its arrow enters the state that it leads to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ldis.cases.in_words import who_in_words
from ldis.cases.rules import RULES, Action, Rule, State

BOX_WIDTH = 330
GAP = 84
LINE = 19
LANE = 168
MARGIN = 24
STYLE = (
    "text{font:14px Arial,Helvetica,sans-serif;fill:#0b0c0c}.name{font-size:18px;font-weight:bold}"
    ".who{font-size:12px;fill:#484949}.box{fill:#f3f2f1;stroke:#0b0c0c;stroke-width:2}"
    ".way{fill:none;stroke:#1d70b8;stroke-width:2}.under{fill:#fff}.head{fill:#1d70b8}.dot{fill:#1d70b8}"
)


@dataclass(frozen=True)
class Move:
    """One action that leads from one or several states to another."""

    action: Action
    to: State
    sources: tuple[State, ...]
    rule: Rule

    @property
    def is_straight(self) -> bool:
        """Whether it only ever leads from a state to the next one."""
        order = list(State)
        return self.sources == (order[order.index(self.to) - 1],)

    @property
    def leads_back(self) -> bool:
        """Whether it leads to an earlier state."""
        order = list(State)
        return order.index(self.to) < order.index(self.sources[0])


@dataclass(frozen=True)
class Box:
    """A state where it stands, and what may be done in it that leaves it as it is."""

    state: State
    top: int
    lines: tuple[str, ...]

    @property
    def bottom(self) -> int:
        """Where the next gap begins."""
        return self.top + 40 + LINE * len(self.lines)

    def slot(self, number: int, of: int) -> int:
        """The height at which one of several lines meets the side of the box."""
        return self.top + (self.bottom - self.top) * (number + 1) // (of + 1)


def moves() -> list[Move]:
    """Every move that leads somewhere, in the order of the table."""
    sources: dict[tuple[Action, State], list[State]] = {}
    for (state, action), rule in RULES.items():
        if rule.then is not state:
            sources.setdefault((action, rule.then), []).append(state)
    return [
        Move(action, to, tuple(state for state in State if state in found), RULES[found[0], action])
        for (action, to), found in sources.items()
    ]


def boxes() -> dict[State, Box]:
    """Every state, one below the other."""
    drawn: dict[State, Box] = {}
    top = MARGIN
    for state in State:
        staying = tuple(action.value for (where, action), rule in RULES.items() if where is rule.then is state)
        drawn[state] = Box(state, top, _wrapped(staying))
        top = drawn[state].bottom + GAP
    return drawn


def as_svg() -> str:
    """The picture of docs/."""
    placed, every = boxes(), moves()
    back = [move for move in every if move.leads_back]
    on = [move for move in every if not move.leads_back and not move.is_straight]
    left = MARGIN + LANE * len(back)
    width, height = left + BOX_WIDTH + LANE * len(on) + MARGIN, placed[State.CLOSED].bottom + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-label="The states of a case and the moves between them">',
        f"<style>{STYLE}</style>",
        f'<rect class="under" width="{width}" height="{height}"/>',
        *_lanes(back, placed, side=left, step=-LANE),
        *_lanes(on, placed, side=left + BOX_WIDTH, step=LANE),
        *(part for move in every if move.is_straight for part in _straight(move, placed, left + BOX_WIDTH // 2)),
        *(part for box in placed.values() for part in _box(box, left)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _wrapped(actions: Sequence[str]) -> tuple[str, ...]:
    lines: list[str] = []
    for action in actions:
        if lines and len(lines[-1]) + len(action) < 42:
            lines[-1] += f" · {action}"
        else:
            lines.append(action)
    return tuple(lines)


def _box(box: Box, left: int) -> Iterator[str]:
    yield (
        f'<rect class="box" x="{left}" y="{box.top}" width="{BOX_WIDTH}" height="{box.bottom - box.top}" rx="4"/>'
    )
    yield _text(left + 16, box.top + 26, box.state.value.capitalize(), "name")
    for number, line in enumerate(box.lines):
        yield _text(left + 16, box.top + 26 + LINE * (number + 1), line)


def _straight(move: Move, placed: dict[State, Box], x: int) -> Iterator[str]:
    start, end = placed[move.sources[0]].bottom, placed[move.to].top
    yield f'<path class="way" d="M{x} {start}V{end - 8}"/>'
    yield f'<path class="head" d="M{x - 6} {end - 9}h12l-6 9z"/>'
    yield from _label(move, x, (start + end) // 2)


def _lanes(several: Sequence[Move], placed: dict[State, Box], *, side: int, step: int) -> Iterator[str]:
    """The lanes of one side. All lines are drawn before any words, so that none runs through them."""
    labels: list[str] = []
    meeting = {state: [m for m in several if state in (m.to, *m.sources)] for state in State}
    for number, move in enumerate(several):
        x = side + step * number + step // 2
        heights = [
            placed[state].slot(meeting[state].index(move), len(meeting[state]))
            for state in (move.to, *move.sources)
        ]
        away = 1 if step > 0 else -1
        yield f'<path class="way" d="M{x} {min(heights)}V{max(heights)}"/>'
        yield f'<path class="way" d="M{x} {heights[0]}H{side + away * 8}"/>'
        yield f'<path class="head" d="M{side + away * 9} {heights[0] - 6}v12l{-away * 9} -6z"/>'
        for height in heights[1:]:
            yield f'<path class="way" d="M{side} {height}H{x}"/><circle class="dot" cx="{x}" cy="{height}" r="4"/>'
        first = placed[move.to if move.leads_back else move.sources[0]]
        labels.extend(_label(move, x, first.bottom + GAP // 2))
    yield from labels


def _label(move: Move, x: int, y: int) -> Iterator[str]:
    lines = [(move.action.value, ""), (who_in_words(move.rule), "who")]
    if move.rule.when:
        lines.append((_short(f"if {move.rule.when.value}"), "who"))
    width = max(len(line) * (7.6 if not kind else 6.2) for line, kind in lines) + 8
    yield (
        f'<rect class="under" x="{x - width / 2:.0f}" y="{y - 10 - 8 * len(lines)}" width="{width:.0f}"'
        f' height="{16 * len(lines) + 8}"/>'
    )
    for number, (line, kind) in enumerate(lines):
        yield _text(x, y + 4 + 16 * number - 8 * (len(lines) - 1), line, f"{kind} mid".strip())


def _short(words: str) -> str:
    """A condition that has room beside its lane; the table under the picture has the others."""
    return words if len(words) <= 28 else "on a condition, see below"


def _text(x: int, y: int, words: str, kind: str = "") -> str:
    middle = ' text-anchor="middle"' if "mid" in kind else ""
    kind = kind.replace("mid", "").strip()
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{named}{middle}>{escape(words)}</text>'
