"""How many experts answered a round: the positive coefficient and retention. Counts, never names."""

from dataclasses import dataclass
from fractions import Fraction

from survey.core.reasons import N_TOO_SMALL

RETENTION = 70  # percent of the previous round below which an alert is due
_POSITIVE_LEVELS = ((Fraction(7, 10), "very_good"), (Fraction(6, 10), "good"), (Fraction(1, 2), "usable"))


@dataclass(frozen=True)
class RoundFlow:
    """Response of one round; shares, None where nobody was asked or nothing came back.

    `positive` is the positive coefficient (专家积极系数), `level` its reading: very_good, good, usable
    or low.
    """

    sent: int
    returned: int
    positive: float | None
    valid: float | None
    suggesting: float | None
    level: str | None
    reason: str | None = None


@dataclass(frozen=True)
class Retention:
    """Share of an earlier round's experts who are still answering, and whether it is alarming."""

    share: float | None
    alert: bool | None
    reason: str | None = None


def round_flow(*, sent, returned, valid, suggesting=0):
    """Return the positive coefficient of a round and what goes with it.

    positive = returned / sent; valid = valid / sent; suggesting = experts with at least one written
    suggestion / returned. Level: very_good from 0.70, good from 0.60, usable from 0.50, else low.

    Parameters
    ----------
    sent, returned, valid, suggesting : int
        Counts of experts in this round.

    Returns
    -------
    RoundFlow
        Shares None (`n_too_small`) when nobody was asked; `suggesting` None when nothing came back.

    Raises
    ------
    ValueError
        Unless 0 <= valid <= returned <= sent and 0 <= suggesting <= returned.

    Examples
    --------
    >>> flow = round_flow(sent=20, returned=18, valid=17, suggesting=9)
    >>> flow.positive, flow.valid, flow.suggesting, flow.level
    (0.9, 0.85, 0.5, 'very_good')
    """
    if not (0 <= valid <= returned <= sent and 0 <= suggesting <= returned):
        raise ValueError(f"{sent} sent, {returned} returned, {valid} valid, {suggesting} suggesting")
    if not sent:
        return RoundFlow(0, 0, None, None, None, None, N_TOO_SMALL)
    positive = Fraction(returned, sent)
    return RoundFlow(
        sent=sent,
        returned=returned,
        positive=float(positive),
        valid=valid / sent,
        suggesting=suggesting / returned if returned else None,
        level=next((level for bound, level in _POSITIVE_LEVELS if positive >= bound), "low"),
    )


def retention(still_in, earlier, *, at_least=RETENTION):
    """Return the share of an earlier round's experts who answered again; an alert below 70 percent.

    Counts only: who they are is not this room's business. None (`n_too_small`) when the earlier round
    was empty.

    Examples
    --------
    >>> retention(18, 20)
    Retention(share=0.9, alert=False, reason=None)
    """
    if not 0 <= still_in <= earlier:
        raise ValueError(f"{still_in} of {earlier} experts cannot have stayed")
    if not earlier:
        return Retention(None, None, N_TOO_SMALL)
    return Retention(still_in / earlier, 100 * still_in < at_least * earlier)
