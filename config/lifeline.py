"""Ties a process to its parent, so that even a killed parent leaves no orphan (on Linux).

As a script it ties itself and then becomes a command: ``lifeline.py PARENT_PID SIGNAL COMMAND...``.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def follow_parent(death_signal: int) -> None:
    """Ask the kernel to send this process `death_signal` when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


def become(parent: int, death_signal: int, command: list[str]) -> None:
    """Turn into `command`, tied to the process `parent`."""
    follow_parent(death_signal)
    if os.getppid() != parent:  # it ended before the tie held
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - the supervisor's own command lines, no shell


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
