"""The ONS package cell_key_perturbation on records of ours: `python cell_key.py FILE` answers on its output.

FILE is JSON: `columns`, `records` (a value for each column) and `tables` (the columns of each). The answer is JSON: the
`seconds` it took and the `figures`, as table, values and count, which is null where it is hidden.
"""

import json
import random
import sys
import time
from pathlib import Path

import pandas as pd
from cell_key_perturbation.create_perturbed_table import create_perturbed_table
from cell_key_perturbation.utils.generate_test_ptable import generate_ptable_10_5_rule

KEYS = 256


def main() -> None:
    """Perturbs every table by the rule that comes with the package: under 10 hidden, the rest to the nearest 5."""
    asked = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    data = pd.DataFrame(asked["records"], columns=asked["columns"])
    chance = random.Random(1)
    keys = {person: chance.randrange(KEYS) for person in sorted(set(data["person"]))}
    data["record_key"] = data["person"].map(keys)
    rule = generate_ptable_10_5_rule()
    figures = []
    started = time.process_time()
    for number, columns in enumerate(asked["tables"]):
        table = create_perturbed_table(data, rule, [], columns, "record_key", False, 10)
        rows = table[table["pre_sdc_count"] > 0]
        for values, count in zip(rows[columns].values.tolist(), rows["count"], strict=True):
            figures.append([number, values, None if pd.isna(count) else int(count)])
    print(json.dumps({"seconds": time.process_time() - started, "figures": figures}))


if __name__ == "__main__":
    main()
