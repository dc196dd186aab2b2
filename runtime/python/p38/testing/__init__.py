r"""For tests of agents: a world of stand-ins in which an agent runs as it would on the platform.

Example:
    >>> world = World(files={"expenses.csv": "amount\n1200\n"}, now="2026-11-22T08:00:00Z")
    >>> run = await world.run(Agent, {"file": "expenses.csv", "threshold": 1000})
    >>> run.status, world.notifications[0].text
"""

from p38._approval import Approval
from p38._response import Response
from p38.testing._browsing import Action, Page
from p38.testing._external import ExternalCall
from p38.testing._stand_ins import AskedApproval, Notification, Question, Request, StandIns
from p38.testing._world import Run, World

__all__ = [
    "Action",
    "Approval",
    "AskedApproval",
    "ExternalCall",
    "Notification",
    "Page",
    "Question",
    "Request",
    "Response",
    "Run",
    "StandIns",
    "World",
]
