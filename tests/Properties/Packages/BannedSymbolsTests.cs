using System.Reflection;
using System.Text.RegularExpressions;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Packages;

/// <summary>The list that users get: the analyzer says nothing about a name that it does not find, nor about an overload that nobody listed.</summary>
[TestFixture]
public sealed partial class BannedSymbolsTests
{
    private static readonly string s_file = Path.Combine(SourceFile.RepositoryRoot, "src/Lab.BannedSymbols/build/BannedSymbols.Lab.txt");

    private static readonly List<(string Id, string Text)> s_entries = [.. File.ReadLines(s_file)
        .Where(static line => !line.StartsWith("//", StringComparison.Ordinal))
        .Select(static line => (line[..line.IndexOf(';', StringComparison.Ordinal)], line[(line.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim()))];

    /// <summary>Every public member of the BCL types that the list names, and these types.</summary>
    private static readonly ILookup<string, MemberInfo> s_members = s_entries.Select(static entry => TypeName(entry.Id)).Distinct().Select(Find)
        .SelectMany(static type => type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly).Append(type))
        .Where(static member => member is Type or ConstructorInfo or MethodInfo or PropertyInfo)
        .ToLookup(DocumentationId.Of);

    [Test]
    public void Every_symbol_exists_and_is_listed_once()
    {
        Assert.That(s_entries.Select(static entry => entry.Id).Where(static id => !s_members.Contains(id)), Is.Empty);
        Assert.That(s_entries.Select(static entry => entry.Id), Is.Unique);
    }

    [Test]
    public void Every_entry_says_what_to_use_instead() =>
        Assert.That(s_entries.Select(static entry => entry.Text).Distinct(), Has.All.Match(@"^[A-Z].*\. ?(Spawn|Await|Use|Give|Read|Draw|Call)\b.*\.$|^Waits on real time\. Use "));

    // What takes a provider is what the text recommends; a semaphore's plain wait stays, so does a generator with a seed, and a source that nothing ends.
    [Test]
    public void Every_overload_of_a_listed_member_is_listed_unless_it_is_the_one_to_use()
    {
        var listed = s_entries.Select(static entry => entry.Id).ToHashSet();
        var names = listed.Where(static id => id[0] != 'T').Select(static id => id.Split('(')[0].Split("``")[0]).ToHashSet();
        var left = s_members.Select(static group => group.Key)
            .Where(id => names.Contains(id.Split('(')[0].Split("``")[0]) && !listed.Contains(id) && !id.Contains("System.TimeProvider", StringComparison.Ordinal));
        Assert.That(left, Is.EquivalentTo(new[]
        {
            "M:System.Threading.SemaphoreSlim.WaitAsync",
            "M:System.Threading.Tasks.Task.WaitAsync(System.Threading.CancellationToken)",
            "M:System.Threading.Tasks.Task`1.WaitAsync(System.Threading.CancellationToken)",
            "M:System.Threading.CancellationTokenSource.#ctor",
            "M:System.Random.#ctor(System.Int32)",
        }));
    }

    private static string TypeName(string id)
    {
        var name = id[2..].Split('(')[0].Split("``")[0];
        return id[0] == 'T' ? name : MemberName().Replace(name, "");
    }

    private static Type Find(string name) =>
        new[] { typeof(Task), typeof(Parallel), typeof(System.Diagnostics.Stopwatch), typeof(System.Timers.Timer), typeof(System.Threading.Channels.Channel), typeof(Barrier), typeof(ThreadPool), typeof(System.Collections.Concurrent.BlockingCollection<>), typeof(SemaphoreSlim), typeof(Thread) }
            .Select(known => known.Assembly.GetType(name)).FirstOrDefault(static type => type is not null)
        ?? throw new AssertionException($"There is no type {name}.");

    [GeneratedRegex(@"\.[^.]+$")]
    private static partial Regex MemberName();
}
