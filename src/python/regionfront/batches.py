"""Many questions, here or on many machines: each is a plain function of pickled arguments.

Nothing of ours runs the machines. Dask, Ray, Spark and the executors of Python carry a question
anywhere, and do it again where a worker is lost; :func:`batch` asks them to.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from concurrent import futures
from typing import Any, Optional, Union

from . import _native, fronts
from ._ask import in_one_process
from .errors import Fault, RegionfrontError, refused
from .fronts import Fronts
from .instance import Instance
from .progress import listening
from .regions import Regions

#: What a question of a batch becomes: a model that is solved, fronts, or what went wrong.
Answered = Union[Regions, Fronts, Exception]


class Question:
    """A question for :func:`batch`: an instance, a number of regions (or several, for fronts), rules.

    ``Question(inst, k=9, min_population=20_000)`` asks for the best plan and becomes a
    :class:`~regionfront.Regions`; with ``against`` it asks for :class:`~regionfront.Fronts`. Options
    are those of the two. Wrong options are told at once, not on a worker.
    """

    def __init__(self, instance: Instance, k: Any, **options: Any) -> None:
        self.instance = instance
        self._model: Optional[Regions] = None
        if "against" in options:
            self._asked = fronts.question_of(k, **options)[0]
        else:
            self._model = Regions(instance, k, **options)
            self._asked = self._model._question

    def __call__(self) -> str:
        """The answer: a document as JSON. This is all that a worker does."""
        in_one_process()
        if self._model is None:
            return _native.front(self.instance._native, self._asked, None)
        return _native.solve(self.instance._native, self._asked, None)[0]

    def answered(self, text: str) -> Union[Regions, Fronts]:
        """The answer as what it became."""
        if self._model is None:
            return fronts.answered(self.instance, self._asked, text)
        model = copy.copy(self._model)
        model._answered(text)
        return model


def answer(question: Question) -> str:
    """Answers a question: the plain function that workers are sent."""
    return question()


def batch(
    questions: Iterable[Question],
    client: Any = None,
    *,
    errors: str = "raise",
    retries: int = 3,
    progress: Optional[bool] = None,
) -> list[Any]:
    """Answers questions, in their order; each becomes a solved model, or fronts.

    Without ``client`` one after the other in this process. ``client`` is a client of
    ``dask.distributed``, whose scheduler gives the questions of a lost worker to another one, up to
    ``retries`` times each beside what the scheduler itself forgives; or an executor of
    ``concurrent.futures`` (processes started afresh, ``mp_context=get_context("spawn")``).

    A question that fails does not stop the others. With ``errors="raise"`` what failed is raised when
    all have ended (E711; ``results`` of the exception holds everything else); with ``"keep"`` the
    exception stands in its place in the list.
    """
    if errors not in ("raise", "keep"):
        raise refused("E713", "errors", f"`{errors}` is nothing it can be", "use raise or keep")
    asked = list(questions)
    found: list[Any] = [None] * len(asked)
    with listening(progress, len(asked), "questions") as listener:
        for at, text in _answers(asked, client, retries):
            if isinstance(text, Exception):
                found[at] = text
            else:
                try:
                    found[at] = asked[at].answered(text)
                except RegionfrontError as error:
                    found[at] = error
            if listener is not None:
                listener("finished", at, 0)
    failed = [at for at, result in enumerate(found) if isinstance(result, Exception)]
    if failed and errors == "raise":
        told = [
            ("E711", f"question {at}", f"{type(found[at]).__name__}: {found[at]}", _HELP)
            for at in failed
        ]
        fault = Fault(told)
        fault.results = found  # type: ignore[attr-defined]
        raise fault
    return found


_HELP = 'mend the question, or keep what was answered with errors="keep"'


def _answers(
    asked: list[Question], client: Any, retries: int
) -> Iterator[tuple[int, Union[str, Exception]]]:
    """The text of each answer, or what went wrong, as they come."""
    if client is None:
        for at, question in enumerate(asked):
            yield at, _tried(question)
    elif hasattr(client, "gather") and hasattr(client, "scheduler_info"):
        yield from _by_dask(asked, client, retries)
    elif hasattr(client, "submit"):
        waiting = {client.submit(answer, question): at for at, question in enumerate(asked)}
        for future in futures.as_completed(waiting):
            yield waiting[future], _result(future)
    else:
        what = f"a {type(client).__name__} takes no questions"
        help = "hand over a client of dask.distributed, or an executor of concurrent.futures"
        raise refused("E713", "client", what, help)


def _by_dask(
    asked: list[Question], client: Any, retries: int
) -> Iterator[tuple[int, Union[str, Exception]]]:
    from dask.distributed import as_completed

    # Each question is done, even where two are alike, and again where its worker is lost.
    waiting = {
        client.submit(answer, question, pure=False, retries=retries): at
        for at, question in enumerate(asked)
    }
    for future in as_completed(list(waiting)):
        yield waiting[future], _result(future)


def _tried(question: Question) -> Union[str, Exception]:
    try:
        return question()
    except Exception as error:
        return error


def _result(future: Any) -> Union[str, Exception]:
    try:
        text: str = future.result()
        return text
    except Exception as error:
        return error
