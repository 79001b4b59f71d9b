"""Runs circuits drawn in BPMN: knows no letter, no web page; see README.md beside."""

from engine.checking import Known
from engine.deployment import Deployment
from engine.engine import Engine
from engine.errors import (
    AlreadyAsked,
    AwaitsVisa,
    DecisionError,
    DrawingRefused,
    EngineError,
    ExpressionError,
    FormRefused,
    InstanceEnded,
    ServiceFailed,
    TaskClosed,
    TaskHeld,
    UnknownCircuit,
    UnknownIncident,
    UnknownInstance,
    UnknownTask,
    Unsound,
)
from engine.findings import Finding
from engine.forms import Form
from engine.host import Call, Host, Service, Step
from engine.instance.moving import Way
from engine.phrases import Phrase
from engine.progress import Progress
from engine.store import locking
from engine.tables import Definition, Incident, Instance, Message, Task, TaskGroup, Timer

__all__ = [
    "AlreadyAsked",
    "AwaitsVisa",
    "Call",
    "DecisionError",
    "Definition",
    "Deployment",
    "DrawingRefused",
    "Engine",
    "EngineError",
    "ExpressionError",
    "Finding",
    "Form",
    "FormRefused",
    "Host",
    "Incident",
    "Instance",
    "InstanceEnded",
    "Known",
    "Message",
    "Phrase",
    "Progress",
    "Service",
    "ServiceFailed",
    "Step",
    "Task",
    "TaskClosed",
    "TaskGroup",
    "TaskHeld",
    "Timer",
    "UnknownCircuit",
    "UnknownIncident",
    "UnknownInstance",
    "UnknownTask",
    "Unsound",
    "Way",
    "locking",
]
