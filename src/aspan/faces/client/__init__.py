"""A client for partners: sells seats of a running service over HTTP, typed.

Here: `client.AspanClient` and the refusals it raises. Not here: anything that runs beside a
service; a partner needs this folder, the shapes on the wire, `httpx` and `msgspec`. Start reading
in `client.py`; `docs/partner-guide.md` shows the whole way.
"""

__all__ = ["client"]
