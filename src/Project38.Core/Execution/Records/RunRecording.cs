using System.Security.Cryptography;
using Project38.Core.Tools.Records;

namespace Project38.Core.Execution.Records;

/// <summary>How a run is recorded, and what it goes by where it is executed again.</summary>
/// <param name="Calls">The calls that are answered from a record.</param>
/// <param name="Seed">What its chance follows from: 64 hexadecimal digits.</param>
/// <param name="Readings">What its clock shows first, in seconds since 1970; then it goes on with the time there is.</param>
public sealed record RunRecording(RecordSpec Calls, string Seed, IReadOnlyList<double> Readings)
{
    /// <summary>A first execution.</summary>
    public static RunRecording New() =>
        new(RecordSpec.Empty, RandomNumberGenerator.GetHexString(64, lowercase: true), []);

    /// <summary>An execution by a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="live">See <see cref="RecordSpec.Live"/>.</param>
    public static RunRecording Of(RecordedRun record, bool live) =>
        new(new RecordSpec(record.Calls, live), record.Given.Seed, record.Readings ?? []);

    /// <summary>An execution of another program by a record: what is new of what changes the world is answered by what stands in for it.</summary>
    public static RunRecording OfAnother(RecordedRun record) =>
        new(new RecordSpec(record.Calls, Live: false) { StandsIn = true }, record.Given.Seed, record.Readings ?? []);
}
