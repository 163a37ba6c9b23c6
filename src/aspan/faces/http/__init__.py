"""The HTTP face: `app.create_app` serves the pages, the state, the past and the desk of a service.

Here: the port it needs (`service_view.py`), the shapes on the wire (`wire_*.py`), routes
(`*_routes.py`), the stream (`stream.py`), threads for what takes its time (`workers.py`), the
server itself (`server.py`), and the views that read a running engine and its log (`engine_view.py`
with `*_view.py` and `picture.py`). Not here: any rule of the field, and the service, which is
handed in. Start reading at `service_view.py`.
"""

__all__: list[str] = []
