"""People who meet a failed page as people do: they wait a moment, load it again, press again, sign in again.

What the server acknowledged to their browser is heard as it goes by, and stands in a ledger afterwards.
"""

import hashlib
import time
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Error, TimeoutError

from tests.browser.conftest import Desk
from tests.faults.ledger import Ledger

TRIALS = 30
MOMENT, PATIENCE = 1000, 90_000  # milliseconds
SECONDS_TO_SAVE = 20  # within which what was typed is saved by itself, once everything answers again
AGAIN = "main form .btn:has-text('ส่งอีกครั้ง'), main a:has-text('ลองอีกครั้ง')"
OUTAGE = "h1:has-text('ดำเนินการไม่ได้ชั่วคราว')"
# What the browser holds back because no server has acknowledged it (static/drafts.js).
HELD_BACK = """() => [...document.querySelectorAll("form[data-draft]")].some(
    (form) => form.dataset.draft && localStorage.getItem("draft:" + form.dataset.draft))"""
HAS_SCRIPTS = "() => !document.querySelector('script[src*=htmx]') || Boolean(window.htmx)"


class Persevering(Desk):
    """A desk whose person does not give up."""

    def __init__(self, browser, address, username, story, *, ledger: Ledger, **options):
        self.ledger = ledger
        super().__init__(browser, address, username, story, **options)

    def open_tab(self):
        super().open_tab()
        self.page.set_default_timeout(PATIENCE)  # longer than any answer takes
        self.page.on("response", lambda response: self.ledger.hear(response, self.username))

    def goto(self, address):
        self._until_answered(partial(self.page.goto, address))

    def follow(self, selector):
        self._until_answered(partial(super().follow, selector))

    def sign_in(self, username):
        super().sign_in(username)
        while "/login/" in self.page.url:  # what was typed here is never kept
            self.goto("/login/")
            super().sign_in(username)

    def _until_answered(self, act):
        """Act; as long as no page of the product comes, load again, which sends a form again, too."""
        for _trial in range(TRIALS):
            try:
                act()
                act = self._what_is_left()
            except TimeoutError:
                raise
            except Error:  # no answer came
                act = self.page.reload
            if act is None:
                self.ledger.settle()
                return
            self.ledger.failed += 1
            self.page.wait_for_timeout(MOMENT)
        raise AssertionError(f"{self.username} gave up at {self.page.url}")

    def _what_is_left(self):
        """What to do about the page that came; None when it is one to work with."""
        if self.page.locator(OUTAGE).count():
            again = self.page.locator(AGAIN)
            return partial(super().follow, AGAIN) if again.count() else partial(self.page.goto, "/login/")
        if self.has_scripts and not self.page.evaluate(HAS_SCRIPTS):
            return self.page.reload
        return None

    @contextmanager
    def saving(self):
        yield
        self.wait_saved()

    def wait_saved(self):
        self._wait_until_acknowledged()
        self.ledger.settle()
        super().wait_saved()

    def _wait_until_acknowledged(self):
        for _trial in range(TRIALS):
            deadline = time.monotonic() + SECONDS_TO_SAVE
            while time.monotonic() < deadline:
                if not self.page.evaluate(HELD_BACK):
                    return
                self.page.wait_for_timeout(100)
            self.ledger.reloaded += 1
            self.goto(self.page.url)  # what was typed comes back, and is saved
        raise AssertionError(f"What {self.username} typed was not saved.")

    def expect_shown(self, selector, text):
        for _trial in range(TRIALS):
            try:
                return super().expect_shown(selector, text)
            except AssertionError:
                self.ledger.reloaded += 1
                self.goto(self.page.url)
        raise AssertionError(f"{self.username} never saw {text} at {self.page.url}")

    def attach(self, criterion, letter):
        address = self._again(lambda: super(Persevering, self).attach(criterion, letter))
        content = letter.read_bytes()
        self.ledger.files.append([address, hashlib.sha256(content).hexdigest()])
        return address

    def download(self, selector, target):
        self._again(lambda: super(Persevering, self).download(selector, target))
        self.ledger.documents.append(hashlib.sha256(target.read_bytes()).hexdigest())

    def _again(self, act):
        for _trial in range(TRIALS):
            try:
                return act()
            except Error:
                self.ledger.reloaded += 1
                self.goto(self.page.url)
        raise AssertionError(f"{self.username} gave up at {self.page.url}")

    def fetch(self, address):
        for _trial in range(TRIALS):
            try:
                answer = super().fetch(address)
            except Error:
                answer = None
            if answer is not None and answer.status != 503:
                return answer
            self.page.wait_for_timeout(MOMENT)
        raise AssertionError(f"{address} never answered")
