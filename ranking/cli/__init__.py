"""The engine on the command line: `python -m ranking.cli data.csv framework.csv`, without Django."""
