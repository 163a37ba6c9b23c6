"""A client for partners: sells seats of a running service over HTTP, typed.

Here: `client.AspanClient` and the refusals it raises. Not here: anything that runs beside a
service; a partner installs Aspan with its extra `server` and uses nothing else of it. Start reading
in `client.py`; `docs/partner-guide.md` shows the whole way.
"""

__all__ = ["client"]
