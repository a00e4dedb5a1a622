"""How fast the page answers with a large store: 100,000 statements, 500 assets, 8 clients.

    python benchmarks/page.py [--statements N] [--assets N] [--clients N] [--seconds S]
                              [--keep FOLDER]

Makes a store of made-up statements in a temporary folder, or in FOLDER where that has none
yet (delete it to have another), starts `resonance serve` on it, and has
each client ask for one view after the other as fast as it gets them; then one asks for answers,
and one has a draft checked, alone and beside the others. Prints the median and the
95th percentile of each view in milliseconds, and the most memory that the server had.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import httpx
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resonance.embed import Encoder  # noqa: E402
from resonance.matching import passage_text  # noqa: E402
from resonance.records import (  # noqa: E402
    Asset,
    Call,
    Deal,
    Findings,
    Match,
    Part,
    Passage,
    Score,
    Statement,
    Theme,
    Turn,
)
from resonance.store import Store  # noqa: E402

N_THEMES = 150
STATEMENTS_A_CALL = 8
TURNS_A_CALL = 24
PASSAGES = 12
TOKEN = "a-token-for-the-benchmark"
WORDS = Path("corpora/tallyroot/gold/statements.csv")
VIEWS = (
    "/", "/themes", "/themes?segment=S1&sort=accounts", "/themes?q=7", "/themes/T7",
    "/themes/T7?page=3", "/assets", "/assets?sort=least&page=4", "/asset?id=A17", "/heat", "/gaps",
    "/deals", "/deal?id=D77", "/calls", "/calls?page=9", "/call?id=C1234", "/map", "/map?theme=T3",
    "/answer", "/check", "/data", "/guide",
)  # fmt: skip
ASKED = ("/answer?said=you+are+twice+what+we+pay", "POST /check")
DRAFT = "# Pays for itself\n\n" + "\n\n".join(
    f"## Part {n}\n\nMost teams save two days a month, number {n}, and set-up takes a day."
    for n in range(8)
)


def made_up(n_statements: int, n_assets: int) -> tuple[Findings, dict[str, np.ndarray]]:
    """Findings of that size, and a vector for every text in them."""
    rng, pick = np.random.default_rng(0), random.Random(0)
    words = sorted(set(re.findall(r"[a-z]{3,9}", WORDS.read_text("utf-8").lower())))
    centres = _unit(rng.normal(size=(N_THEMES, 384)))
    vectors: dict[str, np.ndarray] = {}

    def say(length: int) -> str:
        return " ".join(pick.choices(words, k=length)).capitalize() + "."

    n_calls = n_statements // STATEMENTS_A_CALL
    n_deals = n_calls // 4
    deals = tuple(
        Deal(f"D{i}", f"Account {i}", ("won", "lost", "open")[i % 3], "Proposal", 1000.0 * (i % 90),
             f"S{i % 4}")
        for i in range(n_deals)
    )  # fmt: skip
    calls, statements = [], []
    for c in range(n_calls):
        turns = tuple(
            Turn("prospect-1", say(18), "prospect" if t % 2 else "vendor", 10.0 * t)
            for t in range(TURNS_A_CALL)
        )
        when = date(2025, 1, 1) + timedelta(days=c % 600)
        calls.append(Call(f"C{c}", f"zoom/{c}.vtt", turns, "call", when, f"D{c % n_deals}"))
        for s in range(STATEMENTS_A_CALL):
            theme = min(int(rng.exponential(N_THEMES / 4)), N_THEMES - 1)
            number, text = len(statements), f"{say(12)} {len(statements)}"
            statements.append(
                Statement(f"S{number}", f"C{c}", f"zoom/{c}.vtt", 2 * s + 1, 10.0 * s, "prospect-1",
                          "prospect", "objection" if theme % 2 else "need", "price_value", 0.9,
                          text, theme_id=f"T{theme + 1}")
            )  # fmt: skip
            vectors[text] = centres[theme]
    assets = []
    for a in range(n_assets):
        passages = tuple(Passage(say(60), f"Part {p}", f"line {p}", p) for p in range(PASSAGES))
        assets.append(Asset(f"A{a}", f"blog/{a}.md", say(5), passages, campaign=f"K{a % 9}"))
        for passage in passages:
            vectors[passage_text(passage)] = centres[pick.randrange(N_THEMES)]
    noisy = np.stack(list(vectors.values())) * 6 + rng.normal(size=(len(vectors), 384))
    vectors = dict(zip(vectors, _unit(noisy).astype(np.float32), strict=True))
    return _joined(calls, statements, assets, deals, rng), vectors


def _joined(calls, statements, assets, deals, rng) -> Findings:
    """Themes, matches and scores that fit these records."""
    own = defaultdict(list)
    for s in statements:
        own[s.theme_id].append(s)
    themes = tuple(
        Theme(t, said[0].kind, "price_value", f"Theme {t}", ("cost", "fee"),
              tuple(s.statement_id for s in said[:5]), len(said), len({s.call_id for s in said}),
              len(said) // 3 + 1, 1e6, len(said) / len(statements), 0.8, "steady",
              date(2025, 1, 1), date(2026, 8, 1))
        for t, said in sorted(own.items())
    )  # fmt: skip
    matches, scores = [], []
    for asset in assets:
        relevance = rng.beta(0.3, 3, size=len(themes))
        parts = []
        for theme, r in zip(themes, relevance.tolist(), strict=True):
            verdict = "answers" if r > 0.5 else "names" if r > 0.3 else "silent"
            matches.append(
                Match(asset.asset_id, theme.theme_id, round(r, 4), verdict,
                      asset.passages[0].text, 0, own[theme.theme_id][0].text)
            )  # fmt: skip
            if verdict == "answers":
                parts.append(Part(theme.theme_id, round(100 * r * theme.demand, 1)))
        total = round(sum(p.points for p in parts), 1)
        best = parts[0].theme_id if parts else ""
        scores.append(Score(asset.asset_id, total, tuple(parts), 0.4, total, total, best))
    return Findings(
        tuple(calls), tuple(statements), themes, tuple(assets), tuple(matches), tuple(scores), deals
    )


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--statements", type=int, default=100_000)
    asked.add_argument("--assets", type=int, default=500)
    asked.add_argument("--clients", type=int, default=8)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--keep", type=Path, metavar="FOLDER")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = options.keep or Path(passing)
        if not (folder / ".resonance").exists():
            fill(folder, options)
        server = subprocess.Popen(
            [sys.executable, "-m", "resonance", "-w", str(folder), "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"RESONANCE_TOKEN": TOKEN},
        )
        try:
            assert server.stdout
            measure(server.stdout.readline().split("/?")[0], server.pid, options)
        finally:
            server.terminate()
            server.wait()


def fill(folder: Path, options: argparse.Namespace) -> None:
    found, vectors = made_up(options.statements, options.assets)
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder, create=True)
    for encoder in (Encoder(), Encoder(space="voice")):
        store.add_vectors(encoder.name, list(vectors), np.stack(list(vectors.values())))
    store.save_findings(found, fingerprint="benchmark", next_theme=N_THEMES + 1)


def measure(base: str, pid: int, options: argparse.Namespace) -> None:
    """Ask, and print."""
    with httpx.Client(base_url=base, timeout=300, follow_redirects=True) as first:
        started = time.perf_counter()
        page = first.get(f"/?token={TOKEN}")
        csrf = re.search(r'"x-csrf": "(\w+)"', page.text)[1]
        cookies = first.cookies
        print(f"first page after the start: {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        for view in (*VIEWS, *ASKED):
            ask(first, view, csrf)
        print(f"every view once, unkept: {time.perf_counter() - started:.1f} s")
    times: dict[str, list[float]] = defaultdict(list)

    def client(number: int, views: Sequence[str], beside: str, end: float) -> None:
        order = random.Random(number)
        with httpx.Client(base_url=base, timeout=300, cookies=cookies) as asking:
            while time.perf_counter() < end:
                view = order.choice(views)
                started = time.perf_counter()
                ask(asking, view, csrf)
                times[view + beside].append(time.perf_counter() - started)

    def together(clients: Sequence[Sequence[str]], beside: str, seconds: float) -> None:
        """One client for each of these, which asks for one of its views after the other."""
        end = time.perf_counter() + seconds
        threads = [
            threading.Thread(target=client, args=(number, views, beside, end))
            for number, views in enumerate(clients)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    n = options.clients
    together([VIEWS] * n, "", options.seconds)
    for view in ASKED:
        together([[view]], ", alone", options.seconds / 8)
        together([[view], *[VIEWS] * (n - 1)], f", beside {n - 1} clients", options.seconds / 4)
    times[f"every view, {n} clients"] = [t for view in VIEWS for t in times[view]]
    for view in sorted(times):
        p50, p95 = np.quantile(times[view], [0.5, 0.95]) * 1000
        print(f"{p50:7.0f} {p95:7.0f} ms  {len(times[view]):6}  {view}")
    print(f"most memory: {peak_mb(pid)} MB")


def ask(client: httpx.Client, view: str, csrf: str) -> None:
    if view == "POST /check":
        answer = client.post("/check", data={"text": DRAFT, "csrf": csrf})
    else:
        answer = client.get(view)
    answer.raise_for_status()


def peak_mb(pid: int) -> int:
    """Most memory that a process had, on Linux."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024


if __name__ == "__main__":
    main()
