"""The entry for the web server."""

import logging
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Build the search index and the guide's beside the first requests; without a database yet, the first question builds them."""
    from django.db import Error, connections

    from yiwang.business.guide import api as guide
    from yiwang.business.matters import api as matters

    try:
        matters.warm_search()
        guide.warm()
    except Error as problem:
        logging.getLogger(__name__).warning("The search index was not built at the start: %s", problem)
    finally:
        connections.close_all()


threading.Thread(target=_warm, name="warm-search", daemon=True).start()
