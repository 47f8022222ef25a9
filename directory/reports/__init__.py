"""Figures for commissioners, made of closed months only: periods, tables, charts and files."""
