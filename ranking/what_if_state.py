"""What a reader asked for: weights of their own or a blend, a floor, a unit to follow; all of it in the address."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from survey.refusal import InvalidInput

NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,12})?")
PUBLISHED, EQUAL, BLEND, OWN = "published", "equal", "blend", "own"
WAYS = (PUBLISHED, EQUAL, BLEND, OWN)
PREFIX = "w."  # of the points of one indicator
FIRST = 20  # rows that are shown before all are asked for


class WhatIfRefused(InvalidInput):
    """The address asks for weights that are none."""

    code = "what_if_refused"
    message = _("These weights cannot be used: %(why)s")


@dataclass(frozen=True)
class State:
    """What the address says. ``alpha`` and ``floor`` are percentages, ``points`` those of every node."""

    by: str = PUBLISHED
    alpha: str = "50"
    points: dict[str, str] = field(default_factory=dict)
    floor: str = "0"
    pin: str = ""
    everything: bool = False

    @property
    def query(self) -> str:
        """The address again, without what goes without saying."""
        return urlencode(self.parts())

    def parts(self, **other) -> dict[str, str]:
        """The parts of the address, some of them otherwise."""
        said = {"by": self.by if self.by != PUBLISHED else ""}
        said |= {"alpha": self.alpha} if self.by == BLEND else {}
        said |= {PREFIX + code: points for code, points in self.points.items()} if self.by == OWN else {}
        said |= {"floor": self.floor if float(self.floor) else "", "pin": self.pin}
        said |= {"all": "1" if self.everything else ""} | other
        return {name: text for name, text in said.items() if text}


def read_state(asked, codes, pins, *, highest_floor: float) -> State:
    """Read an address; raises `WhatIfRefused` with the reason in words."""
    by = asked.get("by", "") or PUBLISHED
    if by not in WAYS:
        raise WhatIfRefused(why=_("the way to weigh is not known"))
    alpha, floor, pin = asked.get("alpha", "50"), asked.get("floor", "") or "0", asked.get("pin", "")
    if _number(alpha) > 100:
        raise WhatIfRefused(why=_("the experts' part of the blend goes from 0 to 100"))
    if _number(floor) > highest_floor + 1e-9:
        raise WhatIfRefused(why=_("the floor can be %(most)s at most") % {"most": f"{highest_floor:.2f}"})
    if pin and pin not in pins:
        raise WhatIfRefused(why=_("the place to follow is not on the list"))
    points = {code: asked.get(PREFIX + code, "0") or "0" for code in codes} if by == OWN else {}
    for text in points.values():
        _number(text)
    return State(by, alpha, points, floor, pin, bool(asked.get("all")))


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise WhatIfRefused(why=_("“%(text)s” is no number from 0 upward") % {"text": text[:20]})
    return float(text)
