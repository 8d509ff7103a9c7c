"""Style sheets and scripts, compressed once and kept in the state folder under the hash of their content."""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from config.compression import BROTLI, GZIP, WORTH, compressed, is_text


class CompressedStaticMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise without a collecting step: the small twins of a file are made when the process first sees it."""

    def get_static_file(self, path, url, stat_cache=None):
        """The file with its small twins."""
        plain = super().get_static_file(path, url, stat_cache=stat_cache)
        headers = plain.alternatives[-1][2]
        if not is_text(dict(headers).get("Content-Type", "")) or os.path.getsize(path) < WORTH:
            return plain
        return StaticFile(
            path, [item for item in headers if item[0] != "Content-Length"], encodings=_twins(Path(path))
        )


def _twins(path: Path) -> dict[str, str]:
    """Where the compressed twins of a file are; made where they are not there yet."""
    content, folder = path.read_bytes(), settings.STATE_DIR / "static"
    folder.mkdir(exist_ok=True)
    name, twins = hashlib.sha256(content).hexdigest()[:32], {}
    for encoding in (BROTLI, GZIP):
        twin = folder / f"{name}.{encoding}"
        if not twin.exists():
            unfinished = folder / f"{name}.{encoding}.{os.getpid()}"
            unfinished.write_bytes(compressed(content, encoding))
            unfinished.replace(twin)
        twins[encoding] = str(twin)
    return twins
