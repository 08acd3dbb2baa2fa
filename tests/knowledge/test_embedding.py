"""Vectors: of length 1, the same in any company, near across languages; and those of an endpoint, which may fail."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from pydantic import SecretStr

from activities.resources import open_embedder
from connectors.base import Refused, Unavailable
from connectors.embeddings import EndpointEmbedder
from knowledge.embedding import Multilingual, Vectors
from knowledge.likeness import Likeness
from settings import EmbeddingSettings, Settings, SettingsError
from tests.model.server import Answer, closed_port, raw, serving, status

KEY = "sk-0123456789abcdef"
HOSTILE = ["", " ", "\x00", "\ud800 x", "💥" * 50, "a" * 100_000, "word " * 20_000]


def test_vectors_are_of_length_one_whatever_the_text() -> None:
    vectors = Multilingual().embed(HOSTILE)
    assert vectors.shape == (len(HOSTILE), 512)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert Multilingual().embed([]).shape == (0, 512)


def test_a_text_has_the_same_vector_in_any_company() -> None:
    texts = ["Goods may be returned.", "Die Ware kann zurückgegeben werden, aber nur unbenutzt.", "Retour"]
    together = Multilingual().embed(texts)
    alone = np.concatenate([Multilingual().embed([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_translations_lie_near_strangers_far() -> None:
    english, dutch, german, french, stranger = Multilingual().embed(
        [
            "How long is the warranty?",
            "Hoe lang is de garantie?",
            "Wie lange gilt die Garantie?",
            "Quelle est la durée de la garantie ?",
            "The cat sleeps on the roof.",
        ]
    )
    for translation in (dutch, german, french):
        assert english @ translation > 0.6 > 0.3 > stranger @ translation


def test_nearness_is_told_on_one_scale_whatever_the_model() -> None:
    question = "Wie lange können Kunden Ware zurückgeben?"
    passages = ["Goods may be returned within 30 days of delivery.", "The cat sleeps on the roof."]

    class Narrow:
        """A model whose cosines are all between 0.8 and 1."""

        name = "narrow"

        def embed(self, texts: Sequence[str]) -> Vectors:
            own = Multilingual().embed(texts)
            return np.hstack([own * 0.2**0.5, np.full((len(texts), 1), 0.8**0.5, dtype=np.float32)])

    for embedder in (Multilingual(), Narrow()):
        near, far = Likeness(embedder).to(question, embedder.embed(passages))
        assert near > 0.8
        assert far < 0.3


def vectors_of(*rows: Sequence[float], order: Sequence[int] | None = None) -> Answer:
    places = order or range(len(rows))
    data = [{"object": "embedding", "index": at, "embedding": list(rows[at])} for at in places]
    return raw(200, json.dumps({"object": "list", "data": data}).encode(), **{"content-type": "application/json"})


def asked(url: str, texts: Sequence[str], key: str = KEY) -> Vectors:
    return EndpointEmbedder(url, "embed-3", SecretStr(key), timeout=5).embed(texts)


def test_an_endpoint_gives_a_row_for_each_text_in_their_order() -> None:
    with serving(vectors_of((3, 4), (0, 2), order=(1, 0))) as server:
        vectors = asked(server.url, ["one", ""])
    assert np.allclose(vectors, [[0.6, 0.8], [0, 1]])
    (request,) = server.received
    assert request.path == "/v1/embeddings"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {"model": "embed-3", "input": ["one", " "], "encoding_format": "float"}


def test_many_texts_go_in_batches_and_long_ones_are_cut() -> None:
    with serving(vectors_of(*[(1, 0)] * 32), vectors_of((0, 1))) as server:
        vectors = asked(server.url, ["x" * 10_000] * 33, key="")
    assert vectors.shape == (33, 2)
    assert [len(request.body["input"]) for request in server.received] == [32, 1]
    assert len(server.received[0].body["input"][0]) == 4000
    assert "authorization" not in server.received[0].headers


def test_no_text_is_no_call() -> None:
    assert len(asked(closed_port(), [])) == 0


@pytest.mark.parametrize(
    "answer",
    [
        status(401, f"wrong key {KEY}"),
        status(404, "no such model"),
        vectors_of((1, 0)),
        vectors_of((1, 0), (1, 0, 0)),
        vectors_of((1, 0), (0, 0)),
    ],
    ids=["key", "model", "one is missing", "different lengths", "nowhere"],
)
def test_what_waiting_does_not_help(answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(Refused, match="embedding endpoint") as caught:
        asked(server.url, ["one", "two"])
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("answer", [status(503), status(429), raw(200, b"<html>maintenance</html>")])
def test_what_waiting_may_help(answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(Unavailable, match="embedding endpoint"):
        asked(server.url, ["one"])
    with pytest.raises(Unavailable, match="gave no usable answer"):
        asked(closed_port(), ["one"])


def test_the_settings_choose() -> None:
    assert isinstance(open_embedder(Settings()), Multilingual)
    own = EmbeddingSettings(base_url="http://127.0.0.1:1/v1", name="embed-3")
    assert open_embedder(Settings(embedding=own)).name == "embed-3"
    with pytest.raises(SettingsError, match=r"embedding\.name"):
        open_embedder(Settings(embedding=EmbeddingSettings(base_url="http://127.0.0.1:1/v1")))
