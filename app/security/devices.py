"""What somebody logged in with, told from the name that a browser gives itself; a hint for people, never a proof."""

import re

from app.sdk.i18n import _

# In this order: each of them also names those that come after it.
_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/(\d+)"), ("Opera", r"\bOPR/(\d+)"), ("WeChat", r"\bMicroMessenger/(\d+)"),
    ("DingTalk", r"\bDingTalk/(\d+)"), ("Firefox", r"\b(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/(\d+)"), ("Safari", r"\bVersion/(\d+).*Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"), ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("HarmonyOS", r"HarmonyOS"),
    ("Windows", r"Windows"), ("macOS", r"Mac OS X|Macintosh"), ("ChromeOS", r"\bCrOS\b"), ("Linux", r"Linux|X11"),
)


def device_text(user_agent: str | None) -> str:
    """Return browser and system in a few words, the browser's own name where it tells neither."""
    if not user_agent:
        return _("Unknown device")
    browser = next((f"{name} {found[1]}" for name, pattern in _BROWSERS if (found := re.search(pattern, user_agent))),
                   "")
    system = next((name for name, pattern in _SYSTEMS if re.search(pattern, user_agent)), "")
    return " · ".join(part for part in (browser, system) if part) or user_agent[:40]


def device_icon(user_agent: str | None) -> str:
    """Return the icon of a device."""
    return "device-mobile" if re.search(r"Mobile|Android|iPhone", user_agent or "") else "device-laptop"
