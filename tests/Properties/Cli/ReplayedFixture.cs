using Lab.Core.Tasks;
using Lab.Sharing;
using Lab.Testing;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary>A test with a set-up, for the command line to replay.</summary>
[TestFixture]
public sealed class ReplayedFixture
{
    private Shared<int> _value = new();

    [SetUp]
    public void SetUp() => _value = new Shared<int>(2);

    [LabTest(Executions = 10)]
    public async Task Reads_twice(Cx cx)
    {
        var first = await _value.ReadAsync(cx);
        Assert.That(await _value.ReadAsync(cx), Is.EqualTo(first));
    }
}
