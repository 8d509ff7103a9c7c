"""How figures are shown: rounding happens here and nowhere before."""

import json as json_module

from django import template

from survey.models.study import frozen_in_language

register = template.Library()


@register.filter
def fixed(value, places=2):
    """The number rounded to a fixed number of decimals; a dash where there is none."""
    return "–" if value is None else f"{value:z.{int(places)}f}"


@register.filter
def signed(value, places=2):
    """A difference with its sign; a dash where there is none."""
    if value is None:
        return "–"
    shown = f"{value:+z.{int(places)}f}".replace("-", "−")
    return shown.removeprefix("+") if not shown.strip("+0.") else shown


@register.filter
def percent(value, places=1):
    """A share as a percentage, without the sign."""
    return "–" if value is None else fixed(100 * value, places)


@register.filter
def figure(value):
    """A raw figure as people write it: at most six significant digits, no exponent in the usual range."""
    if value is None:
        return "–"
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


@register.filter
def answer(value):
    """What an expert said of an item, with at most one decimal: weights out of comparisons have many."""
    return "–" if value is None else f"{round(value, 1):g}"


@register.filter
def upto(low, high):
    """A range as people write it; one number where both ends are the same."""
    return figure(low) if low == high else f"{figure(low)}–{figure(high)}"


@register.simple_tag
def along(value, low, high):
    """Where a value lies on the way from low to high, in percent; empty for what is no number."""
    try:
        low = float(low or 0)
        return f"{100 * (float(value) - low) / (float(high) - low):.2f}"
    except (TypeError, ValueError, ZeroDivisionError):
        return ""


@register.filter
def bar(value, full=100):
    """The length of a bar as a percentage of the full length, between 0 and 100."""
    return f"{min(max(100 * value / full, 0), 100):.1f}" if value and full else "0"


@register.filter
def whole(value):
    """A number without decimals, rounded half to even; for widths and lengths."""
    return "" if value is None else str(round(value))


@register.filter
def times(value, factor):
    """The product of two numbers."""
    return None if value is None else value * float(factor)


@register.filter
def get(mapping, key):
    """The mapping's value for the key, or None."""
    return mapping.get(key) if mapping else None


@register.filter
def text_of(record, field):
    """A text of a frozen record in the reader's language, the other one where it is empty."""
    return frozen_in_language(record, field)


@register.filter
def words(text):
    """The words of a text, one by one."""
    return text.split()


@register.filter
def json(value):
    """A value as it stands in the protocol."""
    return json_module.dumps(value, ensure_ascii=False)
