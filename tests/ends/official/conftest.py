"""The desk as its people see it."""

import pytest

from tests.ends.installation import case, city, people  # noqa: F401
from yiwang.support.identity.models import Account


@pytest.fixture
def sign_in(people, client):  # noqa: F811
    """The test client signed in as somebody."""

    def enter(username):
        client.force_login(Account.objects.get(username=username))
        return client

    return enter
