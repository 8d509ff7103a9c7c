"""Ties a process to its parent, so that even a killed parent leaves no orphan (on Linux).

As a script it ties itself and then becomes a command: ``lifeline.py PARENT_PID SIGNAL COMMAND...``.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
LEADER = "HENG_LEADER"  # the number of the process that the command's own children belong to


def follow_parent(death_signal: int, *, parent: int | None = None) -> None:
    """Have the kernel send `death_signal` when the parent ends; end at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    parent = parent or int(os.environ.get(LEADER, 0))
    if parent and os.getppid() != parent:
        os._exit(1)


def become(parent: int, death_signal: int, command: list[str]) -> None:
    """Turn into `command`, tied to the process `parent`."""
    follow_parent(death_signal, parent=parent)
    os.environ[LEADER] = str(os.getpid())
    os.execvp(command[0], command)  # noqa: S606 - the supervisor's own command lines, no shell


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
