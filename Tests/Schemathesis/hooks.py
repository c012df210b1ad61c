"""What schemathesis must know of this server: how to be somebody, and what a document cannot say."""

import itertools
import os
import secrets
import threading

import requests
import schemathesis

BASE_URL = os.environ["BASE_URL"]
PASSWORD = "correct horse battery staple"
# These end the session or the account of whoever calls them, or change the password: each call gets an account of its own.
ENDING = {"POST /api/v1/auth/logout", "DELETE /api/v1/user/me", "PATCH /api/v1/user/me"}
# The member of the body that holds the caller's password.
PASSWORD_MEMBERS = {
    "POST /api/v1/auth/login": "password",
    "POST /api/v1/auth/step-up": "password",
    "POST /api/v1/auth/2fa/setup": "password",
    "DELETE /api/v1/auth/2fa": "password",
    "PATCH /api/v1/user/me": "currentPassword",
    "DELETE /api/v1/user/me": "password",
}

numbers = itertools.count()
lock = threading.Lock()


def new_account():
    """The address and the access token of a new account."""
    with lock:
        email = f"schemathesis-{secrets.token_hex(4)}-{next(numbers)}@example.com"
    answer = requests.post(
        f"{BASE_URL}/api/v1/auth/register", json={"email": email, "password": PASSWORD}, timeout=30
    )
    answer.raise_for_status()
    return email, answer.json()["accessToken"]


KNOWN_ADDRESS, _ = new_account()


@schemathesis.auth(refresh_interval=300)
class Bearer:
    """The token that calls share, or one of the call's own."""

    def get(self, case, context):
        return new_account()[1]

    def set(self, case, data, context):
        token = new_account()[1] if case.operation.label in ENDING else data
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes a valid call one that can succeed: with the right password, and a key that names no other request."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    key = (case.headers or {}).get("Idempotency-Key")
    if key:
        case.headers["Idempotency-Key"] = key[:112] + secrets.token_hex(8)
    member = PASSWORD_MEMBERS.get(case.operation.label)
    if member is not None and isinstance(case.body, dict) and isinstance(case.body.get(member), str):
        case.body[member] = PASSWORD
        if case.operation.label == "POST /api/v1/auth/login":
            case.body["email"] = KNOWN_ADDRESS
