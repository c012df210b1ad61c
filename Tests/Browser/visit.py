"""One visitor's way through the dashboard, and what must be true at each step."""

import json
import os
import time

PASSWORD = "quiet-otter-rides-42-trams"
MODULES = os.path.join(os.path.dirname(__file__), "modules.js")
CONTROLS = {"button", "textbox", "searchbox", "combobox", "radio", "link", "image"}

# What a row shows, by symbol: the texts of its cells.
ROWS = """Object.fromEntries([...document.querySelectorAll("#ticker-rows tr")].map(
    (row) => [row.dataset.symbol, [...row.cells].map((cell) => cell.textContent)]))"""
IS_LIVE = "document.getElementById('connection').dataset.state === 'live'"
# Pixels of the chart that are clearly green or red: candles, not grid or text.
CANDLE_PIXELS = """[...document.querySelectorAll("#chart canvas")].reduce((most, canvas) => {
    if (!canvas.width || !canvas.height) return most;
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && Math.abs(data[i] - data[i + 1]) > 60) count += 1;
    return Math.max(most, count);
}, 0)"""


class Visit:
    def __init__(self, browser, base, folder, name, screen, email, report):
        self.page = browser.new_page(**screen)
        self.base, self.folder, self.name, self.email, self.report = base, folder, name, email, report
        self.expected_errors = 0

    def check(self, sentence, body):
        self.report.check(f"{self.name}: {sentence}", body)

    def screenshot(self, name):
        self.page.screenshot(os.path.join(self.folder, f"{self.name}-{name}.png"))

    # Ways through the page

    def everything(self):
        self.check("the page opens with a sign-in form", self.opens)
        self.screenshot("1-sign-in")
        self.check("the page's modules calculate rightly", self.modules)
        self.check("a wrong sign-in is explained beside the form", self.wrong_sign_in)
        self.check("a weak password is marked at its field", self.weak_password)
        self.screenshot("2-problem")
        self.check("registering shows the tickers", self.registers)
        self.check("prices on screen change", self.prices_change)
        self.check("simulated data is said aloud, live data is not called simulated", self.market_state)
        self.check("a symbol is found and chosen by keyboard alone", self.choose_by_keyboard)
        self.check("the candle chart is drawn", self.chart_drawn)
        self.screenshot("3-market")
        self.check("the last candle is alive", self.last_candle_moves)
        self.check("nothing jumps while the page fills", self.steady)
        self.check("another interval loads its candles", self.other_interval)
        self.check("the candle table agrees with the API", self.candle_table)
        self.check("a click on a head sorts the table", self.sorts)
        self.check("every control has a name for a screen reader", self.named_controls)
        self.check("the page leaves the processor alone", self.calm)
        self.check("a lost connection comes back by itself", self.reconnects)
        self.check("a refused token leads to the sign-in", self.token_refused)
        self.check("signing in again shows the market again", self.signs_in_again)
        self.check("signing out forgets everything", self.signs_out)
        self.check("no error and no violation of the content policy", self.clean)

    def first_look(self):
        self.check("the page opens with a sign-in form", self.opens)
        self.screenshot("1-sign-in")
        self.check("registering shows the tickers", self.registers)
        self.check("the candle chart is drawn", self.chart_drawn)
        self.check("nothing is wider than the screen", self.fits)
        self.check("nothing jumps while the page fills", self.steady)
        self.screenshot("2-market")
        self.check("no error and no violation of the content policy", self.clean)

    def without_library(self):
        self.page.block("*/dashboard/vendor/*")
        self.expected_errors += 1
        self.check("the page opens with a sign-in form", self.opens)
        self.check("registering shows the tickers", self.registers)
        self.check("candles are shown as a table, and the page says why", self.plain_candles)
        self.screenshot("1-market")
        self.check("no error and no violation of the content policy", self.clean)

    def forgotten_password(self):
        self.check("the sign-in form leads to a forgotten password", self.asks_for_link)
        self.check("the link in the mail sets a new password, and leaves no token in the address", self.sets_password)
        self.screenshot("1-done")
        self.check("a used link says so in words", self.used_link)
        self.check("no error and no violation of the content policy", self.clean)

    # Checks

    def asks_for_link(self):
        self.page.open(self.base + "/")
        assert self.page.evaluate("document.querySelector('a[href=\"/account#forgot\"]').innerText")
        self.page.open(self.base + "/account#forgot")
        self.page.fill("#email", self.email)
        self.page.press("Enter")
        self.page.until("document.getElementById('notice').innerText.includes('on its way')", "the request is answered")

    def sets_password(self):
        find = f"""fetch("/dev/mail").then((r) => r.json()).then(({{ items }}) => items.find(
            ({{ to, text }}) => to === {json.dumps(self.email)} && text.includes("#reset-password="))
            ?.text.match(/#reset-password=(\\S+)/)[1])"""
        self.link_token = self.page.until(find, "the mail was sent")
        self.follow_link()
        assert self.page.evaluate("location.hash + location.search") == ""
        self.page.fill("#password", "a-newer-otter-rides-43-trams")
        self.page.press("Enter")
        self.page.until("document.getElementById('notice').innerText.includes('Sign in with it')", "the password is set")

    def used_link(self):
        self.expected_errors += 1
        self.follow_link()
        self.page.fill("#password", "a-newest-otter-rides-44-trams")
        self.page.press("Enter")
        self.page.until("!document.getElementById('problem').hidden", "the link is refused")
        assert "used" in self.page.evaluate("document.getElementById('problem').innerText")

    def follow_link(self):
        # From another page, as from a mail: a change of what stands behind # alone does not load a page anew.
        self.page.open(self.base + "/")
        self.page.open(f"{self.base}/account#reset-password={self.link_token}")
        self.page.until("!document.getElementById('password-row').hidden", "the page asks for a password")

    def opens(self):
        self.page.open(self.base + "/")
        assert self.page.evaluate("document.title") == "TradePulse"
        assert self.page.evaluate("document.querySelector('h1').textContent") == "Sign in"
        assert "Not financial advice" in self.page.evaluate("document.body.innerText")

    def modules(self):
        with open(MODULES, encoding="utf-8") as file:
            wrong = self.page.evaluate(file.read())
        assert wrong == [], "; ".join(wrong)

    def send_form(self, email, password):
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.page.press("Enter")

    def problem(self):
        self.page.until("!document.getElementById('credentials-problem').hidden", "a problem is shown")
        return self.page.evaluate("document.getElementById('credentials-problem').innerText")

    def wrong_sign_in(self):
        self.expected_errors += 1
        self.send_form(self.email, "not the password at all")
        text = self.problem()
        assert len(text) > 5 and "{" not in text, text

    def weak_password(self):
        self.expected_errors += 1
        self.page.click("#switch")
        self.send_form(self.email, "abc")
        self.problem()
        assert self.page.evaluate("document.getElementById('password').getAttribute('aria-invalid')") == "true"
        text = self.page.evaluate("document.getElementById('password-problem').textContent")
        assert text, "no words at the field"
        assert self.page.evaluate("document.activeElement.id") == "password", "the wrong field is not focused"

    def registers(self):
        if self.page.evaluate("document.querySelector('h1').textContent") == "Sign in":
            self.page.click("#switch")
        bytes_before, began = self.page.received_bytes, time.monotonic()
        self.send_form(self.email, PASSWORD)
        shown = "[...document.querySelectorAll('#ticker-rows td')].some((cell) => /[0-9]/.test(cell.textContent))"
        self.page.until(f"!document.getElementById('market-view').hidden && {shown}", "a ticker is on screen")
        first = time.monotonic() - began
        self.page.until(IS_LIVE, "the connection is live")
        kilobytes = bytes_before / 1000
        return f"first ticker after {first:.2f} s, page {kilobytes:.0f} kB, {len(self.page.evaluate(ROWS))} rows"

    def prices_change(self):
        self.page.evaluate(f"window.before = {ROWS}; true")
        changed = (f"(() => {{ const now = {ROWS}; return Object.keys(now).filter("
                   "(s) => before[s] && before[s][1] && now[s][1] !== before[s][1]).length; })()")
        began = time.monotonic()
        self.page.until(f"{changed} >= 3", "three prices change", seconds=20)
        return f"after {time.monotonic() - began:.2f} s"

    def market_state(self):
        token = self.page.evaluate(f"""fetch("/api/v1/auth/login", {{ method: "POST",
            headers: {{ "Content-Type": "application/json" }}, body: {json.dumps(json.dumps(
                {"email": self.email, "password": PASSWORD}))} }}).then((r) => r.json()).then((t) => t.accessToken)""")
        self.token = token
        exchanges = self.api("/api/v1/market/exchanges")
        is_simulated = any(exchange["state"] == "simulated" for exchange in exchanges)
        line = self.page.evaluate("document.getElementById('market-state').innerText")
        assert ("SIMULATED MARKET" in line) == is_simulated, line
        return line

    def api(self, path):
        return self.page.evaluate(
            f"fetch({json.dumps(path)}, {{ headers: {{ Authorization: 'Bearer ' + {json.dumps(self.token)} }} }})"
            ".then((r) => r.json())")

    def choose_by_keyboard(self):
        self.page.fill("#search", "btcusdt")
        self.page.until("document.querySelector('#ticker-rows tr')?.dataset.symbol === 'BTCUSDT'", "the search finds it")
        for _ in range(20):
            self.page.press("Tab")
            if self.page.evaluate("document.activeElement.closest('tr')?.dataset.symbol") == "BTCUSDT":
                break
        self.page.press("Enter")
        assert self.page.until("document.getElementById('chart-title').textContent === 'BTCUSDT'", "the chart follows")
        assert self.page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
        self.page.fill("#search", "")
        rows = self.page.evaluate("document.querySelectorAll('#ticker-rows tr').length")
        assert rows > 1, "clearing the search shows all again"

    def chart_drawn(self):
        pixels = self.page.until(f"(() => {{ const n = {CANDLE_PIXELS}; return n > 300 && n; }})()", "candles on the canvas")
        legend = self.page.evaluate("document.getElementById('legend').innerText")
        assert "O " in legend.replace("\n", " ") and any(c.isdigit() for c in legend), legend
        return f"{pixels} coloured pixels"

    def last_candle_moves(self):
        legend = "document.getElementById('legend').textContent"
        self.page.evaluate(f"window.before = {legend}; true")
        self.page.until(f"{legend} !== before", "the figures of the last candle change", seconds=20)

    def other_interval(self):
        self.page.evaluate("document.querySelector('#intervals input[value=\"15m\"]').click()")
        self.page.until("document.getElementById('chart').getAttribute('aria-label').endsWith(', 15m') && "
                        "document.getElementById('legend').textContent && "
                        "!document.getElementById('chart-notice').textContent", "15-minute candles load")

    def candle_table(self):
        self.page.click("#candle-details summary")
        self.page.until("document.querySelectorAll('#candle-rows tr').length > 1", "the table has rows")
        shown = self.page.evaluate("""Object.fromEntries([...document.querySelectorAll("#candle-rows tr")].map(
            (row) => [row.cells[0].textContent, [...row.cells].slice(1).map((cell) => cell.textContent.replaceAll(",", ""))]))""")
        symbol = self.page.evaluate("document.getElementById('chart-title').textContent")
        candles = self.api(f"/api/v1/market/candles/{symbol}?interval=15m&limit=50")["items"]
        # A candle that closed just now may be a moment away from its final figures.
        settled = (time.time() - 2 * 900) * 1000
        compared = 0
        for candle in candles:
            time_shown = time.strftime("%Y-%m-%d %H:%M", time.gmtime(candle["openTime"] / 1000))
            if candle["openTime"] <= settled and time_shown in shown:
                wanted = [candle[name] for name in ("open", "high", "low", "close", "volume")]
                assert shown[time_shown] == wanted, f"{time_shown}: {shown[time_shown]}, API {wanted}"
                compared += 1
        assert compared > 0, "no closed candle to compare"
        self.page.click("#candle-details summary")
        return f"{compared} candles, every digit"

    def sorts(self):
        symbols = "[...document.querySelectorAll('#ticker-rows tr')].map((row) => row.dataset.symbol)"
        self.page.click("#tickers th[data-key=symbol] button")
        ascending = self.page.evaluate(symbols)
        assert ascending == sorted(ascending) and len(ascending) > 1
        assert self.page.evaluate("document.querySelector('th[data-key=symbol]').getAttribute('aria-sort')") == "ascending"
        self.page.click("#tickers th[data-key=symbol] button")
        assert self.page.evaluate(symbols) == sorted(ascending, reverse=True)
        self.page.click("#tickers th[data-key=volume] button")

    def named_controls(self):
        controls = self.page.accessible(CONTROLS)
        nameless = [role for role, name in controls if not name.strip()]
        assert len(controls) > 10 and nameless == [], f"without a name: {nameless}"
        return f"{len(controls)} controls"

    def calm(self):
        self.page.send("Network.disable")  # reporting every frame to this script costs more than the page itself
        busy, began = self.page.busy_seconds(), time.monotonic()
        # A stretch of the page's own time, not a wait for something to happen: it is what is measured.
        self.page.evaluate("new Promise((done) => setTimeout(done, 4000))")
        seconds = time.monotonic() - began
        self.page.send("Network.enable")
        shares = [(now - before) / seconds for now, before in zip(self.page.busy_seconds(), busy)]
        text = "main thread {:.0%} busy, of it scripts {:.0%}, styles {:.0%}, layout {:.0%}".format(*shares)
        # What the page itself does; painting without a graphics card is the machine's.
        assert sum(shares[1:]) < 0.7, text
        return text

    def reconnects(self):
        count = self.page.evaluate("witness.sockets.length")
        self.page.evaluate("witness.sockets.at(-1).close(4000)")
        self.page.until(f"witness.sockets.length > {count} && {IS_LIVE}", "a new connection is live")
        self.prices_change()

    def token_refused(self):
        self.page.evaluate("witness.spoilToken = true; witness.sockets.at(-1).close(4000)")
        self.page.until("document.getElementById('market-view').hidden", "the sign-in form is back")
        notice = self.page.evaluate("document.getElementById('credentials-notice').textContent")
        assert "ended" in notice, notice
        self.page.evaluate("witness.spoilToken = false")

    def signs_in_again(self):
        assert self.page.evaluate("document.getElementById('email').value") == self.email
        self.page.fill("#password", PASSWORD)
        self.page.press("Enter")
        self.page.until(f"!document.getElementById('market-view').hidden && {IS_LIVE}", "the market is back")
        assert self.page.evaluate("document.getElementById('chart-title').textContent") == "BTCUSDT", "choice forgotten"

    def signs_out(self):
        self.page.click("#sign-out")
        self.page.until("document.getElementById('market-view').hidden", "the sign-in form is back")
        assert self.page.evaluate("witness.sockets.every((socket) => socket.readyState > 1)"), "a socket is still open"
        kept = self.page.evaluate("JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])")
        assert kept == "[[],[]]", kept

    def plain_candles(self):
        self.page.until("document.querySelectorAll('#candle-rows tr').length > 1", "the table has rows")
        notice = self.page.evaluate("document.getElementById('chart-notice').textContent")
        assert "not installed" in notice, notice

    def fits(self):
        width = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], width

    def steady(self):
        shifts = self.page.evaluate("witness.shifts")
        total = sum(shift["value"] for shift in shifts)
        assert total < 0.05, f"layout shift {total:.3f}: {shifts}"
        return f"layout shift {total:.3f}"

    def clean(self):
        # Each refused request that a check provoked leaves one line in the browser's console.
        provoked = [error for error in self.page.errors if "Failed to load resource" in error]
        others = [error for error in self.page.errors if error not in provoked]
        violations = self.page.evaluate("witness.violations")
        assert others == [] and len(provoked) <= self.expected_errors, others + provoked
        assert violations == [], violations
