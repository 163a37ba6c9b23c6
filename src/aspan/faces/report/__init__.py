"""Reports: one self-contained page about a run, and two runs side by side.

Everything is read from a run's folder: `city.json`, `kpis.json` and the tables. Charts are inline
SVG, texts come from one catalogue in three languages. Not here: rules of the field, and any opinion
on a run. Start reading in `page.py`, then in one of the charts (`gantt.py`).
"""

__all__ = ["compare_page", "comparison", "page", "run_folder", "words"]
