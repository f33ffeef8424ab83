"""The process that works off the queue: `python -m yiwang.data.intake`, started by the job; it ends when nothing is due."""

import django

django.setup()

from yiwang.data.intake import running  # noqa: E402

running.work()
