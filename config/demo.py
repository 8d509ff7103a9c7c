"""The demonstration: the whole road on the example study, with a simulated panel and real workers."""

import json
import secrets
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model

from config.example import MATRIX, demo_people, load_example, load_white_paper, load_years, white_paper_cities
from config.example_edition import write_edition
from ranking.backward import request_recomputation
from ranking.models import PastEdition, Publication, Recomputation, Run, Score
from ranking.proposals import propose_edition
from ranking.publications import publish
from ranking.robustness import request_robustness
from ranking.runs import request_run
from survey.management.commands.rehearse import describe
from survey.models import Study
from survey.rehearsal import Rehearsal, start_rehearsal
from weighting.datasets import import_dataset, seal_dataset
from weighting.models import WeightSet
from weighting.weight_sets import request_weight_set

ACCEPTING = "示例榜单：缺省事项如实列出。An example: what is missing is named."
PATIENCE = 180.0  # seconds to wait for a worker


class DemoFailed(Exception):
    """A step of the demonstration did not come to its end; the message says which."""


@dataclass
class Demo:
    """One walk down the road; ``facts`` collects what came of it."""

    url: str
    say: Callable[[str], None]
    clock: Callable[[], datetime]
    experts: int = 24
    seed: int = 7
    facts: dict = field(default_factory=lambda: {"panel": "simulated", "seconds": {}, "rounds": []})

    def play(self, rounds: int | None) -> None:
        """Rehearse the rounds; where all of them are played, weigh, rank and publish."""
        with self._step("load the example"):
            study, password = load_example(at=self.clock()), secrets.token_urlsafe(9)
            demo_people(study.series, password=password)
        rehearsal = self._rehearse(study, rounds or study.rules["rounds"])
        if rehearsal.study.adopted_round_id:
            run = self._compute(rehearsal.study)
            publication = self._publish(run)
            self._report(run, publication)
        self._logins(rehearsal, password)

    def _rehearse(self, study: Study, rounds: int) -> Rehearsal:
        with self._step("rounds"):
            rehearsal = start_rehearsal(
                study, experts=self.experts, seed=self.seed, url=self.url, clock=self.clock
            )
            self.say(
                f"A simulated panel of {self.experts} experts answers {rehearsal.study.slug} at {self.url}."
            )
            for facts in rehearsal.run(rounds):
                self.say(describe(facts))
                self.facts["rounds"].append(asdict(facts))
        rehearsal.study.refresh_from_db()
        self.facts |= {"study": rehearsal.study.slug, "experts": self.experts, "seed": self.seed}
        return rehearsal

    def _compute(self, study: Study) -> Run:
        with self._step("import the figures"):
            dataset = import_dataset(
                study, MATRIX.read_bytes(), file_name=MATRIX.name, by="demo-staff", at=self.clock()
            )
            seal_dataset(dataset, by="demo-staff", at=self.clock())
            load_white_paper(study, at=self.clock())
        with self._step("weights by a worker"):
            weight_set = request_weight_set(dataset, by="demo-staff", at=self.clock())
            self._wait(weight_set, WeightSet.Status.SEALED)
        with self._step("run by a worker"):
            run = request_run(weight_set, by="demo-staff", at=self.clock())
            self._wait(run, Run.Status.DONE)
        with self._step("how far the ranks carry"):
            request_robustness(run, preset="quick", by="demo-staff", at=self.clock())
        with self._step("lists of 2018 to 2022 by a worker"):
            load_years(study, by="demo-staff", at=self.clock())
            self._wait(
                request_recomputation(run, by="demo-staff", at=self.clock()), Recomputation.Status.DONE
            )
        return run

    def _wait(self, record, wanted: str) -> None:
        """Look at the row until a worker has finished it."""
        end = time.monotonic() + PATIENCE
        while record.status != wanted:
            if time.monotonic() > end or record.failure:
                raise DemoFailed(f"{record} is {record.status}: {record.failure or 'no worker finished it'}")
            time.sleep(0.1)
            record.refresh_from_db()

    def _publish(self, run: Run) -> Publication:
        people = get_user_model().objects
        with self._step("write the edition"):
            write_edition(run, by="demo-staff", at=self.clock())
        with self._step("publish"):
            staff = people.get(username="demo-staff")
            proposal = propose_edition(run, by=staff, at=self.clock(), accepting=ACCEPTING)
            approver = people.get(username="demo-approver")
            return publish(proposal, by=approver, sha256=proposal.sha256, at=self.clock())

    def _report(self, run: Run, publication: Publication) -> None:
        """Put the result into the facts and print the weights and the first ten."""
        weights = list(run.weight_set.weights.select_related("indicator"))
        scores = list(Score.objects.filter(run=run).select_related("unit"))
        shared = white_paper_cities() & {score.unit.name for score in scores if score.rank <= 100}
        self.facts |= {
            "publication": {"revision": publication.revision, "sha256": publication.sha256},
            "weights": {row.indicator.code: _weight_facts(row) for row in weights},
            "ranking": [_score_facts(score) for score in scores],
            "units_left_out": run.weight_set.units_left_out,
            "shared_with_white_paper": len(shared),
        }
        self.say("\nWeights in %             experts  variation   final")
        for row in weights:
            depth = 0 if row.indicator.parent_id is None else 2
            shares = f"{100 * row.expert:8.2f} {100 * row.variation:10.2f} {100 * row.effective:7.2f}"
            self.say(f"{' ' * depth}{row.indicator.code:<{24 - depth}}{shares}")
        self.say("(experts and variation inside the group, final over the whole tree)")
        names = run.parameters["tiers"]["names_en"]
        self.say("\nRank  interval  score  tier         city")
        for score in scores[:10]:
            interval = "–" if score.rank_low is None else f"{score.rank_low}–{score.rank_high}"
            tier = names[score.tier - 1] if score.tier else "–"
            self.say(
                f"{score.rank:4}  {interval:>8}  {score.score:5.1f}  {tier:<11}  {score.unit.name} {score.unit.name_en}"
            )
        self.say(f"\n{len(shared)} of the white paper's 100 cities are among the first 100.")
        self.say(f"{len(run.weight_set.units_left_out)} cities with missing figures are left out.")
        self._report_years(run)
        self.say("The panel is simulated, and most figures are proxies: data/README.md says which.")

    def _report_years(self, run: Run) -> None:
        """Put the lists of other years into the facts and print how many indicators they stand on."""
        kept = PastEdition.objects.filter(series=run.study.series, kind=PastEdition.Kind.RECOMPUTED)
        years = list(kept.order_by("year"))
        self.facts["other_years"] = [
            {"year": past.year, "sha256": past.sha256, "indicators": past.indicators} for past in years
        ]
        self.say(
            f"The lists of {years[0].year} to {years[-1].year} are worked out on {years[0].indicators} indicators."
        )

    def _logins(self, rehearsal: Rehearsal, password: str) -> None:
        slug = rehearsal.study.slug
        self.facts["address"] = self.url
        if "publication" in self.facts:
            self.say(f"\nThe list          {self.url}/lists/{slug}/")
            for name in ("report.zh.pdf", "report.en.pdf"):
                self.say(f"{name:<17} {self.url}/lists/{slug}/files/{name}  (a worker makes it now)")
        self.say(f"The study         {self.url}/studies/{slug}/")
        self.say(f"Sign in           {self.url}/login/  as demo-coordinator, demo-staff or demo-approver")
        self.say(f"Password          {password}")
        self.say(f"One expert        {self.url}/j  code {rehearsal.experts[0][0]}")

    @contextmanager
    def _step(self, name: str):
        start = time.perf_counter()
        yield
        self.facts["seconds"][name] = round(time.perf_counter() - start, 2)

    def write(self, path: Path) -> None:
        """Leave the facts as JSON."""
        path.write_text(json.dumps(self.facts, ensure_ascii=False, indent=1), encoding="utf-8")


def _weight_facts(row) -> dict:
    return {
        "expert": row.expert,
        "variation": row.variation,
        "combined": row.combined,
        "effective": row.effective,
    }


def _score_facts(score: Score) -> dict:
    return {
        "rank": score.rank,
        "rank_low": score.rank_low,
        "rank_high": score.rank_high,
        "tier": score.tier,
        "score": score.score,
        "code": score.unit.code,
        "name": score.unit.name,
        "name_en": score.unit.name_en,
    }
