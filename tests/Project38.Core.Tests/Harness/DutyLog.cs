using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Tests.Harness;

/// <summary>Tells a test when a duty's outage begins and ends, by the harness's log.</summary>
internal sealed class DutyLog : ILoggerProvider, ILogger
{
    private const int OutageBegan = 1;
    private const int OutageEnded = 2;
    private const int ResultNotSaved = 26;

    private readonly ConcurrentDictionary<(int Event, string Duty), TaskCompletionSource> _seen = new();
    private readonly ConcurrentQueue<(string Duty, string Message)> _began = new();
    private int _notSaved;

    public int NotSaved => _notSaved;

    public Task Began(string duty) => Of(OutageBegan, duty).Task;

    public Task Ended(string duty) => Of(OutageEnded, duty).Task;

    public int OutagesOf(string duty) => _began.Count(one => one.Duty == duty);

    public string ReasonOf(string duty) => _began.First(one => one.Duty == duty).Message;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            return;
        }
        if (eventId.Id == ResultNotSaved)
        {
            Interlocked.Increment(ref _notSaved);
        }
        if (fields.FirstOrDefault(field => field.Key == "Duty").Value is string duty)
        {
            if (eventId.Id == OutageBegan)
            {
                _began.Enqueue((duty, formatter(state, exception)));
            }
            Of(eventId.Id, duty).TrySetResult();
        }
    }

    public void Dispose() { }

    private TaskCompletionSource Of(int id, string duty) =>
        _seen.GetOrAdd((id, duty), _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
