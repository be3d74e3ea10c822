using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>A number that makes no sense is refused where it is set, by its name and with what is allowed; the least that makes sense is not.</summary>
[TestFixture]
internal sealed class RefusedNumbersTests
{
    private static IEnumerable<TestCaseData<Action, Action, string, string>> Numbers()
    {
        yield return new(static () => _ = new LabOptions { Workers = 0 }, static () => _ = new LabOptions { Workers = 1 }, "Workers", "from 1 to 1,024");
        yield return new(static () => _ = new LabOptions { Workers = 1025 }, static () => _ = new LabOptions { Workers = 1024 }, "Workers", "from 1 to 1,024");
        yield return new(static () => _ = new LabOptions { StepLimit = 0 }, static () => _ = new LabOptions { StepLimit = 1 }, "StepLimit", "from 1");
        yield return new(static () => _ = new LabOptions { TraceLimit = -1 }, static () => _ = new LabOptions { TraceLimit = 0 }, "TraceLimit", "from 0");
        yield return new(static () => _ = new ExploreOptions { Executions = 0 }, static () => _ = new ExploreOptions { Executions = 1 }, "Executions", "from 1");
        yield return new(static () => _ = new ExploreOptions { First = -1 }, static () => _ = new ExploreOptions { First = 0 }, "First", "from 0");
        yield return new(static () => _ = new ExploreOptions { Workers = 0 }, static () => _ = new ExploreOptions { Workers = 1 }, "Workers", "from 1");
        yield return new(
            static () => _ = new ExploreOptions { LinearisationSamples = -1 }, static () => _ = new ExploreOptions { LinearisationSamples = 0 }, "LinearisationSamples", "from 0");
        yield return new(static () => _ = new ShrinkOptions { Executions = -1 }, static () => _ = new ShrinkOptions { Executions = 0 }, "Executions", "from 0");
        yield return new(static () => _ = new ShrinkOptions { Steps = -1 }, static () => _ = new ShrinkOptions { Steps = 0 }, "Steps", "from 0");
        yield return new(static () => _ = new RuntimeOptions { Workers = 0 }, static () => _ = new RuntimeOptions { Workers = 1 }, "Workers", "at least one");
    }

    [TestCaseSource(nameof(Numbers))]
    public void A_number_that_makes_no_sense_is_refused_where_it_is_set(Action refused, Action least, string name, string allowed)
    {
        Assert.That(() => refused(), Throws.TypeOf<ArgumentOutOfRangeException>()
            .With.Property(nameof(ArgumentException.ParamName)).EqualTo(name).And.Message.Contains(allowed));
        Assert.That(() => least(), Throws.Nothing);
    }
}
