"""Runs the registered services and decisions of a circuit, each so that its failure undoes itself and nothing else."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from engine.errors import ServiceFailed
from engine.host import Call, Host
from engine.instance.base import Element, Unrecoverable, said
from engine.tables import Instance

Given = TypeVar("Given")


def guarded(session: Session, work: Callable[[], Given]) -> Given:
    """What `work` gives; when it fails, what it wrote is undone and the rest of the transaction stands.

    A lost connection, a deadlock or a lock that did not come cannot be survived: Unrecoverable, its cause chained.
    """
    try:
        with session.begin_nested():
            return work()
    except OperationalError as error:
        raise Unrecoverable from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unrecoverable from error
        raise


def server(
    session: Session, host: Host, instance: Instance, *, now: datetime, by: str
) -> Callable[[Element, Element | None, dict[str, object], dict[str, object]], Mapping[str, object]]:
    """The function by which a running circuit calls its services."""

    def serve(
        element: Element, about: Element | None, inputs: dict[str, object], data: dict[str, object]
    ) -> Mapping[str, object]:
        topic = element.camunda.get("topic", "")
        service = host.services.get(topic)
        if service is None:
            raise ServiceFailed(topic=topic, reason="aucun service de ce nom n’est installé")
        call = Call(
            session=session, instance=instance, subject=instance.subject, step=element.saved or element.id,
            name=element.name, inputs=inputs, data=data, now=now, by=by, about=(about.saved or about.id) if about else "",
        )  # fmt: skip
        try:
            return guarded(session, lambda: service(call)) or {}
        except Unrecoverable:
            raise
        except Exception as error:  # a service is somebody else's code
            raise ServiceFailed(topic=topic, reason=said(error)) from error

    return serve
