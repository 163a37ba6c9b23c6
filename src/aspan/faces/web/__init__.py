"""The built pages: this room holds `dist/` (made from `web/`) and tells where it is.

Start reading at `pages.py`; the source of the pages is in `web/` beside `src/`.
"""

__all__: list[str] = []
