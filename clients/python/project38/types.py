"""The dictionaries of the API, field for field.

Written by ``generate_types.py`` from ``docs/openapi.json``; change neither by hand.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class AcceptedRisks(TypedDict):
    """A person's yes to an agent that holds all three risks."""

    by: str
    at: str


class Agent(TypedDict):
    """An agent."""

    id: int
    name: str
    description: str
    code: str | None
    status: str
    created_at: str
    updated_at: str
    created_by: str
    config: str
    version: int | None
    origin: str | None
    tests: str | None
    schedule: str | None
    timezone: str
    next_fire: str | None
    grants: list[str]
    grant: Grant
    risks: list[Risk]
    risks_accepted: AcceptedRisks | None


class Approval(TypedDict):
    """A question of an agent to a person. ``GET /api/approvals``."""

    id: int
    agent_id: int
    task_id: int
    question: str
    details: str | None
    status: str
    decided_by: str | None
    note: str | None
    created_at: str
    expires_at: str
    decided_at: str | None


class Attempt(TypedDict):
    """One attempt of a making."""

    number: int
    origin: str
    proved: bool
    code: str | None
    tests: str | None
    config: str | None
    findings: list[Finding]
    tests_found: int
    tests_passed: int
    failures: list[TestFailure]
    problems: list[str]
    tokens: Tokens
    cost: float


class Backtest(TypedDict):
    """A version, executed over recorded runs without the world.

    ``POST /api/agents/{id}/backtest``.
    """

    agent_id: int
    version: int
    same: int
    changed: int
    diverged: int
    failed: int
    appeared: int
    gone: int
    skipped: int
    not_reached: int
    runs: list[BacktestRun]


class BacktestCall(TypedDict):
    """A call that changes the world, for example a notification."""

    tool: str
    arguments: str
    outcome: str


class BacktestRun(TypedDict):
    """A recorded run beside what it is with the version."""

    run_id: int
    run_number: int
    started_at: str
    status: str
    detail: str | None
    old_outcome: str
    new_outcome: str
    old_result: str | None
    new_result: str | None
    appeared: int
    gone: int
    appeared_calls: list[BacktestCall]
    gone_calls: list[BacktestCall]


class Channel(TypedDict):
    """A named destination of notifications. ``GET /api/channels``."""

    name: str
    does: str
    kind: str
    settings: dict[str, str]
    quiet_hours: str | None
    digest: str | None
    timezone: str
    enabled: bool
    failing_since: str | None
    last_error: str | None
    changed_by: str | None
    changed_at: str | None


class ChannelTest(TypedDict):
    """What came of a test. ``POST /api/channels/{name}/test``."""

    delivered: bool
    said: str
    seconds: float


class Check(TypedDict):
    """What the checks found."""

    passed: bool
    findings: list[Finding]
    grants: list[str]


class CreatedAgent(TypedDict):
    """An agent that was just made, and how."""

    generation_cost: float
    iterations: int
    tokens_used: int
    understood: str
    findings: list[Finding]
    tests_passed: int
    paused_because: str | None
    id: int
    name: str
    description: str
    code: str | None
    status: str
    created_at: str
    updated_at: str
    created_by: str
    config: str
    version: int | None
    origin: str | None
    tests: str | None
    schedule: str | None
    timezone: str
    next_fire: str | None
    grants: list[str]
    grant: Grant
    risks: list[Risk]
    risks_accepted: AcceptedRisks | None


class Delivery(TypedDict):
    """A delivery that was taken. ``POST /api/hooks/{secret}``."""

    task_id: int


class DeliveryState(TypedDict):
    """How far a message is on its way to its channel."""

    status: str
    attempts: int
    next_attempt_at: str | None
    last_error: str | None
    sent_at: str | None


Diff = TypedDict(
    "Diff",
    {
        "agent_id": int,
        "from": int,
        "to": int,
        "description": str,
        "code": str,
        "tests": str,
        "manifest": str,
        "schedule": str,
        "config": str,
        "grants_added": list[str],
        "grants_removed": list[str],
    },
)


class Edit(TypedDict):
    """A version that an edit came to, and how."""

    agent: Agent
    version: Version
    diff: Diff
    understood: str
    findings: list[Finding]
    tests_passed: int
    old_tests_held: list[str]
    old_tests_failed: list[str]
    generation_cost: float
    iterations: int
    tokens_used: int


class Execution(TypedDict):
    """How a manual run ended. ``POST /api/agents/{id}/execute``."""

    agent_id: int
    status: str
    result: Any
    error: str | None
    started_at: str | None
    completed_at: str | None
    task_id: int
    run: Run | None
    messages: list[InboxMessage]


class Fact(TypedDict):
    """One thing that was tried on this machine."""

    name: str
    works: bool
    detail: str
    advice: str | None


class File(TypedDict):
    """A file in an agent's workspace."""

    path: str
    size: int
    modified: str


class Finding(TypedDict):
    """One thing a check has to say."""

    rule: str
    severity: str
    file: str
    line: int | None
    message: str


class Fire(TypedDict):
    """A line of the ledger: what became of a nominal fire, or of the fires of one outage."""

    task_id: int
    scheduled_at: str
    last_fire_at: str | None
    fires: int
    status: str
    late_seconds: float | None
    reason: str | None


class Folder(TypedDict):
    """A host folder an agent may read."""

    name: str
    path: str


class Generation(TypedDict):
    """A creation or an edit that goes on behind a 202. ``GET /api/generations/{id}``."""

    id: str
    status: str
    progress: list[Progress]
    agent: CreatedAgent | None
    edit: NotRequired[Edit | None]
    problem: Problem | None


class Grant(TypedDict):
    """The manifest somebody agreed to."""

    tools: list[str]
    hosts: list[str]
    channels: list[str]
    folders: list[Folder]


class Handoff(TypedDict):
    """What an agent's next run will receive. ``GET /api/agents/{id}/handoff``."""

    agent_id: int
    next_run: int
    fresh: bool
    state: Any
    observations: list[HandoffEntry]
    actions: list[HandoffEntry]
    summary: str


class HandoffEntry(TypedDict):
    """One thing that a run noted."""

    run: int
    at: str
    text: str
    failed: bool


class Health(TypedDict):
    """Whether the server can do its work. ``GET /health``."""

    status: str
    timestamp: str
    version: str
    database: str
    schedules: str
    build: str
    sandbox: str


class Hook(TypedDict):
    """A hook, without its address. ``GET /api/agents/{id}/hooks``."""

    id: int
    agent_id: int
    name: str
    is_signed: bool
    created_by: str
    created_at: str
    last_used_at: str | None


class InboxMessage(TypedDict):
    """A message to the team's inbox."""

    id: int
    agent_id: int | None
    task_id: int | None
    title: str
    text: str
    source: str
    channel: str
    delivery: DeliveryState | None
    created_at: str
    read_at: str | None


class Making(TypedDict):
    """How a version of an agent was made, or was not. ``GET /api/agents/{id}/history``."""

    id: int
    kind: str
    version: int | None
    asked: str | None
    proved: bool
    stopped: str
    iterations: int
    tokens_used: int
    generation_cost: float
    created_by: str
    created_at: str
    attempts: list[Attempt]


class ModelUsage(TypedDict):
    """Calls of one model."""

    provider: str
    model: str
    calls: int
    failed_calls: int
    unpriced_calls: int
    estimated_calls: int
    input_tokens: int
    output_tokens: int
    cache_write_tokens: int
    cache_read_tokens: int
    cost_usd: float | None


class NewHook(TypedDict):
    """A hook that was just made."""

    address: str
    id: int
    agent_id: int
    name: str
    is_signed: bool
    created_by: str
    created_at: str
    last_used_at: str | None


class NextFire(TypedDict):
    """When an agent is due."""

    agent_id: int
    name: str
    at: str
    timezone: str


class Node(TypedDict):
    """A process that serves the database.

    One not heard of for two minutes is not listed any more.
    """

    id: str
    roles: list[str]
    started_at: str
    seen_at: str
    version: str
    sandbox_level: str


class Note(TypedDict):
    """A text, and when it was noted by the run's clock."""

    at: str
    text: str


class PeriodUsage(TypedDict):
    """What was used in a time: calls of models, and runs that ended."""

    since: str | None
    runs: int
    wall_seconds: float
    cpu_seconds: float
    uncounted_runs: int
    calls: int
    failed_calls: int
    unpriced_calls: int
    estimated_calls: int
    input_tokens: int
    output_tokens: int
    cache_write_tokens: int
    cache_read_tokens: int
    cost_usd: float | None


class Problem(TypedDict):
    """An error: RFC 9457 problem details, with ``detail`` always there."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[dict[str, list[str]] | None]
    findings: NotRequired[list[dict[str, Any]] | None]
    leftovers: NotRequired[list[str] | None]
    questions: NotRequired[list[str] | None]
    question: NotRequired[str | None]
    risks: NotRequired[list[dict[str, Any]] | None]
    agent_id: NotRequired[int | None]
    version: NotRequired[int | None]
    generation_cost: NotRequired[float | None]
    iterations: NotRequired[int | None]
    tokens_used: NotRequired[int | None]


class Progress(TypedDict):
    """One thing that was done. Event ``progress`` of ``GET /api/generations/{id}/events``."""

    step: str
    text: str
    seconds: float


class Python(TypedDict):
    """Packages that agents can import beside the standard library. ``GET /api/pythons``."""

    name: str
    packages: list[str]
    modules: list[str]
    interpreter: str
    hash: str
    made_at: str
    agents: list[int]


class Replay(TypedDict):
    """A run that was executed again, without the world. ``POST /api/runs/{id}/replay``."""

    run_id: int
    same: bool
    differences: list[str]
    calls: int
    outcome: str
    error: str | None
    result: str | None
    log: str
    wall_seconds: float


class Risk(TypedDict):
    """One of the three risks that an agent holds, and by what."""

    risk: str
    by: list[str]


class Root(TypedDict):
    """What this is. ``GET /``."""

    name: str
    version: str
    docs: str
    health: str


class Run(TypedDict):
    """One go at a task, as recorded."""

    id: int
    task_id: int
    agent_id: int
    number: int
    attempt: int
    outcome: str
    error: str | None
    sandbox_level: str | None
    started_at: str
    ended_at: str
    wall_seconds: float
    cpu_seconds: float | None
    peak_memory_bytes: int | None
    written_bytes: int | None
    dry_run: bool
    log: str
    steps: list[Step]


class RunHandoff(TypedDict):
    """What one run left, whole. ``GET /api/agents/{id}/handoffs``."""

    run: int
    generation: int
    succeeded: bool
    state: Any
    observations: list[Note]
    actions: list[Note]
    summary: str | None
    created_at: str
    expires_at: str


class Sandbox(TypedDict):
    """How runs are contained, and what that was found from."""

    level: str
    facts: list[Fact]


class SandboxRun(TypedDict):
    """How a program ended in the sandbox, and what it used."""

    level: str
    ending: str
    exit_code: int | None
    signal: int | None
    reason: str
    wall_seconds: float
    cpu_seconds: float | None
    peak_memory_bytes: int | None
    file_bytes: int | None
    printed_bytes: int
    printed: str


class Schedule(TypedDict):
    """An agent's schedule: what comes, and how it went. ``GET /api/agents/{id}/schedule``."""

    agent_id: int
    status: str
    schedule: str | None
    timezone: str
    next: list[Any]
    note: str | None
    last: list[Fire]


class SchedulePreview(TypedDict):
    """When a schedule fires."""

    schedule: str
    timezone: str
    next: list[Any]
    note: str | None


class Secret(TypedDict):
    """A secret, without its value. ``GET /api/secrets``."""

    name: str
    created_at: str
    updated_at: str
    updated_by: str


class State(TypedDict):
    """For a supervisor. ``GET /health/live``, ``GET /health/ready``; not so: 503."""

    status: str


class Step(TypedDict):
    """A tool call of a run."""

    number: int
    tool: str
    arguments: str
    outcome: str
    detail: str | None
    seconds: float
    error_class: str | None
    bytes: int
    cost_usd: float


class System(TypedDict):
    """The server, for ``doctor`` and ``up``. ``GET /api/system``."""

    node: str
    mode: str
    version: str
    runtime: str
    started_at: str
    home: str
    database: str
    scheduler: bool
    workers: int
    sandbox: Sandbox
    model: Fact
    browser: Fact
    nodes: list[Node]
    next_fires: list[NextFire]


class Task(TypedDict):
    """One thing that was or is due."""

    id: int
    agent_id: int
    status: str
    scheduled_at: str
    started_at: str | None
    completed_at: str | None
    result: str | None
    error: str | None
    retry_count: int
    created_at: str
    trigger: str
    fires: int
    dry_run: bool


class TaskLogs(TypedDict):
    """A task and all its runs. ``GET /api/tasks/{id}/logs``."""

    task: Task
    runs: list[Run]
    messages: list[InboxMessage]


class TaskSummary(TypedDict):
    """Tasks, counted. ``GET /api/tasks/stats/summary``."""

    total: int
    completed: int
    failed: int
    running: int
    pending: int
    success_rate: float


class TestFailure(TypedDict):
    """A test that did not pass."""

    test: str
    outcome: str
    message: str


class Tokens(TypedDict):
    """Tokens of a call. No token is in two parts."""

    input: int
    output: int
    cache_write5m: int
    cache_write1h: int
    cache_read: int


class ToolServer(TypedDict):
    """An MCP server whose tools agents can be granted. ``GET /api/tool-servers``."""

    name: str
    transport: str
    url: str | None
    command: list[str] | None
    folder: str | None
    allow_private: bool
    secrets: dict[str, str]
    risks: list[str]
    created_by: str
    created_at: str
    checked_at: str
    tools: list[ToolServerTool]
    left_out: list[str]


class ToolServerTool(TypedDict):
    """A tool of a tool server. What it says of itself was written by its server."""

    name: str
    full_name: str
    description: str
    agreed_description: str | None
    input_schema: str
    hash: str
    state: str
    reads: bool
    agreed_by: str | None
    agreed_at: str | None


class ToolUsage(TypedDict):
    """Calls of one tool that ended alike, summed. Each by itself is a step of its run."""

    tool: str
    ended: str
    calls: int
    seconds: float
    bytes: int
    cost_usd: float


class Usage(TypedDict):
    """What was used so far, by all agents or by one.

    ``GET /api/usage``, ``GET /api/agents/{id}/usage``.
    """

    timezone: str
    today: PeriodUsage
    month: PeriodUsage
    ever: PeriodUsage
    by_model: list[ModelUsage]
    by_tool: list[ToolUsage]


class Version(TypedDict):
    """One version of an agent, without its texts. ``GET /api/agents/{id}/versions``."""

    number: int
    current: bool
    proposed: bool
    proved: bool
    hash: str
    origin: str
    made_from: int | None
    wish: str | None
    schedule: str | None
    timezone: str
    created_by: str
    created_at: str


class WholeVersion(TypedDict):
    """One version, whole. ``GET /api/agents/{id}/versions/{n}``."""

    description: str
    code: str
    tests: str | None
    config: str
    grants: list[str]
    manifest: Grant
    number: int
    current: bool
    proposed: bool
    proved: bool
    hash: str
    origin: str
    made_from: int | None
    wish: str | None
    schedule: str | None
    timezone: str
    created_by: str
    created_at: str
