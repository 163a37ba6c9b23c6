"""Faces: what people and machines touch: the command line, HTTP, the built pages, run reports.

They parse, call and format. Not here: rules of the field. Start reading in `cli/main.py` and
`http/app.py`.
"""

__all__ = ["cli", "http", "report", "web"]
