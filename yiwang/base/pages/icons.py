"""Line icons drawn on a 24 × 24 grid, inlined where they are used: no request, no font, the colour of the text around them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS: dict[str, str] = {
    "alert": "M12 3 2.5 20h19zM12 10v4.5M12 17.2v.1",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "baby": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9 11v.1M15 11v.1M9.5 15c1.5 1.3 3.5 1.3 5 0M12 4c-1.5 1-1 2.5.5 2.5",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
    "building": "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3.5V7M16 3.5V7",
    "card": "M3 6h18v13H3zM7 11.5h4M7 15h6M16.5 11.5v.1",
    "case": "M5 3.5h14V21H5zM9 8h6M9 12h6M9 16h3.5",
    "check": "M4.5 12.5 10 18l9.5-11",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8v4.5l3 2",
    "cross": "M6 6l12 12M18 6 6 18",
    "dot": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "eye": "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "file": "M6 3h8l4 4v14H6zM14 3v4h4",
    "flag": "M6 21V4h11l-2 4 2 4H6",
    "food": "M7 3v7M4.5 3v4.5a2.5 2.5 0 0 0 5 0V3M7 10v11M17 21v-7M17 14c-2.5 0-3-2.5-3-5.5S15.5 3 17 3z",
    "globe": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17",
    "hand": "M4 14h4l3-3.5h4a1.5 1.5 0 0 1 0 3h-3M15 13.5l4-2.5a1.6 1.6 0 0 1 1.8 2.6L15 19H4z",
    "heart": "M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20z",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "info": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.7v.1",
    "leave": "M14 4h5v16h-5M4 12h11M8 8l-4 4 4 4",
    "link": "M9 15l6-6M10.5 6.5l2-2a4 4 0 0 1 5.7 5.7l-2 2M13.5 17.5l-2 2a4 4 0 0 1-5.7-5.7l2-2",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "mail": "M3.5 6h17v13h-17zM3.5 7l8.5 6.5L20.5 7",
    "mic": "M12 3.5a2.8 2.8 0 0 0-2.8 2.8v5.2a2.8 2.8 0 0 0 5.6 0V6.3A2.8 2.8 0 0 0 12 3.5zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v3.5",
    "pause": "M9 6v12M15 6v12",
    "pen": "M5 19l1-4L16 5l3 3L9 18z",
    "people": "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 20c0-4 2.5-6 6-6s6 2 6 6M16 5.5a2.7 2.7 0 0 1 0 5.2M17.5 14.3c2.3.7 3.5 2.7 3.5 5.7",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c0-4.5 3-6.5 7.5-6.5s7.5 2 7.5 6.5",
    "phone": "M6 3.5h3l1.5 5-2 1.5c1 2.3 2.7 4 5 5l1.5-2 5 1.5v3c0 1.5-1 2.5-2.5 2.5C10.5 20 4 13.5 3.5 6.5 3.5 5 4.5 3.5 6 3.5z",
    "print": "M7 8V3.5h10V8M7 17H4V8h16v9h-3M7 14h10v6.5H7z",
    "qr": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM20 14v2M17.5 20H20v-2",
    "scale": "M12 4v16M7 20h10M5 7h14M5 7l-2.5 6a2.7 2.7 0 0 0 5 0zM19 7l-2.5 6a2.7 2.7 0 0 0 5 0z",
    "school": "M2.5 9 12 4.5 21.5 9 12 13.5zM6.5 11v5c3 2.5 8 2.5 11 0v-5M21.5 9v6",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20.5 20.5",
    "shield": "M12 3l8 3v6c0 4.5-3.3 7.7-8 9-4.7-1.3-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5",
    "speaker": "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11",
    "star": "M12 4l2.5 5.3 5.5.7-4 4 1 5.8-5-2.9-5 2.9 1-5.8-4-4 5.5-.7z",
    "store": "M4 9.5V20h16V9.5M3 9.5 5 4h14l2 5.5c-1 2-3.5 2-4.5 0-1 2-3.5 2-4.5 0-1 2-3.5 2-4.5 0-1 2-3.5 2-4.5 0zM10 20v-5h4v5",
    "sun": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M1"
    "7.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
    "text": "M4 7V5h10v2M9 5v14M7 19h4M14 12v-1.5h7V12M17.5 10.5V19",
    "truck": "M2.5 6h11v11h-11zM13.5 10h4.5l3.5 3.5V17h-8M7 15.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 15.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
    "upload": "M12 16V5M7.5 9.5 12 5l4.5 4.5M4.5 15v4.5h15V15",
    "water": "M12 3.5s6 6.5 6 11a6 6 0 0 1-12 0c0-4.5 6-11 6-11z",
    "wheelchair": "M10 5.5v.1M10 8.5v6h5l2.5 5M10 11.5h4M7.5 12.5a4.5 4.5 0 1 0 6.5 6",
}


def icon(name: str, label: str = "") -> SafeString:
    """The icon ``name`` as inline SVG: hidden from readers unless ``label`` says what it means."""
    path = mark_safe(PATHS[name])  # noqa: S308 - from the table above
    if label:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}"><path d="{}"/></svg>', label, path)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', path)
