using Microsoft.AspNetCore.Http;
using Project38.Core.Tests.Tools.Sessions;

namespace Project38.Core.Tests.Tools.Browser;

/// <summary>
/// The ways of a page to a private address. Every host in them is granted, so that nothing but the egress policy stands
/// before the address; and something listens there that must never be connected to.
/// </summary>
[Collection(BrowserFixture.OneAfterAnother)]
public sealed class BrowserEgressTests(BrowserFixture node) : IClassFixture<BrowserFixture>
{
    private AgentEnd Agent =>
        node.Shared([
            $"127.0.0.1:{node.Trap.Port}",
            $"localhost:{node.Trap.Port}",
            $"private.test:{node.Trap.Port}",
            $"rebinding.test:{node.Trap.Port}",
            $"[::1]:{node.Trap.Port}",
            $"[::ffff:127.0.0.1]:{node.Trap.Port}",
            $"[64:ff9b::7f00:1]:{node.Trap.Port}",
            $"0.0.0.0:{node.Trap.Port}",
            "stranger.test",
        ]);

    /// <summary>What a page does, with TRAP for the address; it calls <c>done</c> once it was tried.</summary>
    private static (string Name, string Html)[] Ways { get; } =
    [
        ("fetch", "<script>fetch(TRAP).finally(done)</script>"),
        ("fetch, opaque", "<script>fetch(TRAP, { mode: 'no-cors' }).finally(done)</script>"),
        ("fetch, POST", "<script>fetch(TRAP, { method: 'POST', body: 'x', mode: 'no-cors' }).finally(done)</script>"),
        (
            "XMLHttpRequest",
            "<script>const x = new XMLHttpRequest(); x.open('GET', TRAP); x.onloadend = done; x.send()</script>"
        ),
        ("redirect", "<script>fetch('/to-trap', { mode: 'no-cors' }).finally(done)</script>"),
        ("WebSocket", "<script>new WebSocket(TRAP.replace('http', 'ws')).onclose = done</script>"),
        ("secure WebSocket", "<script>new WebSocket(TRAP.replace('http', 'wss')).onclose = done</script>"),
        ("https", "<script>fetch(TRAP.replace('http', 'https')).finally(done)</script>"),
        ("EventSource", "<script>new EventSource(TRAP).onerror = done</script>"),
        ("beacon", "<script>navigator.sendBeacon(TRAP, 'x'); fetch(TRAP + 'after').finally(done)</script>"),
        ("iframe", "<iframe id=f></iframe><script>f.onload = done; f.src = TRAP</script>"),
        ("iframe of a redirect", "<iframe id=f></iframe><script>f.onload = done; f.src = '/to-trap'</script>"),
        ("image", "<img id=i><script>i.onerror = done; i.src = TRAP</script>"),
        (
            "script",
            "<script>const s = document.createElement('script'); s.onerror = s.onload = done; s.src = TRAP; document.head.append(s)</script>"
        ),
        (
            "style sheet",
            "<script>const l = document.createElement('link'); l.rel = 'stylesheet'; l.onerror = l.onload = done; l.href = TRAP; document.head.append(l)</script>"
        ),
        ("import", "<script>import(TRAP).then(done, done)</script>"),
        ("video", "<video id=v></video><script>v.onerror = done; v.src = TRAP; v.load()</script>"),
        ("object", "<object id=o></object><script>o.onerror = o.onload = done; o.data = TRAP</script>"),
        (
            "form",
            "<iframe name=f></iframe><form method=post target=f><input name=a></form><script>document.forms[0].action = TRAP; document.querySelector('iframe').onload = done; document.forms[0].submit()</script>"
        ),
        (
            "meta refresh",
            "<iframe id=f></iframe><script>let n = 0; f.onload = () => { if (++n > 1) done() }; f.srcdoc = `<meta http-equiv=refresh content='0;url=${TRAP}'>`</script>"
        ),
        (
            "data page",
            "<iframe id=f></iframe><script>onmessage = done; f.src = 'data:text/html,' + encodeURIComponent(`<script>fetch('${TRAP}').finally(() => parent.postMessage(1, '*'))<` + '/script>')</script>"
        ),
        (
            "worker",
            "<script>new Worker(URL.createObjectURL(new Blob([`fetch('${TRAP}').finally(() => postMessage(1))`]))).onmessage = done</script>"
        ),
        (
            "preconnect",
            "<script>const l = document.createElement('link'); l.rel = 'preconnect'; l.href = TRAP; document.head.append(l); fetch('/way').finally(() => setTimeout(done, 300))</script>"
        ),
        (
            "WebTransport",
            "<script>try { new WebTransport(TRAP.replace('http', 'https')).ready.finally(done) } catch { done() }</script>"
        ),
        (
            "WebRTC over TCP",
            "<script>const p = new RTCPeerConnection({ iceServers: [{ urls: TRAP.replace('http://', 'turn:').replace('/', '') + '?transport=tcp', username: 'u', credential: 'c' }] }); p.createDataChannel('c'); p.onicegatheringstatechange = () => p.iceGatheringState === 'complete' && done(); p.createOffer().then(o => p.setLocalDescription(o)); setTimeout(done, 2000)</script>"
        ),
        (
            "a file",
            "<iframe id=f></iframe><script>f.onload = done; f.src = 'file:///etc/passwd'; setTimeout(done, 300)</script>"
        ),
    ];

    /// <summary>All at one time, each in a frame of its own, so that one page load is enough.</summary>
    [Fact]
    public async Task NoWay_LeadsToAPrivateAddress()
    {
        node.Site.At("/to-trap", Redirect($"http://127.0.0.1:{node.Trap.Port}/"));
        node.Site.Page("/way", "there");
        for (var way = 0; way < Ways.Length; way++)
        {
            node.Site.Page(
                $"/ways/{way}",
                $$"""
                <body><script>
                  const TRAP = "http://127.0.0.1:{{node.Trap.Port}}/";
                  const done = () => parent.tried({{way}});
                </script>{{Ways[way].Html}}</body>
                """
            );
        }

        var frames = string.Concat(
            Enumerable.Range(0, Ways.Length).Select(way => $"<iframe src=/ways/{way}></iframe>")
        );
        node.Site.Page(
            "/ways",
            $$"""
            <body><p id=tried></p><script>
              const all = new Set();
              window.tried = way => {
                all.add(way);
                document.getElementById("tried").innerText = [...all].sort((a, b) => a - b).join(" ");
                if (all.size === {{Ways.Length}}) document.body.insertAdjacentHTML("beforeend", "<i id=done>done</i>");
              };
            </script>{{frames}}</body>
            """
        );

        _ = await Agent.DoAsync("navigate", new { url = $"{node.Home}/ways" });
        await Agent.FailOrDoAsync("wait_for", new { target = "#done", state = "attached" });
        var tried = (await Agent.DoAsync("text", new { target = "#tried" })).GetString()!.Split(' ').ToHashSet();

        Ways.Where((_, way) => !tried.Contains($"{way}")).Select(way => way.Name).ShouldBeEmpty("were not tried");
        node.Trap.WasReached.ShouldBeFalse();
    }

    [Fact]
    public async Task NoDisguise_LeadsToAPrivateAddress()
    {
        string[] disguises =
        [
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "0.0.0.0",
            "0",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "private.test",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
        ];
        node.Name("private.test", "127.0.0.1");
        node.Name("localhost", "127.0.0.1");
        var addresses = string.Join(", ", disguises.Select(host => $"'http://{host}:{node.Trap.Port}/'"));

        var refused = await TryAsync(
            "disguises",
            $"<script>Promise.allSettled([{addresses}].map(address => fetch(address))).then(done)</script>",
            "http://private.test/"
        );

        // What is left of all the disguises, once a browser has read them.
        string[] plain =
        [
            "0.0.0.0",
            "127.0.0.1",
            "[64:ff9b::7f00:1]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "localhost",
            "private.test",
        ];
        plain.Select(host => $"{host}:{node.Trap.Port}").ShouldBeSubsetOf(refused);
        node.Trap.WasReached.ShouldBeFalse();
    }

    [Fact]
    public async Task RebindingName_IsRefused_WhenItsSecondAnswerIsPrivate()
    {
        node.Name("rebinding.test", "93.184.215.14", "127.0.0.1");
        node.Site.At(
            "/rebound",
            context =>
            {
                context.Response.Headers.AccessControlAllowOrigin = "*";
                return context.Response.WriteAsync("public");
            }
        );

        var refused = await TryAsync(
            "rebinding",
            """
            <script>
              const ask = () => fetch(TRAP + "rebound?" + Math.random()).then(a => a.text(), () => "refused");
              ask().then(async first => { document.title = first + " " + await ask(); done() });
            </script>
            """,
            $"http://rebinding.test:{node.Trap.Port}/"
        );

        var title = (await Agent.DoAsync("wait_for", new { target = "#done" })).GetProperty("title").GetString();
        title.ShouldBe("public refused");
        node.Dialled.ShouldContain($"93.184.215.14:{node.Trap.Port}");
        refused.ShouldContain($"rebinding.test:{node.Trap.Port}");
        node.Trap.WasReached.ShouldBeFalse();
    }

    [Fact]
    public async Task ServiceWorker_ComesNoFurther()
    {
        var trap = $"http://127.0.0.1:{node.Trap.Port}/";
        node.Site.Page(
            "/worker.js",
            $"oninstall = event => event.waitUntil(fetch('{trap}').catch(() => 0)); "
                + $"onactivate = event => event.waitUntil(clients.claim()); onfetch = event => event.respondWith(fetch('{trap}'));",
            "text/javascript"
        );
        node.Site.Page(
            "/service",
            """
            <script>
              const done = () => document.body.insertAdjacentHTML("beforeend", "<i id=done>done</i>");
              navigator.serviceWorker.register("/worker.js").then(async () => {
                await navigator.serviceWorker.ready;
                if (!navigator.serviceWorker.controller) {
                  await new Promise(claimed => navigator.serviceWorker.oncontrollerchange = claimed);
                }
                await fetch("/anything").catch(() => 0);
                done();
              });
            </script>
            """
        );
        // Only a page of a secure origin may have one, and of this machine's own name.
        node.Name("localhost", "127.0.0.1");
        node.Allow($"localhost:{node.Site.Port}");
        await using var agent = node.NewAgent(
            moreHosts: [$"localhost:{node.Site.Port}", $"127.0.0.1:{node.Trap.Port}"]
        );

        _ = await agent.DoAsync("navigate", new { url = $"http://localhost:{node.Site.Port}/service" });
        var page = await agent.DoAsync("wait_for", new { target = "#done", state = "attached" });

        page.GetProperty("url").GetString().ShouldEndWith("/service");
        node.Trap.WasReached.ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://127.0.0.1:TRAP/", "not public")]
    [InlineData("http://private.test:TRAP/", "not public")]
    [InlineData("http://shop.test:SITE/to-trap", "not public")]
    [InlineData("http://shop.test:SITE/to-secure-trap", "not public")]
    [InlineData("http://shop.test:SITE/to-stranger", "not granted")]
    [InlineData("http://elsewhere.test/", "not granted")]
    [InlineData("file:///etc/passwd", "must be absolute")]
    [InlineData("view-source:http://127.0.0.1:TRAP/", "must be absolute")]
    [InlineData("data:text/html,words", "must be absolute")]
    [InlineData("javascript:alert(1)", "must be absolute")]
    [InlineData("chrome://version", "must be absolute")]
    [InlineData("about:blank", "must be absolute")]
    public async Task Navigate_SaysWhy_WhenItLeadsWhereItMayNot(string url, string why)
    {
        node.Name("private.test", "127.0.0.1");
        node.Site.At("/to-trap", Redirect($"http://127.0.0.1:{node.Trap.Port}/"));
        node.Site.At("/to-secure-trap", Redirect($"https://127.0.0.1:{node.Trap.Port}/"));
        node.Site.At("/to-stranger", Redirect("http://elsewhere.test/"));
        var whole = url.Replace("TRAP", $"{node.Trap.Port}").Replace("SITE", $"{node.Site.Port}");

        var refused = await Agent.FailAsync("navigate", new { url = whole });

        refused.ShouldContain(why);
        node.Trap.WasReached.ShouldBeFalse();
    }

    [Fact]
    public async Task Page_SaysWhichHostsItWanted_ThatAreNotGranted()
    {
        node.Site.Page("/cdn", "<title>Shop</title><p>words</p><script src='http://cdn.test/shop.js'></script>");

        var page = await Agent.DoAsync("navigate", new { url = $"{node.Home}/cdn" });

        page.GetProperty("refused").EnumerateArray().Select(host => host.GetString()).ShouldContain("cdn.test");
        page.GetProperty("title").GetString().ShouldBe("Shop");
    }

    private static RequestDelegate Redirect(string target) =>
        context =>
        {
            context.Response.Redirect(target);
            return Task.CompletedTask;
        };

    private async Task<IReadOnlyList<string>> TryAsync(string name, string html, string trap)
    {
        var path = $"/way/{Math.Abs(name.GetHashCode(StringComparison.Ordinal))}";
        node.Site.Page("/way", "there");
        node.Site.Page(
            path,
            $$"""
            <body><script>
              const TRAP = "{{trap}}";
              const done = () => {
                if (!document.getElementById("done")) document.body.insertAdjacentHTML("beforeend", "<i id=done>done</i>");
              };
            </script>{{html}}</body>
            """
        );
        var opened = await Agent.DoAsync("navigate", new { url = node.Home + path });
        var tried = await Agent.DoAsync("wait_for", new { target = "#done", state = "attached" });
        return
        [
            .. new[] { opened, tried }
                .SelectMany(page => page.GetProperty("refused").EnumerateArray())
                .Select(host => host.GetString()!),
        ];
    }
}
