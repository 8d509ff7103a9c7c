"""``manage.py demo``: the whole road on this machine, then the site to click through."""

import argparse
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo import Demo, DemoFailed
from config.supervisor import SiteError, Supervisor
from survey.refusal import Refusal
from survey.rehearsal_browser import DoorClosed

INTERRUPTED = 130


def count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return int(text)


class Command(BaseCommand):
    """Start the embedded site, play the demonstration, serve."""

    help = (
        "Play the whole road with a simulated panel on the example study, then serve the site until Ctrl-C."
    )

    def add_arguments(self, parser):
        """How far to play, and whether to go on serving."""
        parser.add_argument("--rounds", type=count, help="stop after so many rounds; the next one is open")
        parser.add_argument("--experts", type=count, default=24)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="exit after printing")

    def handle(self, *args, **options):
        """Run the site around the demonstration."""
        try:
            self._run(options)
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end.", returncode=INTERRUPTED) from None
        except (SiteError, DemoFailed, DoorClosed, Refusal, OSError) as error:
            raise CommandError(str(error)) from error

    def _run(self, options: dict) -> None:
        begun = time.perf_counter()
        with Supervisor(port=options["port"], say=self._say) as site:
            demo = Demo(
                url=site.url,
                say=self._say,
                clock=timezone.now,
                experts=options["experts"],
                seed=options["seed"],
            )
            demo.facts["seconds"]["start the site"] = round(time.perf_counter() - begun, 2)
            demo.play(options["rounds"])
            demo.facts["seconds"]["all"] = round(time.perf_counter() - begun, 2)
            demo.write(settings.STATE_DIR / "demo.json")
            self._say(f"\nTook {demo.facts['seconds']['all']:.0f} s; the same facts stand in var/demo.json.")
            if not options["no_serve"]:
                self._say("Ctrl-C stops everything.")
                site.wait()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
