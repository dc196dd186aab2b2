using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Tools;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;

namespace Project38.Core.Tests.Tools.Sessions;

public sealed class ToolSessionTests
{
    private static readonly ToolDefinition Echo = AgentEnd.Tool(
        "test.echo",
        (call, _) => Task.FromResult<JsonNode?>(call.Arguments.Text("text")),
        new ToolParameter("text", ToolParameterType.Text, "Comes back.")
    );

    [Fact]
    public async Task Initialize_IsAnsweredByTheServer_WhenAsked()
    {
        await using var agent = new AgentEnd();

        var answer = await agent.RequestAsync(
            "initialize",
            new
            {
                protocolVersion = "2025-06-18",
                capabilities = new { },
                clientInfo = new { name = "p38", version = "1" },
            }
        );

        answer.GetProperty("result").GetProperty("serverInfo").GetProperty("name").GetString().ShouldBe("project38");
        answer.GetProperty("result").GetProperty("protocolVersion").GetString().ShouldBe("2025-06-18");
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("tools/list")]
    [InlineData("tools/call")]
    public async Task Request_IsAnswered_WhenItHasNoParameters(string method)
    {
        await using var agent = new AgentEnd();

        await agent.SendLineAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}"}""");
        var answer = await agent.AnswerAsync();

        answer.GetProperty("id").GetInt32().ShouldBe(1);
        agent.Ended.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task ToolsList_ShowsOnlyTheGranted_WhenThereAreMore()
    {
        var other = Echo with { Name = "test.other" };
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo", "test.gone"), limits: null, Echo, other);

        var answer = await agent.RequestAsync("tools/list");

        var tool = answer.GetProperty("result").GetProperty("tools").EnumerateArray().ShouldHaveSingleItem();
        tool.GetProperty("name").GetString().ShouldBe("test.echo");
        tool.GetProperty("inputSchema").GetProperty("required")[0].GetString().ShouldBe("text");
    }

    [Fact]
    public async Task Call_GivesTheValueTwice_WhenItWorks()
    {
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits: null, Echo);

        var result = (await agent.CallAsync("test.echo", new { text = "שלום" })).GetProperty("result");

        result.GetProperty("structuredContent").GetProperty("value").GetString().ShouldBe("שלום");
        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("""{"value":"שלום"}""");
        var step = agent.Session.Steps.ShouldHaveSingleItem();
        // Escaped in the call, and not in the answer.
        step.ShouldBe(new RunStep(1, "test.echo", """{"text":"שלום"}""", "ok", Detail: null, step.Duration, Bytes: 46));
    }

    [Fact]
    public async Task Call_IsRefusedInWords_WhenTheToolIsNotGranted()
    {
        await using var agent = new AgentEnd(AgentEnd.Granting("test.other"), limits: null, Echo);

        var result = (await agent.CallAsync("test.echo", new { text = "x" })).GetProperty("result");

        result.GetProperty("isError").GetBoolean().ShouldBeTrue();
        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("not granted");
        agent.Session.Steps.ShouldHaveSingleItem().Outcome.ShouldBe("refused");
    }

    [Theory]
    [InlineData("""{}""", "'text' is missing")]
    [InlineData("""{"text":1}""", "'text' must be a string")]
    [InlineData("""{"text":"a","b":1}""", "no argument 'b'")]
    public async Task Call_NamesTheArgument_WhenItIsWrong(string arguments, string expected)
    {
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits: null, Echo);

        var result = (await agent.CallAsync("test.echo", JsonElement.Parse(arguments))).GetProperty("result");

        result.GetProperty("isError").GetBoolean().ShouldBeTrue();
        result.GetProperty("content")[0].GetProperty("text").GetString().ShouldNotBeNull().ShouldContain(expected);
    }

    [Fact]
    public async Task Call_HidesTheFault_WhenAToolThrows()
    {
        var broken = AgentEnd.Tool("test.broken", (_, _) => throw new InvalidOperationException("/secret/path"));
        await using var agent = new AgentEnd(AgentEnd.Granting("test.broken"), limits: null, broken);

        var answer = await agent.CallAsync("test.broken");

        answer.GetRawText().ShouldNotContain("secret");
        agent.Session.Steps.ShouldHaveSingleItem().Outcome.ShouldBe("error");
    }

    [Theory]
    [InlineData(true, false, 0, 1)]
    [InlineData(true, true, 0, 1)]
    // Nobody else can have begun the task, and whoever looks harms nothing.
    [InlineData(false, false, 1, 0)]
    [InlineData(false, true, 0, 1)]
    public async Task Call_IsRefused_WhenTheLeaseIsLost(bool byClock, bool changes, int made, int asked)
    {
        var called = 0;
        var tool = AgentEnd.Tool(
            "test.count",
            (_, _) =>
            {
                called++;
                return Task.FromResult<JsonNode?>(null);
            }
        ) with
        {
            StandIn = changes ? _ => null : null,
        };
        var lease = new LostLease(byClock);
        await using var agent = new AgentEnd(
            AgentEnd.Granting("test.count") with
            {
                Lease = lease,
            },
            limits: null,
            tool
        );

        var result = (await agent.CallAsync("test.count")).GetProperty("result");

        (result.TryGetProperty("isError", out var error) && error.GetBoolean()).ShouldBe(made == 0);
        (called, lease.Asked).ShouldBe((made, asked));
    }

    // The run's result would be saved: a call that it was refused would be missing from it.
    [Fact]
    public async Task Call_IsMade_WhenTheDatabaseHoldsWhatTheClockGaveUp()
    {
        var lease = new LostLease(byClock: true, inDatabase: false);
        var spec = AgentEnd.Granting("test.echo") with { Lease = lease };
        await using var agent = new AgentEnd(spec, limits: null, Echo);

        _ = await agent.CallAsync("test.echo", new { text = "x" });

        agent.Session.Steps.ShouldHaveSingleItem().Outcome.ShouldBe("ok");
    }

    [Fact]
    public async Task Call_AsksNoDatabase_WhenTooManyComeAtOnce()
    {
        var limits = new ToolLimits
        {
            CallBurst = 1,
            CallsPerSecond = 1,
            RefusalPause = TimeSpan.Zero,
        };
        var lease = new LostLease(byClock: false);
        var tool = Echo with { StandIn = _ => null };
        var spec = AgentEnd.Granting("test.echo") with { Lease = lease };
        await using var agent = new AgentEnd(spec, limits, new FakeTimeProvider(), [tool]);

        for (var i = 0; i < 20; i++)
        {
            _ = await agent.CallAsync("test.echo", new { text = "x" });
        }

        lease.Asked.ShouldBe(1);
        agent.Session.Steps.Count(step => step.Detail?.Contains("Too many tool calls") == true).ShouldBe(19);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(100, 1)]
    public async Task Call_WaitsForItsRefusal_WhenTooManyComeAtOnce(int burst, int perRun)
    {
        var time = new SignallingTime();
        var limits = new ToolLimits
        {
            CallBurst = burst,
            CallsPerSecond = 1,
            CallsPerRun = perRun,
        };
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits, time, [Echo]);
        _ = await agent.CallAsync("test.echo", new { text = "x" });

        _ = await agent.SendRequestAsync("tools/call", new { name = "test.echo", arguments = new { text = "x" } });
        var later = await agent.SendRequestAsync("ping");
        // The refusal waits for a clock that stands still.
        var first = await agent.AnswerAsync();
        await time.WaitedFor(limits.RefusalPause);
        time.Advance(limits.RefusalPause);
        var second = await agent.AnswerAsync();

        first.GetProperty("id").GetInt32().ShouldBe(later);
        second.GetProperty("result").GetProperty("isError").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Call_IsRefusedUntilTimePasses_WhenTooManyComeAtOnce()
    {
        var time = new FakeTimeProvider();
        var limits = new ToolLimits
        {
            CallBurst = 2,
            CallsPerSecond = 1,
            RefusalPause = TimeSpan.Zero,
        };
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits, time, [Echo]);

        for (var i = 0; i < 3; i++)
        {
            _ = await agent.CallAsync("test.echo", new { text = "x" });
        }

        time.Advance(TimeSpan.FromSeconds(1));
        _ = await agent.CallAsync("test.echo", new { text = "x" });

        agent.Session.Steps.Select(step => step.Outcome).ShouldBe(["ok", "ok", "refused", "ok"]);
    }

    [Fact]
    public async Task Call_IsRefused_WhenTheRunHasCalledThatToolAsOftenAsItMay()
    {
        var limited = Echo with { MostPerRun = limits => limits.NotificationsPerRun };
        var limits = new ToolLimits { NotificationsPerRun = 2 };
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits, limited);

        for (var i = 0; i < 3; i++)
        {
            _ = await agent.CallAsync("test.echo", new { text = "x" });
        }

        agent.Session.Steps.Select(step => step.Outcome).ShouldBe(["ok", "ok", "refused"]);
        agent.Session.Steps[^1].Detail.ShouldNotBeNull().ShouldContain("called test.echo 2 times, which is the most");
    }

    [Fact]
    public void Limits_HoldMessagesToPeopleTo100_WhenNobodySaysOtherwise()
    {
        var send = new NotificationTools(null!).Tools.Single();

        send.MostPerRun.ShouldNotBeNull()(new ToolLimits()).ShouldBe(100);
    }

    [Fact]
    public async Task Call_IsNotRecordedAnyMore_WhenTheRunHasMadeItsCalls()
    {
        var limits = new ToolLimits { CallsPerRun = 2 };
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits, Echo);

        for (var i = 0; i < 5; i++)
        {
            _ = await agent.CallAsync("test.echo", new { text = "x" });
        }

        agent.Session.Steps.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Step_KeepsFourKilobytes_WhenArgumentsAreLarge()
    {
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits: null, Echo);

        _ = await agent.CallAsync("test.echo", new { text = new string('x', 100_000) });

        agent.Session.Steps.ShouldHaveSingleItem().Arguments.Length.ShouldBeInRange(1000, 4096);
    }

    [Fact]
    public async Task Reserved_ArriveInOrderAndOnlyOneFinish_WhenManyAreSent()
    {
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), limits: null, Echo);

        for (var i = 0; i < 100; i++)
        {
            (await agent.RequestAsync("p38/trial", new { i })).GetProperty("result").GetRawText().ShouldBe("{}");
        }

        _ = await agent.RequestAsync("p38/finish", new { outcome = "success" });
        var second = await agent.RequestAsync("p38/finish", new { outcome = "error" });
        var call = await agent.CallAsync("test.echo", new { text = "too late" });

        agent
            .Messages.Where(message => message.Method == "p38/trial")
            .Select(message => message.Parameters.GetProperty("i").GetInt32())
            .ShouldBe(Enumerable.Range(0, 100));
        agent.Messages.Count(message => message.Method == "p38/finish").ShouldBe(1);
        second.TryGetProperty("error", out _).ShouldBeTrue();
        call.TryGetProperty("error", out _).ShouldBeTrue();
        agent.Session.Steps.ShouldBeEmpty();
    }

    [Fact]
    public async Task InFlight_RefusesTheSeventeenth_WhenNoneHasEnded()
    {
        var gate = new TaskCompletionSource();
        var slow = AgentEnd.Tool(
            "test.slow",
            async (_, cancellationToken) =>
            {
                await gate.Task.WaitAsync(cancellationToken);
                return null;
            }
        );
        await using var agent = new AgentEnd(AgentEnd.Granting("test.slow"), limits: null, slow);

        for (var i = 0; i < 17; i++)
        {
            _ = await agent.SendRequestAsync("tools/call", new { name = "test.slow", arguments = new { } });
        }

        var refused = await agent.AnswerAsync();
        gate.SetResult();
        for (var i = 0; i < 16; i++)
        {
            (await agent.AnswerAsync()).TryGetProperty("result", out _).ShouldBeTrue();
        }

        refused.GetProperty("id").GetInt32().ShouldBe(17);
        refused.GetProperty("error").GetProperty("message").GetString().ShouldBe("At most 16 requests at a time.");
    }

    [Fact]
    public async Task InFlight_HasAPlaceAgain_AsSoonAsTheAnswerIsThere()
    {
        await using var agent = new AgentEnd(AgentEnd.Granting("test.echo"), new ToolLimits { InFlight = 1 }, Echo);

        for (var i = 0; i < 150; i++)
        {
            var answer = await agent.CallAsync("test.echo", new { text = "now" });
            answer.TryGetProperty("result", out _).ShouldBeTrue(answer.GetRawText());
        }
    }

    [Fact]
    public async Task LargeAnswers_AreMadeAFewAtATime_WhenTheAgentAsksForManyAtOnce()
    {
        var crowd = new Crowd();
        var large = AgentEnd.Tool(
            "test.large",
            async (call, cancellationToken) =>
            {
                await call.TakeRoom(1_000_000, cancellationToken);
                await crowd.PassAsync();
                return new string('x', 1_000_000);
            }
        );
        var limits = new ToolLimits { SessionMemoryBytes = 3_500_000 };
        await using var agent = new AgentEnd(AgentEnd.Granting("test.large"), limits, large);

        for (var i = 0; i < 16; i++)
        {
            _ = await agent.SendRequestAsync("tools/call", new { name = "test.large", arguments = new { } });
        }

        for (var i = 0; i < 16; i++)
        {
            (await agent.AnswerAsync()).TryGetProperty("result", out _).ShouldBeTrue();
        }

        crowd.Most.ShouldBeInRange(1, 3);
    }

    [Fact]
    public async Task LargeCalls_AreLetInAFewAtATime_WhenTheAgentSendsManyAtOnce()
    {
        var crowd = new Crowd();
        var large = AgentEnd.Tool(
            "test.large",
            async (_, _) =>
            {
                await crowd.PassAsync();
                return null;
            },
            new ToolParameter("text", ToolParameterType.Text, "Large.")
        );
        var limits = new ToolLimits { SessionMemoryBytes = 350_000 };
        await using var agent = new AgentEnd(AgentEnd.Granting("test.large"), limits, large);
        var text = new string('x', 100_000);

        var sending = Task.Run(
            async () =>
            {
                for (var i = 0; i < 16; i++)
                {
                    _ = await agent.SendRequestAsync(
                        "tools/call",
                        new { name = "test.large", arguments = new { text } }
                    );
                }
            },
            TestContext.Current.CancellationToken
        );
        for (var i = 0; i < 16; i++)
        {
            (await agent.AnswerAsync()).TryGetProperty("result", out _).ShouldBeTrue();
        }

        await sending;
        crowd.Most.ShouldBeInRange(1, 3);
    }

    [Fact]
    public async Task Session_IsBroken_WhenATrialTellsTooMuch()
    {
        await using var agent = new AgentEnd(limits: new ToolLimits { ReservedBytes = 5_000 });

        for (var i = 0; i < 5; i++)
        {
            _ = await agent.SendRequestAsync("p38/trial", new { @event = "test", message = new string('x', 1000) });
        }

        (await agent.Ended).ShouldBeOfType<ToolSessionEnd.Broken>().Reason.ShouldContain("5000 bytes");
        agent.Messages.Count.ShouldBeLessThan(5);
    }

    [Fact]
    public async Task Call_IsCarriedThrough_WhenTheAgentCancelsIt()
    {
        var gate = new TaskCompletionSource();
        var slow = AgentEnd.Tool(
            "test.slow",
            async (_, cancellationToken) =>
            {
                await gate.Task.WaitAsync(cancellationToken);
                return "done";
            }
        );
        await using var agent = new AgentEnd(AgentEnd.Granting("test.slow"), limits: null, slow);

        var id = await agent.SendRequestAsync("tools/call", new { name = "test.slow", arguments = new { } });
        await agent.SendLineAsync(
            $$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}}}}"""
        );
        _ = await agent.RequestAsync("ping");
        gate.SetResult();
        var answer = await agent.AnswerAsync();

        answer.GetProperty("result").GetProperty("structuredContent").GetProperty("value").GetString().ShouldBe("done");
    }

    [Fact]
    public async Task Session_CancelsCallsAndWaits_WhenTheAgentIsGone()
    {
        var started = new TaskCompletionSource();
        var ended = false;
        var slow = AgentEnd.Tool(
            "test.slow",
            async (_, cancellationToken) =>
            {
                started.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    ended = true;
                }

                return null;
            }
        );
        await using var agent = new AgentEnd(AgentEnd.Granting("test.slow"), limits: null, slow);
        _ = await agent.SendRequestAsync("tools/call", new { name = "test.slow", arguments = new { } });
        await started.Task;

        var end = await agent.CloseAsync();

        end.ShouldBeOfType<ToolSessionEnd.Closed>();
        ended.ShouldBeTrue();
        agent.Session.Steps.ShouldHaveSingleItem().Outcome.ShouldBe("error");
    }

    [Fact]
    public async Task Session_IsBroken_WhenALineIsTooLong()
    {
        await using var agent = new AgentEnd(limits: new ToolLimits { MessageBytes = 10_000 });

        await agent.SendBytesAsync(new byte[20_000]);

        (await agent.Ended).ShouldBeOfType<ToolSessionEnd.Broken>().Reason.ShouldContain("10000 bytes");
    }

    [Fact]
    public async Task Session_IsBroken_WhenTheWholeIsTooMuch()
    {
        await using var agent = new AgentEnd(limits: new ToolLimits { SessionBytes = 50_000 });

        for (var i = 0; i < 30 && !agent.Ended.IsCompleted; i++)
        {
            await agent.SendLineAsync("{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"p\":\"" + new string('x', 2000) + "\"}");
        }

        (await agent.Ended).ShouldBeOfType<ToolSessionEnd.Broken>().Reason.ShouldContain("50000 bytes");
    }

    [Fact]
    public async Task Session_IsBroken_WhenMessagesNeverEnd()
    {
        await using var agent = new AgentEnd(limits: new ToolLimits { Messages = 1000 });

        for (var i = 0; i <= 1000; i++)
        {
            await agent.SendLineAsync(
                """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"""
            );
        }

        (await agent.Ended).ShouldBeOfType<ToolSessionEnd.Broken>().Reason.ShouldContain("1000 messages");
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"jsonrpc":"2.0"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"p38/finish","params":{"error":"\ud800"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""")]
    public async Task Line_IsAnsweredWithoutHarm_WhenItIsNoMessage(string line)
    {
        await using var agent = new AgentEnd();

        await agent.SendLineAsync(line);
        var answer = await agent.AnswerAsync();
        var ping = await agent.RequestAsync("ping");

        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32700);
        ping.GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Object);
        agent.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Line_IsRefused_WhenItIsNestedTooDeep()
    {
        await using var agent = new AgentEnd();
        var deep = new StringBuilder().Insert(0, "{\"a\":", 100_000).Append('1').Append('}', 100_000);

        await agent.SendLineAsync($$"""{"jsonrpc":"2.0","id":1,"method":"p38/finish","params":{{deep}}}""");
        var answer = await agent.AnswerAsync();

        answer.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("64 levels");
    }

    [Fact]
    public async Task Session_IsBroken_WhenGarbageNeverEnds()
    {
        await using var agent = new AgentEnd(limits: new ToolLimits { BadLines = 10 });

        for (var i = 0; i <= 10; i++)
        {
            await agent.SendLineAsync("garbage");
        }

        (await agent.Ended).ShouldBeOfType<ToolSessionEnd.Broken>().Reason.ShouldContain("no messages");
    }

    /// <summary>Counts how many are at one place at the same time.</summary>
    private sealed class Crowd
    {
        private readonly Lock _gate = new();
        private int _here;

        public int Most { get; private set; }

        public async Task PassAsync()
        {
            lock (_gate)
            {
                Most = Math.Max(Most, ++_here);
            }

            for (var i = 0; i < 100; i++)
            {
                await Task.Yield();
            }

            lock (_gate)
            {
                _here--;
            }
        }
    }
}
