"""One part of the embedded site: a child process that is started again when it ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from config import lifeline

STEADY_SECONDS = 30.0  # a part that ran this long is not counted as failing to start
LONGEST_PAUSE = 10.0


class Part:
    """A child in its own process group, tied to the thread that starts it, logging to its own file."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        patience: float,
        death_signal: int,
        answers: Callable[[], bool],
    ):
        self.name, self.command, self.cwd, self.env, self.log = name, command, cwd, env, log
        self.patience, self.death_signal, self.answers = patience, death_signal, answers
        self.process: subprocess.Popen | None = None
        self.exits = 0
        self.started_at = self.start_again_at = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def is_due(self) -> bool:
        return not self.is_running and time.monotonic() >= self.start_again_at

    def start(self, *, keep_open: tuple[int, ...]) -> None:
        """Start the child; the first start of a run begins the log anew."""
        tie = [sys.executable, "-I", "-S", lifeline.__file__, str(os.getpid()), str(int(self.death_signal))]
        with open(self.log, "ab" if self.process else "wb", opener=_private) as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command lines, no shell
                [*tie, *self.command],
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                pass_fds=keep_open,
            )
        self.started_at = time.monotonic()

    def bury_if_ended(self) -> int | None:
        """The exit code of a child that has ended: its group is killed, it is reaped, its pause is set."""
        # Unreaped it still owns its group's number, so no stranger's group can be hit.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            return None
        self._kill_group()
        steady = time.monotonic() - self.started_at > STEADY_SECONDS
        self.exits = 1 if steady else self.exits + 1
        self.start_again_at = time.monotonic() + min(LONGEST_PAUSE, 0.1 * 2**self.exits)
        return self.process.wait()

    def stop(self) -> None:
        """Ask the child to end; kill its group when it has not within its patience."""
        if not self.is_running:
            return
        os.kill(self.process.pid, signal.SIGTERM)
        if not wait_for(lambda: self.bury_if_ended() is not None, seconds=self.patience):
            self._kill_group()
            self.process.wait()

    def last_lines(self, count: int = 12) -> str:
        """The end of the part's log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-count:])

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def wait_for(condition: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Whether `condition` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
