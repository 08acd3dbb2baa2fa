"""The model: asks any OpenAI-compatible endpoint for one draft, repairs a broken reply once, falls back to the next."""

import asyncio
import base64
import json
import math
import re
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from email.utils import mktime_tz, parsedate_tz
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import httpx2
import openai
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, JsonValue, SecretStr, ValidationError, field_validator

from connectors.base import ConnectorError, Refused, Unavailable
from jobs.core import Draft, Source

MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_RETRY_AFTER_SECONDS = 300.0
_HEALING_STATUSES = {408, 409, 429}
_PER_MILLION = Decimal(1_000_000)

P = TypeVar("P", bound=BaseModel)


class BrokenReply(Refused):
    """The reply does not fit the job's schema. Raised after one repair."""

    def __init__(self, message: str, reply: str, faults: str) -> None:
        super().__init__(message)
        self.reply = reply
        self.faults = faults


class Declined(Refused):
    """The model refused, or a content filter withheld its reply."""


class Truncated(Refused):
    """The reply ended at the token limit before the draft was complete."""


class NoAnswer(Refused):
    """The endpoint answered without any text: no choice, an empty one, or a tool call."""


class Garbled(Unavailable):
    """The endpoint answered 200 with something that is no chat completion, such as a gateway's maintenance page."""


class Outcome(StrEnum):
    """How one call ended."""

    OK = "ok"
    BROKEN_SCHEMA = "broken_schema"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    NO_ANSWER = "no_answer"
    GARBLED = "garbled"
    REJECTED = "rejected"
    """The endpoint refused the request itself: wrong key, unknown model, context too long."""
    UNAVAILABLE = "unavailable"


_OUTCOMES: dict[type[ConnectorError], Outcome] = {
    BrokenReply: Outcome.BROKEN_SCHEMA,
    Declined: Outcome.REFUSED,
    Truncated: Outcome.TRUNCATED,
    NoAnswer: Outcome.NO_ANSWER,
    Garbled: Outcome.GARBLED,
    Refused: Outcome.REJECTED,
    Unavailable: Outcome.UNAVAILABLE,
}


class Price(BaseModel):
    """What a million tokens cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code.")

    def of(self, tokens_in: int, tokens_out: int) -> Decimal:
        return (tokens_in * self.input + tokens_out * self.output) / _PER_MILLION


class Endpoint(BaseModel):
    """One OpenAI-compatible endpoint and the model to ask there."""

    # Validation errors quote their input, and one input here is the key.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    base_url: HttpUrl
    """Up to and including the version, such as `https://api.openai.com/v1`."""
    model: str
    api_key: SecretStr = SecretStr("")
    """Empty: none is sent."""
    timeout_seconds: float = Field(default=60, gt=0)
    """For one whole call, from connecting to the last byte."""
    max_output_tokens: int | None = Field(default=4096, gt=0)
    price: Price | None = None
    reads_pictures: bool = False
    extra_body: dict[str, JsonValue] = {}
    """Request fields to add or replace, such as `{"temperature": 1}` for models that refuse 0."""

    @field_validator("api_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr) -> SecretStr:
        stripped = key.get_secret_value().strip()
        if not (stripped.isascii() and stripped.isprintable()):
            raise ValueError("must be printable ASCII")
        return SecretStr(stripped)


class Asked(Protocol):
    """What a model is asked: a job, or a question beside it."""

    @property
    def name(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def prompt_version(self) -> str: ...
    @property
    def answer(self) -> type[BaseModel]:
        """What the model is to fill in."""
        ...

    @property
    def proposal(self) -> type[BaseModel]:
        """What is made of it."""
        ...

    @property
    def pieces(self) -> Callable[[Sequence[Source]], list[Sequence[Source]]]:
        """What the model is given at a time. Raises ValueError, in words, for what is too long to be read at all."""
        ...

    @property
    def join(self) -> Callable[[Sequence[Draft[Any]]], Draft[Any]]:
        """One draft of those for the pieces."""
        ...


class Picture(NamedTuple):
    """A page, or a photograph of one."""

    media_type: str
    content: bytes


class Call(BaseModel):
    """One request to one endpoint, failed or not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: str
    model: str
    """As the endpoint names it in its answer, else as configured."""
    prompt_version: str
    repair: bool
    """The second try, after a reply that broke the schema."""
    tokens_in: int
    """As the endpoint counts; 0 where it does not say."""
    tokens_out: int
    seconds: float
    cost: Decimal | None
    """None without a price, or where the endpoint does not say its tokens."""
    currency: str | None
    outcome: Outcome
    finish_reason: str | None
    error: str | None


def propose(
    endpoints: Sequence[Endpoint],
    *,
    job: Asked,
    sources: Sequence[Source],
    on_call: Callable[[Call], None],
    pictures: Sequence[Picture] = (),
) -> Draft[Any]:
    """The draft of the first endpoint that gives a valid one; `on_call` hears of every request. What is too long for
    one answer is asked piece by piece. Raises Refused for what is too long altogether. Pictures go with the first
    piece, and only to endpoints that read them; the others are not asked where there is nothing else to read.

    Every failure moves on to the next endpoint, a reply that stays broken too: another model may well manage, and
    costs less than a person's time. Blocks, for at most twice the sum of the endpoints' timeouts for each piece.

    Raises Unavailable if waiting may help at one of the endpoints at least (`retry_after` is the shortest wait that
    one of them names, 300 s at most), otherwise Refused or one of its subclasses here.
    """
    try:
        pieces = job.pieces(sources)
    except ValueError as error:
        raise Refused(str(error)) from None
    if pictures and not any(endpoint.reads_pictures for endpoint in endpoints):
        if all(source.id.startswith("mail.") for source in sources):  # the letter that it came with says nothing of it
            raise Refused("it is a picture, and no model is configured that reads pictures (setting model.pictures)")
        pictures = ()
    asked = [(piece, pictures if number == 0 else ()) for number, piece in enumerate(pieces)]
    answer = job.join([_propose_piece(endpoints, job, piece, shown, on_call) for piece, shown in asked])
    proposal = job.proposal.model_validate(answer.proposal.model_dump())
    return Draft(proposal=proposal, evidence=answer.evidence)


def _propose_piece(
    endpoints: Sequence[Endpoint],
    job: Asked,
    sources: Sequence[Source],
    pictures: Sequence[Picture],
    on_call: Callable[[Call], None],
) -> Draft[Any]:
    failures: list[ConnectorError] = []
    for endpoint in [one for one in endpoints if one.reads_pictures] if pictures else endpoints:
        try:
            return _propose_at(endpoint, job, sources, pictures, on_call)
        except ConnectorError as failure:
            failures.append(failure)
    raise _summary(failures)


def _summary(failures: Sequence[ConnectorError]) -> ConnectorError:
    if not failures:
        return Refused("No model endpoint is configured.")
    if len(failures) == 1:
        return failures[0]
    words = "; ".join(str(failure) for failure in failures)
    healing = [failure for failure in failures if isinstance(failure, Unavailable)]
    if healing:
        return Unavailable(words, min((f.retry_after for f in healing if f.retry_after is not None), default=None))
    return Refused(words)


def _propose_at(
    endpoint: Endpoint,
    job: Asked,
    sources: Sequence[Source],
    pictures: Sequence[Picture],
    on_call: Callable[[Call], None],
) -> Draft[Any]:
    # A lone surrogate, which a badly decoded mail can hold, has no UTF-8.
    texts = json.dumps({source.id: source.text for source in sources}, ensure_ascii=False)
    texts = texts.encode(errors="replace").decode()
    shown: list[ChatCompletionContentPartParam] = [{"type": "text", "text": texts}, *map(_part, pictures)]
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": job.prompt},
        {"role": "user", "content": shown if pictures else texts},
    ]
    try:
        return _ask(endpoint, job, messages, on_call, repair=False)
    except BrokenReply as broken:
        messages.append({"role": "assistant", "content": broken.reply})
        messages.append({"role": "user", "content": _repair_request(job, broken.faults)})
    return _ask(endpoint, job, messages, on_call, repair=True)


def _part(picture: Picture) -> ChatCompletionContentPartParam:
    data = base64.b64encode(picture.content).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{picture.media_type};base64,{data}"}}


def _repair_request(job: Asked, faults: str) -> str:
    # Endpoints that ignore response_format see the schema here for the first time.
    schema = json.dumps(_strict_schema(job.answer), ensure_ascii=False)
    return f"This breaks the schema: {faults}. Answer with the whole corrected JSON object and nothing else. {schema}"


def _draft_type(proposal: type[P]) -> type[Draft[P]]:
    return cast(type[Draft[P]], Draft.__class_getitem__(proposal))


@cache
def _strict_schema(proposal: type[BaseModel]) -> dict[str, object]:
    tool = openai.pydantic_function_tool(_draft_type(proposal))  # the SDK's public way to a schema in strict mode
    return tool["function"].get("parameters", {})


def _ask(
    endpoint: Endpoint,
    job: Asked,
    messages: Sequence[ChatCompletionMessageParam],
    on_call: Callable[[Call], None],
    *,
    repair: bool,
) -> Draft[Any]:
    completion = _Completion(choices=[])
    started = time.monotonic()

    def report(outcome: Outcome, error: str | None) -> None:
        usage, price = completion.usage, endpoint.price
        call = Call(
            endpoint=endpoint.name,
            model=completion.model or endpoint.model,
            prompt_version=job.prompt_version,
            repair=repair,
            tokens_in=usage.prompt_tokens if usage else 0,
            tokens_out=usage.completion_tokens if usage else 0,
            seconds=time.monotonic() - started,
            cost=price.of(usage.prompt_tokens, usage.completion_tokens) if price and usage else None,
            currency=price.currency if price else None,
            outcome=outcome,
            finish_reason=completion.choices[0].finish_reason if completion.choices else None,
            error=error,
        )
        on_call(call)

    try:
        completion = _parsed(endpoint, _send(endpoint, job, messages))
        draft = _draft(endpoint, completion, _draft_type(job.answer))
    except ConnectorError as failure:
        report(_OUTCOMES[type(failure)], str(failure))
        raise
    report(Outcome.OK, None)
    return draft


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[Any] | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int


class _Completion(BaseModel):
    """What we read of a chat completion. The SDK's own model is built unchecked, so it can hold anything."""

    choices: list[_Choice]
    model: str | None = None
    usage: _Usage | None = None


def _send(endpoint: Endpoint, job: Asked, messages: Sequence[ChatCompletionMessageParam]) -> bytes:
    """The body of a 200. Raises Unavailable or Refused."""
    try:
        return asyncio.run_coroutine_threadsafe(_post(endpoint, job, messages), _loop()).result()
    except TimeoutError:
        words = f"did not complete its answer within {endpoint.timeout_seconds:g} s."
        failure: ConnectorError = Unavailable(_says(endpoint, words))
    except openai.APIStatusError as error:
        failure = _status_failure(endpoint, error)
    except openai.APIConnectionError as error:
        failure = Unavailable(_says(endpoint, f"gave no usable answer: {error.__cause__ or error}"))
    # Raised out here, so that it drags no SDK exception along, whose text may quote the request.
    raise failure


async def _post(endpoint: Endpoint, job: Asked, messages: Sequence[ChatCompletionMessageParam]) -> bytes:
    response_format: ResponseFormatJSONSchema = {
        "type": "json_schema",
        "json_schema": {"name": job.name, "strict": True, "schema": _strict_schema(job.answer)},
    }
    key = endpoint.api_key.get_secret_value()
    client = _client(str(endpoint.base_url), key)
    # The HTTP client's timeouts start anew with every read, so a trickle never ends. asyncio's bounds the whole call.
    async with asyncio.timeout(endpoint.timeout_seconds):
        answer = await client.chat.completions.with_raw_response.create(
            model=endpoint.model,
            messages=messages,
            response_format=response_format,
            temperature=0,
            max_completion_tokens=openai.omit if endpoint.max_output_tokens is None else endpoint.max_output_tokens,
            extra_headers={} if key else {"Authorization": openai.omit},
            extra_body=endpoint.extra_body,
        )
        return answer.content


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop for all calls of this process: starting one for each would cost more than the call itself."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model-calls", daemon=True).start()
    return loop


@cache
def _client(base_url: str, key: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=key or "none",  # the SDK insists on one; without a key the header is left out of each call
        max_retries=0,  # retries are the engine's
        timeout=None,
        http_client=_http_client(),
    )


def _http_client() -> httpx2.AsyncClient:
    # Redirects are not followed: mails and key go where they are configured to go. Connections are not kept: one that
    # the endpoint has closed meanwhile would look like an endpoint that is down.
    return httpx2.AsyncClient(
        verify=_tls(),
        headers={"Accept-Encoding": "identity"},
        limits=httpx2.Limits(max_keepalive_connections=0),
        event_hooks={"response": [_bound_size]},
    )


@cache
def _tls() -> ssl.SSLContext:
    return httpx2.create_ssl_context()  # loading the certificates takes 20 ms of CPU


async def _bound_size(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("it is compressed, which was not asked for")
    response.stream = _BoundedStream(cast(httpx2.AsyncByteStream, response.stream))


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise httpx2.ReadError(f"it is larger than {MAX_ANSWER_BYTES:,} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _status_failure(endpoint: Endpoint, error: openai.APIStatusError) -> ConnectorError:
    response = error.response
    said = error.message.partition(" - ")[2] or response.text  # the SDK puts the body's own message behind the dash
    message = _says(endpoint, f"answered {response.status_code} {response.reason_phrase}: {said}")
    told = response.headers.get("x-should-retry")
    heals = response.status_code in _HEALING_STATUSES or response.status_code >= 500
    if told == "true" or (heals and told != "false"):
        return Unavailable(message, _retry_after(response.headers))
    return Refused(message)


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds the endpoint asks to wait: more than 0, at most 300; None where it names no such wait."""
    seconds = _number(headers.get("retry-after-ms", "")) / 1000
    if math.isnan(seconds):
        value = headers.get("retry-after", "")
        seconds = _number(value)
        if math.isnan(seconds):
            seconds = _seconds_until(value)
    return min(seconds, MAX_RETRY_AFTER_SECONDS) if seconds > 0 else None


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def _seconds_until(http_date: str) -> float:
    try:
        date = parsedate_tz(http_date)
        return mktime_tz(date) - time.time() if date else math.nan
    except (ValueError, OverflowError):
        return math.nan


def _parsed(endpoint: Endpoint, body: bytes) -> _Completion:
    with suppress(ValidationError):
        return _Completion.model_validate_json(body)
    text = body.decode(errors="replace") or "an empty body"
    raise Garbled(_says(endpoint, f"answered something that is no chat completion: {text}"))


def _draft(endpoint: Endpoint, completion: _Completion, schema: type[Draft[P]]) -> Draft[P]:
    if not completion.choices:
        raise NoAnswer(_says(endpoint, "answered without a choice."))
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        reason = choice.message.refusal or "its content filter withheld the reply."
        raise Declined(_says(endpoint, f"refused: {reason}"))
    text = choice.message.content
    if text:
        read = _read(text, schema)
        if not isinstance(read, ValidationError):
            return read
        if choice.finish_reason != "length":
            faults = _named(read)
            raise BrokenReply(_says(endpoint, f"broke the schema: {faults}."), text, faults)
    if choice.finish_reason == "length":
        raise Truncated(_says(endpoint, "reached its token limit before the draft was complete."))
    raise NoAnswer(_says(endpoint, f"answered {'a tool call' if choice.message.tool_calls else 'nothing'} for text."))


def _read(text: str, schema: type[Draft[P]]) -> Draft[P] | ValidationError:
    """The draft in the reply, be it bare, fenced or amid chatter; else what is wrong with its widest JSON object."""
    start, end = text.find("{"), text.rfind("}") + 1
    try:
        return schema.model_validate_json(text[start:end] if 0 <= start < end else text)
    except ValidationError as error:
        for candidate in _objects(text):
            with suppress(ValidationError):
                return schema.model_validate_json(candidate)
        return error


def _objects(text: str, tries: int = 50) -> Iterator[str]:
    """JSON objects that stand in the text, none inside another. Bounded, as each try may read all that is left."""
    decoder, end = json.JSONDecoder(), 0
    for brace in re.finditer(r"\{", text):
        if brace.start() < end:
            continue
        if (tries := tries - 1) < 0:
            return
        with suppress(ValueError, RecursionError):
            end = decoder.raw_decode(text, brace.start())[1]
            yield text[brace.start() : end]


def _named(error: ValidationError) -> str:
    """The first ten faults by place, without the values: those are the customer's."""
    faults = error.errors()[:10]
    return "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'reply'}: {fault['msg']}" for fault in faults)


def _says(endpoint: Endpoint, words: str) -> str:
    """An error's text: names the endpoint, fits on a screen, and never holds the key, even if the answer quotes it."""
    key = endpoint.api_key.get_secret_value()
    cleaned = " ".join((words.replace(key, "***") if key else words).split())
    return f"Model endpoint '{endpoint.name}' {cleaned[:500]}{'…' if len(cleaned) > 500 else ''}"
