namespace Lab.Execution;

/// <summary>A call on a thread outside of the lab, for people.</summary>
/// <param name="Object">What it used.</param>
/// <param name="Call">What it called, for example <c>Notify.NotifyOne</c>; empty where that is not known.</param>
/// <param name="Stack">From where.</param>
internal sealed record ForeignUse(string Object, string Call, string Stack);
