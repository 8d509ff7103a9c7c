"""How firm a rank is, in one word, by the width of its interval."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

FIRM_UP_TO, FAIR_UP_TO = 0.02, 0.05  # width of the interval as a share of the length of the list


class Firmness(StrEnum):
    """Three words for the width of a rank's interval."""

    FIRM = "firm"
    FAIR = "fair"
    FRAGILE = "fragile"

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return str(WORDS[self])


WORDS = {Firmness.FIRM: _("firm"), Firmness.FAIR: _("fair"), Firmness.FRAGILE: _("fragile")}


def firmness_of(low: int | None, high: int | None, listed: int) -> Firmness | None:
    """The word for an interval on a list of so many ranks; None without an interval."""
    if low is None:
        return None
    share = (high - low) / listed
    if share <= FIRM_UP_TO:
        return Firmness.FIRM
    return Firmness.FAIR if share <= FAIR_UP_TO else Firmness.FRAGILE
