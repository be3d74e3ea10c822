using Lab.Core.Tasks;
using Lab.Sharing;
using Lab.Testing;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The failing test of the page of Lab.NUnit. Compiled here, where NUnit finds no fixture to run (it is generic); tests/Packages runs it.</summary>
public static class PackagePage<T>
{
    public sealed class BalanceTests
    {
        [LabTest]
        public async Task Two_top_ups_add_up(Cx cx)
        {
            var balance = new Shared<int>(100);
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(c => Credit(balance, 30, c), name: "web");
                scope.Spawn(c => Credit(balance, 50, c), name: "mobile");
                return Task.CompletedTask;
            });
            Assert.That(balance.Peek(), Is.EqualTo(180));
        }

        private static async Task Credit(Shared<int> balance, int amount, Cx cx)
        {
            var current = await balance.ReadAsync(cx);
            await balance.WriteAsync(current + amount, cx);
        }
    }
}
