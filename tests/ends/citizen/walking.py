"""What a person does with a form, without JavaScript: reads the page, fills what is asked, presses the button."""

import re
from html import unescape
from html.parser import HTMLParser


class Form(HTMLParser):
    """The last posted form of a page: its fields with their values, its choices, its labels."""

    def __init__(self, html):
        super().__init__()
        self.forms = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        one = dict(attrs)
        if tag == "option" and self.forms and one.get("value"):
            self.forms[-1]["asked"][self.select].append(one["value"])
            if "selected" in one:
                self.forms[-1]["data"][self.select] = one["value"]
        elif tag == "form":
            self.forms.append({"action": one.get("action", ""), "method": one.get("method", "get"), "data": {}, "asked": {}})
        elif self.forms and tag in ("input", "textarea", "select", "button") and one.get("name"):
            self._control(self.forms[-1], tag, one)

    def _control(self, form, tag, one):
        name, kind = one["name"], one.get("type", tag)
        if kind in ("radio", "checkbox"):
            form["asked"].setdefault(name, []).append(one.get("value", "on"))
            if "checked" in one:
                form["data"].setdefault(name, []).append(one.get("value", "on"))
        elif kind == "file":
            form["asked"][name] = ["file"]
        elif kind == "select":
            self.select = name
            form["asked"][name] = []
        elif tag != "button":
            form["data"][name] = one.get("value", "")
            if kind != "hidden":
                form["asked"][name] = []


def main_form(response):
    """The form in the page's content (those of the header come before ``<main``)."""
    html = response.content.decode()
    return Form(html[html.index("<main") :]).forms[-1]


def filled(form, **typed):
    """The form's data with what is typed; open radio choices take the first option."""
    data = dict(form["data"])
    for name, options in form["asked"].items():
        if name in typed:
            data[name] = typed[name]
        elif options and options != ["file"] and name not in data:
            data[name] = options[0]
        elif not options and not data.get(name):
            data[name] = TYPED.get(name, "")
    return data


TYPED = {"child_name": "林小满", "phone": "13800138000"}


def walk(client, code="newborn", **typed):
    """From the questions to the receipt; returns the last answer and the pages passed."""
    passed = []
    response = client.get(f"/life-events/{code}/questions", follow=True)
    for _ in range(20):
        passed.append(response)
        if response.status_code != 200 or "/mine/" in here(response):
            break
        form = main_form(response)
        data = filled(form, **typed)
        if "/form" in here(response):
            data["act"] = "next"
        response = client.post(form["action"] or here(response), data, follow=True)
    return response, passed


def here(response):
    """The address of the page after redirects."""
    chain = getattr(response, "redirect_chain", [])
    return chain[-1][0] if chain else response.request["PATH_INFO"]


def text_of(response):
    """The words of a page."""
    html = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return unescape(re.sub(r"<[^>]+>", " ", html))
