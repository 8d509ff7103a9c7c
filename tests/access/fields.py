"""What can be sent to the site: every field that a form shows or a view asks for, found by asking.

A request notes each name that its view looks up, so that a new field is found without being told of.
"""

import re
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urljoin

from bs4 import BeautifulSoup
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.forms import BaseForm
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import resolve

from survey.tries import _redis
from tests.access.test_matrix import Watch

NOT_FIELDS = {"csrfmiddlewaretoken"}
BOUNDARY = b"a-boundary-that-no-value-holds"


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

    def copy(self):
        """Fields that may be changed, and note all the same."""
        return NotedFields(self, self.noted)

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
    refused: set = field(default_factory=set)  # fields that their own form refused

    @property
    def looked_up(self) -> set:
        """The fields that the view asked for."""
        return self.request.asked if self.request.method == "POST" else self.request.queried

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
    right_files: dict = field(default_factory=dict)
    reached: int = 0  # status of the answer to the right request

    @property
    def carrier(self) -> str:
        """Where the method carries its fields."""
        return "fields" if self.method == "POST" else "query"

    def carrying(self, hostile: dict | None = None, files: dict | None = None) -> dict:
        """What a right request carries, but for what is hostile."""
        files = {name: upload(text, f"{name}.csv") for name, text in self.right_files.items()} | (files or {})
        return {self.carrier: {**self.right, **(hostile or {})}, "files": files}


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
        with connection.execute_wrapper(watch), transaction.atomic(), _refusals_noted() as refused:
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
            for key in _redis().keys("heng:tries:*"):
                _redis().delete(key)
        return Answer(response.status_code, response, changes, request, " ".join(broken), kept, refused)

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
            body, kind = _multipart(fields, files)
            return self.factory.generic(method, address, body, kind, **headers)
        kind = "application/x-www-form-urlencoded"
        return self.factory.generic(method, address, _encoded(fields), kind, **headers)


@contextmanager
def _refusals_noted():
    """The names of the fields that forms refuse meanwhile."""
    clean, noted = BaseForm.full_clean, set()

    def clean_and_note(form):
        clean(form)
        noted.update(form.add_prefix(name) for name in form._errors if name in form.fields)

    BaseForm.full_clean = clean_and_note
    try:
        yield noted
    finally:
        BaseForm.full_clean = clean


def _pairs(fields: dict) -> list[tuple[str, bytes]]:
    """The fields as a browser sends them, or as somebody does who wants to hurt."""
    return [
        (name, raw_of(one))
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    ]


def raw_of(value) -> bytes:
    """The bytes of a value, half characters too."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def _encoded(fields: dict) -> str:
    return urlencode(_pairs(fields))


def _multipart(fields: dict, files: dict) -> tuple[bytes, str]:
    """A form with files in it, which the client of the tests cannot write where there are half characters."""
    named = 'Content-Disposition: form-data; name="{}"'
    parts = [(named.format(name).encode(), value) for name, value in _pairs(fields)]
    for name, file in files.items():
        about = f'{named.format(name)}; filename="{{}}"\r\nContent-Type: text/csv'.encode()
        called = raw_of(file._name).translate(None, b'"\r\n')
        parts.append((about.replace(b"{}", called), file.read()))
    body = (
        b"".join(b"--%b\r\n%b\r\n\r\n%b\r\n" % (BOUNDARY, *part) for part in parts) + b"--%b--\r\n" % BOUNDARY
    )
    return body, f"multipart/form-data; boundary={BOUNDARY.decode()}"


def path_part(value) -> str:
    """A value as one part of a path."""
    return quote(raw_of(value), safe="")


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
                values[name] = control.get_text().removeprefix("\n")  # as browsers read it
            elif kind in ("radio", "checkbox"):
                if control.has_attr("checked") or name not in values:
                    values[name] = control.get("value", "on")
            elif control.name == "button" or kind == "submit":
                continue  # a browser sends the one that is pressed; what a view looks up of them is found by asking
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


def upload(text: str, name: str) -> SimpleUploadedFile:
    """A small table."""
    return SimpleUploadedFile(name, text.encode("utf-8", "surrogatepass"))


def hostile_upload(value, right: str) -> SimpleUploadedFile:
    """A small table whose name and cells hold the value, or the right one with it in one cell."""
    text = value if isinstance(value, str) else str(value)
    wrong = right.replace("x,", f"{text},", 1) if right else f"code,name,{text}\n{text},{text},{text}\n"
    file = upload(wrong, "x.csv")
    file._name = text.replace("\0", "")[:100]  # as sent: the class itself refuses the worst of them
    return file
