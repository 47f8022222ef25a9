"""The walks use the small world and the made-up person of the screening tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "screening"))
