"""Style sheets and scripts go out small, without a collecting step."""

import gzip
from pathlib import Path

import brotli
import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR, "config", "static")


@pytest.mark.parametrize("name", ["heng.css", "js/list.js", "img/icons.svg", "vendor/echarts/echarts.min.js"])
def test_text_goes_out_small(client, name):
    content = (STATIC / name).read_bytes()
    for accepted, opened in (("gzip, br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)):
        answer = client.get(f"/static/{name}", headers={"accept-encoding": accepted})
        body = answer.getvalue()
        assert opened(body) == content
        assert answer["Vary"] == "Accept-Encoding"
        assert not accepted or len(body) < len(content) / 2


def test_pictures_go_out_as_they_are(client):
    answer = client.get("/static/img/touch-icon.png", headers={"accept-encoding": "br"})
    assert answer.getvalue() == (STATIC / "img/touch-icon.png").read_bytes()
    assert not answer.has_header("Content-Encoding")


def test_compressed_twins_are_no_files_of_their_own(client):
    assert client.get("/static/heng.css.br").status_code == 404
