using Project38.Contracts;

namespace Project38.Client.Tests;

/// <summary>Agents for these tests.</summary>
internal static class Programs
{
    /// <summary>Greets, with the word of its config, and notes that it did.</summary>
    public const string Greets = """"
        """Greets."""

        from p38 import handoff, tools


        class Agent:
            """Greets."""

            def __init__(self, config: dict) -> None:
                """Keep the word."""
                self.word = config.get("word", "hello")

            async def execute(self) -> dict:
                """Greet."""
                handoff.observe("greeted")
                print(self.word)
                await tools.notifications.send(self.word)
                return {"status": "success", "result": self.word}

        """";

    /// <summary>Prints a word, and waits for as long as its config says.</summary>
    public const string Waits = """"
        """Waits."""

        import asyncio


        class Agent:
            """Waits."""

            def __init__(self, config: dict) -> None:
                """Keep how long."""
                self.seconds = config.get("seconds", 0)

            async def execute(self) -> dict:
                """Wait."""
                print("waiting")
                await asyncio.sleep(self.seconds)
                return {"status": "success", "result": "waited"}

        """";

    /// <summary>Makes an agent of it.</summary>
    public static Task<CreatedAgentResponse> ImportAsync(this P38Client p38, string code, string? name = null) =>
        p38.Agents.ImportAsync(
            new ImportAgentRequest
            {
                Code = code,
                Name = name,
                Config = System.Text.Json.JsonElement.Parse("""{"word": "שלום"}"""),
                StrictValidation = false,
            },
            progress: null,
            TestContext.Current.CancellationToken
        );
}
