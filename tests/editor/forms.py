"""A form's fields as a browser would send them, read from its own HTML."""

import html
import re

from django.http import QueryDict


def posted(form) -> QueryDict:
    """What a browser sends when nothing is touched."""
    data = QueryDict(mutable=True)
    for field, digest in form.seen().items():
        data[f"seen.{field}"] = digest
    for bound in form:
        for name, value in _sent(str(bound)):
            data.appendlist(name, value)
    return data


def fields_in(page: str) -> dict:
    """What a page's fields would send."""
    return dict(_sent(page))


def _sent(page):
    for name, text in re.findall(r"<textarea[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</textarea>", page, re.S):
        yield name, html.unescape(text).replace("\n", "\r\n")
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            yield name[1], html.unescape(value[1]) if value else "on" if "checkbox" in tag else ""
    for name, options in re.findall(r"<select[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</select>", page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        yield name, html.unescape(chosen[1]) if chosen else ""
