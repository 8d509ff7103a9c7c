"""A simulated expert's browser: it goes through the public pages as a person without script would."""

import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT = 30
HIDDEN = re.compile(r"<input\b[^>]*\btype=[\"']?hidden[\"']?[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([\w-]+)=[\"']([^\"']*)[\"']")


class DoorClosed(Exception):
    """The site did not take what was sent; the message holds the address and the status."""


class ExpertBrowser:
    """One session at the public door: code, questionnaire, submission."""

    def __init__(self, url: str):
        self.url = url.rstrip("/")
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(cookies).open

    def enter(self, code: str) -> None:
        """Type the code and press the button."""
        self._post("/j", {"code": code}, page=self._get("/j"))

    def fill_group(self, code: str, points: dict[str, str]) -> None:
        """Type the points of one group and save them."""
        path = f"/e/group/{urllib.parse.quote(code)}/"
        self._post(path, points, page=self._get(path))

    def assess(self, fields: dict[str, str]) -> None:
        """Say how well the field is known."""
        self._post("/e/self/", fields, page=self._get("/e/self/"))

    def submit(self) -> str:
        """Submit the questionnaire; returns the page with the receipt."""
        return self._post("/e/submit/", {}, page=self._get("/e/review/"))

    def _get(self, path: str) -> str:
        return self._send(self._request(path))

    def _post(self, path: str, fields: dict[str, str], *, page: str) -> str:
        content = urllib.parse.urlencode({**hidden_fields(page, "csrfmiddlewaretoken", "tag"), **fields})
        return self._send(self._request(path, content.encode()))

    def _request(self, path: str, content: bytes | None = None) -> urllib.request.Request:
        address = self.url + path
        return urllib.request.Request(address, data=content, headers={"Referer": address})  # noqa: S310 - our own site

    def _send(self, request: urllib.request.Request) -> str:
        try:
            with self._open(request, timeout=TIMEOUT) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise DoorClosed(f"{request.full_url}: {error.code}") from error
        except urllib.error.URLError as error:
            raise DoorClosed(f"{request.full_url}: {error.reason}") from error


def hidden_fields(page: str, *names: str) -> dict[str, str]:
    """The named hidden fields of a page, the last one of each name."""
    found = {}
    for tag in HIDDEN.findall(page):
        attributes = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        if attributes.get("name") in names:
            found[attributes["name"]] = attributes.get("value", "")
    return found
