using System.IO.Hashing;
using System.Text;
using Lab.Execution;
using Lab.Generators;
using Lab.Seeds;
using Lab.Strategies;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>
/// The same schedule gives the same trace, byte for byte, in Debug and in Release: the tests run in both builds, and both must give the bytes whose hashes
/// are in the golden file. <c>bench -- determinism</c> asks the same of 10,000 programs. The bytes change with every change of events, ids, fingerprints and
/// random programs (and with the lines of <c>ProgramTask.cs</c>, which is where those call from): accept them, from one build only.
/// </summary>
[TestFixture]
public sealed class TraceBytesTests
{
    private const int Programs = 100;
    private const int Block = 20;

    [Test]
    public async Task Debug_and_Release_write_the_same_bytes_for_random_programs()
    {
        var golden = new StringBuilder();
        var hash = new XxHash3();
        foreach (var dispatch in new[] { DispatchKind.Explored, DispatchKind.WorkStealing })
        {
            var engine = new LabEngine(new LabOptions { Dispatch = dispatch });
            for (var i = 0; i < Programs; i++)
            {
                var program = LabProgram.Random(new Seed((ulong)i), i % 60);
                var result = engine.Run(program.Run, new RandomWalk(), new Seed(11).ForExecution(i), i, recording: true);
                var trace = TraceBuilder.Build(engine, result, "program", "tests", result.Seed, result.Strategy, result.Verdict);
                hash.Append(Encoding.UTF8.GetBytes(TraceFile.ToText(trace)));
                if (i % Block == Block - 1)
                {
                    golden.Append(FormattableString.Invariant($"{dispatch} {i - Block + 1} to {i}: {Convert.ToHexString(hash.GetHashAndReset())}\n"));
                }
            }
        }

        await Verify(golden.ToString());
    }
}
