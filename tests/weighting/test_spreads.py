"""The spread of the real figures on the cards of the indicators: a copy of sealed figures, never inside a round."""

import numpy as np
import pytest
from django.utils import timezone

from survey.models import AuditEvent, DataSpread
from survey.spreads import InvalidSpread, SpreadFixed, give_spread
from tests.cast import MATRIX, make_panel, make_study, open_next, sign_in
from weighting.datasets import import_dataset, seal_dataset
from weighting.spreads import NotSealed, dataset_spread, show_spread

pytestmark = pytest.mark.django_db
FIGURES = {"b1": [6, 4, 2], "a2": [20, 0, 10]}


def sealed(study, text: str = MATRIX):
    now = timezone.now()
    dataset = import_dataset(study, text.encode(), file_name="t.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    return dataset


def show(dataset):
    return show_spread(dataset, by="stefan", at=timezone.now())


def test_marks_are_numpys_percentiles():
    study = make_study(protocol={"weighting": {"k": 10, "missing": "leave_out"}})
    found = dataset_spread(
        sealed(study, MATRIX.replace("y,乙城,Yton,west,2,0,4,0", "y,乙城,Yton,west,2,0,,0"))
    )

    low, q1, median, q3, high = np.percentile(FIGURES["a2"], [0, 25, 50, 75, 100])
    expected = {"n": 3, "missing": 0, "low": low, "q1": q1, "median": median, "q3": q3, "high": high}
    assert found["a2"] == expected
    assert (found["b1"]["n"], found["b1"]["missing"], found["b1"]["median"]) == (2, 1, 4)


def test_experts_see_the_spread_on_the_card_and_no_unit(client):
    study = make_study()
    codes = make_panel(study)
    show(sealed(study))
    open_next(study)
    client.post("/j", {"code": codes["Ana"]})
    page = client.get("/e/group/A/", headers={"accept-language": "en"}).content.decode()

    assert "The figures of 3 units: from 0 to 20, the middle one 10, half of them between 5 and 15." in page
    assert not any(name in page for name in ("Xton", "甲城"))
    event = AuditEvent.objects.get(action="give_spread")
    assert event.detail["source"] == DataSpread.objects.get().source


def test_a_later_version_changes_nothing_that_was_shown():
    study = make_study()
    show(sealed(study))
    before = DataSpread.objects.get().figures
    sealed(study, MATRIX.replace("20", "99"))
    assert DataSpread.objects.get().figures == before


def test_not_while_a_round_is_open_nor_of_figures_that_may_change():
    study, now = make_study(), timezone.now()
    loose = import_dataset(study, MATRIX.encode(), file_name="t.csv", by="stefan", at=now)
    with pytest.raises(NotSealed):
        show(loose)
    seal_dataset(loose, by="stefan", at=now)
    make_panel(study)
    open_next(study)
    with pytest.raises(SpreadFixed):
        show(loose)


@pytest.mark.parametrize(
    "figures",
    [
        {"zz": {"n": 1, "missing": 0, "low": 0, "q1": 0, "median": 0, "q3": 0, "high": 0}},
        {"a1": {"n": 1, "missing": 0, "low": 2, "q1": 0, "median": 0, "q3": 0, "high": 0}},
        {"a1": {"n": 1, "missing": 0, "low": 0, "q1": 0, "median": float("nan"), "q3": 0, "high": 0}},
        {"a1": {"n": 0, "missing": 0, "low": 0, "q1": 0, "median": 0, "q3": 0, "high": 0}},
    ],
)
def test_what_is_no_spread_is_refused(figures):
    with pytest.raises(InvalidSpread):
        give_spread(make_study(), figures, source="x", by="stefan", at=timezone.now())


def test_staff_have_the_button(client):
    study = make_study()
    dataset = sealed(study)
    sign_in(client, "stefan")
    page = client.get(f"/studies/{study.slug}/data/{dataset.version}/").content.decode()
    address = f"/studies/{study.slug}/data/{dataset.version}/spread/"
    assert address in page
    assert client.post(address).status_code == 302
    assert DataSpread.objects.filter(study=study).exists()
