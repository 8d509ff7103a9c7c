"""One study by each of the nine objective methods, its table in some order of rows; also run as a program on SQLite.

``python -m tests.ranking.nine_methods 3`` prints the hashes as JSON and keeps nothing.
"""

import json
import random
import sys

import django
from django.db import transaction

METHODS = (
    "variation",
    "entropy",
    "critic",
    "standard_deviation",
    "merec",
    "cilos",
    "idocriw",
    "gini",
    "principal_components",
)


def shuffled_table(seed: int) -> str:
    """Fourteen units with crooked figures, their rows in an order of the seed; 0 leaves them as they are."""
    draw = random.Random(1)
    codes = ["Ä", "b", "a", "ß", "城", "B", "z9", "A", "_x", "x-1", "é", "Z", "m", "n"]
    rows = [
        f"{code},城{code},{code}ton,east,{','.join(repr(draw.lognormvariate(0, 0.6)) for _ in range(4))}"
        for code in codes
    ]
    if seed:
        random.Random(seed).shuffle(rows)
    return "\n".join(["code,name,name_en,region,a1,a2,b1,b2", *rows]) + "\n"


def hashes(method: str, seed: int) -> list[str]:
    """Hash of the data, of the weights and of the results; everything is taken back."""
    from survey.models import Study
    from tests.ranking.test_runs import run_of, weighed

    with transaction.atomic():
        assert not Study.objects.filter(slug="nine").exists()
        rules = {"objective": method, "negative_direction": "max_minus"}
        run = run_of(
            weighed(shuffled_table(seed), slug="nine", weighting=rules, normalization="vector", listed=9)
        )
        assert run.is_done, run.failure
        found = [run.weight_set.dataset.sha256, run.weight_set.sha256, run.sha256]
        transaction.set_rollback(True)
    return found


if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print("HASHES" + json.dumps({method: hashes(method, int(sys.argv[1])) for method in METHODS}))
