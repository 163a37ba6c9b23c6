"""Every type of event there is, for decoding a log."""

from aspan.operations.events import CoreEvent
from aspan.operations.sales_events import SalesEvent

AnyEvent = CoreEvent | SalesEvent
"""Every event."""
