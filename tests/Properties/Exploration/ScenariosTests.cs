using System.Reflection;
using System.Reflection.Emit;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Cli;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>Scenarios are found by their attribute, and what is wrong with one is said before anything runs.</summary>
[TestFixture]
public sealed class ScenariosTests
{
    [Test]
    public void Scenarios_are_found_and_sorted_by_name()
    {
        var scenarios = Scenarios.In(typeof(CliScenarios).Assembly);
        Assert.That(scenarios.All.Select(static scenario => scenario.Name), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Contains("lost-update"));
        var scenario = scenarios.Find("lost-update");
        Assert.That((scenario.Expected, scenario.AssemblyName, scenario.Method), Is.EqualTo((VerdictKind.Exception, "Lab.Properties", "CliScenarios.LostUpdate")));
    }

    [TestCase("Lost Update")]
    [TestCase("")]
    [TestCase("-x")]
    [TestCase("a--b")]
    [TestCase("../up")]
    public void A_name_that_is_none_is_refused(string name) =>
        Assert.That(() => Scenarios.In(Assembly(typeof(Task), [typeof(Cx)], name)), Throws.TypeOf<ScenarioException>().With.Message.Contains("cannot name a scenario"));

    [Test]
    public void Two_of_one_name_are_refused() => Assert.That(
        () => Scenarios.In(Assembly(typeof(Task), [typeof(Cx)], "twice", "twice")), Throws.TypeOf<ScenarioException>().With.Message.Contains("'twice'").And.Message.Contains("rename one"));

    [Test]
    public void Another_signature_is_refused()
    {
        Assert.That(() => Scenarios.In(Assembly(typeof(void), [typeof(Cx)], "x")), Throws.TypeOf<ScenarioException>().With.Message.Contains("static Task"));
        Assert.That(() => Scenarios.In(Assembly(typeof(Task), [], "x")), Throws.TypeOf<ScenarioException>().With.Message.Contains("static Task"));
    }

    [Test]
    public void An_assembly_without_any_says_how_to_make_one() => Assert.That(
        () => Scenarios.In(typeof(Scenarios).Assembly).Find("mine"), Throws.TypeOf<ScenarioException>().With.Message.Contains("[Scenario(\"mine\")]"));

    // Wrong scenarios cannot stand in this assembly: its right ones would not load any more.
    private static Assembly Assembly(Type result, Type[] parameters, params string[] names)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Generated"), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("m").DefineType("Holder", TypeAttributes.Public);
        for (var i = 0; i < names.Length; i++)
        {
            var method = type.DefineMethod($"M{i}", MethodAttributes.Public | MethodAttributes.Static, result, parameters);
            var code = method.GetILGenerator();
            if (result != typeof(void))
            {
                code.Emit(OpCodes.Ldnull);
            }

            code.Emit(OpCodes.Ret);
            method.SetCustomAttribute(new CustomAttributeBuilder(typeof(ScenarioAttribute).GetConstructors()[0], [names[i]]));
        }

        type.CreateType();
        return assembly;
    }
}
