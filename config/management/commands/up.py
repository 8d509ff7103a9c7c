"""``manage.py up``: the whole site on this machine, without any server installed."""

import contextlib

from django.core.management.base import BaseCommand, CommandError

from config.supervisor import SiteError, Supervisor


class Command(BaseCommand):
    help = "Migrate, start broker, worker and web server, and keep them running until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host, port, **_options):
        try:
            with (
                contextlib.suppress(KeyboardInterrupt),
                Supervisor(host=host, port=port, say=self._say) as site,
            ):
                self._say(f"Heng is at {site.url} (stop it with Ctrl-C).")
                site.wait()
        except (SiteError, OSError) as error:
            raise CommandError(str(error)) from error
        self._say("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
