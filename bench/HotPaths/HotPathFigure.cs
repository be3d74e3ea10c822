namespace Lab.Bench.HotPaths;

/// <summary>What one operation of a path costs.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Operation">What is counted as one.</param>
/// <param name="Nanoseconds">The median of the runs.</param>
/// <param name="Bytes">Allocated on all threads, to a tenth.</param>
/// <param name="Gates">Gates entered. Each is one compare-exchange in and one release store out.</param>
/// <param name="Exchanges">Other interlocked operations and full fences.</param>
internal sealed record HotPathFigure(string Path, string Operation, double Nanoseconds, double Bytes, double Gates, double Exchanges);
