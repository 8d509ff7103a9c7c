"""``manage.py rehearse STUDY``: try a protocol with a simulated panel before inviting anybody."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from survey.core.simulation import PanelRules
from survey.models import Study
from survey.refusal import Refusal
from survey.rehearsal import start_rehearsal
from survey.rehearsal_browser import DoorClosed


class Command(BaseCommand):
    """Copy the study, answer its rounds through the running site, and print what came of each round."""

    help = "Rehearse a study: a simulated panel answers a copy of it through the running site."

    def add_arguments(self, parser):
        """Panel size, seed, and how the simulated experts behave."""
        rules = PanelRules()
        parser.add_argument("study", help="short name of the study to copy")
        parser.add_argument("--experts", type=int, default=24)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--rounds", type=int, help="play only the first rounds; the next one stays open")
        parser.add_argument("--url", default=settings.BASE_URL, help="where the site runs")
        parser.add_argument(
            "--pull", type=float, default=rules.pull, help="0 ignores the median, 1 adopts it"
        )
        parser.add_argument("--precision", type=float, default=rules.precision, help="larger is less noise")
        parser.add_argument("--camp", type=float, default=rules.camp, help="share of experts who disagree")
        parser.add_argument(
            "--dropout", type=float, default=rules.dropout, help="chance to stop before a round"
        )

    def handle(self, *args, **options):
        """Play the rounds."""
        study = Study.objects.filter(slug=options["study"]).first()
        if options["experts"] < 1 or not (options["rounds"] or 1) >= 1:
            raise CommandError("A rehearsal needs at least one expert and one round.")
        if study is None:
            known = ", ".join(Study.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no study “{options['study']}”. Known: {known}.")
        rules = PanelRules(**{name: options[name] for name in ("pull", "precision", "camp", "dropout")})
        try:
            self._play(study, rules, options)
        except DoorClosed as error:
            raise CommandError(f"The site does not answer: {error}. Start it with `make dev`.") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _play(self, study: Study, rules: PanelRules, options: dict) -> None:
        rehearsal = start_rehearsal(
            study,
            experts=options["experts"],
            seed=options["seed"],
            url=options["url"],
            clock=timezone.now,
            rules=rules,
        )
        self.stdout.write(f"Rehearsal {rehearsal.study.slug}: {options['experts']} simulated experts.")
        for facts in rehearsal.run(options["rounds"] or study.rules["rounds"]):
            self.stdout.write(describe(facts))
        self.stdout.write(f"One simulated expert's code: {rehearsal.experts[0][0]}")


def describe(facts) -> str:
    """One line on a finished round."""
    concordance = "undefined" if facts.concordance is None else f"{facts.concordance:.2f}"
    stable = "" if facts.stable is None else f", {facts.stable} of {facts.items} items stable"
    answers = f"{facts.answers} of {facts.invited} answered"
    return f"Round {facts.number}/{facts.of}: {answers}, Kendall's W {concordance}{stable}."
