using NUnit.Framework;
using VerifyNUnit;

namespace Lab.Snapshots;

/// <summary>The fixture that compares golden files is itself compared with what it promises.</summary>
[TestFixture]
public sealed class VerifierTests
{
    private string _directory = "";

    private string Golden => Path.Combine(_directory, "Sample.verified.txt");

    private string Received => Path.Combine(_directory, "Sample.received.txt");

    [SetUp]
    public void CreateDirectory() => _directory = Directory.CreateTempSubdirectory("verifier-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task The_golden_file_stands_beside_the_test() => await Verify("one line\nand a second\n");

    [TestCase(1, "plain")]
    [TestCase(2, "a/b")]
    public async Task Each_case_has_a_golden_file(int number, string text) => await Verify($"{number}: {text}\n");

    [Test]
    public async Task A_text_has_one_golden_file_per_extension()
    {
        await Verify("<p>kept</p>\n", "html");
        var second = await Assert.ThrowsAsync<InvalidOperationException>(() => Verify("<p>other</p>\n", "html"));
        Assert.That(second!.Message, Does.Contain("twice"));
    }

    [Test]
    public async Task An_equal_text_passes_and_removes_what_an_earlier_run_received()
    {
        Write(Golden, "same\n");
        Write(Received, "stale\n");
        await Compare("same\n");
        Assert.That(Received, Does.Not.Exist);
    }

    [Test]
    public async Task A_different_text_fails_with_a_diff_and_is_kept()
    {
        Write(Golden, "first\nold\nlast\n");
        var failure = await Fails("first\nnew\nlast\n");
        Assert.Multiple(() =>
        {
            Assert.That(failure, Does.Contain($"  first{Environment.NewLine}- old{Environment.NewLine}+ new{Environment.NewLine}  last"));
            Assert.That(File.ReadAllText(Received), Is.EqualTo("first\nnew\nlast\n"));
            Assert.That(File.ReadAllText(Golden), Is.EqualTo("first\nold\nlast\n"));
        });
    }

    [Test]
    public async Task A_text_without_a_golden_file_fails_and_shows_itself()
    {
        Assert.That(await Fails("never seen\n"), Does.Contain("no Sample.verified.txt yet").And.Contain("never seen"));
        Assert.That(Golden, Does.Not.Exist);
    }

    [TestCase("a\n", "a")]
    [TestCase("a\n", "a\r\n")]
    [TestCase("a\n", "a \n")]
    [TestCase("a\n", "A\n")]
    public async Task Nothing_is_normalised(string golden, string text)
    {
        Write(Golden, golden);
        await Fails(text);
    }

    [Test]
    public async Task Accepting_writes_the_golden_file()
    {
        Write(Golden, "old\n");
        Write(Received, "new\n");
        await Compare("new\n", "VERIFY_ACCEPT=1");
        Assert.That(File.ReadAllText(Golden), Is.EqualTo("new\n"));
        Assert.That(Received, Does.Not.Exist);
    }

    [TestCase("CI=true")]
    [TestCase("CI=1")]
    [TestCase("TF_BUILD=True")]
    public async Task A_build_server_never_accepts(string server)
    {
        await Fails("new\n", "VERIFY_ACCEPT=1", server);
        Assert.That(Golden, Does.Not.Exist);
    }

    [Test]
    public void Nested_classes_keep_their_outer_name()
    {
        var method = typeof(Inner).GetMethod(nameof(Inner.Method))!;
        Assert.That(Verifier.PrefixOf(typeof(Inner), method, [null, 1.5]), Is.EqualTo("VerifierTests.Inner.Method_text=null_size=1.5"));
    }

    private static void Write(string path, string text) => File.WriteAllText(path, text);

    private async Task<string> Fails(string text, params string[] environment) =>
        (await Assert.ThrowsAsync<AssertionException>(() => Compare(text, environment)))!.Message;

    private Task Compare(string text, params string[] environment)
    {
        var variables = environment.Select(item => item.Split('=')).ToDictionary(item => item[0], item => item[1]);
        return Verifier.Compare(Path.Combine(_directory, "Sample"), "txt", text, variables.GetValueOrDefault);
    }

    private static class Inner
    {
        public static void Method(string? text, double size) => _ = (text, size);
    }
}
