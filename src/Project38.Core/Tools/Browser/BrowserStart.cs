using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Project38.Core.Tools.Browser;

/// <summary>Starts Playwright's driver as a program of ours, from one thread that never ends.</summary>
/// <remarks>
/// Playwright takes the program and its folder from the environment of the process alone, so starts come one after another.
/// And a browser's cell dies with the thread that started it, which therefore is no thread of the pool.
/// </remarks>
internal static class BrowserStart
{
    private const string Program = "PLAYWRIGHT_NODEJS_PATH";
    private const string Folder = "PLAYWRIGHT_DRIVER_SEARCH_PATH";

    private static readonly BlockingCollection<Action> s_starts = [];
    private static readonly Lazy<Thread> s_thread = new(() =>
    {
        var thread = new Thread(() =>
        {
            foreach (var start in s_starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "browser launcher",
        };
        thread.Start();
        return thread;
    });

    /// <summary>Starts the driver.</summary>
    /// <param name="program">Started in place of Node, with Node's arguments.</param>
    /// <param name="folder">Holds <c>.playwright/package</c>.</param>
    public static Task<IPlaywright> StartAsync(string program, string folder)
    {
        _ = s_thread.Value;
        var started = new TaskCompletionSource<Task<IPlaywright>>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_starts.Add(() =>
        {
            try
            {
                Environment.SetEnvironmentVariable(Program, program);
                Environment.SetEnvironmentVariable(Folder, folder);
                // The process is started before this gives back its task.
                started.SetResult(Playwright.CreateAsync());
            }
#pragma warning disable CA1031 // Whatever it is belongs to the caller who waits for this start, not to the thread.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                started.SetException(fault);
            }
        });
        return started.Task.Unwrap();
    }
}
