"""Runs circuits drawn in BPMN: knows no letter, no web page; see README.md beside."""

from engine.checking import Known
from engine.deployment import Deployment
from engine.engine import Engine
from engine.findings import Finding
from engine.forms import Form
from engine.host import Call, Host, Service, Step
from engine.instance.moving import Way
from engine.phrases import Phrase
from engine.progress import Progress
from engine.store import locking
from engine.tables import Definition, Incident, Instance, Message, Task, TaskGroup, Timer

__all__ = [
    "Call",
    "Definition",
    "Deployment",
    "Engine",
    "Finding",
    "Form",
    "Host",
    "Incident",
    "Instance",
    "Known",
    "Message",
    "Phrase",
    "Progress",
    "Service",
    "Step",
    "Task",
    "TaskGroup",
    "Timer",
    "Way",
    "locking",
]
