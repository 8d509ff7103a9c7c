"""The stopping rule of a panel, evaluated: it advises, the announced number of rounds decides."""

from dataclasses import dataclass

from survey.core.verdicts import CONVERGED, MOVING, STABLE_DISAGREEMENT, item_state


@dataclass(frozen=True)
class StopRule:
    """When a panel may stop; fixed before round 1.

    After `rounds` announced rounds it stops anyway. Earlier only if `early_stop` was registered, when
    all items are stable or the weights are, and at least `retention` percent of the previous round's
    experts came back.
    """

    rounds: int = 5
    early_stop: bool = False
    retention: int = 70


@dataclass(frozen=True)
class StopAdvice:
    """The stop rule evaluated: one verdict and one number, from which the page makes its sentence.

    `code` is announced_rounds_done, first_round, retention_too_low, items_moving, not_registered or
    early_stop; `stable_share` is the number.
    """

    allowed: bool
    code: str
    round_number: int
    rounds: int
    items: int
    converged: int
    stable: int
    stable_disagreement: int
    moving: int
    stable_share: float | None
    retention: float | None


def stop_advice(verdicts, *, round_number, rule, retained=None, earlier=None, weights_stable=None):
    """Return whether the panel may stop, as one verdict and one number. It only advises.

    Parameters
    ----------
    verdicts : sequence of (bool or None, bool or None)
        For each item whether it has converged and whether it is stable.
    round_number : int
    rule : StopRule
    retained, earlier : int, optional
        How many of the previous round's experts came back, of how many.
    weights_stable : bool, optional
        Whether the weight vectors are stable (`weight_move` at both levels).

    Returns
    -------
    StopAdvice
        `stable_share` None without items. Retention is compared in whole numbers.

    Notes
    -----
    Order of the checks after Dajani et al. 1979, with the fixed number of rounds first.

    Examples
    --------
    >>> advice = stop_advice([(True, True), (False, True)], round_number=3, retained=18, earlier=20,
    ...                      rule=StopRule(early_stop=True))
    >>> advice.allowed, advice.code, advice.stable_disagreement, advice.stable_share
    (True, 'early_stop', 1, 1.0)
    """
    states = [item_state(has_converged, is_stable) for has_converged, is_stable in verdicts]
    stable = sum(is_stable is True for _, is_stable in verdicts)
    code = _stop_code(rule, round_number, retained, earlier, weights_stable, stable == len(verdicts))
    return StopAdvice(
        allowed=code in ("announced_rounds_done", "early_stop"),
        code=code,
        round_number=round_number,
        rounds=rule.rounds,
        items=len(verdicts),
        converged=states.count(CONVERGED),
        stable=stable,
        stable_disagreement=states.count(STABLE_DISAGREEMENT),
        moving=states.count(MOVING),
        stable_share=stable / len(verdicts) if verdicts else None,
        retention=retained / earlier if earlier else None,
    )


def _stop_code(rule, round_number, retained, earlier, weights_stable, all_stable):
    if round_number >= rule.rounds:
        return "announced_rounds_done"
    if round_number < 2:
        return "first_round"
    if not (all_stable or weights_stable):
        return "items_moving"
    if not earlier or 100 * retained < rule.retention * earlier:
        return "retention_too_low"
    return "early_stop" if rule.early_stop else "not_registered"
