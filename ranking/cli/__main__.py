"""Where `python -m ranking.cli` starts."""

import sys

from ranking.cli.command import main

sys.exit(main())
