"""How the numeric rooms say no: a named error, and a named warning that travels with the result."""

from dataclasses import dataclass, field


class MatrixRefused(ValueError):
    """The figures cannot be used as they are, and no number is better than a wrong number.

    Parameters
    ----------
    reason : str
        Code in snake_case, e.g. ``"negative_values"``, ``"zero_mean"``, ``"missing_values"``,
        ``"not_finite"``, ``"too_few_units"``, ``"zero_scaled"``.
    columns : iterable of str
        Codes of the columns concerned; without codes their positions, counted from 0, as text.
    numbers : dict, optional
        The figures behind the refusal, ready to be shown.

    Examples
    --------
    >>> raise MatrixRefused("zero_mean", ["RD"])
    Traceback (most recent call last):
        ...
    weighting.core.refusal.MatrixRefused: zero_mean: RD
    """

    def __init__(self, reason, columns=(), numbers=None):
        self.reason = reason
        self.columns = tuple(str(column) for column in columns)
        self.numbers = dict(numbers or {})
        super().__init__(reason, self.columns, self.numbers)

    def __str__(self):
        return f"{self.reason}: {', '.join(self.columns)}" if self.columns else self.reason


@dataclass(frozen=True)
class Notice:
    """A warning about one column that the reader of a result must see.

    Attributes
    ----------
    code : str
        What was noticed, e.g. ``"constant_column"``, ``"k_large_for_unit"``, ``"reciprocal_ceiling"``.
    column : str
        Code of the column, or its position as text.
    numbers : dict
        The figures behind it.
    """

    code: str
    column: str
    numbers: dict = field(default_factory=dict)
