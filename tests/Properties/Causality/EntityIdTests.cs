using FsCheck;
using FsCheck.Fluent;
using Lab.Causality;
using NUnit.Framework;

namespace Lab.Properties.Causality;

public sealed class EntityIdTests
{
    [FsCheck.NUnit.Property]
    public bool A_task_path_folds_to_the_id_that_spawning_gave(NonNegativeInt[] ordinals)
    {
        var (id, text) = TaskOf(ordinals);
        return EntityId.TryParse(text, out var parsed) && parsed == id;
    }

    [FsCheck.NUnit.Property]
    public bool An_object_path_folds_to_the_id_that_creating_gave_whatever_its_kind(NonNegativeInt[] ordinals, NonNegativeInt ordinal, bool isTimer)
    {
        var (id, text) = TaskOf(ordinals);
        return EntityId.TryParse(EntityText.Object(isTimer ? "timer" : "channel", text, ordinal.Get), out var parsed) && parsed == id.Object(ordinal.Get);
    }

    [FsCheck.NUnit.Property]
    public bool What_a_timers_callback_creates_is_named_for_the_timer(NonNegativeInt timer, NonNegativeInt ordinal)
    {
        var text = EntityText.Object("channel", EntityText.Object("timer", "0.1", timer.Get), ordinal.Get);
        return EntityId.TryParse(text, out var parsed) && parsed == EntityId.Root.Child(1).Object(timer.Get).Object(ordinal.Get);
    }

    [FsCheck.NUnit.Property]
    public bool Workers_and_external_objects_fold_to_their_ids(NonNegativeInt number) =>
        EntityId.TryParse(EntityText.Worker(number.Get), out var worker) && worker == EntityId.Worker(number.Get)
        && EntityId.TryParse(EntityText.External("channel", number.Get), out var external) && external == EntityId.External(number.Get);

    [Test]
    public void The_clock_and_the_root_fold_to_their_ids()
    {
        Assert.That(EntityId.TryParse("clock", out var clock) && clock == EntityId.Clock, Is.True);
        Assert.That(EntityId.TryParse("0", out var root) && root == EntityId.Root, Is.True);
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public bool Text_of_any_kind_is_folded_or_refused_but_never_throws(string? text)
    {
        _ = EntityId.TryParse(text, out _);
        return true;
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("1")]
    [TestCase("00")]
    [TestCase("0.")]
    [TestCase(".0")]
    [TestCase("0..1")]
    [TestCase("0.01")]
    [TestCase("0.-1")]
    [TestCase("0.2147483648")]
    [TestCase("0.1 ")]
    [TestCase("0#1")]
    [TestCase("@0#1")]
    [TestCase("channel@0")]
    [TestCase("channel@0#")]
    [TestCase("channel@#1")]
    [TestCase("channel@0#1#2")]
    [TestCase("channel@timer@0#1")]
    [TestCase("a@@0#1#2")]
    [TestCase("chan nel@0#1")]
    [TestCase("worker:")]
    [TestCase("worker:x")]
    [TestCase("Clock")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.That(EntityId.TryParse(text, out var id), Is.False);
        Assert.That(id, Is.EqualTo(default(EntityId)));
    }

    [Test]
    public void No_two_ids_of_a_large_family_are_equal()
    {
        // 3 generations of 40 tasks with 40 objects each, workers and external objects: some 70,000 ids, by chance 1 in 7 billion would meet.
        var seen = new HashSet<EntityId> { EntityId.Root, EntityId.Clock, EntityId.Outside };
        var count = 3 + AddFamily(seen, EntityId.Root, generations: 3, size: 40);
        for (var i = 0; i < 1000; i++, count += 2)
        {
            seen.Add(EntityId.External(i));
            seen.Add(EntityId.Worker(i));
        }

        Assert.That(seen, Has.Count.EqualTo(count));
    }

    [Test]
    public void Ids_never_change()
    {
        // Stored fingerprints and coverage files were mixed from these.
        EntityId[] ids =
        [
            EntityId.Root, EntityId.Clock, EntityId.Root.Child(1), EntityId.Root.Child(1).Child(3), EntityId.Root.Object(1), EntityId.External(1), EntityId.Worker(2),
        ];
        Assert.That(
            string.Join(' ', ids),
            Is.EqualTo(
                "5692161d100b05e5 dbd238973a2b148a 4846b78481bba281 dd58411c83a65fd9 e7e558b83d47df0c 77dc319f6082d40a 943932e3ce9ef953"));
    }

    private static (EntityId Id, string Text) TaskOf(NonNegativeInt[] ordinals) => ordinals.Aggregate(
        (EntityId.Root, EntityText.Root), (task, ordinal) => (task.Item1.Child(ordinal.Get), EntityText.Child(task.Item2, ordinal.Get)));

    private static int AddFamily(HashSet<EntityId> seen, EntityId task, int generations, int size)
    {
        var count = 0;
        for (var i = 0; i < size; i++)
        {
            seen.Add(task.Object(i));
            count++;
            if (generations > 1)
            {
                seen.Add(task.Child(i));
                count += 1 + AddFamily(seen, task.Child(i), generations - 1, size);
            }
        }

        return count;
    }
}
