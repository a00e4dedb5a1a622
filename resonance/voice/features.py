"""A text as its words and its grammar: sparse features that say how it is put, not how long it is.

Names and numbers are masked, so that what is learnt does not hang on whose they are. Each of
the three blocks has unit length whatever the number of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from spacy.language import Language
from spacy.tokens import Doc, Token

N_HASHES = 2**18
N_FEATURES = 3 * N_HASHES

# What privacy puts in, as words a parser knows. Any first name does: names are masked.
_PERSON = re.compile(r"\[(?:person|prospect|vendor|speaker)-\d+\]")
_CONTACT = re.compile(r"\[(email|phone|address)\]")
# Words that carry a sentence's build rather than its subject keep their form in grammar.
_CLOSED = {"DET", "PRON", "AUX", "ADP", "CCONJ", "SCONJ", "PART", "INTJ", "PUNCT"}
_TAGGED = {"VERB", "ADV", "ADJ", "NOUN"}


def spoken(text: str) -> str:
    """A text with one line, straight quotes and no marks of redaction."""
    text = _CONTACT.sub(r"\1", _PERSON.sub("Alex", text))
    return " ".join(text.replace("’", "'").replace("“", '"').replace("”", '"').split())


def parse(texts: Iterable[str], nlp: Language) -> list[Doc]:
    """Texts, as `spoken` gives them, with lemmas, parts of speech and dependencies."""
    return list(nlp.pipe(texts, disable=["ner"]))


def read_features(docs: Sequence[Doc]) -> csr_array:
    """Hashed n-grams of words, of grammar and dependencies, (n_docs, N_FEATURES)."""
    if not docs:
        return csr_array((0, N_FEATURES))
    blocks = (word_grams, grammar_grams, dependencies)
    return csr_array(hstack([_vectorizer(block).transform(docs) for block in blocks]))


def word_grams(doc: Doc) -> list[str]:
    """Words and pairs of words, the ends marked."""
    return _grams(["<", *(_word(t) for t in _tokens(doc)), ">"], 2)


def grammar_grams(doc: Doc) -> list[str]:
    """Runs of one to four words in which those of open classes are only their tag."""
    return _grams(["<", *(_build(t) for t in _tokens(doc)), ">"], 4)


def dependencies(doc: Doc) -> list[str]:
    """Who does what: a word, its head and how they hang together; each by word and by class."""
    found = []
    for token in _tokens(doc):
        if token.is_punct:
            continue
        own, head = _lemma(token), _lemma(token.head)
        found.append(f"{token.dep_}:{own}:{head}")
        found.append(f"{token.dep_}:{own}:{token.head.pos_}")
        found.append(f"{token.dep_}:{token.pos_}:{head}")
        if token.dep_ == "ROOT":
            found += _main_verb(token)
    return found


def _main_verb(root: Token) -> list[str]:
    """The main verb with its frame, its subject, its auxiliaries and whether it is denied."""
    children = list(root.children)
    frame = ",".join(sorted(c.dep_ for c in children if not c.is_punct))
    subjects = [_build(c) for c in children if c.dep_ in ("nsubj", "nsubjpass", "expl")]
    auxiliaries = "+".join(c.lower_ for c in children if c.dep_ in ("aux", "auxpass"))
    denied = "not" if any(c.dep_ == "neg" for c in children) else ""
    return [
        f"root:{_lemma(root)}:{root.tag_}",
        f"frame:{root.tag_}:{frame}",
        f"subject:{subjects[0] if subjects else ''}:{root.tag_}",
        f"verb:{denied}:{auxiliaries}:{root.tag_}",
    ]


def _tokens(doc: Doc) -> list[Token]:
    return [token for token in doc if not token.is_space]


def _mask(token: Token) -> str:
    if token.pos_ == "PROPN":
        return "_name"
    if token.like_num or token.pos_ == "NUM" or any(c.isdigit() for c in token.text):
        return "_number"
    return ""


def _word(token: Token) -> str:
    return _mask(token) or token.lower_


def _lemma(token: Token) -> str:
    return _mask(token) or token.lemma_.lower()


def _build(token: Token) -> str:
    if token.pos_ in _CLOSED:
        return token.lower_
    if token.pos_ == "PROPN":
        return "NOUN"
    return token.tag_ if token.pos_ in _TAGGED else token.pos_


def _grams(words: Sequence[str], longest: int) -> list[str]:
    return [
        " ".join(words[start : start + n])
        for n in range(1, longest + 1)
        for start in range(len(words) - n + 1)
    ]


def _vectorizer(block: Callable[[Doc], list[str]]) -> HashingVectorizer:
    # Each feature counts once, however often it is there.
    return HashingVectorizer(
        analyzer=lambda doc: sorted(set(block(doc))), n_features=N_HASHES, dtype=np.float32
    )
