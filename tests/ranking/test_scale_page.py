"""The coordinator chooses a scale and its reference figures; what does not fit the indicators is refused in words."""

import pytest
from django.urls import reverse
from django.utils import timezone

from survey.models import Study
from survey.protocol import InvalidProtocol
from survey.studies import change_protocol
from tests.cast import make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
POSTS = {"a1": ["0", "4"], "a2": ["5", "25"], "b1": ["3", "5.5"], "b2": ["−2", "8"]}


def form(figures=POSTS, **more):
    cells = {
        f"{name}-{code}": text
        for code, pair in figures.items()
        for name, text in zip(("first", "second"), pair, strict=True)
    }
    return {"normalization": "goalposts", "low": "0", "high": "100", "beyond": "cut"} | cells | more


def post(client, data, name="coco"):
    sign_in(client, name)
    client.cookies["django_language"] = "en"
    return client.post(reverse("scale", args=["towns"]), data)


def rules():
    return Study.objects.get(slug="towns").protocol


def test_goalposts_typed_in_the_table_are_the_protocols(client):
    make_study()
    assert post(client, form(**{"from-b1": "3", "to-b1": "4"})).status_code == 302
    ranking = rules()["ranking"]
    assert ranking["references"] == {"a1": [0, 4], "a2": [5, 25], "b1": [3, 5.5], "b2": [-2, 8]}
    assert (ranking["normalization"], ranking["beyond"], ranking["high"]) == ("goalposts", "cut", 100)
    assert rules()["weighting"]["targets"] == {"b1": [3, 4]}
    text = client.get(reverse("scale", args=["towns"])).content.decode()
    assert 'name="second-b1" value="5.5"' in text
    assert (
        reverse("scale", args=["towns"]) in client.get(reverse("protocol", args=["towns"])).content.decode()
    )


def test_scale_without_references_needs_none_and_one_target_is_enough_for_a_target(client):
    make_study()
    assert post(client, form({}, normalization="rank", low="1", high="10")).status_code == 302
    assert (rules()["ranking"]["normalization"], rules()["ranking"]["references"]) == ("rank", {})
    targets = form(normalization="distance_to_target")
    assert post(client, targets).status_code == 302
    assert rules()["ranking"]["references"]["b1"] == [3]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (form({**POSTS, "b1": ["three", "5"]}), "of 园区: this is no number."),
        (form({**POSTS, "b1": ["", ""]}), "ranking.references"),
        (form({**POSTS, "b1": ["5", ""]}), "ranking.references.b1 must be [lower, upper], not [5]"),
        (form({**POSTS, "b1": ["5", "3"]}), "ranking.references.b1 must be [lower, upper], not [5, 3]"),
        (form({**POSTS, "b1": ["inf", "nan"]}), "of 园区: this is no number."),
        (form(normalization="efficacy"), "ranking.references.a2 must be [5, &lt; 5], not [5, 25]"),
        (form(normalization="magic"), "ranking.normalization must be"),
        (form(low="100"), "ranking.low must be 0–99.0"),
        (form(low=""), "Lowest score: this is no number."),
        (form(beyond="hide"), "ranking.beyond must be keep, cut"),
        (form(**{"from-b1": "4", "to-b1": "3"}), "weighting.targets must be"),
    ],
)
def test_figures_that_cannot_be_used_are_refused_and_kept_on_the_page(client, data, expected):
    make_study()
    before = rules()
    response = post(client, data)
    assert response.status_code == 400
    assert expected.replace("园区", "Parks") in response.content.decode()
    assert 'name="first-a1" value="0"' in response.content.decode()
    assert rules() == before


def test_only_the_coordinator_changes_it_and_only_until_round_1_opens(client):
    study = make_study()
    assert post(client, form(), "stefan").status_code == 403
    assert post(client, form()).status_code == 302
    make_panel(study)
    study.refresh_from_db()
    open_next(study)
    assert post(client, form(high="10")).status_code == 409
    text = client.get(reverse("scale", args=["towns"])).content.decode()
    assert "<input" not in text.split("scale-table")[1].split("</table>")[0]
    assert "5.5" in text


def test_rules_that_fit_no_indicator_are_refused_before_the_protocol_freezes():
    study = make_study()
    protocol = study.protocol | {"weighting": study.protocol["weighting"] | {"outliers": "box_cox"}}
    posts = {code: [0, 1] for code in POSTS}
    protocol["ranking"] |= {"normalization": "goalposts", "references": posts}
    for wrong, rule in ((protocol, "weighting.outliers"), (unknown(protocol), "ranking.references")):
        with pytest.raises(InvalidProtocol) as refusal:
            change_protocol(study, wrong, by="coco", at=timezone.now())
        assert refusal.value.details["rule"] == rule


def unknown(protocol):
    references = protocol["ranking"]["references"] | {"zz": [0, 1]}
    return protocol | {"ranking": protocol["ranking"] | {"references": references}}


def test_opening_round_1_looks_once_more_whether_the_rules_fit_the_tree():
    study = make_study(
        protocol={"ranking": {"normalization": "goalposts", "references": {c: [0, 1] for c in POSTS}}}
    )
    make_panel(study)
    study.indicators.filter(code="b2").update(code="b3")
    with pytest.raises(InvalidProtocol):
        open_next(study)
    assert not Study.objects.get(slug="towns").is_frozen
