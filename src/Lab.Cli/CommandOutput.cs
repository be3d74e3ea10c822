using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab.Cli;

/// <summary>Where a command writes: text for people, or exactly one JSON object and nothing else.</summary>
/// <param name="output">Standard output.</param>
/// <param name="isJson">The one object is asked for.</param>
/// <param name="isTerminal">A person watches.</param>
/// <param name="stop">The person wants it to end soon, with what there is by then.</param>
/// <param name="clock">What the times that a command tells are measured by.</param>
internal sealed class CommandOutput(TextWriter output, bool isJson, bool isTerminal, StopRequest stop, TimeProvider clock)
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _hasObject;

    internal bool IsJson => isJson;

    /// <summary>Whether somebody watches: then long work shows how far it is.</summary>
    internal bool ShowsProgress => isTerminal && !isJson;

    internal TextWriter Writer => output;

    internal StopRequest Stop => stop;

    internal TimeProvider Clock => clock;

    /// <summary>For people; nothing under <c>--json</c>.</summary>
    internal void Text(string text)
    {
        if (!isJson)
        {
            Write(text);
        }
    }

    /// <summary>The one object; nothing without <c>--json</c>.</summary>
    internal void Object(JsonObject value)
    {
        if (!isJson)
        {
            return;
        }

        if (_hasObject)
        {
            throw new InvalidOperationException("a command wrote a second JSON object");
        }

        _hasObject = true;
        Write(value.ToJsonString(s_json) + "\n");
    }

    /// <summary>Under <c>--json</c> an error is an object, too; unless the command had written its own already.</summary>
    internal void Error(string message, int exitCode)
    {
        if (_hasObject)
        {
            return;
        }

        try
        {
            Object(new JsonObject { ["error"] = message, ["exit_code"] = exitCode });
        }
        catch (InputException)
        {
            // Standard error has the message.
        }
    }

    /// <summary>Standard output may be a file on a disk that is full. A reader that has gone away (<c>| head</c>) is no such thing: the system takes what is written.</summary>
    private void Write(string text)
    {
        try
        {
            output.Write(text);
        }
        catch (IOException e)
        {
            throw new InputException($"standard output cannot be written ({e.Message.TrimEnd('.')}): send it somewhere else.");
        }
    }
}
