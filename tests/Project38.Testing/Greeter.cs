namespace Project38.Testing;

/// <summary>A small agent, as a model would write it.</summary>
public static class Greeter
{
    /// <summary>Greets whom its config names.</summary>
    public const string Code = """"
        """Greet the moon."""

        from p38 import tools


        class Agent:
            """Greets whom its config names."""

            def __init__(self, config: dict) -> None:
                """Read whom to greet."""
                self.whom = config["whom"]

            async def execute(self) -> dict:
                """Greet."""
                await tools.notifications.send(f"Good evening, {self.whom}.")
                return {"status": "success", "result": {"greeted": self.whom}}

        """";

    /// <summary>Tests of <see cref="Code"/>.</summary>
    public const string Tests = """"
        """Tests."""

        from agent import Agent
        from p38.testing import World


        async def test_greets():
            """It greets."""
            world = World()

            await world.run(Agent, {"whom": "moon"})

            assert [note.text for note in world.notifications] == ["Good evening, moon."]

        """";

    /// <summary>Greets the moon where its config names nobody; <see cref="Code"/> fails then.</summary>
    public static readonly string Mended = Code.Replace("config[\"whom\"]", "config.get(\"whom\", \"moon\")");

    /// <summary>Tests of <see cref="Mended"/>.</summary>
    public static readonly string MendedTests =
        Tests
        + """"


            async def test_greets_the_moon_when_nobody_is_named():
                """Without a name it is the moon."""
                world = World()

                await world.run(Agent, {})

                assert [note.text for note in world.notifications] == ["Good evening, moon."]

            """";
}
