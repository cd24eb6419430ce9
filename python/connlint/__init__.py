"""The connlint command. It has no interface in Python; run `python -m connlint`."""
