"""What can be sent to the site: every field that a form shows or a view asks for, found by asking.

A request notes each name that its view looks up, so that a new field is found without being told of.
"""

import re
import traceback
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urljoin

from bs4 import BeautifulSoup
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import resolve

from survey.tries import _redis
from tests.access.test_matrix import Watch

NOT_FIELDS = {"csrfmiddlewaretoken"}


class NotedFields(QueryDict):
    """Fields that note which of them are looked up."""

    def __init__(self, fields: QueryDict, noted: set):
        super().__init__(mutable=True, encoding=fields.encoding)
        for name, values in fields.lists():
            self.setlist(name, values)
        self.noted = noted

    def __getitem__(self, name):
        self.noted.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.noted.add(name)
        return super().__contains__(name)

    def getlist(self, name, default=None):
        self.noted.add(name)
        return super().getlist(name, default)


class NotingRequest(WSGIRequest):
    """A request that notes what is looked up in its body, its query and its files."""

    def __init__(self, environ):
        super().__init__(environ)
        self.asked, self.queried, self.wanted_files = set(), set(), set()
        self._dont_enforce_csrf_checks = True

    @property
    def POST(self):
        if not hasattr(self, "_noted_post"):
            self._noted_post = NotedFields(super().POST, self.asked)
        return self._noted_post

    @property
    def GET(self):
        if not hasattr(self, "_noted_get"):
            self._noted_get = NotedFields(QueryDict(self.META.get("QUERY_STRING", "")), self.queried)
        return self._noted_get

    @property
    def FILES(self):
        return NotedFiles(super().FILES, self.wanted_files)


class NotingFactory(RequestFactory):
    """Makes requests that note what is looked up."""

    def request(self, **request):
        return NotingRequest(self._base_environ(**request))


class NotedFiles(dict):
    """Files that note which of them are looked up."""

    def __init__(self, files, noted: set):
        super().__init__(files.items())
        self.noted = noted

    def get(self, name, default=None):
        self.noted.add(name)
        return super().get(name, default)


@dataclass
class Answer:
    """What came back, what was changed on the way, and what the view looked up."""

    status: int
    response: object
    changes: list
    request: NotingRequest
    broken: str = ""
    kept: str = ""

    @property
    def text(self) -> str:
        """The page; nothing for files and for answers that are no page."""
        is_page = self.response.headers.get("Content-Type", "").startswith("text/html")
        return (
            self.response.content.decode(errors="replace") if is_page and not self.response.streaming else ""
        )


@dataclass(frozen=True)
class Target:
    """One address with somebody who may ask it, and what a right request carries."""

    name: str
    address: str
    visitor: str
    method: str
    right: dict = field(default_factory=dict)
    names: tuple = ()
    files: tuple = ()


class Site:
    """Asks the site as its visitors do, through every middleware, and takes back what was changed."""

    def __init__(self, world, visitors):
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.cookies = {visitor: world.visitor(visitor).cookies for visitor in visitors}
        self.factory = NotingFactory()
        self.count = 0
        self.state = state_of_everything()

    def ask(self, visitor: str, method: str, address: str, fields=None, *, query=None, files=None) -> Answer:
        """One request, its answer and, where it was taken, the page it leads to."""
        broken, watch = [], Watch()
        note = lambda **_about: broken.append(_last_words())  # noqa: E731 - kept alive: signals hold it weakly
        got_request_exception.connect(note)
        with connection.execute_wrapper(watch), transaction.atomic():
            request = self._request(visitor, method, address, fields or {}, query or {}, files)
            response = self.handler.get_response(request)
            changes, kept = list(watch.changes), ""
            if changes and response.status_code >= 400 and state_of_everything() != self.state:
                kept = f"{response.status_code} and yet changed: {[sql[:60] for sql in changes]}"
            if method == "POST" and response.status_code == 302:
                self._follow(visitor, address, response)
            transaction.set_rollback(True)
        got_request_exception.disconnect(note)
        self.count += 1
        if method == "POST":
            for key in _redis().scan_iter("heng:tries:*"):
                _redis().delete(key)
        return Answer(response.status_code, response, changes, request, " ".join(broken), kept)

    def _follow(self, visitor: str, address: str, response) -> None:
        target = urljoin(address, response.headers["Location"])
        if target.startswith("/"):
            path, _, asked = target.partition("?")
            self.handler.get_response(self._request(visitor, "GET", path, {}, {}, None, asked))

    def _request(self, visitor, method, address, fields, query, files, asked="") -> NotingRequest:
        self.factory.cookies = self.cookies[visitor].copy()
        asked = asked or _encoded(query)
        headers = {"QUERY_STRING": asked, "HTTP_ACCEPT_LANGUAGE": "en" if self.count % 2 else "zh"}
        if files:
            posted = {name: value for name, value in fields.items() if value is not None}
            return self.factory.post(address, posted | files, **headers)
        kind = "application/x-www-form-urlencoded"
        return self.factory.generic(method, address, _encoded(fields), kind, **headers)


def _encoded(fields: dict) -> str:
    """The fields as a browser sends them, or as somebody does who wants to hurt."""
    pairs = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                pairs.append(
                    (name, one if isinstance(one, bytes) else str(one).encode("utf-8", "surrogatepass"))
                )
    return urlencode(pairs)


def path_part(value) -> str:
    """A value as one part of a path."""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    return quote(raw, safe="")


def _last_words() -> str:
    return traceback.format_exc(limit=-3)


def state_of_everything() -> int:
    """A number that changes with any row of the database, sessions apart."""
    rows = [
        list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "sessions.Session"
    ]
    return hash(repr(rows))


def forms_of(page: str, address: str) -> list[tuple[str, str, dict, set]]:
    """Every form of a page: method, address, the values it shows, and the names of its file fields."""
    found = []
    for form in BeautifulSoup(page, "html.parser").find_all("form"):
        method = form.get("method", "get").upper()
        values, files = {}, set()
        for control in form.find_all(["input", "select", "textarea", "button"]):
            name, kind = control.get("name"), control.get("type", "")
            if not name or name in NOT_FIELDS:
                continue
            if kind == "file":
                files.add(name)
            elif control.name == "select":
                options = control.find_all("option")
                chosen = next((o for o in options if o.has_attr("selected")), options[0] if options else None)
                values[name] = chosen.get("value", chosen.get_text()) if chosen else ""
            elif control.name == "textarea":
                values[name] = control.get_text()
            elif kind in ("radio", "checkbox"):
                if control.has_attr("checked") or name not in values:
                    values[name] = control.get("value", "on")
            elif control.name == "button":
                values.setdefault(name, control.get("value", ""))
            else:
                values[name] = control.get("value", "")
        found.append(
            (method, urljoin(address, form.get("action") or address).partition("#")[0], values, files)
        )
    return found


def name_of(address: str) -> str:
    """The name of the address in the URL conf."""
    try:
        match = resolve(re.sub(r"\?.*", "", address))
    except Exception:
        return ""
    return match.url_name or match.route


def upload(value) -> SimpleUploadedFile:
    """A small table whose name and cells hold the value."""
    text = value if isinstance(value, str) else str(value)
    content = f"code,name,{text}\n{text},{text},{text}\n".encode("utf-8", "surrogatepass")
    return SimpleUploadedFile(text.replace("\0", "")[:100] or "x.csv", content)
