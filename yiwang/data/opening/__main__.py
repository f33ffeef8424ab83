"""The process that makes drafts: `python -m yiwang.data.opening`, started by the job; it ends when nothing waits."""

import django

django.setup()

from yiwang.data.opening import working  # noqa: E402

working.work()
