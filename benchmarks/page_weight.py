"""What each kind of page weighs and how soon it is there, in a slowed-down Chromium, as a Markdown table.

    python -m benchmarks.page_weight [NAME …]

The profile is that of Lighthouse for phones: a processor four times slower, 1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms to
and fro. A first visit has an empty cache; "again" is the same page once more. Interactive is the end of the last task
of more than 50 ms before two seconds without one, and not before the content is there.
"""

import sys
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.desk import browsing, lived_in, log_in
from tests.browser.conftest import records
from tests.browser.page_types import PAGE_TYPES, PageType

THROTTLE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
QUIET = 2.0  # seconds
WATCH = "window.long = []; new PerformanceObserver((all) => window.long.push(...all.getEntries().map((one) => " \
        "one.startTime + one.duration))).observe({type: 'longtask', buffered: true});"
READ = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const painted = performance.getEntriesByName("first-contentful-paint")[0];
    return {ready: page.domContentLoadedEventEnd, painted: painted ? painted.startTime : 0, now: performance.now(),
            last: Math.max(0, ...window.long), nodes: document.getElementsByTagName("*").length};
}"""


@dataclass
class Visit:
    """One visit of a page: how much came over the wire, and when the page was there."""

    requests: int = 0
    kilobytes: float = 0.0
    html: float = 0.0
    ready: float = 0.0
    painted: float = 0.0
    interactive: float = 0.0
    nodes: int = 0


def visit(page: Any, session: Any, address: str) -> Visit:
    """Go there and measure."""
    made, pages = Visit(), set()

    def answered(event: dict[str, Any]) -> None:
        if event["type"] == "Document":
            pages.add(event["requestId"])

    def loaded(event: dict[str, Any]) -> None:
        # What comes from the cache has no length, and is no request.
        made.requests += event["encodedDataLength"] > 0
        made.kilobytes += event["encodedDataLength"] / 1024
        if event["requestId"] in pages:
            made.html += event["encodedDataLength"] / 1024

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", loaded)
    page.goto(address, wait_until="load")
    read = page.evaluate(READ)
    while read["now"] - max(read["last"], read["ready"]) < QUIET * 1000:
        time.sleep(0.2)
        read = page.evaluate(READ)
    session.remove_listener("Network.responseReceived", answered)
    session.remove_listener("Network.loadingFinished", loaded)
    made.ready, made.painted, made.nodes = read["ready"], read["painted"], read["nodes"]
    made.interactive = max(read["last"], read["ready"])
    return made


def measure(browser: Any, server: Any, one: PageType, known: dict[str, int]) -> tuple[Visit, Visit]:
    """Return the first and the second visit by somebody whose cache is empty."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    if not one.is_public:
        log_in(page, server)
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.emulateNetworkConditions", THROTTLE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    address = server.url + one.address(known)
    found = visit(page, session, address), visit(page, session, address)
    context.close()
    return found


def main(wanted: list[str]) -> None:
    """Print the table, of the pages named or of each that needs no preparation."""
    print("| page | requests | KB | of it HTML | again: requests | KB | ready ms | painted ms | interactive ms "
          "| again: interactive ms | nodes |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    with lived_in() as server, browsing() as browser:
        known = records(server)
        for one in PAGE_TYPES:
            if one.name not in wanted and (wanted or one.prepare is not None):
                continue
            first, again = measure(browser, server, one, known)
            print(f"| {one.name} | {first.requests} | {first.kilobytes:.0f} | {first.html:.0f} | {again.requests} "
                  f"| {again.kilobytes:.0f} | {first.ready:.0f} | {first.painted:.0f} | {first.interactive:.0f} "
                  f"| {again.interactive:.0f} | {first.nodes} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
