"""Layouts of the files: typst for the report, a Word template and the script that makes it."""
