"""Figures for commissioners: periods, tables and files."""

from directory.reports.formats import FORMATS
from directory.reports.names import Names, load_names
from directory.reports.periods import Period, PeriodError
from directory.reports.tables import Report, Table, report

__all__ = ["FORMATS", "Names", "Period", "PeriodError", "Report", "Table", "load_names", "report"]
