"""Page tokens go with their question: on the pages of another call or of other filters they would skip rows unseen."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from router.service.calls import Call

NO_TOKEN = "?"
"""Refused by whatever reads tokens, in one answer with all else that is wrong."""

MAY_CHANGE = frozenset({"page_token", "request_id", "validate_only"})
INSTANT = "google.protobuf.Timestamp"

Method = Callable[[Any, Call], Awaitable[Any]]


def has_pages(method: MethodDescriptor) -> bool:
    return "page_token" in method.input_type.fields_by_name


def of_one_question(answer: Method) -> Method:
    """`answer`, which gives tokens that it takes again for the same question only."""

    async def answer_page(request: Message, call: Call) -> Message:
        question = question_of(request)
        request.page_token = opened(request.page_token, question)  # type: ignore[attr-defined]
        response: Message = await answer(request, call)
        if response.next_page_token:  # type: ignore[attr-defined]
            response.next_page_token = question + response.next_page_token  # type: ignore[attr-defined]
        return response

    return answer_page


def opened(token: str, question: str) -> str:
    """What the method made of `token`; NO_TOKEN if it was made for another question."""
    if not token:
        return ""
    return token.removeprefix(question) if token.startswith(question) else NO_TOKEN


def question_of(request: Message) -> str:
    """What a request asks for, in eight characters. The size of a page, positions and instants do not count: who asks
    for what is due by now names another instant for each page.
    """
    asked = type(request)()
    asked.CopyFrom(request)
    for field in asked.DESCRIPTOR.fields:
        if field.name in MAY_CHANGE or is_number(field) or is_instant(field):
            asked.ClearField(field.name)
    text = asked.DESCRIPTOR.full_name.encode() + b"\0" + asked.SerializeToString(deterministic=True)
    return urlsafe_b64encode(hashlib.blake2b(text, digest_size=6).digest()).decode()


def is_number(field: Any) -> bool:
    is_one: bool = field.cpp_type in (FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64)
    return is_one


def is_instant(field: Any) -> bool:
    is_one: bool = field.message_type is not None and field.message_type.full_name == INSTANT
    return is_one
