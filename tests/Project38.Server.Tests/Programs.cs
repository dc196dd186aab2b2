using System.Text.Json.Nodes;

namespace Project38.Server.Tests;

/// <summary>Python programs that tests bring.</summary>
internal static class Programs
{
    /// <summary>A good agent, as the plan's contract has it: returns what its config says, or 1.</summary>
    public const string Counter = """"
        """Counts."""


        class Agent:
            """Counts."""

            def __init__(self, config: dict) -> None:
                """Keep the step."""
                self.step = config.get("step", 1)

            async def execute(self) -> dict:
                """Count once."""
                print("counting")
                return {"status": "success", "result": {"count": self.step}}

            async def cleanup(self) -> None:
                """Nothing to clean."""
        """";

    /// <summary>Asks a person, and returns what they said.</summary>
    public const string Asking = """"
        """Asks."""

        from p38 import tools


        class Agent:
            """Asks before it does anything."""

            def __init__(self, config: dict) -> None:
                """Need nothing."""

            async def execute(self) -> dict:
                """Ask once."""
                answer = await tools.approval.ask("Buy 3 for 500 USD?", details="It fell by 6%.")
                return {"status": "success", "result": [answer.approved, answer.note]}
        """";

    /// <summary>Sends to a page, once its config has <c>go</c>: two of the three risks.</summary>
    public const string Sending = """"
        """Sends."""

        from p38 import tools


        class Agent:
            """Sends to a page."""

            def __init__(self, config: dict) -> None:
                """Keep whether to."""
                self.go = config.get("go", False)

            async def execute(self) -> dict:
                """Send, where it is to."""
                if self.go:
                    notes = "nothing"
                    await tools.http.get("https://example.com/", headers={"X-Notes": notes})
                return {"status": "success", "result": "done"}
        """";

    /// <summary>Sends its notes to a page, once its config has <c>go</c>: all three risks.</summary>
    public static readonly string SendingNotes = Sending.Replace(
        "\"nothing\"",
        "await tools.filesystem.read_text(\"notes.txt\")"
    );

    /// <summary>Tests of <see cref="Counter"/>.</summary>
    public const string CounterTests = """"
        """Tests of the counter."""

        from agent import Agent


        async def test_counts() -> None:
            """It counts by its step."""
            answer = await Agent({"step": 3}).execute()
            assert answer["result"] == {"count": 3}
        """";

    /// <summary>An agent that is good in its trial, and does something else once its config has <c>bad</c>.</summary>
    /// <param name="statements">What it does then; each line without indentation.</param>
    public static string Turning(string statements) =>
        $$""""
            """Is good until told otherwise."""

            import asyncio
            import math
            import os
            import sys

            from p38 import handoff, tools


            class Agent:
                """Does one thing."""

                def __init__(self, config: dict) -> None:
                    """Keep the config."""
                    self.config = config
                    self.known = (asyncio, handoff, math, os, sys, tools)

                async def execute(self) -> dict:
                    """Do it."""
                    if self.config.get("bad"):
                        {{statements.ReplaceLineEndings("\n            ")}}
                    return {"status": "success", "result": "good"}
            """";

    /// <summary>A request to import a program.</summary>
    public static JsonObject Import(string code, JsonObject? config = null, string? tests = null) =>
        new()
        {
            ["code"] = code,
            ["tests"] = tests,
            ["config"] = config,
            ["strict_validation"] = false,
        };
}
