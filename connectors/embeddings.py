"""Vectors from an OpenAI-compatible endpoint, in the place of the model that comes with Countersign."""

from collections.abc import Sequence

import httpx2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, SecretStr, ValidationError

from connectors.base import ConnectorError, Refused, Unavailable

_BATCH = 32
_LONGEST = 4000
"""Characters of a text that are sent: more than a passage has, less than any model's limit."""
_HEALING_STATUSES = {408, 409, 429}


class _Item(BaseModel):
    index: int
    embedding: list[float]


class _Answer(BaseModel):
    data: list[_Item]


class EndpointEmbedder:
    """Asks the endpoint for vectors. Raises Unavailable if waiting may help, otherwise Refused."""

    def __init__(self, base_url: str, model: str, api_key: SecretStr, timeout: float = 30) -> None:
        """`base_url` goes up to and includes the version; `timeout` is in seconds, of one batch of texts."""
        self.name = model
        self._url = f"{base_url.rstrip('/')}/embeddings"
        self._key = api_key.get_secret_value().strip()
        # Redirects are not followed: documents and key go where they are configured to go.
        self._client = httpx2.Client(timeout=timeout, limits=httpx2.Limits(max_keepalive_connections=0))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, each of length 1."""
        rows = [row for start in range(0, len(texts), _BATCH) for row in self._batch(texts[start : start + _BATCH])]
        try:
            vectors = np.array(rows, dtype=np.float32).reshape(len(texts), -1 if rows else 0)
        except ValueError:
            raise Refused(self._says("answered with vectors of different lengths")) from None
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise Refused(self._says("answered with a vector that points nowhere"))
        return vectors / lengths

    def _batch(self, texts: Sequence[str]) -> list[list[float]]:
        # An empty text is refused by some endpoints; a lone surrogate has no UTF-8.
        sent = [text[:_LONGEST].encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        items = self._ask(sent).data
        if sorted(item.index for item in items) != list(range(len(texts))):
            raise Refused(self._says(f"answered {len(items)} vectors for {len(texts)} texts"))
        return [item.embedding for item in sorted(items, key=lambda item: item.index)]

    def _ask(self, texts: Sequence[str]) -> _Answer:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        body = {"model": self.name, "input": texts, "encoding_format": "float"}
        try:
            response = self._client.post(self._url, json=body, headers=headers)
        except httpx2.HTTPError as error:
            raise Unavailable(self._says(f"gave no usable answer: {error}")) from None
        if not response.is_success:
            raise self._failure(response)
        try:
            return _Answer.model_validate_json(response.content)
        except ValidationError:
            raise Unavailable(self._says(f"answered something that is no list of vectors: {response.text}")) from None

    def _failure(self, response: httpx2.Response) -> ConnectorError:
        message = self._says(f"answered {response.status_code} {response.reason_phrase}: {response.text}")
        heals = response.status_code in _HEALING_STATUSES or response.is_server_error
        return Unavailable(message) if heals else Refused(message)

    def _says(self, words: str) -> str:
        """An error's text: fits on a screen, and never holds the key, even if the answer quotes it."""
        cleaned = " ".join((words.replace(self._key, "***") if self._key else words).split())
        return f"The embedding endpoint {cleaned[:500]}"
