"""Charts without a browser: V8 runs ECharts and gives SVG, resvg makes PNG of it; no process outside is called.

One V8 for each process, started when it is first needed, used by one thread at a time, with limits on time and memory.
"""

import atexit
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path
from threading import Lock

import resvg_py
from django.conf import settings
from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

LIBRARY = Path(settings.BASE_DIR, "config", "static", "vendor", "echarts", "echarts.min.js")
FONTS = Path(settings.BASE_DIR, "ranking", "files", "fonts")
FONT_FILES = tuple(str(FONTS / f"NotoSansSC-{weight}.otf") for weight in ("Regular", "Bold"))
FONT = "Noto Sans SC"
FONT_STACK = f"{FONT}, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
SECONDS = 10.0
MEMORY = 512 * 1024 * 1024
DRAW = """
var setTimeout = function () { return 0; }, clearTimeout = function () {};
function draw(option, width, height) {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: width, height: height });
  try { chart.setOption(JSON.parse(option)); return chart.renderToSVGString(); } finally { chart.dispose(); }
}
"""
STYLE = re.compile(r' style="([^"]*)"')
RUNNING = re.compile(r"\bzr\d+-")  # ids count the charts that were drawn before
UNUSED = re.compile(r' class="[^"]*"| pointer-events="[^"]*"|<style[^>]*>.*?</style>', re.DOTALL)
INNER = re.compile(r"^<svg[^>]*>(.*)</svg>\s*$", re.DOTALL)


class DrawingFailed(Exception):
    """ECharts refused the option, or ran into a limit; the message says which."""


class Engine:
    """V8 with ECharts in it; started again after a limit was reached."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY):
        self._lock, self._context = Lock(), None
        self._seconds, self._memory = seconds, memory

    def draw(self, option: str, width: int, height: int) -> str:
        """The chart as SVG."""
        with self._lock:
            try:
                return self._started().call("draw", option, width, height, timeout_sec=self._seconds)
            except JSOOMException as error:
                self._stop()
                raise DrawingFailed("memory") from error
            except JSTimeoutException as error:
                raise DrawingFailed("time") from error
            except JSEvalException as error:
                raise DrawingFailed(str(error)) from error

    def _started(self) -> MiniRacer:
        if self._context is None:
            with ThreadPoolExecutor(
                1
            ) as apart:  # an event loop that runs here would be taken, and may stand still later
                self._context = apart.submit(MiniRacer).result()
            self._context.set_hard_memory_limit(self._memory)
            self._context.eval(DRAW)
            self._context.eval(LIBRARY.read_text(encoding="utf-8"))
        return self._context

    def _stop(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            with suppress(Exception):
                context.close()

    def close(self) -> None:
        """End V8 before the interpreter ends, which would wait for it for ever."""
        self._stop()


@cache
def _engine() -> Engine:
    engine = Engine()
    atexit.register(engine.close)
    return engine


def chart_svg(option: dict, *, width: int, height: int) -> str:
    """The chart as one SVG document, without scripts, styles and animation; raises `DrawingFailed`."""
    still = option | {"animation": False, "textStyle": {"fontFamily": FONT_STACK}}
    still["tooltip"] = {"show": False}
    return as_attributes(_engine().draw(json.dumps(still), width, height))


def as_attributes(svg: str) -> str:
    """The SVG with attributes in place of inline styles: every program reads these, and no policy forbids them."""
    return STYLE.sub(_attributes, RUNNING.sub("zr-", UNUSED.sub("", svg)))


def _attributes(found: re.Match) -> str:
    rules = (rule.split(":", 1) for rule in found[1].split(";") if ":" in rule)
    return "".join(f' {name.strip()}="{escape(value.strip(), quote=True)}"' for name, value in rules)


def inner(svg: str) -> str:
    """What stands inside the SVG element, to be put into another."""
    return INNER.match(svg.strip())[1]


def png_of(svg: str, *, zoom: float = 2.0) -> bytes:
    """The SVG as PNG, drawn with the fonts of this house; others of the system stand in for what they lack."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=zoom, font_files=list(FONT_FILES), font_family=FONT, sans_serif_family=FONT
        )
    )
