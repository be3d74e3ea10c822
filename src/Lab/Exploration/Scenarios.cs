using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;

namespace Lab.Exploration;

/// <summary>The scenarios of an assembly, by name.</summary>
[RequiresUnreferencedCode("Scenarios are found by reflection. A trimmed or natively compiled program names the method: Explorer.Explore(Bank.Transfer).")]
public sealed class Scenarios
{
    private const BindingFlags AnyMethod =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private const int MaxSuggestions = 3;

    private readonly SortedDictionary<string, Scenario> _byName = new(StringComparer.Ordinal);
    private readonly Assembly _source;
    private readonly string _assembly;

    private Scenarios(Assembly source)
    {
        _source = source;
        _assembly = source.GetName().Name ?? "";
    }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyCollection<Scenario> All => _byName.Values;

    /// <summary>Every method with a <see cref="ScenarioAttribute"/>, of public and other types. Runs nothing of the assembly's own code.</summary>
    /// <exception cref="ScenarioException">One of them has another signature, a bad or a taken name, or expects a verdict that does not exist.</exception>
    public static Scenarios In(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var scenarios = new Scenarios(assembly);
        foreach (var type in TypesOf(assembly))
        {
            foreach (var method in type.GetMethods(AnyMethod))
            {
                if (method.GetCustomAttribute<ScenarioAttribute>() is { } attribute)
                {
                    scenarios.Add(method, attribute);
                }
            }
        }

        return scenarios;
    }

    /// <summary>The scenario of that name, or the test of that full name (<see cref="IProgramSource"/>).</summary>
    /// <exception cref="ScenarioException">There is none; the message names the nearest ones.</exception>
    public Scenario Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name, out var scenario) ? scenario : Test(name) ?? throw Unknown(name);
    }

    private Scenario? Test(string name)
    {
        var dot = name.LastIndexOf('.');
        if (dot < 0 || _source.GetType(name[..dot]) is not { ContainsGenericParameters: false } type)
        {
            return null;
        }

        foreach (var method in type.GetMethods(AnyMethod & ~BindingFlags.DeclaredOnly))
        {
            if (method.Name == name[(dot + 1)..] && method.GetCustomAttributes().OfType<IProgramSource>().FirstOrDefault() is { } source)
            {
                return new Scenario(name, _assembly, $"{type.Name}.{method.Name}", source.ProgramOf(method));
            }
        }

        return null;
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            // An assembly may hold types that need something which is not here; scenarios are looked for among the others.
            return [.. e.Types.Where(static type => type is not null).Select(static type => type!)];
        }
    }

    private void Add(MethodInfo method, ScenarioAttribute attribute)
    {
        var text = $"{method.DeclaringType!.Name}.{method.Name}";
        if (!HasSignature(method))
        {
            throw new ScenarioException($"{text} has [Scenario(\"{attribute.Name}\")] but is not `static Task {method.Name}(Cx cx)`: give it that signature.");
        }

        if (!IsName(attribute.Name))
        {
            throw new ScenarioException(
                $"{text}: '{attribute.Name}' cannot name a scenario: use lower-case letters, digits and single dashes, as in `lost-update`.");
        }

        var scenario = new Scenario(attribute.Name, _assembly, text, method.CreateDelegate<Func<Cx, Task>>())
        {
            Description = attribute.Description,
            Expected = attribute.ExpectedVerdict is { } expected ? VerdictOf(expected, text) : null,
            Options = OptionsOf(attribute),
        };
        if (!_byName.TryAdd(scenario.Name, scenario))
        {
            throw new ScenarioException(
                $"two scenarios of {_assembly} have the name '{scenario.Name}' ({_byName[scenario.Name].Method} and {text}): rename one.");
        }
    }

    private static bool HasSignature(MethodInfo method) =>
        method is { IsStatic: true, ContainsGenericParameters: false } && method.ReturnType == typeof(Task)
        && method.GetParameters() is [{ ParameterType: var parameter }] && parameter == typeof(Cx);

    // What may stand in a file name on every system, and needs no quotes in any shell.
    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= 80 } && !name.StartsWith('-') && !name.EndsWith('-') && !name.Contains("--", StringComparison.Ordinal)
        && name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private static VerdictKind VerdictOf(string name, string method)
    {
        var kinds = Enum.GetValues<VerdictKind>().Where(static kind => kind != VerdictKind.Passed).ToList();
        var found = kinds.FindIndex(kind => Verdict.NameOf(kind) == name);
        return found >= 0
            ? kinds[found]
            : throw new ScenarioException($"{method} expects '{name}', which is no verdict; use one of: {string.Join(", ", kinds.Select(Verdict.NameOf))}.");
    }

    private static LabOptions OptionsOf(ScenarioAttribute attribute)
    {
        var options = new LabOptions { Dispatch = attribute.Dispatch, Time = attribute.Time };
        return attribute.StepLimit > 0 ? options with { StepLimit = attribute.StepLimit } : options;
    }

    private ScenarioException Unknown(string name)
    {
        if (_byName.Count == 0)
        {
            return new ScenarioException($"{_assembly} has no scenarios: mark a `static Task X(Cx cx)` method with [Scenario(\"{(IsName(name) ? name : "name")}\")].");
        }

        var near = Nearest.To(name, _byName.Keys, MaxSuggestions);
        var advice = near.Count > 0 ? $"did you mean {string.Join(", ", near)}?" : "`lab list` shows those there are.";
        return new ScenarioException($"'{name}' is not a scenario of {_assembly}: {advice}");
    }
}
