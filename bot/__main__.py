"""`python -m bot`: the same commands as `signpost`."""

import sys

from bot.cli import main

sys.exit(main())
