"""Which browser somebody used, in words, from what it says of itself. Only what is plain: else it is unknown."""

from django.utils.translation import gettext as _

# Most browsers name others as well, for old pages: the first found is the one.
FAMILIES = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", " Line/": "LINE", "FxiOS": "Firefox",
    "Firefox/": "Firefox", "CriOS": "Chrome", "HeadlessChrome": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "CrOS": "ChromeOS",
    "Macintosh": "macOS", "Linux": "Linux",
}  # fmt: skip


def browser_in_words(user_agent: str) -> str:
    """“Chrome on Windows”; one of both where the other is unknown."""
    browser, system = (
        next((name for sign, name in known.items() if sign in user_agent), "")
        for known in (FAMILIES, SYSTEMS)
    )
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")
