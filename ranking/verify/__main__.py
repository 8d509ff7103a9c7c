"""Where `python -m ranking.verify` starts."""

import sys

from ranking.verify.command import main

sys.exit(main())
