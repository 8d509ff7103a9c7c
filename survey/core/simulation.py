"""A simulated panel: hidden true weights, noise, a pull toward the group, drop-outs and a dissenting camp."""

from dataclasses import dataclass, field

import numpy as np

from survey.core.elicitation import shared_out

FINE = 10**9  # shares become integers this fine before whole points are shared out


@dataclass(frozen=True)
class PanelRules:
    """How a simulated panel behaves.

    Attributes
    ----------
    agreement : float
        Concentration of the experts' true weights around the panel's centre (Dirichlet); larger is closer.
    precision : float
        Concentration of an answer around what the expert means (Dirichlet); larger is less noise.
    pull : float
        Share of the way to the group's median that a revision goes, in [0, 1].
    keep : float
        Probability that an expert leaves a group's answer as it was.
    camp : float
        Share of the experts whose true weights follow another centre and who follow the median half as much.
    dropout : float
        Probability that an expert stops answering, before each round from the second on.
    """

    agreement: float = 45.0
    precision: float = 110.0
    pull: float = 0.45
    keep: float = 0.25
    camp: float = 0.2
    dropout: float = 0.02


@dataclass
class SimulatedExpert:
    """One simulated expert; remembers its own last points."""

    truth: dict[str, np.ndarray]
    pull: float
    keep: float
    precision: float
    generator: np.random.Generator
    voice: np.random.Generator  # a stream of its own: words and self-assessments change no figure
    has_left: bool = False
    last: dict[str, list[int]] = field(default_factory=dict)

    def answer(self, group: str, medians, *, total: int = 100) -> list[int]:
        """Points for one group, whole and adding up to ``total``.

        Parameters
        ----------
        group : str
        medians : sequence of float or None
            The group's figures as fed back; None in the first round and where they are withheld.
        total : int

        Returns
        -------
        list of int
        """
        before = self.last.get(group)
        if before is None:
            points = self._noisy(self.truth[group], self.precision, total)
        elif self.generator.random() < self.keep:
            points = before
        else:
            points = self._noisy(self._revised(group, before, medians, total), 4 * self.precision, total)
        self.last[group] = points
        return points

    def _revised(self, group: str, before: list[int], medians, total: int) -> np.ndarray:
        own = np.asarray(before, dtype=float) / total
        if medians is None or None in medians or sum(medians) <= 0:
            return 0.5 * (own + self.truth[group])
        return (1 - self.pull) * own + self.pull * np.asarray(medians, dtype=float) / sum(medians)

    def _noisy(self, shares: np.ndarray, precision: float, total: int) -> list[int]:
        drawn = self.generator.dirichlet(np.maximum(shares, 0.005) * precision)
        return shared_out([int(share * FINE) for share in drawn], total)


def simulated_panel(
    groups, *, experts: int, seed: int, rules: PanelRules | None = None
) -> list[SimulatedExpert]:
    """Draw a panel; the same seed gives the same panel and the same answers.

    Parameters
    ----------
    groups : mapping of str to int
        Size of every group of siblings by its code.
    experts : int
    seed : int
        Of PCG64; every expert has a stream of its own.
    rules : PanelRules, optional

    Returns
    -------
    list of SimulatedExpert

    Examples
    --------
    >>> panel = simulated_panel({"top": 3}, experts=2, seed=7)
    >>> sum(panel[0].answer("top", None))
    100
    """
    rules = rules or PanelRules()
    root, *streams = np.random.SeedSequence(seed).spawn(experts + 1)
    generator = np.random.Generator(np.random.PCG64(root))
    centre = {code: generator.dirichlet(np.full(size, 6.0)) for code, size in groups.items()}
    dissenters = round(rules.camp * experts)
    panel = []
    for place, stream in enumerate(streams):
        dissents = place < dissenters
        truth = {
            code: generator.dirichlet((shares[::-1] if dissents else shares) * rules.agreement + 0.2)
            for code, shares in centre.items()
        }
        panel.append(
            SimulatedExpert(
                truth=truth,
                pull=rules.pull * (0.5 if dissents else 1.0),
                keep=rules.keep,
                precision=rules.precision,
                generator=np.random.Generator(np.random.PCG64(stream)),
                voice=np.random.Generator(np.random.PCG64(stream.spawn(1)[0])),
            )
        )
    return panel
