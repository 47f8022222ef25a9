"""The files of a report: names, bytes, and a manifest with the SHA-256 of each. Nothing is ever half-written."""

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from directory.reports.measure_report import as_fhir
from directory.reports.model import Report
from directory.reports.ods import as_ods
from directory.reports.page import as_html, pictures
from directory.reports.text import as_text
from directory.reports.tidy import as_csv, csv_metadata
from directory.reports.xlsx import as_xlsx

MANIFEST = "manifest.json"
METADATA = "-metadata.json"
"""What the name of the metadata of a CSV file ends with, after the name of that file (CSV on the Web)."""


class FilesError(OSError):
    """The files cannot be written there: what is in the way, and what to do."""


def as_json(report: Report) -> str:
    """One document, in the shape of `Report`."""
    return report.model_dump_json(indent=2) + "\n"


_TEXTS: Mapping[str, Callable[[Report], str]] = {"text": as_text, "html": as_html, "csv": as_csv, "json": as_json}
_BYTES: Mapping[str, Callable[[Report], bytes]] = {"xlsx": as_xlsx, "ods": as_ods}
FORMATS = (*_TEXTS, *_BYTES, "fhir")
"""What a report can be written as, each as one file."""
ENDINGS = {"text": ".txt", "fhir": ".fhir.json"}


def content(report: Report, form: str, base: str) -> bytes:
    """A report as one file. `base`: the public address of this installation, which FHIR names."""
    if form == "fhir":
        return as_fhir(report, base).encode()
    return _BYTES[form](report) if form in _BYTES else _TEXTS[form](report).encode()


def file_name(report: Report, form: str) -> str:
    """`signpost-2026-27-q3-thanet.xlsx`: short, small letters, dashes."""
    chosen = [each for each in (report.area, report.audience, report.substance) if each.code != "all"]
    words = ["signpost", report.period.replace("..", "-to-"), *(each.label for each in chosen)]
    words += ["nhs"] if report.display == "nhs" else []
    words += ["demo"] if report.watermark else []
    stem = re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")
    return stem + ENDINGS.get(form, f".{form}")


def all_files(report: Report, base: str) -> Mapping[str, bytes]:
    """Every file of the report by name, its charts too, and last the manifest of them all."""
    found = {file_name(report, form): content(report, form, base) for form in FORMATS}
    csv_name = file_name(report, "csv")
    found[csv_name + METADATA] = csv_metadata(report, csv_name).encode()
    for table in report.tables:
        found |= {f"chart-{name.replace('_', '-')}.svg": picture.encode() for name, picture in pictures(table).items()}
    return found | {MANIFEST: manifest(report, found)}


def manifest(report: Report, files: Mapping[str, bytes]) -> bytes:
    """What the files are, with the size and SHA-256 of each, and the releases that they were made from."""
    document = {
        "title": report.title,
        "period": report.period,
        "closed_on": report.closed_on.isoformat(),
        "watermark": report.watermark,
        "releases": [each.model_dump() for each in report.releases],
        "files": [
            {"name": name, "bytes": len(inside), "sha256": sha256(inside).hexdigest()}
            for name, inside in sorted(files.items())
        ],
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def write_file(inside: bytes, path: Path) -> None:
    """Writes a file under another name beside it, then gives it its own: it is there whole, or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(inside)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Writes all files into a new folder, which appears when it has them all. Raises FilesError where one is there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FilesError(f"{folder} is there already: give another name, or empty it first.")
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
        inner = Path(made) / folder.name
        inner.mkdir()
        for name, inside in files.items():
            (inner / name).write_bytes(inside)
        os.replace(inner, folder)
