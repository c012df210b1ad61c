"""What schemathesis must know of this server: how to be somebody, and what a document cannot say."""

import itertools
import os
import secrets
import threading

import requests
import schemathesis

BASE_URL = os.environ["BASE_URL"]
PASSWORD = "correct horse battery staple"
# These end the session, or the account, of whoever calls them: each call gets one of its own.
ENDING = {"POST /api/v1/auth/logout", "DELETE /api/v1/user/me"}

numbers = itertools.count()
lock = threading.Lock()
shared = {}


def new_token():
    """The access token of a new account."""
    with lock:
        email = f"schemathesis-{secrets.token_hex(4)}-{next(numbers)}@example.com"
    answer = requests.post(
        f"{BASE_URL}/api/v1/auth/register", json={"email": email, "password": PASSWORD}, timeout=30
    )
    answer.raise_for_status()
    return answer.json()["accessToken"]


@schemathesis.auth(refresh_interval=300)
class Bearer:
    """The token that calls share, or one of the call's own."""

    def get(self, case, context):
        return new_token()

    def set(self, case, data, context):
        token = new_token() if case.operation.label in ENDING else data
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"
