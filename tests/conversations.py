"""Made-up conversations for round trips."""

from hypothesis import strategies as st

from resonance.records import Turn

# Speakers have names of one to three words; words hold any sign
# but white space and the arrow, which both formats forbid.
names = st.from_regex(r"[A-Z][a-zé]{1,8}( [A-Z][a-z'’-]{1,6}[a-z]){0,2}", fullmatch=True)
words = st.text("aBzé日7<>&;:{}[]()|#*-–.,!?“”'\"/=\\@", min_size=1, max_size=8)
texts = st.lists(words, min_size=1, max_size=8).map(" ".join).filter(lambda t: "-->" not in t)
starts = st.integers(0, 200 * 3_600_000).map(lambda ms: ms / 1000)


@st.composite
def conversations(draw) -> list[Turn]:
    turns = draw(st.lists(st.builds(Turn, names, texts, start_s=starts), min_size=1, max_size=6))
    return [t for n, t in enumerate(turns) if n == 0 or t.speaker != turns[n - 1].speaker]


def clock(start: float, point: str) -> str:
    whole, ms = divmod(round(start * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{ms:03}"
