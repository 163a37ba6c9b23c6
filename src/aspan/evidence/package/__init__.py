"""The evidence package: a campaign in one folder that anybody can read and check off line.

Here: what goes into it (`assemble`), how it is sealed (`seal`), how it is checked (`verify`).
Not here: the page that tells it to people (`faces.report`). Start reading in `seal.py`.
"""

__all__ = ["seal"]
