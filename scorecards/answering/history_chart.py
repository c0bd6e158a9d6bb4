"""Earlier years' results of an indicator as a small picture: bars drawn on the server, with their figures."""

from dataclasses import dataclass

from scorecards.answering.plausibility import number_in

WIDTH, HEIGHT, GAP = 320, 96, 16
YEARS = 3
LETTERS_ABOVE_A_BAR = 12


@dataclass(frozen=True)
class Bar:
    """One year: its figure as printed, and where its bar stands in a picture of 320 × 96."""

    year: str
    figure: str
    x: int
    y: int
    width: int
    height: int
    is_now: bool = False

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        return self.y - 4


def bars(history: dict[int, str], *, year: int, now: str) -> list[Bar]:
    """The last three years and this one; years whose result is no number are left out of the picture. Fewer than two
    figures make no picture."""
    told = [(str(one), text, False) for one, text in sorted(history.items())[-YEARS:]]
    told.append((str(year), now, True))
    known = [
        (label, text, value, is_now) for label, text, is_now in told if (value := number_in(text)) is not None
    ]
    if len(known) < 2:
        return []
    top = max(value for _label, _text, value, _now in known)
    width = (WIDTH - GAP * (len(known) - 1)) // len(known)
    found = []
    for place, (label, text, value, is_now) in enumerate(known):
        height = max(2, int(HEIGHT * value / top)) if top > 0 else 2
        x, y = place * (width + GAP), 20 + HEIGHT - height
        found.append(Bar(label, _figure(text), x, y, width, max(2, min(height, HEIGHT)), is_now))
    return found


def _figure(text: str) -> str:
    """A result as it stands above its bar: without its unit where both do not fit. The table below has it whole."""
    if len(text) <= LETTERS_ABOVE_A_BAR:
        return text
    return next((word for word in text.replace("%", " ").split() if number_in(word) is not None), text)
