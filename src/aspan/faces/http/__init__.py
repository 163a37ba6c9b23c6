"""The HTTP face: `app.create_app` serves the pages, the state and the stream of a service.

Here: routes (`app.py`), their shapes and the port they need (`service_view.py`), the stream
(`stream.py`), the server itself (`server.py`), what a city is in the page's words
(`city_facts.py`). Not here: any rule of the field, and the service, which is handed in. Start
reading at `service_view.py`.
"""

__all__: list[str] = []
