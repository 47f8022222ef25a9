"""The helpers of the tests of the bot serve here too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))
