"""Where the embedded parts keep their state: the generated secret and the broker's socket."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 100  # Unix socket paths end at about 107 bytes


def secret_key(state_dir: Path) -> str:
    """The installation's own secret, made on first use and readable by its owner alone."""
    path = state_dir / "secret-key"
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=state_dir)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: its secret holds
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()


def broker_socket(state_dir: Path) -> Path:
    """The broker's socket in the state folder, or in a short temporary folder where the path would be too long."""
    socket = state_dir.resolve() / "broker.sock"
    if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT:
        return socket
    name = hashlib.sha256(os.fsencode(socket)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"heng-{os.getuid()}-{name}" / "broker.sock"
