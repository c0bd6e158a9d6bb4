"""What every answer tells the browser beside the content security policy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# Powerful features are off, but for the passkeys of signing in.
PERMISSIONS = ", ".join(
    [
        *(f"{name}=()" for name in (
            "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation",
            "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
        )),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)  # fmt: skip


def protecting_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: features that are off, whose pages may hold this answer, and that nobody keeps it unless it says so.

    Files for everybody (open data) may be read from other sites, all else may not. What has no rule of its own about
    being kept may hold personal data."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS)
        for_everybody = answer.headers.get("Access-Control-Allow-Origin") == "*"
        resource = "cross-origin" if for_everybody else "same-origin"
        answer.headers.setdefault("Cross-Origin-Resource-Policy", resource)
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    return middleware
