"""A real browser (the system's Chromium) on a real demo: its own folder, database, queue and worker."""

import os
import shutil
import time
import warnings
from collections import deque
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import TimeoutError, expect

from config.demo.people import PASSWORD
from tests.demo_running import fill, running_demo

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# Playwright leaves an event loop in the process, and Django then refuses the database to whatever comes after.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
MILLISECONDS_FOR_A_FILE, MILLISECONDS_FOR_A_PDF = 30_000, 60_000
THAI_NAME = "คำสั่งแต่งตั้งคณะทำงาน (ฉบับที่ ๒) น้ำใจ.pdf"
# Pictures are for whoever wants to look; they take their time.
SCREENSHOTS = os.environ.get("SCREENSHOTS_DIR")


@pytest.fixture(scope="session")
def browser_type_launch_args():
    if not CHROMIUM:
        pytest.skip("There is no Chromium on this machine: apt-get install chromium")
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    if not CHROMIUM:
        pytest.skip("There is no Chromium on this machine: apt-get install chromium")
    with running_demo(filled(tmp_path_factory)) as running:
        yield running


def filled(tmp_path_factory) -> Path:
    """A folder with the demo data; all workers of a run share the loading of it."""
    place, shared = tmp_path_factory.mktemp("demo"), tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    fill(place, shared / "demo-data")
    return place


def pick(line, value):
    """Choose one of the words that lie side by side, as a person does: once the page stands still."""
    line.locator(f"label:has(input[value={value}])").click()
    expect(line.locator(f"input[value={value}]")).to_be_checked()


@pytest.fixture
def letter(tmp_path):
    """A PDF with a Thai name."""
    path = tmp_path / THAI_NAME
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(path)
    return path


class Desk:
    """One person at a browser of their own. Faults of a page's scripts and of its policy fail the test. With
    `signed_in` (what `signed_in()` of an earlier desk gave) the person need not sign in again."""

    def __init__(self, browser, address, username, story, *, signed_in=None, **options):
        self.address, self.username, self.story = address, username, story
        options = {"viewport": DESKTOP, "locale": "th-TH", "base_url": address} | options
        self.has_scripts = options.get("java_script_enabled", True)
        self.context = browser.new_context(storage_state=signed_in, **options)
        self.faults = []
        self.open_tab()
        if signed_in:
            return
        self.goto("/login/")
        self.sign_in(username)
        self.page.wait_for_selector("h1:has-text('งานของฉัน')")
        self.shoot("home")

    def signed_in(self) -> dict:
        """The cookies of this desk, for another one of the same person."""
        return self.context.storage_state()

    def open_tab(self):
        """Work in a new tab of the same browser."""
        self.page = self.context.new_page()
        self.asked = deque(maxlen=20)
        self.page.on("request", lambda request: self.asked.append(request))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._listen)

    def sign_in(self, username):
        """Fill in the page for signing in, where it stands open."""
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.do("เข้าสู่ระบบ")

    def sign_out(self):
        self.page.click("header summary")
        with self.page.expect_navigation():
            self.page.click("header button:has-text('ออกจากระบบ')")

    def _listen(self, message):
        if "Content Security Policy" in message.text or "Uncaught" in message.text:
            self.faults.append(message.text)

    def shoot(self, name):
        """Keep a picture of the page where SCREENSHOTS_DIR says so."""
        if SCREENSHOTS:
            self.page.screenshot(path=self.picture(name), full_page=True)

    def picture(self, name) -> Path:
        """Where a picture of that name is kept."""
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        return Path(SCREENSHOTS) / f"{self.story}-{self.username}-{name.replace('/', '-')}.png"

    def goto(self, address):
        """Open the page of this address."""
        self.page.goto(address)

    def open_work(self, text):
        """Open the line of "my work" that holds this text."""
        self.goto("/")
        self.follow(f".work li:has-text('{text}') a")

    def follow(self, selector):
        """Click a link or a button and wait for its page; where none comes, once more, and the summary tells it with
        what was asked of the server meanwhile."""
        self.asked.clear()
        begun = pressed = time.monotonic()
        try:
            with self.page.expect_navigation(timeout=20_000):
                self.page.click(selector)
                pressed = time.monotonic()
        except TimeoutError as late:
            asked = [f"{one.method} {one.url} {one.timing}" for one in self.asked]
            told = f"{selector} at {self.page.url}, pressed in {pressed - begun:.1f} s, asked {asked}: {late}"
            warnings.warn(f"No page came after {told}", stacklevel=2)
            with self.page.expect_navigation():
                self.page.click(selector)

    def expect_shown(self, selector, text):
        """Wait until this part of the page shows the text."""
        expect(self.page.locator(selector).first).to_contain_text(text)

    def fetch(self, address):
        """What the server says to this person, past the page."""
        return self.page.request.get(address)

    def download(self, selector, target):
        """Follow a link to a file, as soon as it is there, and keep the file."""
        link = self.page.locator(selector)
        link.wait_for(timeout=MILLISECONDS_FOR_A_PDF)
        with self.page.expect_download() as download:
            link.click()
        download.value.save_as(target)

    def attach(self, criterion, letter):
        """Attach the letter to a criterion; returns the address of the file."""
        line = self.page.locator(f'[id="criterion-{criterion}"]')
        line.locator("input[type=file]").set_input_files(letter)
        link = line.locator(f"a:text-is('{letter.name}')")
        link.wait_for(timeout=MILLISECONDS_FOR_A_FILE)
        return link.get_attribute("href")

    def answer(self, criterion, value):
        """Tick มี or ไม่มี of a criterion."""
        pick(self.page.locator(f'[id="criterion-{criterion}"]'), value)

    @contextmanager
    def saving(self):
        """What is typed within is saved by itself: waits until the server has answered."""
        with self.page.expect_response("**/save"):
            yield
        self.wait_saved()

    def wait_saved(self):
        expect(self.page.locator("#saved")).to_contain_text("บันทึกแล้ว")

    def do(self, label):
        """Press the button of a form and wait for the page that follows."""
        self.follow(f"main button:visible:has-text('{label}')")

    def send_report(self):
        """As the head of an agency: declare and send what is ready."""
        self.open_work("พร้อมส่ง")
        assert "ครบถ้วน" in self.page.inner_text("main")
        self.page.check("[name=declared]")
        self.shoot("missing")
        self.do("ส่งรายงาน")
        assert "ส่งรายงานแล้ว" in self.page.inner_text("main")
        self.shoot("sent")

    def close(self):
        self.context.close()
        assert self.faults == []


@pytest.fixture
def desk(browser, demo, request):
    """desk(username): that person signs in; all desks are closed, and asked for faults, at the end. Options are those
    of a new browser: desk(username, java_script_enabled=False)."""
    desks = []

    def sit_down(username, **options):
        story = request.node.originalname.removeprefix("test_")
        desks.append(Desk(browser, demo.address, username, story, **options))
        return desks[-1]

    yield sit_down
    for one in desks:
        one.close()
