namespace Project38.Cli.Tests;

/// <summary>Agents as somebody else wrote them.</summary>
internal static class Programs
{
    /// <summary>The contract of the plan: a constructor, <c>execute</c> and <c>cleanup</c>; nothing from <c>p38</c>.</summary>
    public const string Plain = """
        class Agent:
            def __init__(self, config):
                self.word = config.get("word", "hello")
                self.open = True

            async def execute(self):
                return {"status": "success", "result": {"said": self.word}}

            async def cleanup(self):
                self.open = False

        """;

    public const string PlainTests = """
        from agent import Agent


        async def test_says_its_word():
            agent = Agent({"word": "shalom"})

            ended = await agent.execute()

            assert ended["result"]["said"] == "shalom"

        """;

    /// <summary>Sends to a page once its config has <c>go</c>: two of the three risks.</summary>
    public const string Sending = """
        from p38 import tools


        class Agent:
            def __init__(self, config):
                self.go = config.get("go", False)

            async def execute(self):
                if self.go:
                    notes = "nothing"
                    await tools.http.get("https://example.com/", headers={"X-Notes": notes})
                return {"status": "success", "result": {}}

        """;

    /// <summary>Sends its notes: all three.</summary>
    public static readonly string SendingNotes = Sending.Replace(
        "\"nothing\"",
        "await tools.filesystem.read_text(\"notes.txt\")"
    );

    /// <summary>The plain agent with another body of <c>execute</c>.</summary>
    public static string Doing(string body) =>
        $$$"""
            import asyncio
            import os
            import sys


            class Agent:
                def __init__(self, config):
                    self.parts = (asyncio, os, sys)
                    self.now = config.get("now", False)

                async def execute(self):
                    if not self.now:
                        return {"status": "success", "result": {}}
                    {{{body.ReplaceLineEndings("\n        ")}}}

            """;
}
