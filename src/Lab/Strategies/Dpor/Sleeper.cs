namespace Lab.Strategies.Dpor;

/// <summary>A process that sleeps: its next step was explored already, and what was taken since is independent of that step (Godefroid 1996).</summary>
internal readonly record struct Sleeper(int Process, Footprint Footprint);
