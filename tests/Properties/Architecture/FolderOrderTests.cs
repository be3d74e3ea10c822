using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Lab.Properties.Architecture;

/// <summary>Names point one way: a folder uses only the folders before it, and Core never names Lab.</summary>
[TestFixture]
public sealed class FolderOrderTests
{
    private static readonly Regex s_lab = new(@"(?<![\w.])(?:global::\s*)?Lab\s*\.(?!\s*Core\b)[^\n;]*");

    [Test]
    public void Folders_of_Core_use_only_those_before_them() => Assert.That(FolderOrder.Core.Breaches(SourceFile.In("src/Core")), Is.Empty);

    [Test]
    public void Folders_of_Lab_use_only_those_before_them() => Assert.That(FolderOrder.Lab.Breaches(SourceFile.In("src/Lab")), Is.Empty);

    [Test]
    public void Core_never_names_Lab() => Assert.That(SourceFile.In("src/Core").SelectMany(file => file.Find(s_lab)), Is.Empty);

    [TestCase("using Lab.Core.Tasks;")]
    [TestCase("global using static Lab.Core.Tasks.Cx;")]
    [TestCase("using Alias = Lab.Core.Tasks.Cx;")]
    [TestCase("class A { Lab.Core.Tasks.Cx _cx; }")]
    [TestCase("class A { global::Lab.Core.Tasks.Cx _cx; }")]
    [TestCase("class A { Core.Tasks.Cx _cx; }")]
    [TestCase("class A { List<Tasks.Cx> _cx; }")]
    [TestCase("class A { string s = \"//\"; Lab.Core.Tasks.Cx _cx; }")]
    [TestCase("namespace Lab.Core.Tasks;")]
    public void Every_way_to_name_a_later_folder_is_seen(string code) => Assert.That(Breaches("Memory/Gate.cs", code), Is.Not.Empty.And.All.Contains("Tasks"));

    [TestCase("using Lab.Core.Memory; using Lab.Core.Observing;")]
    [TestCase("using System.Threading.Tasks;")]
    [TestCase("// Lab.Core.Tasks.Cx")]
    [TestCase("/// <see cref=\"Lab.Core.Tasks.Cx\"/>")]
    [TestCase("/* using Lab.Core.Tasks; */")]
    [TestCase("class A { string s = \"Lab.Core.Tasks.Cx\"; }")]
    [TestCase("class A { string s = @\"\"\"Lab.Core.Tasks.Cx\"; }")]
    [TestCase("class A { int n = Tasks.Count + this.Tasks.Cx; }")]
    [TestCase("namespace Lab.Core.Memory;")]
    public void What_only_looks_like_it_is_not(string code) => Assert.That(Breaches("Memory/Gate.cs", code), Is.Empty);

    [Test]
    public void A_folder_without_a_place_in_the_order_is_a_breach() =>
        Assert.That(Breaches("Extras/Thing.cs", ""), Is.EqualTo(new[] { "src/Core/Extras/Thing.cs: the folder Extras has no place in the order" }));

    [Test]
    public void A_breach_says_where_it_is() =>
        Assert.That(Breaches("Memory/Gate.cs", "/* two\nlines */\nusing Lab.Core.Tasks;"), Is.EqualTo(new[] { "src/Core/Memory/Gate.cs(3): Memory names Tasks, which comes after it" }));

    private static IEnumerable<string> Breaches(string path, string code) =>
        FolderOrder.Core.Breaches([new SourceFile("src/Core/" + path, code), new SourceFile("src/Core/Tasks/Cx.cs", "")]);
}
